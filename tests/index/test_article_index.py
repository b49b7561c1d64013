"""The index as a whole: what goes in comes out, and whatever goes wrong is said or mended."""

import logging
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index import (
    AddProgress,
    Article,
    ArticleIndex,
    ArticleNotFound,
    EmbeddingMismatch,
    Filters,
    HashingEmbedder,
    IndexDamaged,
    IndexNotFound,
    InvalidArticle,
    LoadFailure,
    StorageError,
)

ROOT = Path(__file__).parents[2]
FERRY = Article(
    "ferry",
    "Ferry service returns",
    "The blue ferry sails at noon. Tickets cost four euros.\n\nCaptain Holm steered it.",
    published=datetime(2024, 5, 1, 12, 30, tzinfo=UTC),
    source="Harbour Post",
    language="en",
    author="Ida Holm",
)
BRIDGE = Article(
    "bridge",
    "Bridge closed",
    "The old bridge closed after the storm. Engineers found cracks.\nRepairs begin in June.",
)


def open_index(folder: Path, dimension: int = 256, **how: bool) -> ArticleIndex:
    return ArticleIndex.open(folder, embedder=HashingEmbedder(dimension), **how)


def everything(index: ArticleIndex) -> tuple[object, ...]:
    """All that can be found in an index, but for the ids of sentences, which only ever grow."""
    with index.reading():
        ids = [id for id, _ in index.search_vectors(index.embed_question("bridge ferry"), 999)]
        stored = index.sentences(ids)
        near = [
            [(stored[id].text, round(score, 5)) for id, score in hits]
            for hits in (
                index.search_vectors(index.embed_question("When does the ferry sail?"), 5),
                index.search_text(["ferry", "storm"], 5, with_context=True),
                index.search_text(["euros"], 5),
            )
        ]
        found = sorted(
            (s.sentence.article_uri, s.sentence.start, s.sentence.end, s.text, s.vector.tobytes())
            for s in stored.values()
        )
        articles = [index.article(summary.uri) for summary in index.articles()]
        return articles, found, near


# Adding, replacing, removing


def test_the_states_of_an_article(index: ArticleIndex) -> None:
    index.warm_up()  # so that the vectors in memory follow each change, rather than be loaded
    report = index.add([FERRY, BRIDGE])
    assert (report.added, report.replaced, report.unchanged) == (("ferry", "bridge"), (), ())
    assert report.sentences == index.statistics().sentences == 6
    changed = Article("bridge", "Bridge open", "The bridge is open again.")
    report = index.add([FERRY, changed])
    assert (report.added, report.replaced, report.unchanged) == ((), ("bridge",), ("ferry",))
    assert report.sentences == 1
    assert not report.stopped
    assert index.article("bridge") == changed
    assert index.search_text(["cracks"], 5) == []
    index.remove("bridge")
    assert [summary.uri for summary in index.articles()] == ["ferry"]
    for missing in (index.remove, index.article):
        with pytest.raises(ArticleNotFound, match="bridge"):
            missing("bridge")
    assert index.check().problems == ()


def test_an_article_comes_back_as_it_went_in(index: ArticleIndex) -> None:
    index.add([FERRY])
    assert index.article("ferry") == FERRY
    [summary] = index.articles()
    assert (summary.title, summary.source, summary.published, summary.language) == (
        FERRY.title,
        FERRY.source,
        FERRY.published,
        FERRY.language,
    )
    assert summary.author == FERRY.author
    assert (summary.content_hash, summary.sentences) == (FERRY.content_hash, 3)
    assert summary.added <= datetime.now(UTC)
    assert [s.start for s in index.paragraph("ferry", 0)] == [0, 30]


def test_removing_restores_what_was_found_before(index: ArticleIndex) -> None:
    index.add([FERRY])
    before = everything(index)
    index.add([BRIDGE])
    assert everything(index) != before
    index.remove("bridge")
    assert everything(index) == before


def test_closing_and_opening_changes_nothing(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        index.add([FERRY, BRIDGE])
        before = everything(index)
    with open_index(tmp_path) as index:
        assert everything(index) == before
        saved = (tmp_path / "vectors.faiss").stat().st_mtime_ns
    assert (tmp_path / "vectors.faiss").stat().st_mtime_ns == saved  # not written for nothing


def test_failures_are_passed_on_and_do_no_harm(index: ArticleIndex) -> None:
    failure = LoadFailure("file:///a.pdf", "No loader reads PDF.")
    report = index.add([failure, FERRY])
    assert report.failed == (failure,)
    assert report.added == ("ferry",)


def test_the_loader_may_fail_in_the_middle(index: ArticleIndex) -> None:
    def articles() -> Iterator[Article]:
        yield FERRY
        raise InvalidArticle("broken")

    with pytest.raises(InvalidArticle):
        index.add(articles())
    assert [summary.uri for summary in index.articles()] == ["ferry"]
    assert index.check().ok


def test_progress_names_the_article_and_grows(index: ArticleIndex) -> None:
    seen: list[AddProgress] = []
    index.add([FERRY, BRIDGE], progress=seen.append)
    assert seen[0].uri == "ferry"
    assert seen[-1] == AddProgress("bridge", "Bridge closed", 2, 6)
    for earlier, later in pairwise(seen):
        assert (earlier.articles, earlier.sentences) <= (later.articles, later.sentences)


def test_stopping_in_the_middle_of_an_article_leaves_it_out(index: ArticleIndex) -> None:
    long = Article("long", "Long", "\n\n".join(f"On day {n} it rained." for n in range(300)))
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked == 5  # before the first, within it, before the second, twice within it

    report = index.add([FERRY, long, BRIDGE], stop=stop)
    assert report.stopped
    assert report.added == ("ferry",)
    assert [summary.uri for summary in index.articles()] == ["ferry"]
    assert index.check().ok


def test_a_thread_that_reads_is_told_that_it_cannot_add(index: ArticleIndex) -> None:
    with index.reading(), pytest.raises(RuntimeError, match="cannot change it"):
        index.add([FERRY])
    assert index.add([FERRY]).added == ("ferry",)


@pytest.mark.parametrize("k", [0, -1])
def test_wrong_numbers_are_refused(index: ArticleIndex, k: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        index.search_vectors(index.embed_question("x"), k)
    with pytest.raises(ValueError, match="at least 1"):
        index.search_text(["x"], k)


def test_filters_hold_for_both_searches(index: ArticleIndex) -> None:
    index.add([FERRY, BRIDGE])
    only = Filters(uris=("bridge",))
    near = index.search_vectors(index.embed_question("the ferry"), 99, only)
    words = index.search_text(["the"], 99, filters=only)
    assert len(near) == 3
    for hits in (near, words):
        found = index.sentences([id for id, _ in hits])
        assert {stored.sentence.article_uri for stored in found.values()} == {"bridge"}
    assert index.matches_any(only)
    assert not index.matches_any(Filters(uris=("none",)))
    assert index.search_vectors(index.embed_question("the"), 5, Filters(uris=("none",))) == []


def test_words_known_and_mistyped(index: ArticleIndex) -> None:
    index.add([FERRY, BRIDGE])
    assert index.contains_word("engineer")
    assert not index.contains_word("submarine")
    assert index.similar_word("brigde") == "bridge"
    assert index.similar_word("xylophone") is None
    index.remove("bridge")
    assert index.similar_word("brigde") is None


# Offsets


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples of a property: making an index takes longer than the rest."""
    return tmp_path_factory.mktemp("shared")


@settings(max_examples=80, deadline=None)
@given(
    st.text(min_size=1).filter(str.strip)
    | st.text("aB.!? \n\r\t\"'\u2029é😀", min_size=1).filter(str.strip)
)
@example("a\0b. \0 C.")
@example("\u202eمرحبا بالعالم. שלום.\u202c")
@example("\ufeffFirst.\r\n\r\nSecond.\x85Third.")
@example("e\u0301. " * 50)
def test_every_sentence_is_a_slice_of_its_article(shared: Path, text: str) -> None:
    with open_index(shared) as index:
        index.add([Article("u", "t", text)])
        assert index.article("u").text == text
        ids = [id for id, _ in index.search_vectors(np.ones(256, dtype=np.float32), 9999)]
        stored = index.sentences(ids)
        assert ids
        for found in stored.values():
            assert text[found.sentence.start : found.sentence.end] == found.text
        assert index.check().problems == ()


def test_a_megabyte_in_one_line(index: ArticleIndex) -> None:
    text = "rain falls here " * 65_536
    index.add([Article("long", "Long", text), Article("word", "Word", "x" * 100_000)])
    assert index.article("long").text == text
    assert index.check().problems == ()
    assert len(index.search_text(["rain"], 10)) == 10


# The vector file


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database itself, behind the back of the index."""
    with closing(sqlite3.connect(folder / "articles.sqlite")) as connection:
        yield connection
        connection.commit()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_index(tmp_path) as index:
        index.add([FERRY, BRIDGE])
        index.warm_up()
    assert (tmp_path / "vectors.faiss").exists()
    return tmp_path


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-10])


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (Path.unlink, "No vector file yet"),
        (cut, "it is damaged"),
        (flip, "it is damaged"),
        (lambda file: file.write_bytes(b"something else"), "not a vector file"),
    ],
)
def test_a_bad_vector_file_is_made_anew_and_said(
    folder: Path,
    damage: Callable[[Path], object],
    message: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "index")
    with open_index(folder) as index:
        before = everything(index)
    assert caplog.text == ""
    damage(folder / "vectors.faiss")
    with open_index(folder) as index:
        assert everything(index) == before
        assert index.check().problems == ()
    assert message in caplog.text
    assert "6 stored vectors" in caplog.text
    caplog.clear()
    with open_index(folder) as index:
        assert everything(index) == before
    assert caplog.text == ""


def test_a_vector_file_of_another_index_is_not_used(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture
) -> None:
    other = tmp_path_factory.mktemp("other")
    with open_index(other) as index:
        index.add([BRIDGE, FERRY])
        index.warm_up()
    (folder / "vectors.faiss").write_bytes((other / "vectors.faiss").read_bytes())
    with open_index(folder) as index:
        assert index.check().problems == ()
    assert "another model or index" in caplog.text


def test_a_vector_file_of_an_older_state_is_brought_up_to_date(folder: Path) -> None:
    old = (folder / "vectors.faiss").read_bytes()
    with open_index(folder) as index:
        index.remove("ferry")
        index.add([Article("new", "New", "The ferry is late. It waits.")])
        expected = everything(index)
    assert (folder / "vectors.faiss").read_bytes() != old
    (folder / "vectors.faiss").write_bytes(old)
    with open_index(folder) as index:
        assert everything(index) == expected
        assert index.check().problems == ()
    assert (folder / "vectors.faiss").read_bytes() != old


def test_a_vector_file_that_cannot_be_written_is_no_loss(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_index(folder) as index:
        index.add([Article("new", "New", "The ferry is late.")])
        expected = everything(index)
        (folder / "vectors.faiss").unlink()
        (folder / "vectors.faiss").mkdir()
    assert "could not be written" in caplog.text
    index.close()  # again: nothing more to do
    (folder / "vectors.faiss").rmdir()
    with open_index(folder) as index:
        assert everything(index) == expected


def test_an_interrupted_change_of_the_cache_is_mended(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(folder) as index:

        def interrupted(ids: object, vectors: object) -> None:
            raise KeyboardInterrupt

        with index._transactions.reading() as vectors:
            monkeypatch.setattr(vectors, "add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            index.add([Article("ferry", "New", "The ferry is late.")])
        assert index.article("ferry").title == "New"
        assert index.check().problems == ()
        assert len(index.search_vectors(index.embed_question("late"), 99)) == 4


# Opening


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="article-qa add"):
        open_index(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_a_place_that_cannot_hold_an_index(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="choose another place"):
        open_index(tmp_path / "file")


def test_a_damaged_database_is_told_at_opening(folder: Path) -> None:
    (folder / "articles.sqlite").write_bytes(b"x" * 10_000)
    with pytest.raises(IndexDamaged, match="Restore it from a backup"):
        open_index(folder)


def test_another_model_is_refused_and_helped(folder: Path) -> None:
    with pytest.raises(EmbeddingMismatch, match=r"256 numbers.*64 numbers.*--embed.*reembed=True"):
        open_index(folder, 64)
    with open_index(folder) as index:
        assert index.check().problems == ()


def test_embedding_anew(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_index(folder, 64, reembed=True) as index:
        assert index.check().problems == ()
        assert [index.article(s.uri) for s in index.articles()] == [FERRY, BRIDGE]
        found = index.search_vectors(index.embed_question("Engineers found cracks"), 1)
        assert index.sentences([found[0][0]])[found[0][0]].text == "Engineers found cracks."
    assert "another model" in caplog.text
    with open_index(folder, 64) as index:
        assert index.check().problems == ()


def test_embedding_anew_that_is_stopped_leaves_the_index_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed = HashingEmbedder.embed_paragraphs
    calls = 0

    def interrupted(self: HashingEmbedder, paragraphs: list[object]) -> object:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return embed(self, paragraphs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(HashingEmbedder, "embed_paragraphs", interrupted)
        with pytest.raises(KeyboardInterrupt):
            open_index(folder, 64, reembed=True)
    with open_index(folder) as index:
        assert index.check().problems == ()
        assert len(index.articles()) == 2


def test_an_index_that_was_re_embedded_meanwhile_takes_no_old_vectors(folder: Path) -> None:
    with open_index(folder) as old:
        old.warm_up()
        open_index(folder, 64, reembed=True).close()
        for use in (lambda: old.add([Article("x", "X", "New.")]), old.warm_up):
            with pytest.raises(EmbeddingMismatch, match="open it again"):
                use()
    with open_index(folder, 64) as new:
        assert new.check().problems == ()


def test_statistics(folder: Path) -> None:
    with open_index(folder) as index:
        statistics = index.statistics()
        assert (statistics.articles, statistics.sentences) == (2, 6)
        assert statistics.bytes_on_disk >= (folder / "articles.sqlite").stat().st_size
        assert "256 numbers" in statistics.model
        index.remove("ferry")
        assert index.statistics().generation == statistics.generation + 1


# Checking

ADD_AGAIN, REBUILD, RESTORE = "add it again", "article-qa rebuild", "from a backup"
HALF = "zeroblob(512)"


@pytest.mark.parametrize(
    ("damage", "what", "remedy"),
    [
        ("UPDATE sentences SET text = 'x' WHERE id = 2", "30:54 is not what stands", ADD_AGAIN),
        ("UPDATE sentences SET start = 1 WHERE id = 1", "1:29 is not what stands", ADD_AGAIN),
        ("UPDATE sentences SET end = end + 9 WHERE id = 3", "is not what stands", ADD_AGAIN),
        ("DELETE FROM sentences WHERE id = 2", "ferry: text between 29", ADD_AGAIN),
        ("DELETE FROM sentences WHERE id = 3", "ferry: text after", ADD_AGAIN),
        ("DELETE FROM sentences WHERE article = 1", "ferry: it has no sentences", ADD_AGAIN),
        ("UPDATE articles SET text = 'x' WHERE id = 1", "ferry: the content is not", ADD_AGAIN),
        ("UPDATE articles SET title = '' WHERE id = 1", "has no title", ADD_AGAIN),
        ("UPDATE articles SET source = 'BBC' WHERE id = 1", "its hash differs", ADD_AGAIN),
        ("UPDATE articles SET content_hash = 'x' WHERE id = 2", "bridge: the content", ADD_AGAIN),
        ("UPDATE sentences SET vector = x'00' WHERE id = 1", "vector of the sentence", ADD_AGAIN),
        (
            "UPDATE sentences SET vector = randomblob(512) WHERE id = 1",
            "vector of the sentence at 0:29",
            ADD_AGAIN,
        ),
        (f"UPDATE sentences SET vector = {HALF} WHERE id = 1", "1 vectors of FAISS", REBUILD),
        ("UPDATE paragraphs SET vector = x'00'", "vector of the paragraph", ADD_AGAIN),
        ("DELETE FROM paragraphs WHERE number = 1", "its paragraphs are not", ADD_AGAIN),
        ("DELETE FROM articles WHERE id = 1", "5 rows belong to an article", RESTORE),
        ("DELETE FROM sentence_text", "Full text is out of step", REBUILD),
        (
            "INSERT INTO sentence_text (rowid, text, context) VALUES (99, 'ghost', '')",
            "Full text is out of step",
            REBUILD,
        ),
        ("UPDATE sentences SET context = 'x' WHERE id = 1", "Full text is out of step", REBUILD),
    ],
)
def test_check_finds_damage_and_names_a_remedy(
    folder: Path, damage: str, what: str, remedy: str
) -> None:
    with database(folder) as connection:
        connection.execute(damage)
    with open_index(folder) as index:
        report = index.check()
    assert not report.ok
    [problem] = [problem for problem in report.problems if what in problem.what][:1]
    assert remedy in problem.remedy


@pytest.mark.parametrize("file", ["kept", "gone"])
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE sentences SET vector = x'00' WHERE id = 1",
        "UPDATE sentences SET text = 'x' WHERE id = 2",
        "DELETE FROM paragraphs WHERE article = 1 AND number = 1",
    ],
)
def test_following_the_remedies_mends_the_index(folder: Path, damage: str, file: str) -> None:
    with database(folder) as connection:
        connection.execute(damage)
    if file == "gone":
        (folder / "vectors.faiss").unlink()
    with open_index(folder) as index:
        for problem in index.check().problems:
            if ADD_AGAIN in problem.remedy:
                index.remove("ferry")
                index.add([FERRY])
                break
        if index.check().problems:
            index.rebuild()
        assert index.check().problems == ()
        assert len(index.search_vectors(index.embed_question("x"), 99)) == 6


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM sentence_text",
        "INSERT INTO sentence_text (rowid, text, context) VALUES (99, 'ghost', '')",
        f"UPDATE sentences SET vector = {HALF} WHERE id = 1",
    ],
)
def test_rebuilding_mends_what_is_derived(folder: Path, damage: str) -> None:
    with database(folder) as connection:
        connection.execute(damage)
    with open_index(folder) as index:
        assert not index.check().ok
        index.rebuild()
        assert index.check().problems == ()
        assert index.search_text(["ghost"], 5) == []
        assert len(index.search_text(["ferry"], 5)) == 1
    with open_index(folder) as index:
        assert index.check().problems == ()


def test_checking_does_not_wait_for_a_writer_that_waits_for_readers(index: ArticleIndex) -> None:
    """To SQLite a check of full text is a write: made while reading, both would wait."""
    index.add([FERRY])
    writer = threading.Thread(target=index.add, args=([BRIDGE],))
    with index.reading():
        writer.start()
    assert index.check().ok
    writer.join()
    assert index.check().articles == 2


# Two processes

ADD_MANY = """
import sys
from index import Article, ArticleIndex, HashingEmbedder
folder, name = sys.argv[1:]
with ArticleIndex.open(folder, embedder=HashingEmbedder()) as index:
    for n in range(40):
        index.add([Article(f"{name}{n}", "Title", f"It rained on {name} {n}. The river rose.")])
        index.add([Article("both", "Title", f"Said {name}, for time {n}. And again.")])
        index.search_vectors(index.embed_question("rain"), 5)
"""


def test_two_processes_write_and_a_third_reads(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", ADD_MANY, str(tmp_path), name],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for name in ("red", "blue")
    ]
    seen = 0
    with open_index(tmp_path) as index:
        while any(writer.poll() is None for writer in writers):
            with index.reading():
                hits = index.search_vectors(index.embed_question("it rained"), 500)
                assert len(index.sentences([id for id, _ in hits])) == len(hits)
                assert len(hits) == index.statistics().sentences >= seen
                seen = len(hits)
        assert [writer.wait() for writer in writers] == [0, 0]
        assert index.statistics().articles == 81
        assert index.check().problems == ()
    with open_index(tmp_path) as index:
        assert index.check().problems == ()
