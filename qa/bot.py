"""The bot: a question in, a cited answer or an honest refusal out."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index import Filters
from qa.abstention import COMPARED, HIGHEST_WITHOUT_YES_OR_NO, confidence, evidence, is_about
from qa.answer import AbstentionReason, Answer, Passage, Turn
from qa.composing import citations, compose
from qa.followup import Wording, may_change_subject, wordings
from qa.question import Question
from qa.reader import Window
from qa.reranking import RankedSentence
from qa.retriever import Retriever

# A question, not a document: about what the embedding model reads at once.
MAXIMUM_QUESTION_CHARACTERS = 1_000
# Below this confidence the bot refuses: chosen so that few development questions are refused
# wrongly, two or three in a hundred. docs/quality.md has how, and other points.
REFUSE_BELOW = 0.19


@dataclass(frozen=True, slots=True)
class Step:
    """Something the bot has begun to do.

    Attributes:
        name: "searching" or "reading".
        timings: milliseconds that the steps before it took, by their names.
    """

    name: str
    timings: Mapping[str, float] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search gives the reader: sentences that may answer, where to read, what to cite."""

    question: Question
    possible: Sequence[RankedSentence]
    windows: Sequence[Window]
    passages: Mapping[int, Passage]


class Bot:
    """Answers from the passages that a retriever finds and its reader reads, in their own words.

    Args:
        retriever: where passages come from.
        refuse_below: the confidence, 0 to 1, below which it refuses. Higher: fewer wrong
            answers, more refusals.
        passages: how many passages an answer carries at most.

    Raises:
        ValueError: `refuse_below` is not within 0 and 1, or `passages` is below 2.
    """

    def __init__(
        self, retriever: Retriever, *, refuse_below: float = REFUSE_BELOW, passages: int = 5
    ) -> None:
        if not 0 <= refuse_below <= 1:
            raise ValueError(f"refuse_below is {refuse_below}; give a number from 0 to 1.")
        if passages < 2:
            raise ValueError(f"passages is {passages}; give at least 2.")
        self._retriever = retriever
        self._refuse_below = refuse_below
        self.passages = passages

    @property
    def retriever(self) -> Retriever:
        """Where its passages come from."""
        return self._retriever

    def ask(
        self, question: str, history: Sequence[Turn] = (), *, filters: Filters | None = None
    ) -> Answer:
        """Answer a question.

        Args:
            question: any text at all; what cannot be answered gets a refusal that says why.
            history: earlier turns of the conversation, oldest first.
            filters: only articles that these let through.
        """
        answer: Answer | None = None
        for item in self.stream(question, history, filters=filters):
            if isinstance(item, Answer):
                answer = item
        assert answer is not None
        return answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, filters: Filters | None = None
    ) -> Iterator[Step | Answer]:
        """As `ask`, telling each step; the last item is the answer."""
        refusal = self._refuse_unread(question, filters)
        if refusal:
            yield refusal
            return
        worded = wordings(question, history)
        timings = {"searching": 0.0, "reading": 0.0, "answering": 0.0}
        yield Step("searching")
        found = self._search(worded, filters, timings)
        yield Step("reading", {"searching": timings["searching"]})
        answer = self._read(found, timings)
        if answer.abstained and worded[0].text != question and may_change_subject(question):
            as_asked = (Wording(question, 1.0),)
            another = self._read(self._search(as_asked, filters, timings), timings)
            if not another.abstained:
                worded, answer = as_asked, another
        yield replace(
            answer,
            question=question,
            standalone_question=worded[0].text,
            timings=timings,
        )

    def _search(
        self, worded: Sequence[Wording], filters: Filters | None, timings: dict[str, float]
    ) -> _Found:
        """What to read for a question; `timings` gains how long it took."""
        retriever = self._retriever
        started = time.perf_counter()
        # All that is taken from the index is taken here, from one state of it: while a step is
        # told, whoever listens may change the index, or go on in another thread.
        with retriever.index.reading():
            readings = [(retriever.read(wording.text), wording.share) for wording in worded]
            ranked = retriever.rank_wordings(readings, filters=filters)
            windows = retriever.windows(ranked)
            possible = _possible(ranked, windows, max(self.passages, COMPARED))
            passages = {p.sentence.id: p for p in retriever.passages(possible)}
        timings["searching"] += (time.perf_counter() - started) * 1000
        return _Found(readings[0][0], possible, windows, passages)

    def _read(self, found: _Found, timings: dict[str, float]) -> Answer:
        """The answer that lies in what was found; `timings` gains how long it took."""
        started = time.perf_counter()
        ranked = self._retriever.rerank(found.question, found.possible, found.windows)
        read = time.perf_counter()
        answer = self.answer(
            found.question,
            ranked,
            [
                _as_read(found.passages[item.stored.sentence.id], item)
                for item in ranked[: self.passages]
            ],
        )
        timings["reading"] += (read - started) * 1000
        timings["answering"] += (time.perf_counter() - read) * 1000
        return answer

    def _refuse_unread(self, question: str, filters: Filters | None) -> Answer | None:
        """Refuse what need not be searched."""
        reason: AbstentionReason
        if not question.strip():
            reason, text = AbstentionReason.EMPTY_QUESTION, "Please type a question."
        elif len(question) > MAXIMUM_QUESTION_CHARACTERS:
            reason = AbstentionReason.QUESTION_TOO_LONG
            text = (
                f"This question has {len(question):,} characters; I read up to "
                f"{MAXIMUM_QUESTION_CHARACTERS:,}. Please ask it in fewer words."
            )
        elif not self._retriever.index.matches_any(Filters()):
            reason = AbstentionReason.EMPTY_INDEX
            text = "There are no articles yet. Add some, then ask again."
        elif filters and not self._retriever.index.matches_any(filters):
            reason = AbstentionReason.NO_MATCHING_ARTICLE
            text = "No article passes the filters. Widen them, then ask again."
        else:
            return None
        return Answer(question, question, text, reason=reason)

    def answer(
        self, question: Question, ranked: Sequence[RankedSentence], passages: Sequence[Passage]
    ) -> Answer:
        """The answer that sentences give which have been read; without timings.

        Args:
            question: as the retriever read it.
            ranked: all sentences, best first; how far the others lie behind tells how sure it is.
            passages: those of the first sentences, in the same order, as many as an answer carries.
        """
        sure = confidence(evidence(ranked)) if ranked else 0.0
        ranked, passages = ranked[: self.passages], passages[: self.passages]
        composed = None
        if ranked:
            composed = compose(question.text, ranked, [p.article.text for p in passages])
            if composed.lacks_yes_or_no:
                sure = min(sure, HIGHEST_WITHOUT_YES_OR_NO)
        common = Answer(
            question.text,
            question.text,
            "",
            passages=tuple(passages),
            confidence=sure,
            unknown_words=question.unknown_words,
            corrections=question.corrections,
        )
        if composed is None or sure < self._refuse_below:
            related = bool(ranked) and is_about(question, ranked[0])
            reason = AbstentionReason.NOT_ANSWERED if related else AbstentionReason.NOTHING_RELEVANT
            return replace(common, text=_refusal_text(reason, question), reason=reason)
        return replace(
            common,
            text=composed.text,
            form=composed.form,
            citations=citations(composed, passages),
        )


def _possible(
    found: Sequence[RankedSentence], windows: Sequence[Window], count: int
) -> list[RankedSentence]:
    """What says all about the best `count` sentences once the windows are read.

    Those of which some can be among them, and the best of another article than the first's, which
    tells how far their article is ahead.
    """
    sentences = [item.stored.sentence for item in found]
    read = {sentence.id for window in windows for sentence in window.sentences}
    unread = [s.id for s in sentences if s.id not in read][:count]
    another = [s.id for s in sentences if s.article_uri != sentences[0].article_uri][:1]
    kept = read.union(unread, another)
    return [item for item in found if item.stored.sentence.id in kept]


def _as_read(passage: Passage, item: RankedSentence) -> Passage:
    return replace(passage, score=item.score, scores=item.signals, span=item.span)


def _refusal_text(reason: AbstentionReason, question: Question) -> str:
    if reason is AbstentionReason.NOTHING_RELEVANT:
        text = "The articles have nothing on this."
    else:
        text = "The articles are about this, but do not say it."
    if question.unknown_words:
        words = ", ".join(f"“{word}”" for word in question.unknown_words)
        text += f" None of them contains {words}."
    return text
