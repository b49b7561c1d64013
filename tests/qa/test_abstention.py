"""The confidence: between 0 and 1, higher with more evidence, calibrated."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Sentence, StoredSentence
from qa import abstention
from qa.abstention import COMPARED, HIGHEST_ARTICLE_LEAD, evidence, is_about
from qa.answer import Span
from qa.question import Kind, Question
from qa.ranking import WEIGHTS
from qa.reranking import LOWEST_READING, RankedSentence

QUESTION = Question("Who steered the ferry?", ("steered", "ferry"), Kind.PERSON)
NO_VECTOR = np.zeros(1, dtype=np.float32)


def found(best: float) -> dict[str, float]:
    return dict.fromkeys(abstention.WEIGHTS, 0.0) | {"best": best}


def test_more_evidence_never_lowers_the_confidence() -> None:
    values = [abstention.confidence(found(best / 10)) for best in range(-300, 600)]
    assert all(low <= high for low, high in pairwise(values))
    assert values[0] < 0.01
    assert values[-1] > 0.9


@pytest.mark.parametrize("best", [-1e6, -1e3, 1e3, 1e6])
def test_however_much_evidence(best: float) -> None:
    assert 0 <= abstention.confidence(found(best)) <= 1


def test_calibration_that_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abstention, "CALIBRATION", (1.0, 1.0, 0.0))
    for best in (-20.0, 0.0, 7.0, 12.5, 40.0):
        margin = abstention.OFFSET + abstention.WEIGHTS["best"] * best
        assert abstention.confidence(found(best)) == pytest.approx(1 / (1 + math.exp(-margin)))


def test_calibration_by_its_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abstention, "CALIBRATION", (1.5, 0.5, 0.2))
    best = (math.log(0.8 / 0.2) - abstention.OFFSET) / abstention.WEIGHTS["best"]
    odds = math.exp(1.5 * math.log(0.8) - 0.5 * math.log(0.2) + 0.2)
    assert abstention.confidence(found(best)) == pytest.approx(odds / (1 + odds))


def read_sentence(
    id: int, total: float, words: str | None, context: str = "", uri: str = "a", article: float = 0
) -> RankedSentence:
    """A sentence that says "It was ... .", of which these words answer; None: it was not read.

    Its article, with this uri, is retrieved so well.
    """
    text = f"It was {words}."
    sentence = Sentence(id, uri, 100 * id, 100 * id + len(text), id)
    stored = StoredSentence(sentence, text, context, NO_VECTOR, NO_VECTOR)
    signals = dict.fromkeys(WEIGHTS, 0.0) | {"article": article}
    if words is None:
        return RankedSentence(stored, 0.5, signals, total)
    start = sentence.start + len("It was ")
    span = Span(start, start + len(words), 2.0, 3.0)
    return RankedSentence(stored, 0.5, signals | {"reading": 3.0}, total, span)


def ranking(totals: Sequence[float]) -> list[RankedSentence]:
    return [read_sentence(n, total, f"name {n}") for n, total in enumerate(totals)]


def lead(ranked: Sequence[RankedSentence]) -> float:
    return evidence(ranked)["lead"]


def second(ranked: Sequence[RankedSentence]) -> float:
    return evidence(ranked)["second"]


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=30))
def test_the_lead_is_over_the_tenth_or_the_last(totals: list[float]) -> None:
    totals.sort(reverse=True)
    assert lead(ranking(totals)) == pytest.approx(totals[0] - totals[:COMPARED][-1])
    assert second(ranking(totals)) == pytest.approx(totals[0] - totals[:2][-1])


def test_sources_that_say_the_same_make_nothing_doubtful() -> None:
    one, *others = ranking([9.0] + [2.0] * 20)
    again = [
        read_sentence(100 + n, 8.9, words)
        for n, words in enumerate(["name 0", "the name 0", "Name 0"] * 5)
    ]
    assert lead([one, *again, *others]) == lead([one, *others]) == 7.0
    assert second([one, *again, *others]) == second([one, *others]) == 7.0
    # With other words they would.
    others = ranking([9.0] + [8.9] * 15 + [2.0] * 20)
    assert lead(others) == second(others) == pytest.approx(0.1)


def test_sentences_that_were_not_read_say_nothing_the_same() -> None:
    ranked = [read_sentence(n, 5.0 - n, None) for n in range(3)]
    assert (lead(ranked), second(ranked)) == (2.0, 1.0)
    assert evidence(ranked)["reading"] == LOWEST_READING


def test_all_that_is_there_says_the_same() -> None:
    ranked = [read_sentence(n, 5.0 - n, "Ida") for n in range(3)]
    assert lead(ranked) == second(ranked) == 0.0


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=6))
def test_an_article_leads_the_next_by_no_more_than_counts(retrieved: list[float]) -> None:
    own, *others = retrieved
    ranked = [
        read_sentence(n, -n, f"name {n}", uri=str(n // 2), article=retrieved[n // 2])
        for n in range(2 * len(retrieved))
    ]
    found = evidence(ranked)["article_lead"]
    if not others:
        assert found == HIGHEST_ARTICLE_LEAD
    elif abs(own - max(others)) <= HIGHEST_ARTICLE_LEAD:
        assert found == own - max(others)
    else:
        assert found == math.copysign(HIGHEST_ARTICLE_LEAD, own - max(others))


@pytest.mark.parametrize(
    ("words", "context", "about"),
    [("Ida", "", False), ("the steersman", "", True), ("Ida", "Who steers?", True)],
)
def test_a_sentence_is_about_a_question_by_a_word_in_it_or_beside_it(
    words: str, context: str, about: bool
) -> None:
    assert is_about(QUESTION, read_sentence(0, 5.0, words, context)) is about
