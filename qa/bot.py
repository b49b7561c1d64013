"""The bot: a question in, a cited answer or an honest refusal out."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index import Filters
from qa.abstention import confidence, evidence
from qa.answer import AbstentionReason, Answer, Citation, Passage, Turn
from qa.followup import standalone_question
from qa.question import Question
from qa.ranking import weighted_sum
from qa.retriever import RankedSentence, Retriever

# A question, not a document: about what the embedding model reads at once.
MAXIMUM_QUESTION_CHARACTERS = 1_000
# Below this confidence the bot refuses. By `python training/fit_abstention.py`, the highest of the
# steps at which fewer than 8 % of the questions that are answered are refused.
REFUSE_BELOW = 0.2
# A second sentence is cited when it is this close to the first in the weighted sum of ranking
# signals. By `python training/fit_ranking.py`, the second is the right one for one question in five
# within this distance, and for one in twenty beyond.
SECOND_WITHIN = 1.5


@dataclass(frozen=True, slots=True)
class Step:
    """Something the bot has begun to do: "searching" or "answering"."""

    name: str


class Bot:
    """Answers from the passages that a retriever finds, in their own words.

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
        self._passages = passages

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
        standalone = standalone_question(question, history)
        yield Step("searching")
        started = time.perf_counter()
        with self._retriever.index.reading():
            read = self._retriever.read(standalone)
            ranked = self._retriever.rank(read, filters=filters)
            passages = self._retriever.passages(ranked[: self._passages])
        searched = time.perf_counter()
        yield Step("answering")
        answer = self._answer(read, ranked, passages)
        yield replace(
            answer,
            question=question,
            standalone_question=standalone,
            timings={
                "searching": (searched - started) * 1000,
                "answering": (time.perf_counter() - searched) * 1000,
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

    def _answer(
        self, question: Question, ranked: Sequence[RankedSentence], passages: Sequence[Passage]
    ) -> Answer:
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
        cited = _that_belong_together(ranked, passages)
        citations = tuple(
            Citation(
                number,
                passage.article.uri,
                passage.article.title,
                passage.article.source,
                passage.article.published,
                passage.article.content_hash,
                passage.quote,
                passage.sentence.start,
                passage.sentence.end,
                passage,
            )
            for number, passage in enumerate(cited, 1)
        )
        return replace(common, text=" ".join(c.quote for c in citations), citations=citations)


def _that_belong_together(
    ranked: Sequence[RankedSentence], passages: Sequence[Passage]
) -> list[Passage]:
    """The best passage, with the second where that is about as likely to be the right one."""
    if len(ranked) < 2:
        return list(passages[:1])
    first, second = (weighted_sum(item.signals) for item in ranked[:2])
    pair = list(passages[: 2 if first - second <= SECOND_WITHIN else 1])
    same_article = len({passage.article.uri for passage in pair}) == 1
    return sorted(pair, key=lambda p: p.sentence.start) if same_article else pair


def _refusal_text(reason: AbstentionReason, question: Question) -> str:
    if reason is AbstentionReason.NOTHING_RELEVANT:
        text = "The articles have nothing on this."
    else:
        text = "The articles do not seem to answer this."
    if question.unknown_words:
        words = ", ".join(f"“{word}”" for word in question.unknown_words)
        text += f" None of them contains {words}."
    return text
