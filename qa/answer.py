"""What a question becomes: passages, citations, an answer. Scores: higher is better."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from index import Article, Sentence


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one sentence that may be the answer.

    Attributes:
        start, end: offsets into the text of the article.
        score: natural logarithm of how much likelier these words are than "no answer"; spans of
            all windows that were read for one question compare.
        sentence_score: the same for all words of the sentence together: that the answer begins
            somewhere in it.
    """

    start: int
    end: int
    score: float
    sentence_score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that was found, with its neighbours in the paragraph.

    Attributes:
        article: the article that it is a part of.
        start, end: offsets of the passage into `article.text`.
        sentence: the sentence that was found; it lies within `start` and `end`.
        sentences: that sentence and its neighbours, in the order of the text.
        paragraph_start, paragraph_end: offsets of the whole paragraph into `article.text`.
        score: how likely the sentence is to hold the answer, 0 to 1, for ranking.
        scores: what each signal contributed, by its name.
        span: the words of the sentence that answer best; None where it was not read.
    """

    article: Article
    start: int
    end: int
    sentence: Sentence
    sentences: tuple[Sentence, ...]
    paragraph_start: int
    paragraph_end: int
    score: float
    scores: Mapping[str, float]
    span: Span | None = None

    @property
    def text(self) -> str:
        """The words of the passage: `article.text[start:end]`."""
        return self.article.text[self.start : self.end]

    @property
    def quote(self) -> str:
        """The words of the sentence that was found."""
        return self.article.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True)
class Citation:
    """One sentence with an answer: `quote == article.text[start:end]`.

    Attributes:
        number: its number in the answer, from 1.
        uri, title, source, published: of the article.
        content_hash: of the article, so that the quote can be checked later.
        quote: the words of the sentence.
        start, end: offsets of the quote into the text of the article.
        answer_start, answer_end: offsets, into the text of the article, of the words of the quote
            that answer; both None where the whole sentence does.
        passage: where it stands: the article, the neighbouring sentences, the scores.
        alternative: whether the answer does not rest on it: it is nearly as likely to hold the
            right answer, and says something else.
    """

    number: int
    uri: str
    title: str
    source: str | None
    published: datetime | None
    content_hash: str
    quote: str
    start: int
    end: int
    passage: Passage
    answer_start: int | None = None
    answer_end: int | None = None
    alternative: bool = False


class AnswerForm(StrEnum):
    """How an answer is put."""

    WORDS = "words"
    """The exact words of an article that were asked for."""
    SENTENCE = "sentence"
    """A sentence, or two that belong together: for questions why and how."""
    LIST = "list"
    """Several answers, each with a citation of its own."""
    YES = "yes"
    NO = "no"


class AbstentionReason(StrEnum):
    """Why the bot gives no answer."""

    EMPTY_QUESTION = "empty_question"
    QUESTION_TOO_LONG = "question_too_long"
    EMPTY_INDEX = "empty_index"
    NO_MATCHING_ARTICLE = "no_matching_article"
    """The filters let no article through."""
    NOTHING_RELEVANT = "nothing_relevant"
    """No sentence has to do with the question."""
    NOT_ANSWERED = "not_answered"
    """There are sentences about it, but they do not say it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, or an honest refusal.

    Attributes:
        question: as it was asked.
        standalone_question: as it was searched: follow-ups are completed from earlier turns.
        text: the answer in words; of a refusal, what a person should be told.
        form: how it is put; None for a refusal.
        citations: the sentences that the answer rests on, then alternatives; empty for a refusal.
        passages: the nearest passages, best first, also those of a refusal.
        confidence: estimated probability, 0 to 1, that the sentences which the answer rests on
            hold the right one; bounded where yes or no is asked and no sentence says either
            plainly (`qa.abstention.HIGHEST_WITHOUT_YES_OR_NO`).
        reason: why there is no answer; None when there is one.
        unknown_words: words of the question that no article contains.
        corrections: words of the question and what was searched instead of them.
        timings: milliseconds by stage.
    """

    question: str
    standalone_question: str
    text: str
    form: AnswerForm | None = None
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    confidence: float = 0.0
    reason: AbstentionReason | None = None
    unknown_words: tuple[str, ...] = ()
    corrections: Mapping[str, str] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)

    @property
    def abstained(self) -> bool:
        """Whether this is a refusal."""
        return self.reason is not None

    @property
    def support(self) -> tuple[Citation, ...]:
        """The sentences that the answer rests on."""
        return tuple(citation for citation in self.citations if not citation.alternative)

    @property
    def alternatives(self) -> tuple[Citation, ...]:
        """Sentences that may hold the right answer instead."""
        return tuple(citation for citation in self.citations if citation.alternative)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer within a conversation."""

    question: str
    standalone_question: str
    answer: Answer
