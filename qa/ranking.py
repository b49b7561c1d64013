"""How sentences are ordered: signals, their weights, one score."""

import math
from collections.abc import Mapping, Set
from typing import TypeVar

from index import StoredSentence, Vectors
from qa.question import (
    Kind,
    Question,
    content_words,
    count_new_names,
    offers,
    words_of,
)

T = TypeVar("T")

# Fitted by `python training/fit_ranking.py DEV.json.gz` on the SQuAD development articles, as
# the weights under which the right sentence of 3,000 questions is most probable among its
# candidates. docs/quality.md says what each signal is worth.
WEIGHTS: Mapping[str, float] = {
    "context_similarity": 10.19,
    "paragraph_similarity": 7.27,
    "sentence_bm25": 1.33,
    "context_bm25": 4.46,
    "offers_number": 2.42,
    "offers_time": 2.11,
    "offers_name": 0.7,
    "coverage": 1.66,
    "word_pairs": 2.27,
    "length": 0.38,
    "new_names": 0.69,
}
# From the weighted sum to the probability that the sentence is the right one: the same fit.
SCALE = 1.0
OFFSET = -12.0


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
    - `length`: logarithm of the number of words, plus 1.
    - `new_names`: capitalised words that the question lacks, a third each, at most 1.
    """
    best_sentence = max(sentence_bm25.values(), default=0.0) or 1.0
    best_context = max(context_bm25.values(), default=0.0) or 1.0
    all_words = words_of(question.text)
    asked = frozenset(all_words)
    content = frozenset(content_words(question.text))
    pairs = set(zip(all_words, all_words[1:], strict=False))
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
            "word_pairs": _share(pairs, set(zip(words, words[1:], strict=False))),
            "length": math.log(len(words) + 1),
            "new_names": min(3, count_new_names(candidate.text, asked)) / 3,
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
