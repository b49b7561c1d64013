"""Evaluation: figures that can be worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from index import HashingEmbedder
from qa.evaluation import auroc, evaluate_file

TOPICS = {
    "Ferry": ("The ferry sails at noon.", "When does the ferry sail?", "noon"),
    "Bridge": ("The bridge closed in June.", "When was the bridge closed?", "June"),
    "Tower": ("The tower burned on Monday.", "When did the tower burn?", "Monday"),
    "Mill": ("The mill opened in 1901.", "When was the mill opened?", "1901"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    data: list[dict[str, Any]] = []
    for title, (sentence, question, answer) in TOPICS.items():
        context = f"Nothing is said of {title} here. {sentence} It rained all day."
        qa = {
            "id": title,
            "question": question,
            "answers": [{"text": answer, "answer_start": context.index(answer)}],
        }
        data.append({"title": title, "paragraphs": [{"context": context, "qas": [qa]}]})
    path = tmp_path / "topics.json"
    path.write_text(json.dumps({"version": "1.1", "data": data}))
    return path


def test_report(file: Path) -> None:
    stages: list[str] = []
    report = evaluate_file(
        file,
        embedder=HashingEmbedder(),
        progress=lambda stage, done, total: stages.append(f"{stage} {done}/{total}"),
    )
    assert (report["questions"], report["articles"], report["sentences"]) == (4, 4, 12)
    assert report["retrieval"] == {
        "recall_at_1": 1.0,
        "recall_at_3": 1.0,
        "recall_at_5": 1.0,
        "recall_at_10": 1.0,
        "mrr": 1.0,
    }
    assert set(report["signals_alone"]) == {
        "context_similarity",
        "paragraph_similarity",
        "sentence_bm25",
        "context_bm25",
    }
    assert report["answers"]["exact_match"] == 0  # a sentence is never the one word
    assert 0 < report["answers"]["f1"] < 1
    assert report["refusal"]["auroc"] is None
    assert stages[-1] == "asking 4/4"
    json.dumps(report)


def test_questions_without_their_article(file: Path) -> None:
    report = evaluate_file(file, unanswerable=True, embedder=HashingEmbedder())
    assert report["questions"] == 4
    assert report["refusal"]["auroc"] == 1.0
    assert report["refusal"]["recall"] == 1.0


def test_impossible_questions_of_squad_2(file: Path) -> None:
    content = json.loads(file.read_text())
    content["data"][0]["paragraphs"][0]["qas"] = [
        {"id": "x", "question": "Which astronaut won the chess final?", "answers": [],
         "is_impossible": True}
    ]  # fmt: skip
    file.write_text(json.dumps(content))
    report = evaluate_file(file, embedder=HashingEmbedder())
    assert report["refusal"]["recall"] == 1.0
    assert report["retrieval"]["mrr"] == 1.0, "only answerable questions are counted"


def test_limit_draws_questions_of_the_whole_collection(file: Path) -> None:
    report = evaluate_file(file, limit=2, embedder=HashingEmbedder())
    assert (report["questions"], report["articles"]) == (2, 4)
    with pytest.raises(ValueError, match="limit is 0"):
        evaluate_file(file, limit=0, embedder=HashingEmbedder())


@pytest.mark.parametrize(
    ("higher", "lower", "area"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1, 0.2], [0.9, 0.8], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
        ([0.9, 0.3], [0.5, 0.1], 0.75),
    ],
)
def test_auroc(higher: list[float], lower: list[float], area: float) -> None:
    assert auroc(higher, lower) == pytest.approx(area)
