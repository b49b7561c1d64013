"""How sure an answer is: signals that together tell an answer from a sentence about it."""

import math
from collections.abc import Mapping, Sequence

from qa.question import Kind, Question, offers, words_of
from qa.ranking import weighted_sum
from qa.retriever import RankedSentence

# Fitted by `python training/fit_abstention.py` on the development questions of SQuAD and SelQA:
# logistic regression on questions whose answer is in the collection, whose sentence was taken
# out, or whose article was.
WEIGHTS: Mapping[str, float] = {
    "best": 0.32,
    "lead": 0.14,
    "sentence_support": 2.39,
    "missing_names": -0.63,
    "lacks_kind": -1.23,
    "offers_kind": -0.47,
}
OFFSET = -6.47


def evidence(question: Question, ranked: Sequence[RankedSentence]) -> dict[str, float]:
    """What speaks for and against the best sentence, by the name of the signal.

    - `best`: its weighted sum of ranking signals; `lead`: by how much it leads the second.
    - `support`, `sentence_support`: share of the question's content words that stand in the
      sentence, its neighbours or the title; and in the sentence alone.
    - `missing_names`: share of the question's capitalised words, the first word apart, that
      stand neither in the sentence nor beside it.
    - `lacks_kind`, `offers_kind`: 1 where a number, time, person or place is asked for, and the
      sentence has none, or one.
    """
    best = ranked[0]
    content = question.words
    near = set(map(_stem, words_of(best.stored.text + " " + best.stored.context)))
    own = set(map(_stem, words_of(best.stored.text)))
    names = [w for w in question.text.split()[1:] if w[:1].isupper()]
    name_words = [word for name in names for word in words_of(name)]
    total = weighted_sum(best.signals)
    specific = question.kind is not Kind.OTHER
    offered = offers(question.kind, best.stored.text, frozenset(words_of(question.text)))
    return {
        "best": total,
        "lead": total - weighted_sum(ranked[1].signals) if len(ranked) > 1 else 0.0,
        "support": sum(_stem(word) in near for word in content) / max(1, len(content)),
        "sentence_support": sum(_stem(word) in own for word in content) / max(1, len(content)),
        "missing_names": sum(_stem(word) not in near for word in name_words)
        / max(1, len(name_words)),
        "lacks_kind": float(specific and not offered),
        "offers_kind": float(specific and offered),
    }


def confidence(found: Mapping[str, float]) -> float:
    """Probability, 0 to 1, that the sentence answers the question."""
    total = OFFSET + sum(weight * found[name] for name, weight in WEIGHTS.items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def _stem(word: str) -> str:
    """The first letters of a word: enough to see that "postponed" is a form of "postpone"."""
    return word[:5] if len(word) > 6 else word.removesuffix("s")
