"""The confidence: between 0 and 1, higher with more evidence, calibrated."""

import math
from itertools import pairwise

import pytest

from qa import abstention


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
