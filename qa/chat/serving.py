"""The page on a port of this computer."""

from pathlib import Path
from typing import Any

import gradio as gr

from index import ArticleIndex, ArticleQAError
from qa.bot import Bot
from qa.chat.guard import Guard, allowed_hosts
from qa.chat.layout import build_demo
from qa.chat.style import SCRIPT, STYLE_SHEET, theme
from qa.conversations import Conversations
from qa.retriever import Retriever

# Of one file. Where articles cannot be added, Gradio's upload address is there all the same.
_LARGEST_UPLOAD = "20mb"
_NO_UPLOAD = "1kb"
# Tabs whose state is kept in memory at once, and requests that are worked on or wait in line.
_SESSIONS = 1_000
_THREADS = 200


def serve(
    index_path: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
) -> None:
    """Open an index, or make an empty one, and chat about it until Ctrl-C.

    Args:
        index_path: the folder of the index.
        host: address to listen on. There are no passwords: whoever reaches it can ask.
        port: to listen on, 1 to 65,535.
        open_browser: whether to open the page in the browser.

    Raises:
        ArticleQAError: the index cannot be used, or the port is taken.
    """
    with ArticleIndex.open(index_path) as index, Conversations.open(index_path) as conversations:
        demo = build_demo(Bot(Retriever(index)), index, conversations, can_change=True)
        launch(demo, index_path, host=host, port=port, open_browser=open_browser, can_change=True)


def launch(
    demo: gr.Blocks,
    index_path: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = False,
    block: bool = True,
    can_change: bool = False,
) -> str:
    """Serve a page that `build_demo` made; its address.

    Args:
        index_path: the folder of the index, which is never served.
        port: None for the first free one from 7860.
        block: whether to return only after Ctrl-C.
        can_change: whether files may be sent, so that the page can add them.

    Raises:
        ArticleQAError: the page cannot be served there, perhaps because the port is taken.
    """
    options: dict[str, Any] = {
        # Private: nothing leaves this computer, and nothing is recorded.
        "share": False,
        "run_history": False,
        "enable_monitoring": False,
        "pwa": False,
        "mcp_server": False,
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
            "middleware": [(Guard, (), {"hosts": allowed_hosts(host)})],
            "docs_url": None,
            "redoc_url": None,
        },
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
    # None where Gradio reloads a changed app.py: the page is being served already.
    if block and address:
        print(f"Ask your articles at {address} (Ctrl-C ends it)", flush=True)
        demo.block_thread()
    return str(address)
