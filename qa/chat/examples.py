"""Questions to begin with: those that ship with the example article."""

import json
from collections.abc import Iterable
from functools import cache

from index import Article, load_articles
from qa.shipped import SEEDS

MOST = 4
"""Examples that there is room for."""


def example_questions(content_hashes: Iterable[str]) -> list[str]:
    """A few questions about the example article, if it is one of those with these hashes.

    They are marked with `"example": true` in the questions that ship; one of them has no answer,
    to show how that looks.
    """
    hashes, questions = _shipped()
    return list(questions) if hashes and hashes <= set(content_hashes) else []


@cache
def _shipped() -> tuple[frozenset[str], tuple[str, ...]]:
    """Hashes of the example articles, and the questions to show."""
    file = SEEDS / "questions.jsonl"
    if not file.is_file():
        return frozenset(), ()
    hashes = {a.content_hash for a in load_articles(SEEDS) if isinstance(a, Article)}
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    questions = [row["question"] for row in rows if row.get("example")]
    return frozenset(hashes), tuple(questions[:MOST])
