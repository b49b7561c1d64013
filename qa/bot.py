"""The bot: a question in, a cited answer or an honest refusal out."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index import Filters
from qa.abstention import confidence, evidence
from qa.answer import AbstentionReason, Answer, Passage, Turn
from qa.composing import citations, compose
from qa.followup import standalone_question
from qa.question import Question
from qa.reader import Window
from qa.reranking import RankedSentence
from qa.retriever import Retriever

# A question, not a document: about what the embedding model reads at once.
MAXIMUM_QUESTION_CHARACTERS = 1_000
# Below this confidence the bot refuses. By `python training/fit_abstention.py`, the highest of the
# steps at which fewer than 8 % of the questions that are answered are refused, of every kind.
REFUSE_BELOW = 0.15


@dataclass(frozen=True, slots=True)
class Step:
    """Something the bot has begun to do.

    Attributes:
        name: "searching" or "reading".
        timings: milliseconds that the steps before it took, by their names.
    """

    name: str
    timings: Mapping[str, float] = field(default_factory=dict, compare=False)


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
        retriever = self._retriever
        standalone = standalone_question(question, history)
        yield Step("searching")
        started = time.perf_counter()
        # All that is taken from the index is taken here, from one state of it: while a step is
        # told, whoever listens may change the index, or go on in another thread.
        with retriever.index.reading():
            read = retriever.read(standalone)
            found = retriever.rank(read, filters=filters)
            windows = retriever.windows(found)
            possible = _possible(found, windows, self.passages)
            passages = {p.sentence.id: p for p in retriever.passages(possible)}
        searched = time.perf_counter()
        yield Step("reading", {"searching": (searched - started) * 1000})
        reading = time.perf_counter()
        ranked = retriever.rerank(read, possible, windows)[: self.passages]
        was_read = time.perf_counter()
        answer = self.answer(
            read, ranked, [_as_read(passages[item.stored.sentence.id], item) for item in ranked]
        )
        yield replace(
            answer,
            question=question,
            standalone_question=standalone,
            timings={
                "searching": (searched - started) * 1000,
                "reading": (was_read - reading) * 1000,
                "answering": (time.perf_counter() - was_read) * 1000,
            },
        )

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
            ranked: the best sentences, best first.
            passages: those of the sentences, in the same order.
        """
        ranked, passages = ranked[: self.passages], passages[: self.passages]
        found = evidence(question, ranked) if ranked else None
        sure = confidence(found) if found else 0.0
        common = Answer(
            question.text,
            question.text,
            "",
            passages=tuple(passages),
            confidence=sure,
            unknown_words=question.unknown_words,
            corrections=question.corrections,
        )
        if found is None or sure < self._refuse_below:
            related = found is not None and found["support"] > 0
            reason = AbstentionReason.NOT_ANSWERED if related else AbstentionReason.NOTHING_RELEVANT
            return replace(common, text=_refusal_text(reason, question), reason=reason)
        composed = compose(question.text, ranked, [p.article.text for p in passages])
        return replace(
            common,
            text=composed.text,
            form=composed.form,
            citations=citations(composed, passages),
        )


def _possible(
    found: Sequence[RankedSentence], windows: Sequence[Window], count: int
) -> list[RankedSentence]:
    """The sentences of which some can be among the best `count` once the windows are read."""
    read = {sentence.id for window in windows for sentence in window.sentences}
    unread = [item for item in found if item.stored.sentence.id not in read][:count]
    return [item for item in found if item.stored.sentence.id in read] + unread


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
