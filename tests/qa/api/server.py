"""Serves one page for everybody and one for those who sign in, until its input ends.

Prints a line of JSON: their addresses, the file of users, and the routes behind the login. Run in
a process of its own: the tests would turn the warnings of Gradio's threads into errors.
"""

import importlib.util
import json
import re
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from index import ArticleIndex, HashingEmbedder, load_articles
from qa import Bot, Retriever
from qa.chat import build_demo, launch
from qa.conversations import Conversations
from qa.passwords import AuthFile

SEEDS = Path(__file__).parents[3] / "seeds"
USERS = {"ada": "correct horse battery", "bob": "staple a long password", "eve": "overhears it all"}
USERS |= {name: f"the password of {name}" for name in ("leaving", "changing", "guessed")}
HAS_MCP = importlib.util.find_spec("mcp") is not None


def serve(folder: Path, auth_file: Path | None) -> tuple[gr.Blocks, str]:
    index = ArticleIndex.open(folder, embedder=HashingEmbedder())
    index.add(load_articles(SEEDS))
    demo = build_demo(
        Bot(Retriever(index)),
        index,
        Conversations.open(folder),
        writes=auth_file is not None,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = launch(demo, folder, port=port, block=False, auth_file=auth_file, mcp=HAS_MCP)
    return demo, address.rstrip("/")


def routes(router: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every method and path, with some value for each of its parameters."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner, prefix)
        elif getattr(route, "methods", None):
            for method in sorted(route.methods):
                yield method, prefix + re.sub(r"\{[^}]*\}", "x", route.path)
        else:  # an application of its own
            yield "GET", prefix + route.path + "/"
            yield "POST", prefix + route.path + "/"
            if hasattr(route.app, "routes"):
                yield from routes(route.app, prefix + route.path)


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    auth_file = folder / "users"
    for name, password in USERS.items():
        AuthFile(auth_file).add(name, password)
    _, public = serve(folder / "public", None)
    demo, private = serve(folder / "private", auth_file)
    found = sorted(set(routes(demo.app)))
    # Standard output is also where Gradio says that it serves tools.
    told = {"public": public, "private": private, "users": str(auth_file), "routes": found}
    print("\n" + json.dumps(told), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
