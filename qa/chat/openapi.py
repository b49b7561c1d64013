"""What the endpoints take and give, for programs (OpenAPI) and for people (a page).

Gradio's own description leaves out what the endpoints give, and its page loads scripts from
elsewhere; this one is made from what Gradio knows of each endpoint.
"""

import importlib.metadata
import json
from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio.utils import get_function_description

from qa.chat.guard import Application, Receive, Send
from qa.escaping import escaped

PAGE = "/api"
DOCUMENT = "/api/openapi.json"
"""Where they are served."""
CALL = "/gradio_api/call/v2"
"""What the address of every call begins with."""

_TWO_STEPS = (
    "Each call has two steps. POST the arguments as a JSON object; the response holds an "
    "`event_id`. GET the result with that: a stream of server-sent events, whose last one is "
    "`complete`, with a JSON array of one item, the result, or `error`, with a JSON object whose "
    "`error` says what to do."
)
_LOGIN = (
    " Every request needs a name and a password (HTTP Basic authentication), or the cookie that "
    "the login form gives."
)
_STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin-top: 2.5rem } h3 { font-size: 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
  border-bottom: 1px solid #8884 }
code, pre { font: .9rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere }
pre { white-space: pre-wrap }
"""

Schema = Mapping[str, Any]


def openapi(demo: gr.Blocks, *, login: bool) -> dict[str, Any]:
    """The description of the public endpoints, in OpenAPI 3.1.

    Args:
        demo: the page with the endpoints.
        login: whether they are for those who have signed in.
    """
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    functions = {fn.api_name: fn.fn for fn in demo.fns.values() if fn.fn}
    for address, known in demo.get_api_info()["named_endpoints"].items():
        name = address.strip("/")
        description, arguments, _ = get_function_description(functions[name])
        schemas[f"{name}_arguments"] = _arguments(known["parameters"], arguments)
        schemas[f"{name}_result"] = known["returns"][0]["type"]
        paths[f"{CALL}{address}"] = {"post": _post(name, description)}
        paths[f"{CALL}{address}/{{event_id}}"] = {"get": _get(name)}
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "article-qa",
            "version": importlib.metadata.version("article-qa"),
            "description": _TWO_STEPS + (_LOGIN if login else ""),
        },
        "paths": paths,
        "components": {"schemas": schemas},
    }
    if login:
        document["components"]["securitySchemes"] = {"basic": {"type": "http", "scheme": "basic"}}
        document["security"] = [{"basic": []}]
        for operations in paths.values():
            for operation in operations.values():
                operation["responses"]["401"] = {"description": "Nobody has signed in."}
    return document


def page(document: Schema) -> str:
    """The same as a page by itself: no script, nothing from another place."""
    parts = []
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        if "post" not in operations:
            continue
        about = operations["post"]
        name = about["operationId"]
        parts.append(
            f'<section id="{escaped(name)}">\n<h2>{escaped(name)}</h2>\n'
            f"<p>{escaped(about['description'])}</p>\n"
            f"<pre>POST {escaped(path)}\nGET  {escaped(path)}/{{event_id}}</pre>\n"
            f"{_table(schemas[f'{name}_arguments'])}"
            f"<h3>Result</h3>\n<pre>{escaped(_shape(schemas[f'{name}_result']))}</pre>\n"
            "</section>\n"
        )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>Endpoints of article-qa</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        "<h1>Endpoints of article-qa</h1>\n"
        f"<p>{escaped(document['info']['description'])}</p>\n"
        f'<p>For programs: <a href="{DOCUMENT}">OpenAPI</a>.</p>\n'
        f"{''.join(parts)}</body>\n</html>\n"
    )


class ApiPages:
    """ASGI middleware: serves both.

    Args:
        app: serves everything else.
        document: what `openapi` gave.
    """

    def __init__(self, app: Application, document: Schema) -> None:
        self._app = app
        self._bodies = {
            PAGE: (b"text/html; charset=utf-8", page(document).encode()),
            DOCUMENT: (b"application/json", json.dumps(document, indent=2).encode()),
        }

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        found = self._bodies.get(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        kind, body = found
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        shown = body if scope["method"] == "GET" else b""
        await send({"type": "http.response.body", "body": shown})


def _arguments(parameters: list[Any], descriptions: Mapping[str, str]) -> dict[str, Any]:
    properties = {}
    for parameter in parameters:
        name = parameter["parameter_name"]
        properties[name] = {**parameter["type"], "description": descriptions[name]}
        if parameter["parameter_has_default"]:
            properties[name]["default"] = parameter["parameter_default"]
    return {
        "type": "object",
        "properties": properties,
        "required": [p["parameter_name"] for p in parameters if not p["parameter_has_default"]],
        "additionalProperties": False,
    }


def _post(name: str, description: str) -> dict[str, Any]:
    event = {
        "type": "object",
        "properties": {"event_id": {"type": "string"}},
        "required": ["event_id"],
    }
    return {
        "operationId": name,
        "summary": description.partition(". ")[0].rstrip(".") + ".",
        "description": description,
        "requestBody": {"required": True, "content": _json(_reference(f"{name}_arguments"))},
        "responses": {
            "200": {"description": "The call has begun.", "content": _json(event)},
            "404": {"description": "There is no such endpoint."},
            "422": {"description": "An argument is missing, or unknown."},
        },
    }


def _get(name: str) -> dict[str, Any]:
    result = {"type": "array", "prefixItems": [_reference(f"{name}_result")], "minItems": 1}
    parameter = {"name": "event_id", "in": "path", "required": True, "schema": {"type": "string"}}
    stream = {
        "type": "string",
        "description": "The data of its last event, `complete`, is of the schema of the content.",
        "contentMediaType": "application/json",
        "contentSchema": result,
    }
    return {
        "operationId": f"{name}_result",
        "summary": f"The result of a call of {name}.",
        "parameters": [parameter],
        "responses": {
            "200": {
                "description": "Server-sent events.",
                "content": {"text/event-stream": {"schema": stream}},
            }
        },
    }


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _table(arguments: Schema) -> str:
    if not arguments["properties"]:
        return "<p>It takes no arguments.</p>\n"
    rows = [
        f"<tr><td><code>{escaped(name)}</code></td><td><code>{escaped(_shape(schema))}</code></td>"
        f"<td>{escaped(_need(name, arguments))}</td>"
        f"<td>{escaped(schema['description'])}</td></tr>\n"
        for name, schema in arguments["properties"].items()
    ]
    head = "<tr><th>Argument</th><th>Type</th><th></th><th></th></tr>\n"
    return f"<table>\n{head}{''.join(rows)}</table>\n"


def _need(name: str, arguments: Schema) -> str:
    if name in arguments["required"]:
        return "required"
    default = arguments["properties"][name]["default"]
    return "optional" if default is None else f"optional, {json.dumps(default)} by default"


def _shape(schema: Schema, indent: str = "") -> str:
    """A JSON schema in few words."""
    if "oneOf" in schema:
        return " or ".join(_shape(one, indent) for one in reversed(schema["oneOf"]))
    if "enum" in schema:
        return " or ".join(json.dumps(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_shape(schema['items'], indent)}, …]"
    if "properties" in schema:
        deeper = indent + "  "
        lines = [
            f"{deeper}{name}: {_shape(inner, deeper)}\n"
            for name, inner in schema["properties"].items()
        ]
        return f"{{\n{''.join(lines)}{indent}}}"
    if "additionalProperties" in schema:
        return f"{{name: {_shape(schema['additionalProperties'], indent)}, …}}"
    return str(schema.get("type", "anything"))
