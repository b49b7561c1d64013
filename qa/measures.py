"""Measures of quality, from what became of each question."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. Ranks count from 0; None: not among the candidates.

    Attributes:
        answerable: whether the collection has an answer.
        rank, rank_before: of the right sentence, after reading and by retrieval alone.
        ranks_alone: of the right sentence by one signal of retrieval alone.
        exact_match, f1: of the answer's text; 0 where it was refused.
        best_exact_match, best_f1: of the words that it would give if it never refused.
        cited: whether a sentence that the answer rests on holds the right one, and the question
            was not refused.
        cited_at_all: the same of all citations, alternatives too.
        best_cited: as `cited`, refused or not.
        citations: how many there are; 0 where it was refused.
        milliseconds: by stage.
    """

    answerable: bool
    rank: int | None
    rank_before: int | None
    ranks_alone: dict[str, int | None]
    exact_match: float
    f1: float
    best_exact_match: float
    best_f1: float
    cited: bool
    cited_at_all: bool
    best_cited: bool
    citations: int
    abstained: bool
    confidence: float
    milliseconds: dict[str, float]


def ranking_figures(ranks: Sequence[int | None]) -> dict[str, float | None]:
    """Recall@k and the mean reciprocal rank."""
    figures: dict[str, float | None] = {
        f"recall_at_{k}": mean([float(rank is not None and rank < k) for rank in ranks])
        for k in (1, 3, 5, 10)
    }
    figures["mrr"] = mean([0.0 if rank is None else 1 / (rank + 1) for rank in ranks])
    return figures


def refusal_figures(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Refusing is the positive class: right where the articles do not answer.

    `answered_wrongly` is the share of the answers given that cite no sentence with the answer.
    """
    unanswerable = [o for o in outcomes if not o.answerable]
    answerable = [o for o in outcomes if o.answerable]
    refused = sum(o.abstained for o in outcomes)
    rightly = sum(o.abstained for o in unanswerable)
    figures: dict[str, float | None] = {
        "wrongly_refused": mean([float(o.abstained) for o in answerable]),
        "answered_wrongly": mean([float(not o.cited) for o in outcomes if not o.abstained]),
        "precision": None,
        "recall": None,
        "f1": None,
        "auroc": None,
    }
    if unanswerable and answerable:
        precision = rightly / refused if refused else 0.0
        recall = rightly / len(unanswerable)
        figures["precision"], figures["recall"] = round(precision, 4), round(recall, 4)
        figures["f1"] = round(2 * precision * recall / max(precision + recall, 1e-9), 4)
        figures["auroc"] = round(
            auroc([o.confidence for o in answerable], [o.confidence for o in unanswerable]), 4
        )
    return figures


def reliability(outcomes: Sequence[Outcome], bins: int = 10) -> list[dict[str, float | int]]:
    """For each tenth of the confidence: how many, their mean confidence, the share right.

    Right: the best sentence, whether it was shown or refused, holds the answer.
    """
    rows: list[dict[str, float | int]] = []
    for number in range(bins):
        inside = [o for o in outcomes if min(bins - 1, int(o.confidence * bins)) == number]
        if inside:
            rows.append(
                {
                    "questions": len(inside),
                    "confidence": round(float(np.mean([o.confidence for o in inside])), 4),
                    "right": round(float(np.mean([o.best_cited for o in inside])), 4),
                }
            )
    return rows


def expected_calibration_error(outcomes: Sequence[Outcome]) -> float | None:
    """Mean distance of confidence from the share right over ten bins (Naeini et al. 2015)."""
    if not outcomes:
        return None
    error = sum(
        row["questions"] * abs(row["confidence"] - row["right"]) for row in reliability(outcomes)
    )
    return round(error / len(outcomes), 4)


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """Area under the receiver operating characteristic.

    The probability that a value drawn from `higher` exceeds one drawn from `lower`; ties count
    half (the Mann-Whitney statistic).
    """
    values = np.concatenate([higher, lower])
    sorted_values = np.sort(values)
    first = np.searchsorted(sorted_values, values, side="left")
    last = np.searchsorted(sorted_values, values, side="right")
    ranks = (first + last + 1) / 2
    surplus = ranks[: len(higher)].sum() - len(higher) * (len(higher) + 1) / 2
    return float(surplus / (len(higher) * len(lower)))


def mean(values: Sequence[float]) -> float | None:
    """The mean to four places; None of nothing."""
    return round(float(np.mean(values)), 4) if values else None


def percentile(values: Sequence[float], percent: float) -> float | None:
    """A percentile to one place; None of nothing."""
    return round(float(np.percentile(values, percent)), 1) if values else None
