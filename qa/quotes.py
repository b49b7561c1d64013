"""Quotes in files that people keep, checked against the articles they were taken from."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from index import ArticleIndex, ArticleNotFound, ArticleQAError
from qa.escaping import as_shown

QUOTE_CLASS = "article-qa-quote"
"""Class of the HTML elements whose text is a quote; their `data-` attributes say of what."""


class UnreadableQuotes(ArticleQAError, ValueError):
    """A file is none of those that hold quotes."""


class QuoteState(StrEnum):
    """What became of a quote."""

    INTACT = "intact"
    """The article says it, at these offsets, in the version that was quoted."""
    MOVED = "moved"
    """The article was replaced since, and still says it, word for word."""
    ALTERED = "altered"
    """The article is the version that was quoted, and says something else at these offsets."""
    OUTDATED = "outdated"
    """The article was replaced since, and no longer says it."""
    GONE = "gone"
    """The index has no article of this uri."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words, and where they claim to stand: offsets into the text of one version of an article."""

    text: str
    uri: str
    content_hash: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """A quote and what became of it.

    Attributes:
        found_at: where the words stand now in the article; None where they do not.
    """

    quote: Quote
    state: QuoteState
    found_at: int | None

    @property
    def ok(self) -> bool:
        """Whether the article says these words."""
        return self.state in (QuoteState.INTACT, QuoteState.MOVED)


def quotes_in_file(path: Path) -> list[Quote]:
    """Every quote of a file, in its order.

    Args:
        path: a conversation as HTML or JSON, or what `article-qa ask --json` or
            `search --json` printed.

    Raises:
        UnreadableQuotes: the file cannot be read, is of another kind, or a quote in it does not
            say where it is from.
    """
    try:
        text = path.read_bytes().decode("utf-8")  # not read_text: line ends stay as they are
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableQuotes(f"{path} cannot be read: {error}") from error
    try:
        if text.lstrip()[:1] == "<":
            return _in_html(text)
        return list(_in_json(json.loads(text)))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableQuotes(
            f"{path} does not hold quotes that can be checked ({type(error).__name__}: {error}); "
            "give a conversation that was downloaded as HTML or JSON, or the output of "
            '"article-qa ask --json".'
        ) from error


def check_quotes(quotes: list[Quote], index: ArticleIndex) -> list[CheckedQuote]:
    """Compare each quote with the article that it names, all with one state of the index."""
    with index.reading():
        return [_checked(quote, index) for quote in quotes]


def _checked(quote: Quote, index: ArticleIndex) -> CheckedQuote:
    try:
        article = index.article(quote.uri)
    except ArticleNotFound:
        return CheckedQuote(quote, QuoteState.GONE, None)
    same_version = article.content_hash == quote.content_hash
    said = article.text[quote.start : quote.end] if 0 <= quote.start < quote.end else ""
    if said and quote.text in (said, as_shown(said)):
        return CheckedQuote(
            quote, QuoteState.INTACT if same_version else QuoteState.MOVED, quote.start
        )
    if same_version:
        return CheckedQuote(quote, QuoteState.ALTERED, None)
    place = article.text.find(quote.text) if quote.text else -1
    if place < 0:
        return CheckedQuote(quote, QuoteState.OUTDATED, None)
    return CheckedQuote(quote, QuoteState.MOVED, place)


def _in_json(value: Any) -> Iterator[Quote]:
    """Every object with a "quote", however deep; of the same one twice, the first."""
    seen: set[Quote] = set()
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict):
            waiting += reversed(value.values())
            if "quote" in value:
                quote = _from_object(value)
                if quote not in seen:
                    seen.add(quote)
                    yield quote


def _from_object(value: dict[str, Any]) -> Quote:
    # Of a passage, the quote is the sentence that was found within it.
    place = value.get("sentence", value)
    quote = Quote(value["quote"], value["uri"], value["content_hash"], place["start"], place["end"])
    if not (
        all(isinstance(words, str) for words in (quote.text, quote.uri, quote.content_hash))
        and all(type(offset) is int for offset in (quote.start, quote.end))
    ):
        raise TypeError("a quote without its words, uri, content hash or offsets")
    return quote


def _in_html(text: str) -> list[Quote]:
    parser = _QuoteParser()
    parser.feed(text)
    parser.close()
    if parser.depth:
        raise ValueError("a quote does not end")
    return parser.quotes


class _QuoteParser(HTMLParser):
    """Collects what is shown in the elements of the class of quotes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.quotes: list[Quote] = []
        self.depth = 0
        self._about: dict[str, str | None] = {}
        self._words: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth:
            self.depth += 1
            return
        found = dict(attrs)
        if QUOTE_CLASS in (found.get("class") or "").split():
            self.depth = 1
            self._about = found
            self._words = []

    def handle_endtag(self, _tag: str) -> None:
        if not self.depth:
            return
        self.depth -= 1
        if not self.depth:
            self.quotes.append(
                Quote(
                    "".join(self._words),
                    str(self._about["data-uri"]),
                    str(self._about["data-content-hash"]),
                    int(self._about["data-start"] or ""),
                    int(self._about["data-end"] or ""),
                )
            )

    def handle_data(self, data: str) -> None:
        if self.depth:
            self._words.append(data)
