"""Articles and their sentences: the values that everything else passes around."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from index.errors import InvalidArticle


@dataclass(frozen=True, slots=True)
class Article:
    """One article, exactly as it will be cited.

    Attributes:
        uri: identity of the article: its web address, or the `file:` address of its file.
            Two articles of one uri are two versions of the same article.
        title: headline, never empty.
        text: the whole text. Every offset in this project counts its characters
            (Unicode code points) from 0.
        published: when it was published; a time without a zone is taken as UTC.
        source: who published it ("CNN"), if known.
        language: ISO 639-1 code ("en"), if known.
        author: who wrote it, if known; several names as one text ("Ida Holm and Per Lund").
        content_hash: SHA-256, in hexadecimal, of everything above but the uri.

    Raises:
        InvalidArticle: the uri or the title is empty, the text is empty or white space, or
            a field holds a lone surrogate, which no file and no database can hold; or the
            date has no equivalent in UTC (the first hours of year 1, the last of 9999).
    """

    uri: str
    title: str
    text: str
    published: datetime | None = None
    source: str | None = None
    language: str | None = None
    author: str | None = None
    content_hash: str = field(init=False)

    def __post_init__(self) -> None:
        for name in ("uri", "title", "text"):
            if not getattr(self, name).strip():
                raise InvalidArticle(f"The article {self.uri!r} has no {name}; give it one.")
        for name in ("uri", "title", "text", "source", "language", "author"):
            _require_encodable(self.uri, name, getattr(self, name) or "")
        if self.published is not None and self.published.tzinfo is None:
            object.__setattr__(self, "published", self.published.replace(tzinfo=UTC))
        try:
            object.__setattr__(self, "content_hash", _content_hash(self))
        except OverflowError:
            raise InvalidArticle(
                f"The article {self.uri!r} is dated {self.published}, which no calendar in UTC "
                "has; correct the date or leave it out."
            ) from None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an indexed article: `article.text[start:end]`.

    Attributes:
        id: number of the sentence in its index, never used twice.
        article_uri: the article that it is a part of.
        start, end: offsets into the text of the article, in characters; `0 <= start < end`.
        paragraph: number of its paragraph in the article, from 0.
    """

    id: int
    article_uri: str
    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """A file, or a part of one, that did not become an article.

    Attributes:
        uri: what failed: the address of the file, with a line number where there is one.
        reason: why, and what to do about it.
    """

    uri: str
    reason: str


Loaded = Article | LoadFailure
LoadedArticles = Iterable[Loaded]


def _content_hash(article: Article) -> str:
    published = article.published.astimezone(UTC).isoformat() if article.published else None
    content = [article.title, article.text, published, article.source, article.language]
    if article.author:  # appended, so that articles without one keep the hash they always had
        content.append(article.author)
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()


def _require_encodable(uri: str, name: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidArticle(
            f"The {name} of article {uri!r} holds half a character (a lone surrogate) at offset "
            f"{error.start}; save the file again as UTF-8."
        ) from None
