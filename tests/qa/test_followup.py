"""Follow-up questions."""

import pytest

from qa import Answer, Turn
from qa.followup import standalone_question


def turn(question: str) -> Turn:
    return Turn(question, question, Answer(question, question, ""))


FIRST = [turn("Why did Blinken postpone his trip to Beijing?")]


def test_the_first_question_is_as_asked() -> None:
    assert standalone_question("And when?", []) == "And when?"


@pytest.mark.parametrize(
    ("question", "must_have"),
    [
        ("When did he announce it?", ["Blinken"]),
        ("And when?", ["Blinken", "postpone", "trip", "Beijing"]),
        ("What about Austin?", ["Austin", "postpone", "trip"]),
        ("Why?", ["Blinken", "postpone"]),
    ],
)
def test_what_leans_back_gets_the_subject(question: str, must_have: list[str]) -> None:
    completed = standalone_question(question, FIRST)
    assert completed.startswith(question)
    assert all(word in completed for word in must_have)


@pytest.mark.parametrize(
    "question",
    [
        "Where did Austin last meet Wei Fenghe?",
        "What does China’s Foreign Ministry say about the debris?",
        "Which countries make weather balloons?",
    ],
)
def test_a_change_of_subject_drags_nothing_along(question: str) -> None:
    assert standalone_question(question, FIRST) == question


def test_only_the_last_turn_is_carried() -> None:
    history = [turn("Who is Pat Ryder?"), *FIRST]
    assert "Ryder" not in standalone_question("And when?", history)


def test_a_chain_of_follow_ups_does_not_grow_without_end() -> None:
    history = list(FIRST)
    for _ in range(20):
        completed = standalone_question("And then?", history)
        history.append(Turn("And then?", completed, Answer("And then?", completed, "")))
    assert len(completed) < 200


def test_words_of_talk_are_not_carried() -> None:
    history = [turn("Interesting. Thanks! What does a weather balloon cost?")]
    completed = standalone_question("And why?", history)
    assert completed == "And why? (weather balloon cost)"


def test_a_follow_up_of_a_follow_up_keeps_the_subject() -> None:
    history = [*FIRST, turn("And when?"), turn("How did he announce it?")]
    completed = standalone_question("What did they reply?", history)
    assert all(word in completed for word in ("announce", "Blinken", "Beijing"))


def test_a_capital_at_the_start_of_a_sentence_is_no_name() -> None:
    assert "Blinken" in standalone_question("Wow! Surely he announced it before?", FIRST)
    assert standalone_question("Did Austin say he announced it before?", FIRST).endswith("before?")
