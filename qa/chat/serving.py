"""The page on a port of this computer."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.routes import JSONResponse

from index import ArticleIndex, ArticleQAError
from qa.bot import Bot
from qa.chat.endpoints import changes_articles
from qa.chat.guard import Guard, allowed_hosts
from qa.chat.layout import build_demo
from qa.chat.login import Login, LoginRequired
from qa.chat.openapi import CALL, PAGE, ApiPages, openapi
from qa.chat.style import SCRIPT, STYLE_SHEET, theme
from qa.conversations import Conversations
from qa.passwords import users_to_serve
from qa.retriever import Retriever

# Of one file. Where articles cannot be added, Gradio's upload address is there all the same.
_LARGEST_UPLOAD = "20mb"
_NO_UPLOAD = "1kb"
# Tabs whose state is kept in memory at once, and requests that are worked on or wait in line.
_SESSIONS = 1_000
_THREADS = 200
# Where the page stops what is at work.
_CANCEL = "/gradio_api/cancel"


def serve(
    index_path: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    auth_file: str | Path | None = None,
    writes: bool = False,
    mcp: bool = False,
) -> None:
    """Open an index, or make an empty one, and chat about it until Ctrl-C.

    Args:
        index_path: the folder of the index.
        host: address to listen on. Without an `auth_file`, whoever reaches it can ask.
        port: to listen on, 1 to 65,535.
        open_browser: whether to open the page in the browser.
        auth_file: who may sign in, as `qa.passwords.AuthFile` keeps it; None for no login.
        writes: whether programs may add and remove articles, which needs an `auth_file`; where
            there is one, it is needed to do so in the page, too.
        mcp: whether the endpoints are tools for language models, too (Model Context Protocol).

    Raises:
        ArticleQAError: the index or the file of users cannot be used, there are writes without
            passwords, the package for MCP is missing, or the port is taken.
    """
    users_to_serve(auth_file, writes=writes)  # before anything that takes long
    can_change = writes or auth_file is None
    with ArticleIndex.open(index_path) as index, Conversations.open(index_path) as conversations:
        demo = build_demo(
            Bot(Retriever(index)), index, conversations, can_change=can_change, writes=writes
        )
        launch(
            demo,
            index_path,
            host=host,
            port=port,
            open_browser=open_browser,
            auth_file=auth_file,
            mcp=mcp,
            can_change=can_change,
        )


def launch(
    demo: gr.Blocks,
    index_path: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = False,
    block: bool = True,
    auth_file: str | Path | None = None,
    mcp: bool = False,
    can_change: bool = False,
) -> str:
    """Serve a page that `build_demo` made; its address.

    Args:
        index_path: the folder of the index, which is never served.
        port: None for the first free one from 7860.
        block: whether to return only after Ctrl-C.
        auth_file: who may sign in, as `qa.passwords.AuthFile` keeps it; None for no login.
        mcp: whether the endpoints are tools for language models, too (Model Context Protocol).
        can_change: whether files may be sent, so that the page can add them.

    Raises:
        ArticleQAError: the page cannot be served there, perhaps because the port is taken; the
            file of users cannot be used; the page has endpoints that change articles, and there
            is no such file; or the package for MCP is missing.
    """
    users = users_to_serve(auth_file, writes=changes_articles(demo))
    login = Login(users) if users else None
    if mcp:
        _require_mcp()
    # The outermost first. Who has to sign in may do so by any name that the server has.
    middleware: list[Any] = [(Guard, (), {"hosts": None if login else allowed_hosts(host)})]
    if login:
        middleware.append((LoginRequired, (), {"login": login}))
    middleware.append((ApiPages, (), {"document": openapi(demo, login=login is not None)}))
    options: dict[str, Any] = {
        # Private: nothing leaves this computer, and nothing is recorded.
        "share": False,
        "run_history": False,
        "enable_monitoring": False,
        "pwa": False,
        "mcp_server": mcp,
        "ssr_mode": False,
        "footer_links": [],
        # Closed: no files go out, other sites cannot call, errors stay in the terminal.
        "strict_cors": True,
        "allowed_paths": [],
        "blocked_paths": [str(Path(index_path).resolve())],
        "max_file_size": _LARGEST_UPLOAD if can_change else _NO_UPLOAD,
        "show_error": False,
        "state_session_capacity": _SESSIONS,
        "max_threads": _THREADS,
        "app_kwargs": {
            "middleware": middleware,
            "exception_handlers": {KeyError: _bad_call, TypeError: _bad_call},
            # Gradio's own addresses are no endpoints; `/api` describes those that are.
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
        },
        "auth": login.form if login else None,
        "theme": theme(),
        # Not as "css": Gradio rewrites the selectors of that, and breaks some.
        "head": f"<style>{STYLE_SHEET.read_text('utf-8')}</style>",
        "js": SCRIPT.read_text("utf-8"),
    }
    try:
        _, address, _ = demo.launch(
            server_name=host,
            server_port=port,
            inbrowser=open_browser,
            prevent_thread_lock=True,
            quiet=True,
            **options,
        )
    except OSError as error:
        raise ArticleQAError(
            f"The page cannot be served at {host}, port {port or 'any'}, perhaps because another "
            "program is; choose another port."
        ) from error
    if mcp:
        _give_json(demo)
    # None where Gradio reloads a changed app.py: the page is being served already.
    if block and address:
        print(f"Ask your articles at {address} (Ctrl-C ends it)", flush=True)
        demo.block_thread()
    return str(address)


def _require_mcp() -> None:
    if importlib.util.find_spec("mcp") is None:
        raise ArticleQAError(
            'The Model Context Protocol needs a package more: pip install "article-qa[mcp]".'
        )


def _give_json(demo: gr.Blocks) -> None:
    """Tools give JSON; by itself Gradio sends what Python prints of a dictionary."""
    server = demo.mcp_server_obj
    if server is None:
        raise ArticleQAError(f"The Model Context Protocol cannot be served: {demo.mcp_error}")
    as_text: Callable[[list[str], str], Any] = server.postprocess_output_data

    def as_json(data: list[Any], root_url: str) -> Any:
        return as_text([json.dumps(result, ensure_ascii=False) for result in data], root_url)

    server.postprocess_output_data = as_json  # type: ignore[method-assign]


def _bad_call(request: Any, error: Exception) -> JSONResponse:
    """What Gradio makes an error of the server: no such endpoint (KeyError), or argument.

    And a question that ended by itself just while it was being stopped.
    """
    if isinstance(error, KeyError) and request.url.path == _CANCEL:
        return JSONResponse({"success": True})
    if not request.url.path.startswith(f"{CALL}/"):
        raise error
    if isinstance(error, KeyError):
        return JSONResponse({"detail": f"There is no such endpoint; see {PAGE}."}, 404)
    return JSONResponse({"detail": f"An argument is missing, or unknown; see {PAGE}."}, 422)
