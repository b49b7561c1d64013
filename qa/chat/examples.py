"""Questions to begin with: those that ship with the example article."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from index import Article, load_articles

_PACKAGE = Path(__file__).parents[1]
# In a wheel the seeds lie inside the package, in the repository beside it.
_SEEDS = next(
    (p for p in (_PACKAGE / "seeds", _PACKAGE.parent / "seeds") if p.is_dir()), _PACKAGE / "seeds"
)
ANSWERABLE = 3
UNANSWERABLE = 1


def example_questions(content_hashes: Iterable[str]) -> list[str]:
    """A few questions about the example article, if it is one of those with these hashes.

    The last of them has no answer, to show how that looks.
    """
    hashes, questions = _shipped()
    return list(questions) if hashes and hashes <= set(content_hashes) else []


@cache
def _shipped() -> tuple[frozenset[str], tuple[str, ...]]:
    """Hashes of the example articles, and the questions to show."""
    file = _SEEDS / "questions.jsonl"
    if not file.is_file():
        return frozenset(), ()
    hashes = {a.content_hash for a in load_articles(_SEEDS) if isinstance(a, Article)}
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    answerable = [row["question"] for row in rows if row["answerable"]]
    others = [row["question"] for row in rows if not row["answerable"]]
    return frozenset(hashes), (
        *_spread(answerable, ANSWERABLE),
        *_spread(others, UNANSWERABLE),
    )


def _spread(questions: list[str], number: int) -> list[str]:
    """So many of them, from all over the list: neighbours are about the same sentences."""
    chosen = min(number, len(questions))
    return [questions[position * len(questions) // chosen] for position in range(chosen)]
