"""A question from its field to its answer, which is kept."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index import Filters, IndexDamaged, ModelNotFound
from qa import words
from qa.chat import asking, rendering
from qa.chat.asking import MAXIMUM_TURNS, Asking
from qa.chat.loading import Loading
from qa.chat.parts import Changes, Service
from qa.chat.state import Editing, Talk
from tests.qa.chat_service import PARTS, FakeBot, last_values, service
from tests.qa.shown import answered, passage


def ask(
    at: Service, question: str, talk: Talk | None = None, editing: Editing | None = None
) -> dict[str, Any]:
    one = Asking(at, PARTS, talk or Talk(), Filters(), "ada", "tab")
    return last_values(list(one.ask(question, editing)))


def test_an_answer_joins_the_conversation_and_the_next_question_has_it(tmp_path: Path) -> None:
    bot = FakeBot()
    with service(tmp_path, bot) as at:
        talk = ask(at, "One?")["talk"]
        talk = ask(at, "Two?", talk)["talk"]
        assert [turn.question for turn in talk.turns] == ["One?", "Two?"]
        assert bot.histories == [[], ["One?"]]
        [kept] = at.conversations.list("ada")
        assert (kept.id, kept.title, kept.turns) == (talk.id, "One?", 2)
        assert at.conversations.list("bob") == []


def test_what_is_done_is_told_with_its_time(tmp_path: Path) -> None:
    with service(tmp_path) as at:
        one = Asking(at, PARTS, Talk(), Filters(), "", "tab")
        shown = [changes.get("conversation", "") for changes in one.ask("Why?")]
    assert any("Searched the articles in 12 ms" in html for html in shown)
    assert "qa-asking" not in shown[-1]


def test_the_filter_reaches_the_bot(tmp_path: Path) -> None:
    bot, filters = FakeBot(), Filters(sources=("Herald",))
    with service(tmp_path, bot) as at:
        last_values(Asking(at, PARTS, Talk(), filters, "", "tab").ask("Why?"))
    assert bot.filters == [filters]


def test_the_page_forgets_the_oldest_turns_and_the_store_does_not(tmp_path: Path) -> None:
    with service(tmp_path) as at:
        talk = Talk()
        for number in range(MAXIMUM_TURNS + 2):
            talk = ask(at, f"{number}?", talk)["talk"]
        assert len(talk.turns) == MAXIMUM_TURNS
        assert talk.turns[0].question == "2?"
        # The first turn that the page shows is the third in the store.
        ask(at, "new", talk, Editing(1))
        kept = [t.question for t in at.conversations.get(talk.id or "", "ada").turns]
        assert kept == ["0?", "1?", "new"]


def test_a_changed_question_replaces_its_turn_and_those_after_it(tmp_path: Path) -> None:
    bot = FakeBot()
    with service(tmp_path, bot) as at:
        talk = Talk()
        for question in ("One?", "Two?", "Three?"):
            talk = ask(at, question, talk)["talk"]
        talk = ask(at, "Second?", talk, Editing(2))["talk"]
        assert [turn.question for turn in talk.turns] == ["One?", "Second?"]
        kept = at.conversations.get(talk.id or "", "ada").turns
        assert [turn.question for turn in kept] == ["One?", "Second?"]
        assert bot.histories[-1] == ["One?"]
        ask(at, "Alone", talk, Editing(2, understood=True))
        assert bot.histories[-1] == []


def test_a_known_trouble_is_told_and_the_question_given_back(tmp_path: Path) -> None:
    with service(tmp_path, FakeBot(IndexDamaged("Run a check."))) as at:
        values = ask(at, "Why?", editing=Editing(1))
        assert at.conversations.list("ada") == []
    assert "Run a check." in values["status"]
    assert values["question"] == "Why?"
    assert values["editing"] == Editing(1)
    assert values["conversation"] == rendering.conversation([])
    assert "talk" not in values


def test_an_unknown_trouble_ends_the_waiting_and_tells_no_details(tmp_path: Path) -> None:
    with service(tmp_path, FakeBot(RuntimeError("secret"))) as at:
        values = ask(at, "Why?")
        assert ask(at, "Again?")["status"] == values["status"]  # its place in line is free
    assert "Something went wrong" in values["status"]
    assert not any("secret" in str(value) for value in values.values())
    assert "qa-asking" not in values["conversation"]


@pytest.mark.parametrize("error", [ModelNotFound("No model here."), OSError("disk"), ImportError()])
def test_a_model_that_cannot_be_loaded_is_told_with_every_question(
    tmp_path: Path, error: Exception
) -> None:
    def fail() -> None:
        raise error

    with service(tmp_path, loading=Loading(fail)) as at:
        values = ask(at, "Why?")
    assert "The language model cannot be loaded" in values["status"]
    assert str(error) in values["status"]


def test_an_empty_question_is_not_asked(tmp_path: Path) -> None:
    with service(tmp_path) as at:
        values = ask(at, " \n")
    assert list(values) == ["status"]
    assert words.NO_QUESTION in values["status"]


def test_an_answer_to_a_conversation_that_was_left_is_kept_and_not_shown(tmp_path: Path) -> None:
    bot = FakeBot()
    with service(tmp_path, bot) as at:
        steps = Asking(at, PARTS, Talk(), Filters(), "ada", "tab").ask("Why?")
        next(steps)
        at.tabs.turn_to_another("tab")
        assert list(steps) == []
        [kept] = at.conversations.list("ada")
        assert kept.turns == 1


def test_suggestions_end_while_people_wait_and_when_the_tab_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def suggest(*_: Any, stop: Callable[[], bool], **__: Any) -> Iterator[str]:
        for question in ("Who?", "When?", "Where?"):
            if stop():
                return
            yield question

    monkeypatch.setattr(asking, "suggest", suggest)
    talk = Talk("id", (answered(passage("One.")),))
    with service(tmp_path) as at:

        def shown(tab: str = "tab") -> Iterator[Changes]:
            return asking.suggested(at, PARTS, talk, Filters(), tab)

        assert len(list(shown())) == 3
        some = shown()
        assert "Who?" in next(some)["suggestions"]
        with at.line.join("x"), at.line.join("y"), at.line.join("z"):
            assert next(some, None) is None
        for go_on in (lambda: at.tabs.turn_to_another("tab"), lambda: at.tabs.asks("tab", "Why?")):
            some, others = shown(), shown("another")
            next(some)
            next(others)
            go_on()
            assert next(some, None) is None
            assert next(others, None) is not None
        assert list(asking.suggested(at, PARTS, Talk(), Filters(), "tab")) == []


def test_the_place_in_the_waiting_line_is_told(tmp_path: Path) -> None:
    with service(tmp_path) as at, at.line.join("x") as one, at.line.join("y") as two:
        assert one.wait(1)
        assert two.wait(1)
        with at.line.join("z"):
            steps = Asking(at, PARTS, Talk(), Filters(), "", "tab").ask("Why?")
            shown = [next(steps)["conversation"] for _ in range(2)][-1]
            steps.close()
    assert "Waiting: your question has place 2 in the line." in shown


def test_who_waits_is_told_when_the_place_changes_and_not_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telling it again and again to many takes the time that their answers need."""
    monkeypatch.setattr(asking, "_LOOK", 0.01)
    told: list[str] = []
    with service(tmp_path) as at, ThreadPoolExecutor() as threads:
        served = [at.line.join("x"), at.line.join("y")]
        before = at.line.join("z")

        def read() -> None:
            for changes in Asking(at, PARTS, Talk(), Filters(), "", "tab").ask("Why?"):
                told.extend(re.findall(r"place (\d+) in the line", changes.get("conversation", "")))

        reading = threads.submit(read)
        for place, gone in (("2", before), ("1", served[0])):
            while place not in told:
                time.sleep(0.01)
            time.sleep(0.2)  # many looks at the same place
            gone.leave()
        reading.result(10)
        served[1].leave()
    assert told == ["2", "1"]
