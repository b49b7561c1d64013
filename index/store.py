"""SQLite: the truth. Articles, sentences, vectors and full text, changed in one transaction."""

# What is put into a statement's text are conditions and question marks made here and in
# filters.py; what users give goes into its parameters.
# ruff: noqa: S608

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.article import Article, Sentence
from index.embedding import EmbeddingIdentity, Vectors
from index.errors import ArticleNotFound, IndexBusy, IndexDamaged, StorageError
from index.filters import Filters, sortable
from index.schema import migrate

# How long a second writing process waits for the first, in seconds.
_WAIT = 30.0
# SQLite's default bound on the variables of one statement is 250,000; stay well below.
_CHUNK = 20_000
# A vector is stored as 16-bit floats: they keep a cosine to three digits, at half the size.
VECTOR_BYTES = 2


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


class Store:
    """One SQLite file, one connection for each thread.

    Reads are safe at any time. Writes happen inside `writing()`.

    Raises:
        IndexDamaged: the file is not a database, or not one of article-qa.
        IndexTooNew: a newer version of article-qa wrote it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._closed = False
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._registering = threading.Lock()
        try:
            with self._translated():
                migrate(self._connection(), path)
                # Only now: the database of another program must not be touched.
                self._connection().execute("PRAGMA journal_mode = WAL")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file. No other thread may be at work with it."""
        with self._registering:
            self._closed = True
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    # Transactions

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the database, whatever others write meanwhile."""
        connection = self._connection()
        with self._translated():
            connection.execute("BEGIN")
        try:
            self.generation()  # SQLite takes its snapshot at the first look, not before
            yield
        finally:
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Change the database as a whole or not at all; the generation number goes up.

        Raises:
            IndexBusy: another process kept writing for half a minute.
        """
        with self._transaction():
            yield
            self._execute(
                "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'"
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Be the only writer; everything is kept, or nothing."""
        if self._connection().in_transaction:
            raise RuntimeError("this thread reads the index; it cannot change it at the same time")
        connection = self._connection()
        with self._translated():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # after a full disk SQLite has rolled back itself
                    connection.execute("ROLLBACK")
                raise

    # Facts about the whole

    def generation(self) -> int:
        """How many transactions have changed the store."""
        return int(self._meta("generation") or 0)

    def embedding(self) -> EmbeddingIdentity | None:
        """Of the model that the vectors were made with; None before the first was chosen."""
        model, fingerprint, dimension, method = (
            self._meta(f"embedding_{name}")
            for name in ("model", "fingerprint", "dimension", "method")
        )
        if not (model and fingerprint and dimension and method):
            return None
        return EmbeddingIdentity(model, fingerprint, int(dimension), method)

    def set_embedding(self, identity: EmbeddingIdentity) -> None:
        for name in ("model", "fingerprint", "dimension", "method"):
            self._execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                (f"embedding_{name}", str(getattr(identity, name))),
            )

    def identifier(self) -> str:
        """A random name that this store got when it was made."""
        return self._meta("identifier") or ""

    def counts(self) -> tuple[int, int]:
        """Articles and sentences."""
        [row] = self._execute(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM sentences)"
        )
        return row[0], row[1]

    def matches_any(self, filters: Filters) -> bool:
        """Whether any article passes the filters."""
        condition, parameters = filters.condition()
        return bool(self._execute(f"SELECT 1 FROM articles WHERE {condition} LIMIT 1", parameters))

    # Articles

    def add(
        self,
        article: Article,
        paragraphs: Sequence[NewParagraph],
        sentences: Sequence[NewSentence],
    ) -> list[int]:
        """Insert one article, within `writing()`; the ids of its sentences, in order."""
        connection = self._connection()
        cursor = connection.execute(
            "INSERT INTO articles"
            " (uri, title, text, published, source, language, content_hash, added)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.uri,
                article.title,
                article.text,
                sortable(article.published) if article.published else None,
                article.source,
                article.language,
                article.content_hash,
                sortable(datetime.now(UTC)),
            ),
        )
        number = cursor.lastrowid
        connection.executemany(
            "INSERT INTO paragraphs VALUES (?, ?, ?, ?, ?)",
            ((number, p.number, p.start, p.end, _blob(p.vector)) for p in paragraphs),
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
                    _blob(s.vector),
                ),
            )
            assert cursor.lastrowid is not None
            ids.append(cursor.lastrowid)
        return ids

    def remove(self, uri: str) -> list[int]:
        """Delete an article, within `writing()`; the ids that its sentences had."""
        rows = self._execute("SELECT id FROM articles WHERE uri = ?", (uri,))
        if not rows:
            raise ArticleNotFound(f"No article {uri!r} is in the index; see its list of articles.")
        [(number,)] = rows
        ids = [
            row[0] for row in self._execute("SELECT id FROM sentences WHERE article = ?", (number,))
        ]
        self._execute("DELETE FROM sentences WHERE article = ?", (number,))
        self._execute("DELETE FROM paragraphs WHERE article = ?", (number,))
        self._execute("DELETE FROM articles WHERE id = ?", (number,))
        return ids

    def article(self, uri: str) -> Article:
        rows = self._execute(
            "SELECT uri, title, text, published, source, language FROM articles WHERE uri = ?",
            (uri,),
        )
        if not rows:
            raise ArticleNotFound(f"No article {uri!r} is in the index; see its list of articles.")
        [(uri, title, text, published, source, language)] = rows
        return Article(uri, title, text, _moment(published), source, language)

    def content_hash(self, uri: str) -> str | None:
        rows = self._execute("SELECT content_hash FROM articles WHERE uri = ?", (uri,))
        return rows[0][0] if rows else None

    def summaries(self) -> list[ArticleSummary]:
        """Every article, in the order in which they were added."""
        rows = self._execute(
            "SELECT uri, title, source, published, language, content_hash,"
            " (SELECT count(*) FROM sentences WHERE article = articles.id), added"
            " FROM articles ORDER BY id"
        )
        return [
            ArticleSummary(
                row[0], row[1], row[2], _moment(row[3]), row[4], row[5], row[6],
                datetime.fromisoformat(row[7]),
            )
            for row in rows
        ]  # fmt: skip

    # Sentences

    def sentence_ids(self, filters: Filters | None = None) -> npt.NDArray[np.int64]:
        """Ids of all sentences, or of those in articles that the filters let through."""
        if filters:
            condition, parameters = filters.condition()
            rows = self._execute(
                "SELECT sentences.id FROM sentences JOIN articles ON articles.id = article"
                f" WHERE {condition} ORDER BY sentences.id",
                parameters,
            )
        else:
            rows = self._execute("SELECT id FROM sentences ORDER BY id")
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def vectors(self, ids: Sequence[int], dimension: int) -> Vectors:
        """Vectors of these sentences, in the order of the ids; shape (ids, dimension).

        Raises:
            IndexDamaged: a stored vector has another dimension.
        """
        result = np.zeros((len(ids), dimension), dtype=np.float32)
        row_of = {id: row for row, id in enumerate(ids)}
        for chunk in _chunks(ids):
            for id, blob in self._execute(
                f"SELECT id, vector FROM sentences WHERE id IN ({_marks(chunk)})", chunk
            ):
                if len(blob) != VECTOR_BYTES * dimension:
                    raise IndexDamaged(
                        f"The vector of sentence {id} in {self._path} has a wrong size; "
                        '"article-qa check" names its article.'
                    )
                result[row_of[id]] = _vector(blob)
        return result

    def sentences(self, ids: Sequence[int]) -> dict[int, StoredSentence]:
        """The sentences of these ids; ids that are not there are left out."""
        rows = [
            row
            for chunk in _chunks(ids)
            for row in self._execute(
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
            _vector(b"".join(row[column] for row in rows)).reshape(len(rows), -1)
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
            for row in self._execute(
                "SELECT s.id, a.uri, s.start, s.end, s.paragraph FROM sentences s"
                " JOIN articles a ON a.id = s.article"
                " WHERE a.uri = ? AND s.paragraph = ? ORDER BY s.start",
                (uri, number),
            )
        ]

    # Full text

    def search_text(
        self, words: Sequence[str], k: int, *, with_context: bool, filters: Filters | None = None
    ) -> list[tuple[int, float]]:
        """The `k` sentences that match any of the words best, by BM25 (FTS5's, k1 1.2, b 0.75).

        With `with_context`, the title and the neighbouring sentences count too.
        """
        query = _match_any(words)
        if not query:
            return []
        if not with_context:
            query = f"text : ({query})"
        condition, parameters = (filters or Filters()).condition()
        # The plus keeps SQLite from running the full text query for every sentence let through.
        scope = (
            " AND +rowid IN (SELECT s.id FROM sentences s JOIN articles ON articles.id = s.article"
            f" WHERE {condition})"
            if filters
            else ""
        )
        return self._execute(
            "SELECT rowid, -rank FROM sentence_text WHERE sentence_text MATCH ?"
            f"{scope} ORDER BY rank LIMIT ?",
            [query, *parameters, k],
        )

    def contains(self, word: str) -> bool:
        """Whether any sentence, or the title of any article, has this word, in any form."""
        query = _match_any([word])
        return bool(
            query
            and self._execute(
                "SELECT 1 FROM sentence_text WHERE sentence_text MATCH ? LIMIT 1", (query,)
            )
        )

    def stems(self) -> list[str]:
        """Every stem that full text knows, without digits."""
        return [
            row[0]
            for row in self._execute("SELECT term FROM vocabulary WHERE term NOT GLOB '*[0-9]*'")
        ]

    def example_of(self, stem: str) -> str | None:
        """The text and context of one sentence that has a word of this stem."""
        rows = self._execute(
            "SELECT text || ' ' || context FROM sentence_text WHERE sentence_text MATCH ? LIMIT 1",
            (_match_any([stem]),),
        )
        return str(rows[0][0]) if rows else None

    # Checking

    def integrity_problems(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        problems = [
            f"SQLite reports: {row[0]}"
            for row in self._execute("PRAGMA integrity_check")
            if row[0] != "ok"
        ]
        orphans = len(self._execute("PRAGMA foreign_key_check"))
        if orphans:
            problems.append(f"{orphans} rows belong to an article or paragraph that is gone")
        return problems

    def text_is_in_step(self) -> bool:
        """Whether full text holds what the sentences hold.

        To SQLite this check is a write: it waits for other writers, and must not be made inside
        `reading()`.
        """
        with self._transaction():
            try:
                self._execute(
                    "INSERT INTO sentence_text (sentence_text, rank) VALUES ('integrity-check', 1)"
                )
            except IndexDamaged:
                return False
        return True

    def rebuild_text(self) -> None:
        """Make full text anew from the sentences, within `writing()`."""
        self._execute("INSERT INTO sentence_text (sentence_text) VALUES ('rebuild')")

    def sentence_rows(self, uri: str) -> list[tuple[int, int, int, str, bytes]]:
        """Of each sentence of an article, in order: start, end, paragraph, text, vector."""
        return self._execute(
            "SELECT s.start, s.end, s.paragraph, s.text, s.vector FROM sentences s"
            " JOIN articles a ON a.id = s.article WHERE a.uri = ? ORDER BY s.id",
            (uri,),
        )

    def paragraph_rows(self, uri: str) -> list[tuple[int, int, int, bytes]]:
        """Of each paragraph of an article, in order: start, end, number, vector."""
        return self._execute(
            "SELECT p.start, p.end, p.number, p.vector FROM paragraphs p"
            " JOIN articles a ON a.id = p.article WHERE a.uri = ? ORDER BY p.number",
            (uri,),
        )

    # Connections

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with self._registering:
                if self._closed:
                    raise StorageError(f"{self._path} has been closed; open the index again.")
                for thread in [t for t in self._connections if not t.is_alive()]:
                    self._connections.pop(thread).close()
                connection = sqlite3.connect(
                    self._path, timeout=_WAIT, isolation_level=None, check_same_thread=False
                )
                self._connections[threading.current_thread()] = connection
            # FULL: what was reported as added survives a power cut.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.create_function("casefold", 1, _casefold, deterministic=True)
            self._local.connection = connection
        return connection

    def _execute(self, statement: str, parameters: Iterable[object] = ()) -> list[Any]:
        with self._translated():
            try:
                return self._connection().execute(statement, tuple(parameters)).fetchall()
            except UnicodeEncodeError:
                return []  # half a character: no row has one, because `Article` refuses it

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Errors of SQLite as ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            # Python's own errors have no code: text in the file is not UTF-8.
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
            if code == sqlite3.SQLITE_CORRUPT:
                raise self._damaged(error) from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise IndexBusy(
                    f"Another process has been writing to {self._path} for {_WAIT:.0f} seconds; "
                    "try again when it has finished."
                ) from error
            raise StorageError(f"{self._path} cannot be used: {error}.") from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _damaged(self, error: sqlite3.Error) -> IndexDamaged:
        return IndexDamaged(
            f"{self._path} cannot be read ({error}). Restore it from a backup, or move it away "
            "and add the articles again."
        )

    def _meta(self, key: str) -> str | None:
        rows = self._execute("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None


def _match_any(words: Sequence[str]) -> str:
    """An FTS5 query for any of the words, each quoted so that none is taken for an operator."""
    # "replace" makes "?" of half a character, which would stop the whole query.
    clean = [word.encode(errors="replace").decode() for word in words]
    quoted = ['"' + word.replace('"', " ").replace("\0", " ") + '"' for word in clean]
    return " OR ".join(word for word in quoted if any(map(str.isalnum, word)))


def _blob(vector: Vectors) -> bytes:
    return vector.astype("<f2").tobytes()


def _vector(blob: bytes) -> Vectors:
    return np.frombuffer(blob, dtype="<f2").astype(np.float32)


def _casefold(text: str | None) -> str | None:
    return text.casefold() if text else text


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _marks(values: Sequence[int]) -> str:
    return ", ".join("?" * len(values))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), _CHUNK):
        yield ids[first : first + _CHUNK]
