"""What the page works with, over a real index and a real store, with a bot that says "Yes."."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from index import Article, ArticleIndex, Filters, HashingEmbedder
from qa import Answer, Step, Turn
from qa.chat.loading import Loading
from qa.chat.parts import Changes, Parts, Service
from qa.conversations import Conversations
from qa.waiting_line import WaitingLine

# Stand-ins for the components of the page, by name.
PARTS = Parts(**{field.name: field.name for field in fields(Parts)})


class FakeBot:
    """Answers "Yes.", or raises, as soon as it is let."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.histories: list[list[str]] = []
        self.filters: list[Filters] = []
        self.go_on = threading.Event()
        self.go_on.set()

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, filters: Filters
    ) -> Iterator[Step | Answer]:
        self.histories.append([turn.question for turn in history])
        self.filters.append(filters)
        yield Step("searching")
        if self.error:
            raise self.error
        yield Step("reading", {"searching": 12.4})
        self.go_on.wait()
        yield Answer(question, question, "Yes.")


@contextmanager
def service(
    folder: Path,
    bot: FakeBot | None = None,
    *,
    loading: Loading | None = None,
    articles: Sequence[Article] = (),
    can_change: bool = True,
) -> Iterator[Service]:
    """Closed at the end."""
    with (
        ArticleIndex.open(folder, embedder=HashingEmbedder()) as index,
        Conversations.open(folder) as conversations,
    ):
        index.add(articles)
        loaded = loading or Loading(lambda: None)
        if loading is None:
            loaded.wait()
        yield Service(
            bot or FakeBot(),  # type: ignore[arg-type]
            index,
            conversations,
            WaitingLine(2, 20),
            loaded,
            can_change,
        )


def last_values(changes: Iterator[Changes] | Sequence[Changes]) -> dict[str, Any]:
    """What every part of the page shows when all is done."""
    values: dict[str, Any] = {}
    for change in changes:
        values |= change
    return values
