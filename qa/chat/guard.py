"""What every response of the page's server carries, and whom it answers."""

import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# The page may load and reach nothing but its own server, whatever stands in an article.
# Gradio needs inline scripts and builds its templates with the Function constructor.
_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
_SAFE = {"GET", "HEAD", "OPTIONS"}
# What browsers say of requests of the page itself, or of a person; programs say nothing.
_OWN_PAGE = {"", "same-origin", "none"}
_OTHER_HOST = (
    b"This page is served to this computer only. Open it as http://127.0.0.1 and its port."
)
_OTHER_SITE = b"Another web site sent this; only the page itself may."


def allowed_hosts(host: str) -> frozenset[str] | None:
    """The names that a page listening on this address may be asked for; None for any.

    One that only this computer reaches has few names. What others reach has names that we do
    not know.
    """
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    return frozenset({host, "127.0.0.1", "localhost", "::1"}) if is_loopback else None


class Guard:
    """ASGI middleware: adds security headers, and refuses what other web sites could send.

    That is, hosts that the page is not served as: a web site could read the articles by giving
    its own name this computer's address (DNS rebinding). And what a browser sends here on behalf
    of another site, if it is more than looking at a page (cross-site request forgery).

    Args:
        app: the application to guard.
        hosts: names that the page may be asked for; None for any.
    """

    def __init__(self, app: Application, hosts: frozenset[str] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._hosts is not None and _host(scope) not in self._hosts:
            await _refuse(send, 421, _OTHER_HOST)
            return
        if scope["method"] not in _SAFE and _header(scope, b"sec-fetch-site") not in _OWN_PAGE:
            await _refuse(send, 403, _OTHER_SITE)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_guarded)


def _host(scope: MutableMapping[str, Any]) -> str:
    """The name in the request's Host header, without the port."""
    value = _header(scope, b"host")
    if value.startswith("["):  # an IPv6 address: "[::1]:7860"
        return value[1:].partition("]")[0]
    return value.partition(":")[0].lower()


def _header(scope: MutableMapping[str, Any], wanted: bytes) -> str:
    return next((v for name, v in scope["headers"] if name == wanted), b"").decode("latin-1")


async def _refuse(send: Send, status: int, why: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": why})
