"""Ranked sentences to windows for the reader, and its readings to a new order."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index import Article, Sentence, StoredSentence
from qa.answer import Span
from qa.ranking import weighted_sum
from qa.reader import Reading, Window

# Windows that are read for one question: docs/quality.md has the figures for other numbers.
WINDOWS = 10
# Longer neighbours are left out of a window: they cost time, and the model reads short ones best.
LONGEST_WINDOW = 900

# Fitted by `python training/fit_reading.py` on the development questions of SQuAD and SelQA and on
# invented news, as the weights of the ranking are. `article` is the retrieval of the best sentence
# of the same article: it tells articles apart, and of the sentences of one article reading tells
# more than retrieval. `unread` is 1 for a sentence that was in no window.
ARTICLE = 0.293
RETRIEVAL = 0.292
READING = 0.341
UNREAD = -2.203
SCALE = 0.696
OFFSET = -7.82
# A reading below this is as bad as any: far from what training has seen.
LOWEST_READING = -12.0


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A candidate with its score (0 to 1) and the signals behind it.

    Attributes:
        signals: what `qa.ranking` found; after reading also `article`, the weighted sum of the
            best sentence of its article, and `reading` where it was read.
        total: what it is ordered by, without a scale.
        span: the words that answer best; None where it was not read.
    """

    stored: StoredSentence
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)
    total: float = 0.0
    span: Span | None = None

    @property
    def words(self) -> str | None:
        """The words that answer best."""
        if self.span is None:
            return None
        begin = self.stored.sentence.start
        return self.stored.text[self.span.start - begin : self.span.end - begin]


def window_around(article: Article, near: Sequence[Sentence], sentence: Sentence) -> Window:
    """A sentence with the ones before and after it, as far as they are not too long.

    Args:
        near: the sentences around it and itself, in the order of the text.
    """
    position = near.index(sentence)
    first, last = position, position
    if position and sentence.end - near[position - 1].start <= LONGEST_WINDOW:
        first -= 1
    if position + 1 < len(near) and near[position + 1].end - near[first].start <= LONGEST_WINDOW:
        last += 1
    return Window(article, tuple(near[first : last + 1]))


def reranked(ranked: Sequence[RankedSentence], readings: Sequence[Reading]) -> list[RankedSentence]:
    """The sentences in the order of retrieval and reading together, best first.

    A sentence that stands in several windows counts as it was read best.
    """
    spans: dict[int, Span] = {}
    for reading in readings:
        for sentence, span in zip(reading.window.sentences, reading.spans, strict=True):
            if span is None:
                continue
            relative = Span(
                span.start,
                span.end,
                span.score - reading.no_answer,
                span.sentence_score - reading.no_answer,
            )
            before = spans.get(sentence.id)
            if before is None or before.sentence_score < relative.sentence_score:
                spans[sentence.id] = relative
    retrieval = [weighted_sum(item.signals) for item in ranked]
    articles: dict[str, float] = {}
    for item, own in zip(ranked, retrieval, strict=True):
        uri = item.stored.sentence.article_uri
        articles[uri] = max(own, articles.get(uri, own))
    result = []
    for item, own in zip(ranked, retrieval, strict=True):
        span = spans.get(item.stored.sentence.id)
        signals = {**item.signals, "article": articles[item.stored.sentence.article_uri]}
        if span is not None:
            signals["reading"] = max(LOWEST_READING, span.sentence_score)
        read = READING * signals["reading"] if "reading" in signals else UNREAD
        total = ARTICLE * signals["article"] + RETRIEVAL * own + read
        score = 1 / (1 + math.exp(-(SCALE * total + OFFSET)))
        result.append(RankedSentence(item.stored, score, signals, total, span))
    return sorted(result, key=lambda r: (-r.total, r.stored.sentence.id))
