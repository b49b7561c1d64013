"""Who sent a request, and from where.

Gradio hands its own kind of request to functions that its page calls, and Starlette's to tools
(MCP); both hold the ASGI scope, where the guard of the server leaves the name of the user.
"""

from collections.abc import MutableMapping
from typing import Any

import gradio as gr

USER = "article_qa.user"
"""Key of the scope: the name of whoever has signed in."""


def user_of(request: gr.Request) -> str | None:
    """The name of whoever has signed in; None where nobody has."""
    user = _scope(request).get(USER)
    return user if isinstance(user, str) else None


def address_of(request: gr.Request) -> str:
    """The address that the request comes from, without a port; "" if that is not known."""
    client = _scope(request).get("client")
    return str(client[0]) if client else ""


def _scope(request: gr.Request) -> MutableMapping[str, Any]:
    # Past Gradio's own attribute access, which makes plain objects of everything.
    inner = request.__dict__.get("request", request)
    scope: MutableMapping[str, Any] = inner.scope if inner is not None else {}
    return scope
