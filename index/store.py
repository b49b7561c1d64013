"""The store: articles with their paragraphs and sentences, as rows of the database."""

# What is put into a statement's text are conditions and question marks made here and in
# filters.py; what users give goes into its parameters.
# ruff: noqa: S608

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from index.article import Article, Sentence
from index.database import Database
from index.embedding import Vectors
from index.errors import ArticleNotFound, IndexDamaged
from index.filters import Filters, sortable
from index.records import ArticleSummary, NewParagraph, NewSentence, StoredSentence
from index.stored_vectors import VECTOR_BYTES, from_bytes, to_bytes

# SQLite's default bound on the variables of one statement is 250,000; stay well below.
_CHUNK = 20_000


class Store:
    """The articles of a database. Reads are safe at any time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Writing

    def add(
        self,
        article: Article,
        paragraphs: Sequence[NewParagraph],
        sentences: Sequence[NewSentence],
    ) -> list[int]:
        """Insert one article, within `Database.writing()`; the ids of its sentences, in order."""
        connection = self._database.connection()
        cursor = connection.execute(
            "INSERT INTO articles"
            " (uri, title, text, published, source, language, author, content_hash, added)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.uri,
                article.title,
                article.text,
                sortable(article.published) if article.published else None,
                article.source,
                article.language,
                article.author,
                article.content_hash,
                sortable(datetime.now(UTC)),
            ),
        )
        number = cursor.lastrowid
        connection.executemany(
            "INSERT INTO paragraphs VALUES (?, ?, ?, ?, ?)",
            ((number, p.number, p.start, p.end, to_bytes(p.vector)) for p in paragraphs),
        )
        ids = []
        for s in sentences:
            cursor.execute(
                "INSERT INTO sentences (article, start, end, paragraph, text, context, vector)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    number,
                    s.start,
                    s.end,
                    s.paragraph,
                    article.text[s.start : s.end],
                    s.context,
                    to_bytes(s.vector),
                ),
            )
            assert cursor.lastrowid is not None
            ids.append(cursor.lastrowid)
        return ids

    def remove(self, uri: str) -> list[int]:
        """Delete an article, within `Database.writing()`; the ids that its sentences had."""
        rows = self._database.execute("SELECT id FROM articles WHERE uri = ?", (uri,))
        if not rows:
            raise ArticleNotFound(f"No article {uri!r} is in the index; see its list of articles.")
        [(number,)] = rows
        ids = [
            row[0]
            for row in self._database.execute(
                "SELECT id FROM sentences WHERE article = ?", (number,)
            )
        ]
        self._database.execute("DELETE FROM sentences WHERE article = ?", (number,))
        self._database.execute("DELETE FROM paragraphs WHERE article = ?", (number,))
        self._database.execute("DELETE FROM articles WHERE id = ?", (number,))
        return ids

    # Articles

    def article(self, uri: str) -> Article:
        rows = self._database.execute(
            "SELECT uri, title, text, published, source, language, author FROM articles"
            " WHERE uri = ?",
            (uri,),
        )
        if not rows:
            raise ArticleNotFound(f"No article {uri!r} is in the index; see its list of articles.")
        [(uri, title, text, published, source, language, author)] = rows
        return Article(uri, title, text, _moment(published), source, language, author)

    def content_hash(self, uri: str) -> str | None:
        rows = self._database.execute("SELECT content_hash FROM articles WHERE uri = ?", (uri,))
        return rows[0][0] if rows else None

    def summaries(self) -> list[ArticleSummary]:
        """Every article, in the order in which they were added."""
        rows = self._database.execute(
            "SELECT uri, title, source, published, language, author, content_hash,"
            " (SELECT count(*) FROM sentences WHERE article = articles.id), added"
            " FROM articles ORDER BY id"
        )
        return [
            ArticleSummary(
                row[0], row[1], row[2], _moment(row[3]), row[4], row[5], row[6], row[7],
                datetime.fromisoformat(row[8]),
            )
            for row in rows
        ]  # fmt: skip

    def counts(self) -> tuple[int, int]:
        """Articles and sentences."""
        [row] = self._database.execute(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM sentences)"
        )
        return row[0], row[1]

    def matches_any(self, filters: Filters) -> bool:
        """Whether any article passes the filters."""
        condition, parameters = filters.condition()
        return bool(
            self._database.execute(f"SELECT 1 FROM articles WHERE {condition} LIMIT 1", parameters)
        )

    # Sentences

    def sentence_ids(self, filters: Filters | None = None) -> npt.NDArray[np.int64]:
        """Ids of all sentences, or of those in articles that the filters let through."""
        if filters:
            condition, parameters = filters.condition()
            rows = self._database.execute(
                "SELECT sentences.id FROM sentences JOIN articles ON articles.id = article"
                f" WHERE {condition} ORDER BY sentences.id",
                parameters,
            )
        else:
            rows = self._database.execute("SELECT id FROM sentences ORDER BY id")
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def vectors(self, ids: Sequence[int], dimension: int) -> Vectors:
        """Vectors of these sentences, in the order of the ids; shape (ids, dimension).

        Raises:
            IndexDamaged: a stored vector has another dimension.
        """
        result = np.zeros((len(ids), dimension), dtype=np.float32)
        row_of = {id: row for row, id in enumerate(ids)}
        for chunk in _chunks(ids):
            for id, blob in self._database.execute(
                f"SELECT id, vector FROM sentences WHERE id IN ({_marks(chunk)})", chunk
            ):
                if len(blob) != VECTOR_BYTES * dimension:
                    raise IndexDamaged(
                        f"The vector of sentence {id} in {self._database.path} has a wrong size; "
                        '"article-qa check" names its article.'
                    )
                result[row_of[id]] = from_bytes(blob)
        return result

    def sentences(self, ids: Sequence[int]) -> dict[int, StoredSentence]:
        """The sentences of these ids; ids that are not there are left out."""
        rows = [
            row
            for chunk in _chunks(ids)
            for row in self._database.execute(
                "SELECT s.vector, p.vector, s.text, s.context,"
                " s.id, a.uri, s.start, s.end, s.paragraph"
                " FROM sentences s JOIN articles a ON a.id = s.article"
                " JOIN paragraphs p ON p.article = s.article AND p.number = s.paragraph"
                f" WHERE s.id IN ({_marks(chunk)})",
                chunk,
            )
        ]
        if not rows:
            return {}
        # Decoded together: hundreds of small arrays would cost more than reading them.
        vectors, paragraph_vectors = (
            from_bytes(b"".join(row[column] for row in rows)).reshape(len(rows), -1)
            for column in (0, 1)
        )
        return {
            id: StoredSentence(
                Sentence(id, uri, start, end, paragraph),
                text,
                context,
                vectors[row],
                paragraph_vectors[row],
            )
            for row, (_, _, text, context, id, uri, start, end, paragraph) in enumerate(rows)
        }

    def paragraph(self, uri: str, number: int) -> list[Sentence]:
        """The sentences of one paragraph, in the order of the text."""
        return [
            Sentence(*row)
            for row in self._database.execute(
                "SELECT s.id, a.uri, s.start, s.end, s.paragraph FROM sentences s"
                " JOIN articles a ON a.id = s.article"
                " WHERE a.uri = ? AND s.paragraph = ? ORDER BY s.start",
                (uri, number),
            )
        ]

    def sentence_rows(self, uri: str) -> list[tuple[int, int, int, str, bytes]]:
        """Of each sentence of an article, in order: start, end, paragraph, text, vector."""
        return self._database.execute(
            "SELECT s.start, s.end, s.paragraph, s.text, s.vector FROM sentences s"
            " JOIN articles a ON a.id = s.article WHERE a.uri = ? ORDER BY s.id",
            (uri,),
        )

    def paragraph_rows(self, uri: str) -> list[tuple[int, int, int, bytes]]:
        """Of each paragraph of an article, in order: start, end, number, vector."""
        return self._database.execute(
            "SELECT p.start, p.end, p.number, p.vector FROM paragraphs p"
            " JOIN articles a ON a.id = p.article WHERE a.uri = ? ORDER BY p.number",
            (uri,),
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _marks(values: Sequence[int]) -> str:
    return ", ".join("?" * len(values))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), _CHUNK):
        yield ids[first : first + _CHUNK]
