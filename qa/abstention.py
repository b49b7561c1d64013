"""How sure an answer is: signals that together tell an answer from a sentence about it."""

import math
from collections.abc import Mapping, Sequence

from qa.question import Kind, Question, offers, words_of
from qa.reranking import LOWEST_READING, RankedSentence

# Fitted by `python training/fit_abstention.py` on the development questions of SQuAD, SelQA and
# ClapNQ: logistic regression on questions whose answer is in the collection, whose sentence was
# taken out, whose article was, which were changed to ask for something else, or which have a
# passage about them that does not answer.
WEIGHTS: Mapping[str, float] = {
    "best": 0.42,
    "lead": 0.3,
    "reading": 0.11,
    "sharpness": -0.27,
    "sentence_support": -0.58,
    "missing_names": -0.38,
    "lacks_kind": 0.28,
    "offers_kind": -0.13,
}
OFFSET = -5.16
# Beta calibration (Kull, Silva Filho and Flach 2017), by the same command: the regression learns
# from many near misses, more of them than people ask; this makes its probability the share that
# is right where the answer is in the collection or its whole article is not.
CALIBRATION = (1.63, 0.64, 0.96)


def evidence(question: Question, ranked: Sequence[RankedSentence]) -> dict[str, float]:
    """What speaks for and against the best sentence, by the name of the signal.

    - `best`: its total of retrieval and reading; `lead`: by how much it leads the second.
    - `reading`: how much likelier its words answer than nothing does, as a logarithm.
    - `sharpness`: the share of its best words in that, as a logarithm; at most 0.
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
    specific = question.kind is not Kind.OTHER
    offered = offers(question.kind, best.stored.text, frozenset(words_of(question.text)))
    return {
        "best": best.total,
        "lead": best.total - ranked[1].total if len(ranked) > 1 else 0.0,
        "reading": best.signals.get("reading", LOWEST_READING),
        "sharpness": best.span.score - best.span.sentence_score if best.span else 0.0,
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
    for_it, against, offset = CALIBRATION
    # The logarithms of the regression's probability, and of what it lacks to 1.
    margin = for_it * -_softplus(-total) + against * _softplus(total) + offset
    return math.exp(-_softplus(-margin))


def _softplus(value: float) -> float:
    """The logarithm of 1 + e to the power of a value, without overflow."""
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))


def _stem(word: str) -> str:
    """The first letters of a word: enough to see that "postponed" is a form of "postpone"."""
    return word[:5] if len(word) > 6 else word.removesuffix("s")
