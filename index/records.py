"""What goes into the store and what comes out of it."""

from dataclasses import dataclass
from datetime import datetime

from index.article import Sentence
from index.embedding import Vectors


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """What is known of an indexed article without reading it.

    Attributes:
        sentences: how many it has.
        added: when this version was indexed, in UTC.
    """

    uri: str
    title: str
    source: str | None
    published: datetime | None
    language: str | None
    author: str | None
    content_hash: str
    sentences: int
    added: datetime


@dataclass(frozen=True, slots=True)
class NewSentence:
    """A sentence on its way into the store; `context` is what full text also finds it by."""

    start: int
    end: int
    paragraph: int
    context: str
    vector: Vectors


@dataclass(frozen=True, slots=True)
class NewParagraph:
    """A paragraph on its way into the store; its offsets are into the article's text."""

    number: int
    start: int
    end: int
    vector: Vectors


@dataclass(frozen=True, slots=True)
class StoredSentence:
    """A sentence as it was found, with what ranking needs.

    Attributes:
        sentence: where it stands.
        text: its words.
        context: the title of its article and the sentences beside it.
        vector, paragraph_vector: shape (dimension,).
    """

    sentence: Sentence
    text: str
    context: str
    vector: Vectors
    paragraph_vector: Vectors
