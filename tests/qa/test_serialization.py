"""Answers and passages as JSON."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime

import numpy as np

from index import Article, Sentence
from qa import AbstentionReason, Answer, AnswerForm, Citation, Passage, Span
from qa.serialization import answer_as_dict, passage_as_dict

TEXT = "First. The quote. Last."
ARTICLE = Article(
    "https://example.com/a", "Title", TEXT, datetime(2023, 2, 7, tzinfo=UTC), "Outlet", "en"
)
SENTENCE = Sentence(7, ARTICLE.uri, 7, 17, 0)
PASSAGE = Passage(
    ARTICLE,
    0,
    17,
    SENTENCE,
    (Sentence(6, ARTICLE.uri, 0, 6, 0), SENTENCE),
    0,
    len(TEXT),
    np.float32(0.5),  # type: ignore[arg-type]
    {"words": np.float32(0.25)},
    Span(11, 16, np.float32(2.5), np.float32(3.5)),  # type: ignore[arg-type]
)
CITATION = Citation(
    1,
    ARTICLE.uri,
    ARTICLE.title,
    ARTICLE.source,
    ARTICLE.published,
    ARTICLE.content_hash,
    "The quote.",
    7,
    17,
    PASSAGE,
    11,
    16,
)


def test_an_answer_keeps_every_field_through_json() -> None:
    answer = Answer(
        "Why?",
        "Why? (all)",
        "quote",
        AnswerForm.WORDS,
        (CITATION,),
        (PASSAGE,),
        0.9,
        None,
        ("word",),
        {"wrng": "wrong"},
        {"searching": np.float64(1.5)},
    )
    read = json.loads(json.dumps(answer_as_dict(answer)))
    assert set(read) == {field.name for field in fields(Answer)} | {"abstained"}
    assert read["abstained"] is False
    assert read["reason"] is None
    assert read["form"] == "words"
    assert read["corrections"] == {"wrng": "wrong"}
    assert read["timings"] == {"searching": 1.5}
    [citation] = read["citations"]
    assert set(citation) == {field.name for field in fields(Citation)}
    assert citation["published"] == "2023-02-07T00:00:00+00:00"
    assert TEXT[citation["start"] : citation["end"]] == citation["quote"]
    assert TEXT[citation["answer_start"] : citation["answer_end"]] == read["text"] == "quote"
    assert citation["content_hash"] == ARTICLE.content_hash


def test_a_passage_holds_its_words_and_not_the_article() -> None:
    read = json.loads(json.dumps(passage_as_dict(PASSAGE)))
    assert read["text"] == "First. The quote."
    assert read["quote"] == "The quote."
    assert read["scores"] == {"words": 0.25}
    assert [s["id"] for s in read["sentences"]] == [6, 7]
    assert read["span"] == {"start": 11, "end": 16, "score": 2.5, "sentence_score": 3.5}
    assert set(read["span"]) == {field.name for field in fields(Span)}
    assert "Last." not in json.dumps(read)


def test_a_refusal_tells_its_reason() -> None:
    answer = Answer("Why?", "Why?", "No.", reason=AbstentionReason.EMPTY_INDEX)
    read = json.loads(json.dumps(answer_as_dict(answer)))
    assert read["abstained"] is True
    assert read["reason"] == "empty_index"
    assert read["form"] is None


def test_what_is_not_known_is_null() -> None:
    article = Article("u", "Title", TEXT)
    passage = Passage(article, 7, 17, SENTENCE, (SENTENCE,), 0, len(TEXT), 0.5, {})
    assert passage_as_dict(passage)["published"] is None
    assert passage_as_dict(passage)["span"] is None
    whole = replace(CITATION, answer_start=None, answer_end=None)
    answer = Answer("Why?", "Why?", "The quote.", AnswerForm.SENTENCE, (whole,))
    [citation] = answer_as_dict(answer)["citations"]
    assert citation["answer_start"] is None
    assert citation["answer_end"] is None
