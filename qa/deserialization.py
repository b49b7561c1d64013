"""Turns and answers from the dictionaries that `qa.serialization` makes of them.

An answer that is written, taken through JSON and read again equals the first one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from index import Article, Sentence
from qa.answer import AbstentionReason, Answer, AnswerForm, Citation, Passage, Span, Turn


class TurnReader:
    """Reads turns and answers, and gives them the articles that they quote.

    Args:
        texts: the text of each article, by the content hash of the article.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._articles: dict[tuple[str, str, str | None], Article] = {}

    def turn(self, values: Mapping[str, Any]) -> Turn:
        """A turn from what `qa.serialization.turn_as_dict` made of it.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: it is not of this form, or an
                article that it quotes has another text or none.
        """
        return Turn(
            question=values["question"],
            standalone_question=values["standalone_question"],
            answer=self.answer(values["answer"]),
        )

    def answer(self, values: Mapping[str, Any]) -> Answer:
        """An answer from what `qa.serialization.answer_as_dict` made of it.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: as `turn` says.
        """
        return Answer(
            question=values["question"],
            standalone_question=values["standalone_question"],
            text=values["text"],
            form=AnswerForm(values["form"]) if values["form"] else None,
            citations=tuple(self._citation(citation) for citation in values["citations"]),
            passages=tuple(self._passage(passage) for passage in values["passages"]),
            confidence=values["confidence"],
            reason=AbstentionReason(values["reason"]) if values["reason"] else None,
            unknown_words=tuple(values["unknown_words"]),
            corrections=dict(values["corrections"]),
            timings=dict(values["timings"]),
        )

    def _citation(self, values: Mapping[str, Any]) -> Citation:
        return Citation(
            number=values["number"],
            uri=values["uri"],
            title=values["title"],
            source=values["source"],
            published=_moment(values["published"]),
            content_hash=values["content_hash"],
            quote=values["quote"],
            start=values["start"],
            end=values["end"],
            passage=self._passage(values["passage"]),
            answer_start=values["answer_start"],
            answer_end=values["answer_end"],
            alternative=values["alternative"],
        )

    def _passage(self, values: Mapping[str, Any]) -> Passage:
        article = self._article(values)
        return Passage(
            article=article,
            start=values["start"],
            end=values["end"],
            sentence=_sentence(values["sentence"], article.uri),
            sentences=tuple(_sentence(sentence, article.uri) for sentence in values["sentences"]),
            paragraph_start=values["paragraph_start"],
            paragraph_end=values["paragraph_end"],
            score=values["score"],
            scores=dict(values["scores"]),
            span=_span(values["span"]) if values["span"] else None,
        )

    def _article(self, values: Mapping[str, Any]) -> Article:
        # To the hash no author and an empty one are the same.
        author = values.get("author")  # turns of earlier versions have none
        key = values["uri"], values["content_hash"], author
        if key not in self._articles:
            article = Article(
                uri=values["uri"],
                title=values["title"],
                text=self._texts[values["content_hash"]],
                published=_moment(values["published"]),
                source=values["source"],
                language=values["language"],
                author=author,
            )
            # Offsets into another text would quote words that nobody wrote.
            if article.content_hash != values["content_hash"]:
                raise ValueError(f"the article {article.uri!r} is not the one that was quoted")
            self._articles[key] = article
        return self._articles[key]


def _sentence(values: Mapping[str, Any], uri: str) -> Sentence:
    return Sentence(values["id"], uri, values["start"], values["end"], values["paragraph"])


def _span(values: Mapping[str, Any]) -> Span:
    return Span(values["start"], values["end"], values["score"], values["sentence_score"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
