"""How sure an answer is: signals that together tell an answer from a sentence about it."""

import math
from collections.abc import Mapping, Sequence

from qa.question import Question, words_of
from qa.reranking import LOWEST_READING, RankedSentence
from qa.spans import comparable

# Fitted by `python training/fit_abstention.py` on the development questions of SQuAD, SelQA and
# ClapNQ and on invented news: logistic regression on questions whose answer is in the collection,
# whose sentence was taken out, whose article was, which were changed to ask for something else, or
# which have a passage about them that does not answer.
WEIGHTS: Mapping[str, float] = {
    "best": 0.16,
    "lead": 0.10,
    "second": 0.15,
    "reading": 0.16,
    "article_lead": 0.18,
    "offers_number": -0.21,
    "offers_time": -0.23,
}
OFFSET = -4.20
# Beta calibration (Kull, Silva Filho and Flach 2017), by the same command: the regression learns
# from many near misses, more of them than people ask; this makes its probability the share that
# is right of what people ask: of collections with their article and without it, ClapNQ's, and of
# one news article.
CALIBRATION = (1.52, 0.41, 1.38)
# Where yes or no is asked and no sentence says either plainly, a high confidence tells little. Of
# 90 answers to questions for yes or no about invented news that no run has read, nearly all of
# them without either, for which it was .5 or more, 51 rested on the right sentence
# (`benchmarks/news.py` with `dev`, `test` and `yes_or_no`). So it is never above that share.
HIGHEST_WITHOUT_YES_OR_NO = 0.57

# `lead` compares with the sentence at this place: about as good as any from the eighth to the
# sixteenth. The second may well say the same in other words, so it tells more beside it than alone.
COMPARED = 10
# `article_lead` is at most this: about as good as any from 6 to 10 (docs/quality.md).
HIGHEST_ARTICLE_LEAD = 8.0


def evidence(ranked: Sequence[RankedSentence]) -> dict[str, float]:
    """What speaks for and against the best sentence, by the name of the signal.

    - `best`: its total of retrieval and reading.
    - `lead`: by how much that is above the total at place `COMPARED`, or the last: above what
      sentences get that are about the question and do not answer it.
    - `second`: by how much it is above the next one, which may be the right one. For neither do
      those count that give the same words as the best: other sources make nothing doubtful.
    - `article_lead`: by how much its article is retrieved better than any other, between
      `HIGHEST_ARTICLE_LEAD`, which it also is where no other has part, and minus that: what no
      article is about, several match about as well.
    - `reading`: how much likelier its words answer than nothing does, as a logarithm.
    - `offers_number`, `offers_time`: as in `qa.ranking`. `best` has them with a weight that suits
      the order of sentences; here they say how much of it is no sign of an answer.

    Args:
        ranked: what was read and ranked, best first, at least one.
    """
    best = ranked[0]
    said = None if best.words is None else comparable(best.words)
    others = [r for r in ranked[1:] if r.words is None or comparable(r.words) != said]
    totals = [r.total for r in others[: COMPARED - 1]] or [best.total]
    uri, article = best.stored.sentence.article_uri, best.signals["article"]
    articles = [r.signals["article"] for r in ranked if r.stored.sentence.article_uri != uri]
    article_lead = article - max(articles) if articles else HIGHEST_ARTICLE_LEAD
    return {
        "best": best.total,
        "lead": best.total - totals[-1],
        "second": best.total - totals[0],
        "reading": best.signals.get("reading", LOWEST_READING),
        "article_lead": max(-HIGHEST_ARTICLE_LEAD, min(article_lead, HIGHEST_ARTICLE_LEAD)),
        "offers_number": best.signals["offers_number"],
        "offers_time": best.signals["offers_time"],
    }


def confidence(found: Mapping[str, float]) -> float:
    """Probability, 0 to 1, that the sentence answers the question."""
    total = OFFSET + sum(weight * found[name] for name, weight in WEIGHTS.items())
    for_it, against, offset = CALIBRATION
    # The logarithms of the regression's probability, and of what it lacks to 1.
    margin = for_it * -_softplus(-total) + against * _softplus(total) + offset
    return math.exp(-_softplus(-margin))


def is_about(question: Question, item: RankedSentence) -> bool:
    """Whether a content word of the question stands in the sentence, its neighbours or the title.

    Tells, of what is refused, what the articles are about from what they are not.
    """
    near = set(map(_stem, words_of(item.stored.text + " " + item.stored.context)))
    return any(_stem(word) in near for word in question.words)


def _softplus(value: float) -> float:
    """The logarithm of 1 + e to the power of a value, without overflow."""
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))


def _stem(word: str) -> str:
    """The first letters of a word: enough to see that "postponed" is a form of "postpone"."""
    return word[:5] if len(word) > 6 else word.removesuffix("s")
