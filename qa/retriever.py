"""A question to the passages that are most likely to answer it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from index import Article, Filters, Sentence, StoredSentence, Vectors
from qa.answer import Passage
from qa.onnx_reader import OnnxReader
from qa.question import Question, read_question
from qa.ranking import probability, signals, weighted_sum
from qa.reader import Reader, Window
from qa.reranking import WINDOWS, RankedSentence, reranked, window_around

# Sentences that each of the three searches puts forward. On the development articles the right
# one is among them for 99.5 % of the questions; 100 of each find as much and take longer.
CANDIDATES = 60
# A paragraph of fewer sentences is read with those around it.
ENOUGH_SENTENCES = 3


class PassageIndex(Protocol):
    """All that a retriever asks of an index; `index.ArticleIndex` is one."""

    def reading(self) -> AbstractContextManager[None]: ...

    def embed_question(self, question: str) -> Vectors: ...

    def search_vectors(
        self, vector: Vectors, k: int, filters: Filters | None = None
    ) -> list[tuple[int, float]]: ...

    def search_text(
        self,
        words: Sequence[str],
        k: int,
        *,
        with_context: bool = False,
        filters: Filters | None = None,
    ) -> list[tuple[int, float]]: ...

    def sentences(self, ids: Sequence[int]) -> dict[int, StoredSentence]: ...

    def paragraph(self, uri: str, number: int) -> list[Sentence]: ...

    def article(self, uri: str) -> Article: ...

    def matches_any(self, filters: Filters) -> bool: ...

    def contains_word(self, word: str) -> bool: ...

    def similar_word(self, word: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class _Hits:
    """What the three searches find for one wording: scores by the id of the sentence."""

    vector: Vectors
    near: dict[int, float]
    by_text: dict[int, float]
    by_context: dict[int, float]

    @property
    def ids(self) -> set[int]:
        return {*self.near, *self.by_text, *self.by_context}


class Retriever:
    """Finds passages by meaning and by words.

    Args:
        index: what to search. Safe to use from many threads, as the index is.
        reader: what reads the passages when they are ranked anew; None for the one that ships.
        windows: how many windows of up to three sentences it reads for a question.

    Raises:
        ValueError: `windows` is below 1.
    """

    def __init__(
        self, index: PassageIndex, *, reader: Reader | None = None, windows: int = WINDOWS
    ) -> None:
        if windows < 1:
            raise ValueError(f"windows is {windows}; give at least 1.")
        self.index = index
        self.reader: Reader = reader or OnnxReader()
        self._windows = windows

    def search(
        self,
        question: str,
        k: int = 5,
        *,
        minimum_score: float = 0.0,
        filters: Filters | None = None,
        rerank: bool = False,
    ) -> list[Passage]:
        """The passages most likely to answer a question, best first.

        Args:
            question: in any case, with or without a question mark; a typing error or two do
                little harm. An empty one finds nothing.
            k: how many passages at most.
            minimum_score: leave out passages below it, 0 to 1.
            filters: only articles that these let through.
            rerank: whether the reader reads the best passages and orders them anew: better, and
                several times slower. Those that were read have a `span`.

        Raises:
            ValueError: `k` is below 1, or `minimum_score` is not within 0 and 1.
        """
        if k < 1:
            raise ValueError(f"k is {k}; ask for at least 1 passage.")
        if not 0 <= minimum_score <= 1:
            raise ValueError(f"minimum_score is {minimum_score}; give one from 0 to 1.")
        with self.index.reading():
            read = self.read(question)
            ranked = self.rank(read, filters=filters)
            if rerank:
                ranked = self.rerank(read, ranked)
            return self.passages([r for r in ranked[:k] if r.score >= minimum_score])

    def read(self, question: str) -> Question:
        """What the question asks for, with typing errors mended from the words of the index."""
        return read_question(question, self.index)

    def rank(self, question: Question, *, filters: Filters | None = None) -> list[RankedSentence]:
        """Every candidate sentence for a question, best first."""
        return self.rank_wordings([(question, 1.0)], filters=filters)

    def rank_wordings(
        self, wordings: Sequence[tuple[Question, float]], *, filters: Filters | None = None
    ) -> list[RankedSentence]:
        """Every candidate sentence for one question that is worded in several ways, best first.

        Each wording puts its candidates forward; the signals of a sentence are the mean of what
        it gets for each wording.

        Args:
            wordings: each with its share in the mean; the shares sum to 1.
        """
        wordings = [(question, share) for question, share in wordings if question.text.strip()]
        with self.index.reading():
            searched = [self._search(question, filters) for question, _ in wordings]
            ids = sorted({id for hits in searched for id in hits.ids})
            candidates = self.index.sentences(ids)
        mean: dict[int, dict[str, float]] = {id: {} for id in candidates}
        for (question, share), hits in zip(wordings, searched, strict=True):
            found = signals(question, hits.vector, candidates, hits.by_text, hits.by_context)
            for id, values in found.items():
                for name, value in values.items():
                    mean[id][name] = mean[id].get(name, 0.0) + share * value
        ranked = []
        for id, values in mean.items():
            total = weighted_sum(values)
            ranked.append(RankedSentence(candidates[id], probability(total), values, total))
        # Equal scores keep the order of the text, so that a question always gets one answer.
        return sorted(ranked, key=lambda r: (-r.total, r.stored.sentence.id))

    def _search(self, question: Question, filters: Filters | None) -> _Hits:
        vector = self.index.embed_question(question.text)
        near = self.index.search_vectors(vector, CANDIDATES, filters)
        by_text, by_context = (
            self.index.search_text(
                question.words, CANDIDATES, with_context=with_context, filters=filters
            )
            for with_context in (False, True)
        )
        return _Hits(vector, dict(near), dict(by_text), dict(by_context))

    def rerank(
        self,
        question: Question,
        ranked: Sequence[RankedSentence],
        windows: Sequence[Window] | None = None,
    ) -> list[RankedSentence]:
        """The same sentences after windows have been read, best first.

        Args:
            windows: what to read; None for what `windows` gives.
        """
        if not ranked:
            return []
        windows = self.windows(ranked) if windows is None else windows
        return reranked(ranked, self.reader.read(question.text, windows))

    def windows(self, ranked: Sequence[RankedSentence]) -> list[Window]:
        """What is read: the best sentences that no earlier window covers, with their neighbours."""
        articles: dict[str, Article] = {}
        covered: set[int] = set()
        result: list[Window] = []
        with self.index.reading():
            for item in ranked:
                sentence = item.stored.sentence
                if sentence.id in covered:
                    continue
                uri = sentence.article_uri
                if uri not in articles:
                    articles[uri] = self.index.article(uri)
                window = window_around(articles[uri], self._near(sentence), sentence)
                covered.update(s.id for s in window.sentences)
                result.append(window)
                if len(result) == self._windows:
                    break
        return result

    def _near(self, sentence: Sentence) -> list[Sentence]:
        """The paragraph of a sentence; with those around it where it is short, as in news."""
        uri, number = sentence.article_uri, sentence.paragraph
        paragraph = self.index.paragraph(uri, number)
        if len(paragraph) >= ENOUGH_SENTENCES:
            return paragraph
        before = self.index.paragraph(uri, number - 1) if number else []
        return [*before, *paragraph, *self.index.paragraph(uri, number + 1)]

    def passages(self, ranked: Sequence[RankedSentence]) -> list[Passage]:
        """The sentences with their neighbours and their articles."""
        articles: dict[str, Article] = {}
        result = []
        with self.index.reading():
            for item in ranked:
                sentence = item.stored.sentence
                uri = sentence.article_uri
                if uri not in articles:
                    articles[uri] = self.index.article(uri)
                paragraph = self.index.paragraph(uri, sentence.paragraph)
                position = paragraph.index(sentence)
                neighbours = tuple(paragraph[max(0, position - 1) : position + 2])
                result.append(
                    Passage(
                        article=articles[uri],
                        start=neighbours[0].start,
                        end=neighbours[-1].end,
                        sentence=sentence,
                        sentences=neighbours,
                        paragraph_start=paragraph[0].start,
                        paragraph_end=paragraph[-1].end,
                        score=item.score,
                        scores=item.signals,
                        span=item.span,
                    )
                )
        return result
