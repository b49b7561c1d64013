"""Nothing but the login form is served to whoever has not signed in.

Gradio itself asks for a login on some of its addresses only. This ASGI middleware does on all,
with a form of our own, and lets programs sign in with each request (HTTP Basic authentication).
"""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import re
import secrets
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

from index import ArticleQAError
from qa.chat.guard import Application, Message, Receive, Send
from qa.chat.requests import USER
from qa.chat.sign_in_page import sign_in_page
from qa.passwords import AuthFile
from qa.sign_in import SignIn, TooManyAttempts

Scope = MutableMapping[str, Any]

# Where the form is, which is all that is served without a login.
_FORM = "/"
# Asked for by the server itself when it starts; answers "true".
_STARTUP = "/gradio_api/startup-events"
_LOGIN = {"/login", "/login/"}

# Bytes of a name and a password that are sent.
_LARGEST_FORM = 20_000

_SAME_SITE = re.compile(r";\s*samesite=\w+", re.IGNORECASE)
_SECURE = re.compile(r";\s*secure\b", re.IGNORECASE)

# Where the login form that is being checked was sent from.
_address: ContextVar[str] = ContextVar("address", default="")

_log = logging.getLogger("qa.chat")


class Login:
    """Checks passwords for Gradio's login form and for requests that bring one along.

    Args:
        users: who may sign in.
    """

    def __init__(self, users: AuthFile) -> None:
        self.users = users
        self._sign_in = SignIn(users)

    async def form(self, name: str, password: str) -> bool:
        """Whether Gradio may sign this user in: the `auth` of its `launch`."""
        try:
            return await self.check(name, password, _address.get())
        except TooManyAttempts:
            return False  # Gradio tells the form no more; which says that one may have to wait

    async def check(self, name: str, password: str, address: str) -> bool:
        """As `SignIn.check`, without keeping others waiting; False if the file is of no use.

        Raises:
            TooManyAttempts: wait first.
        """
        try:
            return await asyncio.to_thread(self._sign_in.check, name, password, address)
        except TooManyAttempts:
            raise
        except ArticleQAError as error:
            _log.error("Nobody can sign in: %s", error)
            return False


class LoginRequired:
    """ASGI middleware within a Gradio application: serves those who have signed in.

    Args:
        app: the application to guard.
        login: who they are.
    """

    def __init__(self, app: Application, login: Login) -> None:
        self._app = app
        self._login = login
        # By Gradio's token of a session: what `AuthFile.version` said when it was new.
        self._versions: dict[str, str] = {}
        # By a keyed hash of a password that came with a request: the token of its session.
        self._key = secrets.token_bytes(32)
        self._tokens: dict[bytes, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # there are no WebSockets here
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = dict(scope["headers"])
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        scope = dict(scope)
        if authorization[:6].lower() == "basic ":
            try:
                token = await self._token(scope, authorization)
            except TooManyAttempts as error:
                await _answer(send, 429, str(error), _retry_after(error))
                return
            # From here on it is a session like that of a browser.
            cookie = f"{_cookie_names(scope)[0]}={token}".encode("latin-1")
            others = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            scope["headers"] = [*others, (b"cookie", cookie)]
        else:
            token = _sent_token(scope, headers.get(b"cookie", b"").decode("latin-1"))
        user = self._user(scope, token)
        if user is None and scope["path"] == _FORM and scope["method"] in ("GET", "HEAD"):
            await _show_form(send, scope["method"])
            return
        if user is None and not _is_open(scope):
            await _answer(send, 401, "Sign in first: on the page, or with a name and a password.")
            return
        if user is not None:
            scope[USER] = user
        if scope["path"] in _LOGIN:
            length = headers.get(b"content-length", b"")
            if scope["method"] == "POST" and (not length.isdigit() or int(length) > _LARGEST_FORM):
                await _answer(send, 413, "This is no login form.")
                return
            client = scope.get("client")
            _address.set(str(client[0]) if client else "")
            await self._app(scope, receive, _with_safe_cookies(scope, send))
        else:
            await self._app(scope, receive, send)

    def _user(self, scope: Scope, token: str) -> str | None:
        """Whose session it is, if the user is still there, with the same password."""
        sessions: dict[str, str] = scope["app"].tokens
        name = sessions.get(token)
        if name is None:
            self._versions.pop(token, None)
            return None
        try:
            version = self._login.users.version(name)
        except ArticleQAError as error:
            _log.error("Nobody is signed in: %s", error)
            return None
        if version is None or self._versions.setdefault(token, version) != version:
            sessions.pop(token, None)
            self._versions.pop(token, None)
            return None
        return name

    async def _token(self, scope: Scope, authorization: str) -> str:
        """The token of the session of a name and password; "" where they are wrong.

        Raises:
            TooManyAttempts: they were not looked at.
        """
        seen = hmac.digest(self._key, authorization.encode("latin-1"), hashlib.sha256)
        token = self._tokens.get(seen, "")
        if self._user(scope, token) is not None:
            return token
        self._tokens.pop(seen, None)
        try:
            decoded = base64.b64decode(authorization[6:].strip(), validate=True).decode()
        except ValueError:
            return ""
        name, _, password = decoded.partition(":")
        client = scope.get("client")
        if not await self._login.check(name, password, str(client[0]) if client else ""):
            return ""
        token = secrets.token_urlsafe(32)
        scope["app"].tokens[token] = name
        self._tokens[seen] = token
        return token


def _is_open(scope: Scope) -> bool:
    """Whether Gradio gets a request of somebody who has not signed in."""
    path, method = scope["path"], scope["method"]
    if method in ("GET", "HEAD"):
        return bool(path == _STARTUP)
    return method == "POST" and path in _LOGIN


def _cookie_names(scope: Scope) -> tuple[str, str]:
    """Those that Gradio looks at, in this order."""
    id = scope["app"].cookie_id
    return f"access-token-{id}", f"access-token-unsecure-{id}"


def _sent_token(scope: Scope, cookies: str) -> str:
    """The session that a browser says it has, as Gradio finds it."""
    pairs = (cookie.strip().partition("=") for cookie in cookies.split(";"))
    found = {name: value for name, _, value in pairs}
    first, second = _cookie_names(scope)
    return found.get(first) or found.get(second) or ""


def _with_safe_cookies(scope: Scope, send: Send) -> Send:
    """Gradio's cookies go along with requests from other sites, and leave over plain HTTP too."""

    async def send_safe(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                (name, _safe_cookie(value, scope) if name.lower() == b"set-cookie" else value)
                for name, value in message.get("headers", [])
            ]
        await send(message)

    return send_safe


def _safe_cookie(cookie: bytes, scope: Scope) -> bytes:
    text = _SAME_SITE.sub("", cookie.decode("latin-1")) + "; SameSite=Lax"
    if scope.get("scheme") == "https":
        text = _SECURE.sub("", text) + "; Secure"
    return text.encode("latin-1")


def _retry_after(error: TooManyAttempts) -> dict[str, str]:
    return {"retry-after": f"{error.seconds:.0f}"}


async def _show_form(send: Send, method: str) -> None:
    body = sign_in_page()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),  # the same address shows the chat later
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body if method == "GET" else b""})


async def _answer(
    send: Send, status: int, detail: str, headers: dict[str, str] | None = None
) -> None:
    lines = {"content-type": "application/json", "cache-control": "no-store", **(headers or {})}
    encoded = [(name.encode(), value.encode()) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": json.dumps({"detail": detail}).encode()})
