"""Answers and passages as plain dictionaries, ready for JSON.

Every field is there but the text of whole articles, which the offsets and the content hash
make unnecessary: they say which characters of which version are meant. Dates are ISO 8601.
`qa.deserialization` reads them back.
"""

from datetime import datetime
from typing import Any

from index import ArticleSummary, Sentence
from qa.answer import Answer, Citation, Passage, Span, Turn


def turn_as_dict(turn: Turn) -> dict[str, Any]:
    """All of a turn, with its answer."""
    return {
        "question": turn.question,
        "standalone_question": turn.standalone_question,
        "answer": answer_as_dict(turn.answer),
    }


def answer_as_dict(answer: Answer) -> dict[str, Any]:
    """All of an answer, with `abstained`; null are `reason` of an answer, `form` of a refusal."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "text": answer.text,
        "form": str(answer.form) if answer.form else None,
        "abstained": answer.abstained,
        "reason": str(answer.reason) if answer.reason else None,
        "confidence": float(answer.confidence),
        "citations": [_citation_as_dict(citation) for citation in answer.citations],
        "passages": [passage_as_dict(passage) for passage in answer.passages],
        "unknown_words": list(answer.unknown_words),
        "corrections": dict(answer.corrections),
        "timings": _floats(answer.timings),
    }


def passage_as_dict(passage: Passage) -> dict[str, Any]:
    """All of a passage; `text` and `quote` are its words and those of the sentence found.

    `span` is null where the sentence was not read.
    """
    article = passage.article
    return {
        "uri": article.uri,
        "title": article.title,
        "source": article.source,
        "published": _iso(article.published),
        "language": article.language,
        "author": article.author,
        "content_hash": article.content_hash,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "quote": passage.quote,
        "sentence": _sentence_as_dict(passage.sentence),
        "sentences": [_sentence_as_dict(sentence) for sentence in passage.sentences],
        "paragraph_start": passage.paragraph_start,
        "paragraph_end": passage.paragraph_end,
        "score": float(passage.score),
        "scores": _floats(passage.scores),
        "span": _span_as_dict(passage.span) if passage.span else None,
    }


def article_as_dict(article: ArticleSummary) -> dict[str, Any]:
    """All that is known of an article but its text; `sentences` counts them."""
    return {
        "uri": article.uri,
        "title": article.title,
        "source": article.source,
        "published": _iso(article.published),
        "language": article.language,
        "author": article.author,
        "content_hash": article.content_hash,
        "sentences": article.sentences,
        "added": article.added.isoformat(),
    }


def _citation_as_dict(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "uri": citation.uri,
        "title": citation.title,
        "source": citation.source,
        "published": _iso(citation.published),
        "content_hash": citation.content_hash,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "answer_start": citation.answer_start,
        "answer_end": citation.answer_end,
        "alternative": citation.alternative,
        "passage": passage_as_dict(citation.passage),
    }


def _span_as_dict(span: Span) -> dict[str, Any]:
    return {
        "start": span.start,
        "end": span.end,
        "score": float(span.score),
        "sentence_score": float(span.sentence_score),
    }


def _sentence_as_dict(sentence: Sentence) -> dict[str, int]:
    return {
        "id": sentence.id,
        "start": sentence.start,
        "end": sentence.end,
        "paragraph": sentence.paragraph,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _floats(values: Any) -> dict[str, float]:
    # Signals may be NumPy numbers, which the json module refuses.
    return {name: float(value) for name, value in values.items()}
