"""The database file itself: whose it is, who may use it, and what is wrong with it."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index import (
    Article,
    ArticleNotFound,
    Filters,
    IndexBusy,
    IndexDamaged,
    IndexTooNew,
    StorageError,
    database,
)
from index.database import Database
from index.full_text import FullText
from index.records import NewParagraph, NewSentence
from index.schema import SCHEMA
from index.store import Store

HOLDER = Path(__file__).with_name("lock_holder.py")
VECTOR = np.eye(4, dtype=np.float32)[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "articles.sqlite"


@pytest.fixture
def opened(path: Path) -> Iterator[Database]:
    database = Database(path)
    yield database
    database.close()


def put(database: Database, uri: str, text: str = "It rained.", **fields: object) -> list[int]:
    article = Article(uri, "Title", text, **fields)  # type: ignore[arg-type]
    with database.writing():
        return Store(database).add(
            article,
            [NewParagraph(0, 0, len(text), VECTOR)],
            [NewSentence(0, len(text), 0, "Title", VECTOR)],
        )


@contextmanager
def locked_by_another_process(path: Path) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, str(HOLDER), str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        yield
        process.stdin.close()


def test_a_transaction_counts_or_leaves_nothing(opened: Database) -> None:
    before = opened.generation()

    def fail() -> None:
        with opened.writing():
            Store(opened).add(Article("u", "t", "x"), [], [])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert Store(opened).counts() == (0, 0)
    assert opened.generation() == before
    put(opened, "u")
    assert opened.generation() == before + 1


def test_ids_are_never_used_twice(opened: Database) -> None:
    first = put(opened, "a") + put(opened, "b")
    with opened.writing():
        assert Store(opened).remove("b") == first[1:]
    assert set(put(opened, "b")).isdisjoint(first)


def test_reading_sees_one_state(opened: Database) -> None:
    put(opened, "a")
    with opened.reading():
        thread = threading.Thread(target=put, args=(opened, "b"))
        thread.start()
        thread.join()
        assert Store(opened).counts() == (1, 1)
    assert Store(opened).counts() == (2, 2)


def test_a_thread_that_reads_cannot_write(opened: Database) -> None:
    with (
        opened.reading(),
        pytest.raises(RuntimeError, match="cannot change it"),
        opened.writing(),
    ):
        pass


def test_connections_of_threads_that_ended_are_closed(opened: Database) -> None:
    for _ in range(20):
        thread = threading.Thread(target=Store(opened).counts)
        thread.start()
        thread.join()
    assert len(opened._connections) <= 2


def test_after_closing_it_says_so(opened: Database) -> None:
    opened.close()
    opened.close()
    with pytest.raises(StorageError, match="closed; open the index again"):
        Store(opened).counts()


# Filters

MAY = datetime(2024, 5, 1, tzinfo=UTC)
JUNE = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture
def filtered(opened: Database) -> Database:
    put(opened, "may", published=MAY, source="CNN")
    put(opened, "june", published=JUNE, source="Ärzteblatt")
    put(opened, "undated")
    return opened


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), "may june undated"),
        (Filters(sources=("cnn",)), "may"),
        (Filters(sources=("ÄRZTEBLATT", "CNN")), "may june"),
        (Filters(sources=("BBC",)), ""),
        (Filters(uris=("may", "undated", "none")), "may undated"),
        (Filters(published_from=MAY), "may june"),
        (Filters(published_from=datetime(2024, 5, 1, 0, 0, 0, 1)), "june"),
        (Filters(published_until=MAY), "may"),
        (Filters(published_from=MAY, published_until=JUNE, sources=("cnn",)), "may"),
        (Filters(uris=("\ud800",)), ""),
        (Filters(uris=("' OR 1=1 --",)), ""),
        (Filters(uris=tuple(map(str, range(5000)))), ""),
    ],
)
def test_filters(filtered: Database, filters: Filters, expected: str) -> None:
    ids = Store(filtered).sentence_ids(filters).tolist()
    found = Store(filtered).sentences(ids)
    assert " ".join(found[id].sentence.article_uri for id in ids) == expected
    hits = FullText(filtered).search(["rained"], 10, with_context=False, filters=filters)
    assert sorted(id for id, _ in hits) == ids
    assert Store(filtered).matches_any(filters) == bool(expected)


# Full text


@pytest.mark.parametrize(
    "word",
    [
        '"',
        "a" * 10_000,
        "NEAR(",
        "text:rained",
        "rain*",
        "-",
        "AND",
        "\0",
        "ra\0ined",
        "\ud800",
        "'",
    ],
)
def test_no_word_breaks_a_search(opened: Database, word: str) -> None:
    [id] = put(opened, "u")
    found = FullText(opened).search([word, "rained"], 5, with_context=True)
    assert [hit for hit, _ in found] == [id]
    FullText(opened).contains(word)


def test_very_many_words(opened: Database) -> None:
    [id] = put(opened, "u")
    words = [f"w{n}" for n in range(5000)] + ["rained"]
    assert [hit for hit, _ in FullText(opened).search(words, 5, with_context=False)] == [id]
    assert FullText(opened).search([], 5, with_context=False) == []


def test_context_is_searched_only_when_asked(opened: Database) -> None:
    put(opened, "u")
    assert FullText(opened).search(["title"], 5, with_context=False) == []
    assert len(FullText(opened).search(["title"], 5, with_context=True)) == 1


@pytest.mark.parametrize("uri", ["none", "", "\ud800"])
def test_what_is_not_there(opened: Database, uri: str) -> None:
    with pytest.raises(ArticleNotFound, match="No article"):
        Store(opened).article(uri)
    with pytest.raises(ArticleNotFound, match="list of articles"), opened.writing():
        Store(opened).remove(uri)
    assert Store(opened).content_hash(uri) is None
    assert Store(opened).paragraph(uri, 0) == []
    assert Store(opened).sentences([99]) == {}


# Files that are not ours, or not whole


def test_no_database(path: Path) -> None:
    path.write_bytes(b"This is no database, only a text that is long enough. " * 100)
    with pytest.raises(IndexDamaged, match="Restore it from a backup"):
        Database(path)


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(IndexDamaged, match="another program; choose another folder"):
        Database(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_an_index_from_before_there_were_authors(path: Path) -> None:
    with closing(sqlite3.connect(path)) as older:
        SCHEMA.migrations[0](older)
        older.execute("PRAGMA user_version = 1")
        older.execute(f"PRAGMA application_id = {SCHEMA.application_id}")
        older.execute(
            "INSERT INTO articles (uri, title, text, content_hash, added)"
            " VALUES ('old', 'Title', 'It rained.', ?, '2026-01-01T00:00:00+00:00')",
            (Article("old", "Title", "It rained.").content_hash,),
        )
        older.commit()
    opened = Database(path)
    put(opened, "new", author="Ida Holm")
    store = Store(opened)
    assert store.article("old") == Article("old", "Title", "It rained.")
    assert store.article("old").content_hash == store.content_hash("old")
    assert [summary.author for summary in store.summaries()] == [None, "Ida Holm"]
    opened.close()


def test_a_newer_schema(path: Path) -> None:
    Database(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {len(SCHEMA.migrations) + 1}")
    with pytest.raises(IndexTooNew, match="update article-qa"):
        Database(path)


def test_pages_that_are_overwritten(path: Path) -> None:
    opened = Database(path)
    for number in range(50):
        put(opened, f"u{number}", "It rained. " * 500)
    opened.close()
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)

    def use() -> None:
        with closing(Database(path)) as damaged:
            Store(damaged).summaries()

    with pytest.raises(IndexDamaged, match="Restore it from a backup"):
        use()


def test_text_that_is_not_utf_8(opened: Database, path: Path) -> None:
    put(opened, "u")
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE articles SET title = CAST(x'ff41' AS TEXT)")
        other.commit()
    with pytest.raises(IndexDamaged, match="UTF-8"):
        Store(opened).article("u")


# Other processes


def test_a_writer_waits_and_then_says_why(
    opened: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(opened, "before")
    monkeypatch.setattr(database, "_WAIT", 0.1)
    impatient = Database(path)
    with locked_by_another_process(path):
        with pytest.raises(IndexBusy, match="try again when it has finished"):
            put(impatient, "u")
        # Those who only read, or open to read, need not wait.
        assert Store(impatient).counts() == (1, 1)
        Database(path).close()
    put(impatient, "u")
    impatient.close()
    assert Store(opened).counts() == (2, 2)


def test_a_full_disk_leaves_the_state_before(opened: Database) -> None:
    put(opened, "before")
    connection = opened.connection()
    [pages] = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="full"):
        put(opened, "u", "It rained. " * 100_000)
    connection.execute("PRAGMA max_page_count = 1000000")
    assert Store(opened).counts() == (1, 1)
    put(opened, "u", "It rained. " * 100_000)
