"""Measures of quality: by hand, by brute force, and of nothing at all."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.measures import (
    Outcome,
    auroc,
    expected_calibration_error,
    mean,
    percentile,
    ranking_figures,
    refusal_figures,
    reliability,
)

CONFIDENCES = st.floats(0, 1)
# Few values, so that most of them are ties.
TIED = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]) | CONFIDENCES, min_size=1, max_size=30)


def outcome(
    confidence: float = 0.5,
    *,
    answerable: bool = True,
    abstained: bool = False,
    cited: bool = True,
    best_cited: bool = True,
) -> Outcome:
    return Outcome(
        answerable=answerable,
        rank=0,
        rank_before=0,
        ranks_alone={},
        exact_match=0.0,
        f1=0.0,
        best_exact_match=0.0,
        best_f1=0.0,
        cited=cited,
        cited_at_all=cited,
        best_cited=best_cited,
        citations=1,
        abstained=abstained,
        confidence=confidence,
        milliseconds={},
    )


@given(higher=TIED, lower=TIED)
def test_auroc_is_the_share_of_pairs_in_the_right_order(
    higher: list[float], lower: list[float]
) -> None:
    pairs = [(a > b) + (a == b) / 2 for a, b in itertools.product(higher, lower)]
    assert auroc(higher, lower) == pytest.approx(sum(pairs) / len(pairs))
    assert auroc(higher, lower) + auroc(lower, higher) == pytest.approx(1)


def test_ranking_figures_by_hand() -> None:
    figures = ranking_figures([0, 1, 4, 9, 10, None])
    assert figures == {
        "recall_at_1": pytest.approx(1 / 6, abs=1e-4),
        "recall_at_3": pytest.approx(2 / 6, abs=1e-4),
        "recall_at_5": 0.5,
        "recall_at_10": pytest.approx(4 / 6, abs=1e-4),
        "mrr": pytest.approx((1 + 1 / 2 + 1 / 5 + 1 / 10 + 1 / 11) / 6, abs=1e-4),
    }


def test_refusal_figures_by_hand() -> None:
    outcomes = [
        outcome(0.9),
        outcome(0.8, cited=False),
        outcome(0.7),
        outcome(0.3, abstained=True, cited=False),
        outcome(0.2, answerable=False, abstained=True, cited=False),
        outcome(0.1, answerable=False, abstained=True, cited=False),
        outcome(0.75, answerable=False, cited=False),
    ]
    figures = refusal_figures(outcomes)
    assert figures["wrongly_refused"] == 0.25, "1 of 4 with an answer"
    assert figures["answered_wrongly"] == 0.5, "2 of the 4 answers that were given"
    assert figures["precision"] == figures["recall"] == figures["f1"] == 0.6667, "2 of 3, twice"
    # Of 12 pairs, 0.7 and 0.3 lie below 0.75, and everything else is in order.
    assert figures["auroc"] == pytest.approx(10 / 12, abs=1e-4)


def test_precision_and_recall_are_told_apart() -> None:
    outcomes = [
        outcome(abstained=True),
        outcome(abstained=True),
        outcome(answerable=False, abstained=True),
        outcome(answerable=False, abstained=True),
    ]
    figures = refusal_figures(outcomes)
    assert (figures["precision"], figures["recall"]) == (0.5, 1.0)
    assert figures["f1"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["answered_wrongly"] is None, "nothing was answered"


def test_who_never_refuses_has_no_precision_to_boast_of() -> None:
    figures = refusal_figures([outcome(), outcome(answerable=False, cited=False)])
    assert (figures["precision"], figures["recall"], figures["f1"]) == (0, 0, 0)


@pytest.mark.parametrize("answerable", [True, False])
def test_without_both_kinds_of_question_there_is_nothing_to_tell_apart(answerable: bool) -> None:
    figures = refusal_figures([outcome(answerable=answerable)] * 3)
    assert [figures[name] for name in ("precision", "recall", "f1", "auroc")] == [None] * 4


def test_reliability_by_hand() -> None:
    outcomes = [
        outcome(0.0, best_cited=False),
        outcome(0.05),
        outcome(0.1, best_cited=False),
        outcome(0.95),
        outcome(1.0),
    ]
    assert reliability(outcomes) == [
        {"questions": 2, "confidence": 0.025, "right": 0.5},
        {"questions": 1, "confidence": 0.1, "right": 0.0},
        {"questions": 2, "confidence": 0.975, "right": 1.0},
    ]
    assert reliability(outcomes, bins=1) == [{"questions": 5, "confidence": 0.42, "right": 0.6}]


def test_right_is_what_was_best_even_where_it_was_refused() -> None:
    refused = outcome(0.9, abstained=True, cited=False, best_cited=True)
    assert reliability([refused])[0]["right"] == 1


def test_expected_calibration_error_by_hand() -> None:
    outcomes = [
        outcome(0.0, best_cited=False),
        outcome(0.05),
        outcome(0.1, best_cited=False),
        outcome(0.95),
        outcome(1.0),
    ]
    by_hand = (2 * abs(0.025 - 0.5) + 1 * abs(0.1 - 0) + 2 * abs(0.975 - 1)) / 5
    assert expected_calibration_error(outcomes) == pytest.approx(by_hand)


@given(st.lists(st.builds(outcome, CONFIDENCES, best_cited=st.booleans()), min_size=1))
def test_every_question_is_in_one_tenth(outcomes: list[Outcome]) -> None:
    rows = reliability(outcomes)
    assert sum(row["questions"] for row in rows) == len(outcomes)
    assert [row["confidence"] for row in rows] == sorted(row["confidence"] for row in rows)
    error = expected_calibration_error(outcomes)
    assert error is not None
    assert 0 <= error <= 1


def test_nothing_measures_as_none() -> None:
    assert mean([]) is None
    assert percentile([], 50) is None
    assert expected_calibration_error([]) is None
    assert reliability([]) == []
    assert set(ranking_figures([]).values()) == {None}
    assert set(refusal_figures([]).values()) == {None}


def test_means_and_percentiles_are_rounded() -> None:
    assert mean([0.0, 0.0, 1.0]) == 0.3333
    assert percentile([1.0, 2.0, 3.0, 10.0], 50) == 2.5
    assert percentile([0.0, 10.0], 95) == 9.5
    assert percentile([1.26], 50) == 1.3
