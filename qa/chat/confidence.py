"""Confidence as one of three signs."""

from typing import Literal

Level = Literal["low", "medium", "high"]

# The confidence from which on an answer has each sign, and how many in ten of such answers were
# right when 2,000 development questions were asked, half of them without an answer: "reliability"
# in the report of `article-qa eval --unanswerable`, see docs/quality.md. Where yes or no is asked
# and no sentence says either, it is the second at most, and six as well.
_FROM: tuple[tuple[Level, float, int], ...] = (
    ("high", 0.7, 9),
    ("medium", 0.4, 6),
    ("low", 0.0, 3),
)


def level_of(confidence: float) -> Level:
    """The sign of a confidence, 0 to 1."""
    return next(level for level, least, _ in _FROM if confidence >= least)


def share_right(level: Level) -> int:
    """Of ten answers with this sign, how many were right."""
    return next(share for name, _, share in _FROM if name == level)
