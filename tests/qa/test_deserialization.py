"""Turns read back from JSON equal those that were written."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import example, given

from index import Article
from qa import Answer, Citation, Passage, Span, Turn
from qa.deserialization import TurnReader
from qa.serialization import turn_as_dict
from tests.qa.turns import ARTICLE, a_refusal, a_turn, turns


def through_json(turn: Turn) -> tuple[dict[str, Any], dict[str, str]]:
    """What a file would hold of a turn, and the texts of its articles."""
    citations = [citation.passage for citation in turn.answer.citations]
    texts = {
        passage.article.content_hash: passage.article.text
        for passage in [*turn.answer.passages, *citations]
    }
    return json.loads(json.dumps(turn_as_dict(turn))), texts


@given(turns())
@example(a_turn())
@example(a_refusal())
def test_any_turn_is_read_as_it_was_written(turn: Turn) -> None:
    values, texts = through_json(turn)
    read = TurnReader(texts).turn(values)
    assert read == turn
    # Equal numbers may differ in kind; what is written again must not differ at all.
    assert json.dumps(turn_as_dict(read)) == json.dumps(turn_as_dict(turn))


def test_articles_that_differ_in_an_empty_author_alone_stay_different() -> None:
    [one] = a_turn().answer.passages
    other = replace(one, article=replace(one.article, author=""))
    turn = replace(a_turn(), answer=replace(a_turn().answer, passages=(one, other)))
    values, texts = through_json(turn)
    assert TurnReader(texts).turn(values) == turn


@pytest.mark.parametrize("kind", [Turn, Answer, Citation, Passage, Span])
def test_every_field_is_written_and_read(kind: type) -> None:
    for field in {field.name for field in fields(kind)} - {"article"}:
        values, texts = through_json(a_turn())
        answer = values["answer"]
        [citation], [passage] = answer["citations"], answer["passages"]
        written: dict[type, dict[str, Any]] = {
            Turn: values,
            Answer: answer,
            Citation: citation,
            Passage: passage,
            Span: passage["span"],
        }
        assert field in written[kind], f"{kind.__name__}.{field} is not written"
        del written[kind][field]
        with pytest.raises(KeyError, match=field):
            TurnReader(texts).turn(values)


def test_articles_are_those_that_were_quoted_and_no_other_text() -> None:
    values, texts = through_json(a_turn())
    with pytest.raises(ValueError, match="not the one that was quoted"):
        TurnReader(dict.fromkeys(texts, "Another text, as long as you like.")).turn(values)
    with pytest.raises(KeyError):
        TurnReader({}).turn(values)


def test_one_article_is_made_once() -> None:
    values, texts = through_json(a_turn())
    read = TurnReader(texts).turn(values).answer
    assert read.passages[0].article is read.citations[0].passage.article
    copy = Article("x:copy", ARTICLE.title, ARTICLE.text, ARTICLE.published, "Outlet", "en")
    assert copy.content_hash == ARTICLE.content_hash
    values["answer"]["passages"][0]["uri"] = "x:copy"
    read = TurnReader(texts).turn(values).answer
    assert read.passages[0].article == copy
    assert read.citations[0].passage.article == ARTICLE
