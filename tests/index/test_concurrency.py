"""Many threads search while one adds, replaces and removes."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from index import Article, ArticleIndex
from index.database import Database

READERS = 8
CHANGES = 150
OLD = Article("steady", "Old", "The old ferry sails. It is blue.\n\nIt is late.")
NEW = Article("steady", "New", "The new ferry sails fast. Nobody waits.")


def read(index: ArticleIndex, finished: threading.Event) -> set[str]:
    """Search until the changes are finished; the titles that the steady article had."""
    seen = set()
    while True:
        last_round = finished.is_set()
        vector = index.embed_question("When does the ferry sail?")
        with index.reading():
            near = index.search_vectors(vector, 500)
            words = index.search_text(["ferry", "rain"], 500, with_context=True)
            stored = index.sentences([id for id, _ in near])
            assert set(stored) == {id for id, _ in near}, "FAISS found what the database lacks"
            assert {id for id, _ in words} <= set(stored), "FAISS lacks what full text found"
            assert len(stored) == index.statistics().sentences

            article = index.article("steady")
            assert article in (OLD, NEW)
            seen.add(article.title)
            own = sorted(
                (s.sentence.start, s.text)
                for s in stored.values()
                if s.sentence.article_uri == "steady"
            )
            assert [text for _, text in own] == (
                ["The old ferry sails.", "It is blue.", "It is late."]
                if article == OLD
                else ["The new ferry sails fast.", "Nobody waits."]
            )
            for id, found in stored.items():
                sentence = found.sentence
                text = index.article(sentence.article_uri).text
                assert text[sentence.start : sentence.end] == found.text
                assert sentence in index.paragraph(sentence.article_uri, sentence.paragraph)
                assert sentence.id == id
        index.contains_word("ferry")
        index.similar_word("fery")
        if last_round:
            return seen


def change(index: ArticleIndex) -> None:
    for n in range(CHANGES):
        index.add([NEW if n % 2 else OLD])
        index.add([Article(f"u{n % 5}", "Rain", f"Rain fell {n} times. The ferry waits.")])
        if n % 3 == 0:
            index.remove(f"u{n % 5}")


def test_searches_see_the_old_or_the_new_state_and_never_half(index: ArticleIndex) -> None:
    index.add([OLD])
    finished = threading.Event()
    with ThreadPoolExecutor(READERS) as threads:
        readers = [threads.submit(read, index, finished) for _ in range(READERS)]
        try:
            change(index)
        finally:
            finished.set()
        titles = [reader.result() for reader in readers]
    assert set().union(*titles) == {"Old", "New"}
    assert index.check().problems == ()


def test_many_threads_write(index: ArticleIndex) -> None:
    def add(number: int) -> None:
        for n in range(10):
            index.add([Article(f"{number} {n}", "Rain", f"Rain fell {n} times.")])
            index.search_vectors(index.embed_question("rain"), 5)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(4)))
    assert index.statistics().articles == 40
    assert index.check().problems == ()


def test_closing_waits_for_readers(index: ArticleIndex) -> None:
    index.add([OLD])
    reading, closing = threading.Event(), threading.Event()

    def read_slowly() -> int:
        with index.reading():
            reading.set()
            closing.wait(20)
            return sum(len(index.articles()) for _ in range(200))

    with ThreadPoolExecutor(2) as threads:
        reader = threads.submit(read_slowly)
        assert reading.wait(20)
        closer = threads.submit(index.close)
        closing.set()
        assert reader.result(20) == 200
        closer.result(20)


def test_closing_waits_until_readers_have_left_the_database(
    index: ArticleIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those who had to load the vectors first: a connection closed in use may crash."""
    index.add([OLD])
    leaving, closed = threading.Event(), threading.Event()
    reading = Database.reading

    @contextmanager
    def left_slowly(self: Database) -> Iterator[None]:
        with reading(self):
            yield
            assert not (leaving.is_set() and closed.wait(0.3))

    def read() -> None:
        with index.reading():
            leaving.set()

    def close() -> None:
        assert leaving.wait(20)
        index.close()
        closed.set()

    monkeypatch.setattr(Database, "reading", left_slowly)
    with ThreadPoolExecutor(2) as threads:
        for work in [threads.submit(read), threads.submit(close)]:
            work.result(20)
