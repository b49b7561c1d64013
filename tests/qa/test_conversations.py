"""Conversations that are kept: nothing is lost, and nobody sees those of another."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from index import Article, ArticleQAError
from qa import Turn
from qa.conversations import (
    MAXIMUM_REMARK_CHARACTERS,
    ConversationNotFound,
    Conversations,
    RemarkTooLong,
)
from tests.qa.turns import TEXT, a_refusal, a_turn, anything, turns

FILE = "conversations.sqlite"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    with Conversations.open(tmp_path) as opened:
        yield opened


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    """What another program finds in the file."""
    connection = sqlite3.connect(folder / FILE)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def titles(kept: Conversations, owner: str = "", search: str = "") -> list[str]:
    return [summary.title for summary in kept.list(owner, search)]


# Whole conversations


def test_a_conversation_is_the_same_after_a_restart(tmp_path: Path) -> None:
    with Conversations.open(tmp_path) as kept:
        begun = kept.begin("ada", "The ferry")
        kept.append(begun.id, "ada", a_turn())
        kept.append(begun.id, "ada", a_refusal())
        before = kept.get(begun.id, "ada")
    with Conversations.open(tmp_path) as kept:
        after = kept.get(begun.id, "ada")
        assert after == before
        assert after.turns == (a_turn(), a_refusal())
        [citation] = after.turns[0].answer.citations
        assert citation.passage.article.text == TEXT
        assert citation.passage.article.text[citation.start : citation.end] == citation.quote
        [summary] = kept.list("ada")
        assert summary == after.summary
        assert (summary.title, summary.turns, summary.created) == ("The ferry", 2, begun.created)
        assert summary.created.tzinfo is UTC
        assert summary.created <= summary.changed <= datetime.now(UTC)


@settings(max_examples=30)
@given(turn=turns(), title=anything)
def test_any_turn_can_be_kept(turn: Turn, title: str) -> None:
    with TemporaryDirectory() as folder, Conversations.open(folder) as kept:
        id = kept.begin("", title).id
        kept.append(id, "", turn)
        assert kept.get(id, "").turns == (turn,)
        assert [summary.id for summary in kept.list("", turn.question)] == [id]
        assert [summary.id for summary in kept.list("", turn.answer.text)] == [id]


def test_the_list_begins_with_what_changed_last(
    kept: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (kept.begin("", title) for title in ("first", "second", "third"))
    assert titles(kept) == ["third", "second", "first"]
    # Though the clock has been set back meanwhile.
    monkeypatch.setattr("qa.conversations._now", lambda: datetime(2001, 1, 1, tzinfo=UTC))
    kept.append(first.id, "", a_turn())
    assert titles(kept) == ["first", "third", "second"]
    kept.append(second.id, "", a_turn())
    kept.truncate(first.id, "", 0)
    assert titles(kept) == ["first", "second", "third"]
    kept.rename(third.id, "", "last")
    kept.rate(second.id, "", 1, True)
    kept.truncate(second.id, "", 1)
    assert titles(kept) == ["first", "second", "last"]
    assert all(summary.changed >= summary.created for summary in kept.list(""))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("  Why\n\tdid it \u2028 rain? ", "Why did it rain?"),
        (" \n", "Conversation"),
        ("", "Conversation"),
        ("x" * 300, "x" * 200),
        ("x" * 199 + " yz", "x" * 199),
        ("a\0b\ud800c", "a�b�c"),
        ("'; DROP TABLE turns; --", "'; DROP TABLE turns; --"),
    ],
)
def test_titles_are_one_line(kept: Conversations, given: str, shown: str) -> None:
    begun = kept.begin("", given)
    assert begun.title == shown
    assert titles(kept) == [shown]
    kept.rename(begun.id, "", "Another")
    kept.rename(begun.id, "", given)
    assert titles(kept) == [shown]


def test_ids_cannot_be_guessed_and_are_no_options(
    kept: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {kept.begin("", "x").id for _ in range(100)}
    assert len(ids) == 100
    assert all(len(id) == 16 for id in ids)
    tokens = iter(["-option", "fine"])
    monkeypatch.setattr("secrets.token_urlsafe", lambda _size: next(tokens))
    assert kept.begin("", "x").id == "fine"


def test_nobody_sees_a_conversation_of_another(kept: Conversations) -> None:
    id = kept.begin("ada", "Secret").id
    kept.append(id, "ada", a_turn())
    kept.rate(id, "ada", 1, True)
    before = kept.get(id, "ada")

    requests: list[Callable[[str, str], object]] = [
        kept.get,
        kept.delete,
        kept.ratings,
        lambda id, owner: kept.append(id, owner, a_turn()),
        lambda id, owner: kept.truncate(id, owner, 0),
        lambda id, owner: kept.rename(id, owner, "Mine"),
        lambda id, owner: kept.rate(id, owner, 1, False),
        lambda id, owner: kept.rate(id, owner, 9, False),
    ]
    for owner in ("", "eve", "Ada", "ada ", "%", "ada\0", "\ud800"):
        for missing in (id, id[:-1] + "~"):
            for request in requests:
                with pytest.raises(ConversationNotFound) as caught:
                    request(missing, owner)
                assert str(caught.value) == (
                    f"There is no conversation '{missing}'; it may have been deleted. Choose "
                    "another one from the list, or begin a new one."
                )
    assert titles(kept, "eve") == titles(kept, "") == titles(kept, "eve", "secret") == []
    assert kept.get(id, "ada") == before
    assert kept.ratings(id, "ada") == {1: True}
    assert issubclass(ConversationNotFound, ArticleQAError)


@pytest.mark.parametrize("id", ["", "%", "\ud800", "\0", "x" * 10_000, "' OR 1=1 --"])
def test_strange_ids_are_not_found(kept: Conversations, id: str) -> None:
    kept.begin("", "There")
    with pytest.raises(ConversationNotFound) as caught:
        kept.get(id, "")
    assert len(str(caught.value)) < 300


# Searching


def test_a_search_finds_characters_in_titles_questions_and_answers(kept: Conversations) -> None:
    first = kept.begin("", "The Ferry of Ærø")
    kept.append(first.id, "", a_turn("How deep is the 100% pure_sea?"))
    second = kept.begin("", "Straße")
    kept.append(second.id, "", a_refusal("İs it STRASSE?"))
    kept.begin("eve", "The ferry of Eve")
    for needle in ("ferry", "FERRY OF æRØ", " ferry ", "y of", "100% pure_", "NOON"):
        assert titles(kept, search=needle) == ["The Ferry of Ærø"], needle
    for needle in ("strasse", "STRASSE?", "straße", "they do not SAY"):
        assert titles(kept, search=needle) == ["Straße"], needle
    assert len(titles(kept, search=" \n")) == 2
    # Composed, and as a letter with an accent.
    assert titles(kept, search="i\u0307s it") == ["Straße"]
    for needle in ("%", "100_", "f%y", "f*", '"', "'", "ferry OR strasse", "Eve", "zzz", "\0"):
        assert titles(kept, search=needle) == (["The Ferry of Ærø"] if needle == "%" else [])


def test_a_search_does_not_find_what_was_cut_off(kept: Conversations) -> None:
    id = kept.begin("", "Conversation").id
    kept.append(id, "", a_turn("About the lighthouse?"))
    kept.rate(id, "", 1, False)
    assert titles(kept, search="lighthouse")
    kept.truncate(id, "", 0)
    assert not titles(kept, search="lighthouse")


# Turns and the texts of articles


def test_texts_are_kept_once_and_only_while_they_are_quoted(
    kept: Conversations, tmp_path: Path
) -> None:
    count = "SELECT count(*) FROM texts"
    other = Article("x:other", "Other", TEXT + " And more.")
    ids = [kept.begin("", "x").id for _ in range(3)]
    for id in ids[:2]:
        kept.append(id, "", a_turn())
        kept.append(id, "", a_turn())
    kept.append(ids[0], "", a_turn(article=other))
    copy = Article("x:copy", "Ferry", TEXT, datetime(2023, 2, 7, tzinfo=UTC), "Outlet", "en")
    kept.append(ids[2], "", a_turn(article=copy))
    assert rows(tmp_path, count) == [(2,)]
    kept.truncate(ids[0], "", 2)
    assert rows(tmp_path, count) == [(1,)]
    kept.delete(ids[0], "")
    kept.truncate(ids[1], "", 0)
    [turn] = kept.get(ids[2], "").turns
    assert turn.answer.citations[0].passage.article == copy
    kept.delete(ids[2], "")
    assert rows(tmp_path, count) == [(0,)]


def test_what_is_deleted_is_in_no_file_any_more(kept: Conversations, tmp_path: Path) -> None:
    def on_disk(words: str) -> bool:
        return any(words.encode() in file.read_bytes() for file in tmp_path.iterdir())

    article = Article("x:secret", "Title", "The ferry sails at noon. Zanzibar. " * 500)
    quote = "The ferry sails at noon."
    for keep_one in (True, False):
        id = kept.begin("", "Rumpelstiltskin").id
        kept.append(id, "", a_turn("Where is Atlantis?", article, quote=quote))
        kept.append(id, "", a_turn())
        kept.rate(id, "", 2, False, "Shangri-La")
        assert all(map(on_disk, ("Rumpelstiltskin", "Atlantis", "Zanzibar", "Shangri-La")))
        if keep_one:
            kept.truncate(id, "", 0)
            assert not on_disk("Atlantis")
            assert not on_disk("Zanzibar")
        kept.delete(id, "")
        assert not any(map(on_disk, ("Rumpelstiltskin", "Atlantis", "Zanzibar", "Shangri-La")))


def test_truncating_keeps_the_first_turns(kept: Conversations) -> None:
    id = kept.begin("", "x").id
    asked = [a_turn(f"Question {number}?") for number in range(4)]
    for turn in asked:
        kept.append(id, "", turn)
    kept.truncate(id, "", 9)
    kept.truncate(id, "", 4)
    assert kept.get(id, "").turns == tuple(asked)
    kept.truncate(id, "", 2)
    kept.append(id, "", asked[3])
    assert kept.get(id, "").turns == (*asked[:2], asked[3])
    with pytest.raises(ValueError, match="keep is -1"):
        kept.truncate(id, "", -1)


# Feedback


def test_ratings_are_changed_and_taken_back(kept: Conversations) -> None:
    id = kept.begin("", "x").id
    for _ in range(3):
        kept.append(id, "", a_turn())
    kept.rate(id, "", 3, True)
    kept.rate(id, "", 1, False, "  wrong\ndate\0 ")
    assert kept.ratings(id, "") == {1: False, 3: True}
    assert remarks(kept) == ["wrong\ndate�", None]
    kept.rate(id, "", 1, False)
    assert remarks(kept) == ["wrong\ndate�", None], "without a remark the old one stays"
    kept.rate(id, "", 1, True)
    assert remarks(kept) == [None, None], "a remark about what is wrong is none about what is good"
    kept.rate(id, "", 3, True, "fine")
    kept.rate(id, "", 3, True, "")
    kept.rate(id, "", 1, None)
    kept.rate(id, "", 2, None)
    assert kept.ratings(id, "") == {3: True}
    assert remarks(kept) == [None]


def remarks(kept: Conversations) -> list[str | None]:
    return [feedback.remark for feedback in kept.feedback()]


@pytest.mark.parametrize("number", [-1, 0, 2, 10**30])
def test_only_turns_that_are_there_can_be_rated(kept: Conversations, number: int) -> None:
    id = kept.begin("", "x").id
    kept.append(id, "", a_turn())
    with pytest.raises(ConversationNotFound, match=f"no turn {number}: it has 1"):
        kept.rate(id, "", number, True)
    assert kept.ratings(id, "") == {}


def test_a_long_remark_is_refused_and_changes_nothing(kept: Conversations) -> None:
    id = kept.begin("", "x").id
    kept.append(id, "", a_turn())
    kept.rate(id, "", 1, False, "x" * MAXIMUM_REMARK_CHARACTERS)
    with pytest.raises(RemarkTooLong, match="2,001 characters; up to 2,000"):
        kept.rate(id, "", 1, True, "x" * (MAXIMUM_REMARK_CHARACTERS + 1))
    assert kept.ratings(id, "") == {1: False}


def test_feedback_outlives_an_edit_but_not_its_conversation(kept: Conversations) -> None:
    first, second = kept.begin("", "x").id, kept.begin("ada", "y").id
    bad, good = a_turn("Bad?"), a_refusal("Good?")
    kept.append(first, "", a_turn())
    kept.append(first, "", bad)
    kept.append(second, "ada", good)
    kept.rate(second, "ada", 1, True, "right")
    kept.rate(first, "", 2, False, "no")
    kept.truncate(first, "", 1)
    kept.append(first, "", a_turn("Better?"))
    assert kept.ratings(first, "") == {}
    found = list(kept.feedback())
    assert [(f.turn, f.good, f.remark) for f in found] == [
        (bad, False, "no"),
        (good, True, "right"),
    ]
    assert found[0].number != found[1].number
    assert found[0].rated.tzinfo is UTC
    kept.delete(first, "")
    assert [f.turn for f in kept.feedback()] == [good]


def test_feedback_taken_back_while_it_is_read_is_left_out(kept: Conversations) -> None:
    id = kept.begin("", "x").id
    for number in range(3):
        kept.append(id, "", a_turn(f"{number}?"))
        kept.rate(id, "", number + 1, True)
    found = kept.feedback()
    assert next(found).turn.question == "0?"
    kept.rate(id, "", 2, None)
    assert [feedback.turn.question for feedback in found] == ["2?"]


def test_a_change_that_fails_changes_nothing(kept: Conversations) -> None:
    id = kept.begin("", "x").id
    kept.append(id, "", a_turn())
    before = kept.get(id, "")
    turn = a_turn()
    unwritable = replace(turn, answer=replace(turn.answer, corrections={"x": object()}))
    with pytest.raises(TypeError):
        kept.append(id, "", unwritable)
    assert kept.get(id, "") == before


# Many at a time


def test_many_threads_change_while_others_look(tmp_path: Path) -> None:
    count = 12
    problems: list[BaseException] = []
    finished = threading.Event()
    with Conversations.open(tmp_path) as kept, Conversations.open(tmp_path) as other_process:
        ids = [kept.begin("", f"Thread {number}").id for number in range(8)]

        def append(id: str, through: Conversations) -> None:
            for number in range(count):
                through.append(id, "", a_turn(f"{number}?"))

        def look() -> None:
            while not finished.is_set():
                summaries = kept.list("", "thread")
                assert {summary.id for summary in summaries} == set(ids)
                for id in ids:
                    found = other_process.get(id, "")
                    asked = [turn.question for turn in found.turns]
                    assert asked == [f"{number}?" for number in range(len(asked))]
                    assert found.summary.turns == len(asked)

        def delete() -> None:
            while not finished.is_set():
                id = other_process.begin("ada", "Short").id
                other_process.append(id, "ada", a_turn())
                kept.rate(id, "ada", 1, True)
                kept.delete(id, "ada")

        def guarded(work: object, *arguments: object) -> None:
            try:
                work(*arguments)  # type: ignore[operator]
            except BaseException as error:
                problems.append(error)

        busy = [
            threading.Thread(
                target=guarded, args=(append, id, kept if number % 2 else other_process)
            )
            for number, id in enumerate(ids)
        ]
        watching = [threading.Thread(target=guarded, args=(work,)) for work in (look, delete)]
        for thread in [*busy, *watching]:
            thread.start()
        for thread in busy:
            thread.join()
        finished.set()
        for thread in watching:
            thread.join()
        assert problems == []
        assert [kept.get(id, "").summary.turns for id in ids] == [count] * 8
        assert kept.list("ada") == []
    assert rows(tmp_path, "SELECT count(*) FROM texts") == [(1,)]


def test_many_can_make_the_file_at_once(tmp_path: Path) -> None:
    barrier = threading.Barrier(8)
    problems: list[BaseException] = []

    def make() -> None:
        barrier.wait()
        try:
            with Conversations.open(tmp_path) as kept:
                kept.begin("", "x")
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with Conversations.open(tmp_path) as kept:
        assert len(kept.list("")) == 8
