"""How sentences are ordered: signals, their weights, one score."""

import itertools
import math
from collections.abc import Mapping, Set
from typing import TypeVar

from index import StoredSentence, Vectors
from qa.question import (
    Kind,
    Question,
    content_words,
    offers,
    words_of,
)

T = TypeVar("T")

# Fitted by `python training/fit_ranking.py` on the development questions of SQuAD, which share
# words with their answers, and of SelQA, which share few: the weights under which the right
# sentence is most probable among its candidates. docs/quality.md says what each is worth.
WEIGHTS: Mapping[str, float] = {
    "context_similarity": 10.94,
    "paragraph_similarity": 4.28,
    "sentence_bm25": 0.84,
    "context_bm25": 4.23,
    "offers_number": 2.26,
    "offers_time": 2.07,
    "offers_name": 0.78,
    "coverage": 1.60,
    "word_pairs": 2.55,
}
# From the weighted sum to the probability that the sentence is the right one: the same fit.
SCALE = 0.764
OFFSET = -13.08


def signals(
    question: Question,
    vector: Vectors,
    candidates: Mapping[int, StoredSentence],
    sentence_bm25: Mapping[int, float],
    context_bm25: Mapping[int, float],
) -> dict[int, dict[str, float]]:
    """What speaks for each candidate, by the name of the signal.

    - `context_similarity`, `paragraph_similarity`: cosine of the question with the sentence in
      its context, and with its whole paragraph; -1 to 1.
    - `sentence_bm25`, `context_bm25`: as a share of the best candidate's; 0 to 1.
    - `offers_number`, `offers_time`, `offers_name`: 1 where the question asks for a number, a
      time, or a person or place, and the sentence has one that the question lacks.
    - `coverage`: share of the question's content words in the sentence; 0 to 1.
    - `word_pairs`: share of the question's neighbouring words that are neighbours in the
      sentence too; 0 to 1.
    """
    best_sentence = max(sentence_bm25.values(), default=0.0) or 1.0
    best_context = max(context_bm25.values(), default=0.0) or 1.0
    all_words = words_of(question.text)
    asked = frozenset(all_words)
    content = frozenset(content_words(question.text))
    pairs = set(itertools.pairwise(all_words))
    found = {}
    for id, candidate in candidates.items():
        words = words_of(candidate.text)
        offered = offers(question.kind, candidate.text, asked)
        found[id] = {
            "context_similarity": float(candidate.vector @ vector),
            "paragraph_similarity": float(candidate.paragraph_vector @ vector),
            "sentence_bm25": sentence_bm25.get(id, 0.0) / best_sentence,
            "context_bm25": context_bm25.get(id, 0.0) / best_context,
            "offers_number": float(offered and question.kind is Kind.NUMBER),
            "offers_time": float(offered and question.kind is Kind.TIME),
            "offers_name": float(offered and question.kind in (Kind.PERSON, Kind.PLACE)),
            "coverage": _share(content, set(words)),
            "word_pairs": _share(pairs, set(itertools.pairwise(words))),
        }
    return found


def weighted_sum(values: Mapping[str, float]) -> float:
    """One number for all signals, without a scale."""
    return sum(weight * values[name] for name, weight in WEIGHTS.items())


def probability(total: float) -> float:
    """The score that goes with a weighted sum, 0 to 1."""
    return 1 / (1 + math.exp(-(SCALE * total + OFFSET)))


def _share(wanted: Set[T], present: Set[T]) -> float:
    return len(wanted & present) / len(wanted) if wanted else 0.0
