"""The shapes of what the endpoints give, as types that Gradio turns into JSON schemas.

`qa.serialization` makes the values; a test holds both together. Offsets count characters of the
article's text from 0; dates are ISO 8601; scores are from 0 to 1, higher is better.
"""

from typing import Literal, TypedDict


class SentenceJSON(TypedDict):
    """A sentence of an article: its characters from `start` to before `end`."""

    id: int
    start: int
    end: int
    paragraph: int


class SpanJSON(TypedDict):
    """The words that answer best."""

    start: int
    end: int
    score: float
    sentence_score: float


class PassageJSON(TypedDict):
    """A sentence that was found, with its neighbours."""

    uri: str
    title: str
    source: str | None
    published: str | None
    language: str | None
    author: str | None
    content_hash: str
    text: str
    start: int
    end: int
    quote: str
    sentence: SentenceJSON
    sentences: list[SentenceJSON]
    paragraph_start: int
    paragraph_end: int
    score: float
    scores: dict[str, float]
    span: SpanJSON | None


class CitationJSON(TypedDict):
    """Where an answer comes from: `quote` is the article's text from `start` to before `end`."""

    number: int
    uri: str
    title: str
    source: str | None
    published: str | None
    content_hash: str
    quote: str
    start: int
    end: int
    answer_start: int | None
    answer_end: int | None
    alternative: bool
    passage: PassageJSON


class AnswerJSON(TypedDict):
    """An answer, or a refusal: then `abstained` is true, and `reason` says why."""

    question: str
    standalone_question: str
    text: str
    form: str | None
    abstained: bool
    reason: str | None
    confidence: float
    citations: list[CitationJSON]
    passages: list[PassageJSON]
    unknown_words: list[str]
    corrections: dict[str, str]
    timings: dict[str, float]


class ArticleJSON(TypedDict):
    """What is known of an article without its text; `sentences` counts them."""

    uri: str
    title: str
    source: str | None
    published: str | None
    language: str | None
    author: str | None
    content_hash: str
    sentences: int
    added: str


class AddedJSON(TypedDict):
    """What became of an article that was sent."""

    uri: str
    outcome: Literal["added", "replaced", "unchanged"]


class RemovedJSON(TypedDict):
    """The article that was removed."""

    uri: str
