"""The reader's contract: a question and windows of articles in, the words that answer out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index import Article, Sentence
from qa.answer import Span


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring sentences of an article that are read at once."""

    article: Article
    sentences: tuple[Sentence, ...]

    @property
    def start(self) -> int:
        """Offset of its first character into the text of the article."""
        return self.sentences[0].start

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.sentences[-1].end

    @property
    def text(self) -> str:
        """Its words: a slice of the article."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one window.

    Attributes:
        window: what was read.
        spans: for each sentence, in order, its likeliest words; None for one without any.
        no_answer: the score of "no answer", on the scale of the spans' scores: 0 for the reader
            that ships, whose scores are relative to it.
    """

    window: Window
    spans: tuple[Span | None, ...]
    no_answer: float = 0.0


class Reader(Protocol):
    """Finds the words that answer. Safe to call from many threads."""

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        """One reading for each window, in order. Scores of all of them compare."""

    def warm_up(self) -> None:
        """Do now what the first call would wait for."""


def encodable(text: str) -> str:
    """A text that tokenizers take: half a character becomes "?", so that every offset stays."""
    return text.encode(errors="replace").decode()
