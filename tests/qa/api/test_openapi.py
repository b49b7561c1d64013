"""The description of the endpoints says what they take and give, and loads nothing."""

import html
import re
from typing import Any

import httpx
import pytest

from qa.chat import openapi
from tests.qa.api.conftest import Call, Served

Schema = dict[str, Any]
TRIP = "Why did Blinken postpone his trip to Beijing?"


@pytest.fixture
def document(served: Served, web: httpx.Client) -> Schema:
    found: Schema = web.get(f"{served.public}/api/openapi.json").json()
    return found


@pytest.fixture
def schemas(document: Schema) -> Schema:
    found: Schema = document["components"]["schemas"]
    return found


def check(value: Any, schema: Schema, where: str = "result") -> None:
    """That a value is of a schema, to the last field."""
    if "oneOf" in schema:
        null, other = schema["oneOf"]
        assert null == {"type": "null"}
        if value is not None:
            check(value, other, where)
    elif "enum" in schema:
        assert value in schema["enum"], where
    elif schema["type"] == "array":
        assert isinstance(value, list), where
        for item in value:
            check(item, schema["items"], f"{where}[]")
    elif "properties" in schema:
        assert set(value) == set(schema["properties"]) == set(schema["required"]), where
        for name, inner in schema["properties"].items():
            check(value[name], inner, f"{where}.{name}")
    elif schema["type"] == "object":
        for name, inner in value.items():
            check(inner, schema["additionalProperties"], f"{where}.{name}")
    else:
        kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
        assert isinstance(value, kinds[schema["type"]]), where  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ask", {"question": TRIP}),
        ("ask", {"question": "Which zebras does Blinkn like?"}),
        ("ask", {"question": ""}),
        ("search", {"question": TRIP}),
        ("articles", {}),
    ],
)
def test_what_an_endpoint_gives_is_what_its_schema_says(
    public: Call, schemas: Schema, name: str, arguments: dict[str, Any]
) -> None:
    check(public.result(name, **arguments), schemas[f"{name}_result"])


def test_what_changes_articles_gives_what_its_schema_says(
    served: Served, web: httpx.Client, ada: Call
) -> None:
    private = web.get(f"{served.private}/api/openapi.json", **ada.options).json()
    schemas = private["components"]["schemas"]
    added = ada.result("add", title="Schema", text="A text.", uri="test:schema")
    check(added, schemas["add_result"])
    check(ada.result("remove", uri="test:schema"), schemas["remove_result"])


def test_every_endpoint_is_described_and_nothing_else(document: Schema) -> None:
    steps = [("post", "{}"), ("get", "{}/{{event_id}}")]
    assert {(method, path) for path, o in document["paths"].items() for method in o} == {
        (method, f"/gradio_api/call/v2/{path.format(name)}")
        for name in ("ask", "search", "articles")
        for method, path in steps
    }
    assert "security" not in document


def test_every_argument_is_described(schemas: Schema) -> None:
    arguments = schemas["ask_arguments"]
    assert arguments["required"] == ["question"]
    assert list(arguments["properties"]) == [
        "question",
        "history",
        "sources",
        "uris",
        "published_from",
        "published_until",
    ]
    assert schemas["search_arguments"]["properties"]["k"]["default"] == 5
    for name in ("ask", "search"):
        for argument, schema in schemas[f"{name}_arguments"]["properties"].items():
            assert schema["description"].endswith((".", '?"')), argument


def test_every_reference_leads_somewhere(document: Schema, schemas: Schema) -> None:
    references = re.findall(r"'\$ref': '([^']*)'", repr(document))
    assert {r.removeprefix("#/components/schemas/") for r in references} == set(schemas)


def test_with_a_login_it_says_so_and_has_the_endpoints_that_change(
    served: Served, web: httpx.Client, ada: Call
) -> None:
    document = web.get(f"{served.private}/api/openapi.json", **ada.options).json()
    names = {path.split("/")[4] for path in document["paths"]}
    assert names == {"ask", "search", "articles", "add", "remove"}
    assert document["security"] == [{"basic": []}]
    assert document["components"]["securitySchemes"]["basic"]["scheme"] == "basic"


def test_the_page_names_every_endpoint_and_argument(
    served: Served, web: httpx.Client, schemas: Schema
) -> None:
    shown = html.unescape(web.get(f"{served.public}/api").text)
    for name in ("ask", "search", "articles"):
        assert f"POST /gradio_api/call/v2/{name}\n" in shown
        for argument, schema in schemas[f"{name}_arguments"]["properties"].items():
            assert f"<code>{argument}</code>" in shown
            assert schema["description"] in shown


def test_the_page_runs_nothing_and_loads_nothing(served: Served, web: httpx.Client) -> None:
    response = web.get(f"{served.public}/api")
    assert not re.search(r"<script|<link|<img|<iframe|src=|http", response.text)
    assert "default-src 'self'" in response.headers["content-security-policy"]


def test_whatever_stands_in_a_description_is_only_shown() -> None:
    attack = "<script>alert(1)</script>"
    text = {"type": "string"}
    schemas = {
        "x_arguments": {
            "properties": {attack: {**text, "description": attack, "default": attack}},
            "required": [],
        },
        "x_result": {"type": "object", "properties": {attack: text}},
    }
    post = {"operationId": "x", "description": attack}
    document = {
        "info": {"description": attack},
        "paths": {attack: {"post": post}},
        "components": {"schemas": schemas},
    }
    assert "<script" not in openapi.page(document)


def test_gradios_own_descriptions_are_not_served(served: Served, web: httpx.Client) -> None:
    for path in ("docs", "redoc", "openapi.json"):
        assert web.get(f"{served.public}/{path}").status_code == 404
