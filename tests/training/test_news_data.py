"""The invented news that the reader is trained and tried on: exact, and what it is about."""

import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest

from index import split_sentences

TRAINING = Path(__file__).parents[2] / "training"
NEWS = TRAINING / "news"


@pytest.fixture
def news_data(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """training/news_data.py, found as its neighbours find it."""
    monkeypatch.syspath_prepend(TRAINING)
    return importlib.import_module("news_data")


@pytest.mark.parametrize("part", [folder.name for folder in sorted(NEWS.iterdir())])
def test_each_question_is_about_its_article(news_data: ModuleType, part: str) -> None:
    file = NEWS / part / "questions.jsonl"
    articles, questions = news_data.read_news(file)
    text_of = {article.uri: article.text for article in articles}
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) == len(questions)
    assert {uri for uri, _ in questions} == set(text_of)
    for row, (uri, question) in zip(rows, questions, strict=True):
        if question.answers:
            first = question.answers[0]
            assert text_of[uri].startswith(row["answer"], first.start)
        assert uri.endswith(f"/{row['article']}")
        assert question.uri in ("", uri)
        assert bool(question.answers) == row["answerable"]
        sentences = [text_of[uri][s.start : s.end] for s in split_sentences(text_of[uri])]
        for sentence in row["sentences"]:
            assert sentence in text_of[uri]
            assert any(sentence in whole or whole in sentence for whole in sentences)
        assert not row["answerable"] or row["answer"] in row["sentences"][0]


def test_a_question_about_no_article_is_said(news_data: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry sank on Monday. Nobody was hurt.")
    row = {"id": "1", "question": "When?", "answerable": False, "sentences": [], "article": "x.txt"}
    (tmp_path / "questions.jsonl").write_text(json.dumps(row))
    with pytest.raises(KeyError, match=r"x\.txt"):
        news_data.read_news(tmp_path / "questions.jsonl")
