"""Serves one page for each collection that the browser tests need, until its input ends.

Prints a line of JSON, the address of each page by its name. Run in a process of its own: the
tests would turn the warnings of Gradio's threads into errors.
"""

import json
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from index import Article, ArticleIndex, Filters, HashingEmbedder, Loaded, load_articles
from qa import Answer, Bot, Retriever, Step, Turn
from qa.chat import build_demo, launch
from qa.conversations import Conversations
from qa.passwords import AuthFile
from tests.browser.reader import USERS

SEEDS = Path(__file__).parents[2] / "seeds"
PWNED = "window.__pwned = true"


def hostile() -> Iterable[Article]:
    """Articles that would run code, or load from elsewhere, if they were read as markup."""
    attacks = {
        "script": f"<script>{PWNED}</script>",
        "image": f"<img src=x onerror='{PWNED}'><img src=http://192.0.2.1/track.png>",
        "vector": f"\"'><svg/onload='{PWNED}'>",
        "literal": f"${{{PWNED}}} `+({PWNED})+`",
        "handlebars": "{{value}} {{{value}}} {{#each this}}x{{/each}} {{constructor.name}}",
        "latex": "$$\\href{javascript:" + PWNED + "}{x}$$ \\(x\\) $x$",
        "markdown": f"![x](http://192.0.2.1/x.png) [y](javascript:{PWNED}) **bold** `code`",
        "direction": "abc \u202e fed \u2067 cba \u202d",
        "control": "nul \0 bell \7 escape \x1b[31m delete \x7f",
    }
    for name, attack in attacks.items():
        yield Article(
            f"javascript:{PWNED}//{name}",
            f"The {name} attack {attack}",
            f"The {name} attack says {attack} to every reader. It ends here.",
            datetime(2023, 2, 7, tzinfo=UTC),
            f"Outlet {attack}",
        )
    yield Article("https://example.com/?a=1&b=\"'<>", "Linked", "The linked article is harmless.")
    yield Article("file:///long", "Long", "The elephant stood at the river " + "x" * 10_000_000)


def few() -> Iterable[Article]:
    """A small collection of two outlets, to be added to and filtered."""
    for number, (title, text, source) in enumerate(
        [
            (
                "The harbour",
                "The harbour of Varnholm opened in 1911. It has nine cranes.",
                "Herald",
            ),
            ("The bridge", "The bridge of Varnholm was built by Ada Lindqvist in 1954.", "Herald"),
            ("The market", "The market of Ostrava sells cheese on Fridays.", "Gazette"),
        ]
    ):
        published = datetime(2021 + number, 3, 4, tzinfo=UTC)
        yield Article(f"https://example.com/{number}", title, text, published, source)


class SlowEmbedder(HashingEmbedder):
    """Takes until it is let go to load its model."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def warm_up(self) -> None:
        self.let_go.wait()


class HeldBot(Bot):
    """Reads what it found for a question only once it is let go, each time again."""

    def __init__(self, retriever: Retriever) -> None:
        super().__init__(retriever)
        self.let_go = threading.Semaphore(0)

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, filters: Filters | None = None
    ) -> Iterator[Step | Answer]:
        for item in super().stream(question, history, filters=filters):
            yield item
            if isinstance(item, Step) and item.name == "reading":
                self.let_go.acquire()


def serve(
    name: str,
    articles: Iterable[Loaded],
    embedder: HashingEmbedder,
    *,
    make_bot: Callable[[Retriever], Bot] = Bot,
    can_change: bool = False,
    auth_file: Path | None = None,
) -> str:
    """The address of a new page about these articles."""
    folder = Path(tempfile.mkdtemp()) / name
    index = ArticleIndex.open(folder, embedder=embedder)
    report = index.add(articles)
    assert not report.failed, report.failed
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    demo = build_demo(
        make_bot(Retriever(index)), index, Conversations.open(folder), can_change=can_change
    )
    return launch(demo, folder, port=port, block=False, can_change=can_change, auth_file=auth_file)


def two_users() -> Path:
    """A file of who may sign in."""
    users = Path(tempfile.mkdtemp()) / "users"
    for name, password in USERS.items():
        AuthFile(users).add(name, password)
    return users


def main() -> None:
    slow = SlowEmbedder()
    held: list[HeldBot] = []

    def hold(retriever: Retriever) -> Bot:
        held.append(HeldBot(retriever))
        return held[-1]

    pages = {
        "seeds": serve("seeds", load_articles(SEEDS), HashingEmbedder()),
        "memory": serve("memory", load_articles(SEEDS), HashingEmbedder(), can_change=True),
        "hostile": serve("hostile", hostile(), HashingEmbedder()),
        "collection": serve("collection", few(), HashingEmbedder(), can_change=True),
        "empty": serve("empty", [], HashingEmbedder()),
        "stuck": serve("stuck", load_articles(SEEDS), SlowEmbedder()),
        "slow": serve("slow", load_articles(SEEDS), slow),
        "held": serve("held", load_articles(SEEDS), HashingEmbedder(), make_bot=hold),
        "private": serve("private", load_articles(SEEDS), HashingEmbedder(), auth_file=two_users()),
    }
    print(json.dumps(pages), flush=True)
    for line in sys.stdin:
        if line == "slow\n":
            slow.let_go.set()
        if line == "held\n":
            held[0].let_go.release()


if __name__ == "__main__":
    main()
