"""Where the example article and its questions lie."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_IN_WHEEL = _PACKAGE / "seeds"

SEEDS = _IN_WHEEL if _IN_WHEEL.is_dir() else _PACKAGE.parent / "seeds"
"""A folder of articles, with their questions in `questions.jsonl`: inside the package where it
is installed from a wheel, beside it in the repository."""
