"""Follow-up questions."""

import pytest

from qa import AbstentionReason, Answer, Turn
from qa.followup import Wording, may_change_subject, standalone_question, wordings


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


def answered(question: str, text: str, reason: AbstentionReason | None = None) -> Turn:
    return Turn(question, question, Answer(question, question, text, reason=reason))


def test_short_questions_that_name_nobody_lean_back() -> None:
    assert "Blinken" in standalone_question("Which officials protested?", FIRST)


def test_contractions_are_not_carried_whatever_their_apostrophe() -> None:
    history = [turn("I’ve read O’Brien didn’t sail, they’re sure. Where's the ferry?")]
    assert standalone_question("And why?", history) == "And why? (read O'Brien sail ferry)"


def test_what_stands_alone_has_one_wording() -> None:
    question = "Where did Austin last meet Wei Fenghe?"
    assert wordings(question, FIRST) == (Wording(question, 1.0),)
    assert wordings("And when?", []) == (Wording("And when?", 1.0),)


def test_a_follow_up_is_worded_as_completed_as_asked_and_with_the_answer() -> None:
    history = [answered("Who steers the ferry?", "Captain Ida Holm steers it. Holm is sixty.")]
    completed, asked, with_answer = wordings("How old is she?", history)
    assert completed.text == standalone_question("How old is she?", history)
    assert asked.text == "How old is she?"
    assert "Holm" in with_answer.text
    assert "ferry" not in with_answer.text
    assert sum(w.share for w in (completed, asked, with_answer)) == pytest.approx(1)
    assert min(completed.share, asked.share) > with_answer.share > 0


def test_of_an_answer_the_names_and_what_it_says_often_are_searched() -> None:
    text = "They paint it each year. Each pier got a coat; a pier rusts. A crew from Varn paints."
    *_, with_answer = wordings("Why there?", [answered("What is done?", text)])
    words = with_answer.text.split("(")[1].rstrip(")").split()
    assert len(words) == 3
    assert {"pier", "Varn"} <= set(words)


def test_of_a_refusal_nothing_is_searched() -> None:
    refused = answered("Who did it?", "The articles say nothing.", AbstentionReason.NOT_ANSWERED)
    worded = wordings("And why?", [refused])
    assert [w.text for w in worded] == ["And why?"]
    assert sum(w.share for w in worded) == pytest.approx(1)


@pytest.mark.parametrize(
    "question",
    [
        "What is a gastropub?",
        "Which pub that brews its own beer sells bread?",
        "What about Austin?",
    ],
)
def test_what_says_something_of_its_own_may_change_the_subject(question: str) -> None:
    assert may_change_subject(question)


@pytest.mark.parametrize("question", ["And when?", "Why?", "Where did they go?", "What is it for?"])
def test_what_only_points_back_does_not_change_the_subject(question: str) -> None:
    assert not may_change_subject(question)
