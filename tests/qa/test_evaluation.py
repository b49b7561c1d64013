"""Evaluation: figures that can be worked out by hand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index import HashingEmbedder, InvalidArticle
from qa.evaluation import evaluate_file
from qa.measures import auroc
from qa.reader import Reading, Window
from tests.qa.word_reader import WordReader

TOPICS = {
    "Ferry": ("The ferry sails at noon.", "When does the ferry sail?", "noon"),
    "Bridge": ("The bridge closed in June.", "When was the bridge closed?", "June"),
    "Tower": ("The tower burned on Monday.", "When did the tower burn?", "Monday"),
    "Mill": ("The mill opened in 1901.", "When was the mill opened?", "1901"),
}
# So high that neither the ranking nor the working point can outweigh it, whatever they are.
SURE = 1000.0
PERFECT = {"recall_at_1": 1.0, "recall_at_3": 1.0, "recall_at_5": 1.0, "recall_at_10": 1.0,
           "mrr": 1.0}  # fmt: skip


class KeyReader(WordReader):
    """Knows the answers to the questions, and finds each where it stands."""

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        answers = {asked: answer for _, asked, answer in TOPICS.values()}
        self.phrases = {answers[question]: SURE} if question in answers else {}
        return super().read(question, windows)


def evaluate(file: Path, reader: WordReader | None = None, **rest: Any) -> dict[str, Any]:
    return evaluate_file(file, embedder=HashingEmbedder(), reader=reader or KeyReader({}), **rest)


def refuse_below(monkeypatch: pytest.MonkeyPatch, bar: float) -> None:
    monkeypatch.setattr("qa.evaluation.REFUSE_BELOW", bar)


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
    report = evaluate(
        file, progress=lambda stage, done, total: stages.append(f"{stage} {done}/{total}")
    )
    assert report["file"] == "topics.json"
    assert (report["questions"], report["articles"], report["sentences"]) == (4, 4, 12)
    assert report["retrieval"] == report["reranked"] == PERFECT
    assert set(report["signals_alone"]) == {
        "context_similarity",
        "paragraph_similarity",
        "sentence_bm25",
        "context_bm25",
    }
    assert report["signals_alone"]["sentence_bm25"] == PERFECT
    assert report["answers"] == {
        "exact_match": 1.0,
        "f1": 1.0,
        "cited": 1.0,
        "cited_without_alternatives": 1.0,
        "citations_per_answer": 1.0,
        "exact_match_never_refusing": 1.0,
        "f1_never_refusing": 1.0,
    }
    assert report["refusal"] == {
        "wrongly_refused": 0.0,
        "answered_wrongly": 0.0,
        "precision": None,
        "recall": None,
        "f1": None,
        "auroc": None,
    }
    assert report["calibration"] == {
        "expected_calibration_error": 0.0,
        "reliability": [{"questions": 4, "confidence": 1.0, "right": 1.0}],
    }
    assert set(report["milliseconds"]) == {
        "searching_median",
        "reading_median",
        "answering_median",
        "answer_median",
        "answer_p95",
    }
    assert report["milliseconds"]["answer_median"] <= report["milliseconds"]["answer_p95"]
    assert stages[-1] == "asking 4/4"
    json.dumps(report)


def test_reading_that_is_wrong_shows_in_every_figure_but_retrieval(file: Path) -> None:
    report = evaluate(file, WordReader({"rained all day": SURE}))
    assert report["retrieval"] == PERFECT
    assert report["reranked"]["recall_at_1"] == 0
    assert report["reranked"]["recall_at_10"] == 1, "they are still among the candidates"
    assert 0 < report["reranked"]["mrr"] < 1
    answers = report["answers"]
    assert answers.pop("citations_per_answer") == 1, "what other articles say is too far behind"
    assert set(answers.values()) == {0.0}
    assert report["refusal"]["wrongly_refused"] == 0
    assert report["refusal"]["answered_wrongly"] == 1
    assert report["calibration"]["expected_calibration_error"] == 1.0
    assert report["calibration"]["reliability"] == [
        {"questions": 4, "confidence": 1.0, "right": 0.0}
    ]


def test_words_around_the_answer_count_for_f1_alone(file: Path) -> None:
    phrases = ("at noon", "in June", "on Monday", "in 1901")
    answers = evaluate(file, WordReader(dict.fromkeys(phrases, 5.0)))["answers"]
    assert answers["exact_match_never_refusing"] == 0
    assert answers["f1_never_refusing"] == pytest.approx(2 / 3, abs=1e-4)


def test_what_is_refused_counts_only_for_the_figures_of_never_refusing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_below(monkeypatch, 1.1)
    report = evaluate(file)
    assert report["answers"] == {
        "exact_match": 0.0,
        "f1": 0.0,
        "cited": 0.0,
        "cited_without_alternatives": 0.0,
        "citations_per_answer": None,
        "exact_match_never_refusing": 1.0,
        "f1_never_refusing": 1.0,
    }
    assert report["refusal"]["wrongly_refused"] == 1
    assert report["refusal"]["answered_wrongly"] is None, "no answer was given"
    assert report["reranked"] == PERFECT
    assert report["calibration"]["reliability"][0]["right"] == 1


def test_questions_without_their_article(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_below(monkeypatch, 0.9)
    stages: list[str] = []
    report = evaluate(
        file, unanswerable=True, progress=lambda stage, done, total: stages.append(stage)
    )
    assert report["questions"] == 4
    assert report["answers"]["exact_match"] == 1, "of those with an answer"
    assert report["refusal"] == {
        "wrongly_refused": 0.0,
        "answered_wrongly": 0.0,
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
        "auroc": 1.0,
    }
    assert sum(row["questions"] for row in report["calibration"]["reliability"]) == 8
    assert stages.count("asking") == stages.count("refusing") == 4


def test_an_answer_to_a_question_without_one_is_wrong(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_below(monkeypatch, 0.0)
    refusal = evaluate(file, unanswerable=True)["refusal"]
    assert (refusal["precision"], refusal["recall"], refusal["f1"]) == (0, 0, 0)
    assert refusal["answered_wrongly"] == 0.5
    assert refusal["auroc"] == 1.0, "that does not hang on the working point"


def test_impossible_questions_of_squad_2(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_below(monkeypatch, 0.9)
    content = json.loads(file.read_text())
    content["data"][0]["paragraphs"][0]["qas"] = [
        {"id": "x", "question": "Which astronaut won the chess final?", "answers": [],
         "is_impossible": True}
    ]  # fmt: skip
    file.write_text(json.dumps(content))
    report = evaluate(file)
    assert report["questions"] == 4
    assert report["refusal"]["recall"] == 1.0
    assert report["refusal"]["precision"] == 1.0
    assert report["retrieval"]["mrr"] == 1.0, "only answerable questions are counted"
    assert report["answers"]["exact_match_never_refusing"] == 1.0


def test_limit_draws_questions_of_the_whole_collection(file: Path) -> None:
    reader = KeyReader({})
    report = evaluate(file, reader, limit=2, seed=3)
    assert (report["questions"], report["articles"]) == (2, 4)
    again = KeyReader({})
    evaluate(file, again, limit=2, seed=3)
    assert [question for question, _ in reader.asked] == [question for question, _ in again.asked]
    with pytest.raises(ValueError, match="limit is 0"):
        evaluate(file, limit=0)


def test_questions_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry sails at noon. It rained all day.")
    row = {
        "id": "1",
        "question": "When does the ferry sail?",
        "answerable": True,
        "sentences": ["The ferry sails at noon."],
        "answer": "noon",
    }
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(row) + "\n")
    report = evaluate(path)
    assert (report["questions"], report["articles"], report["sentences"]) == (1, 1, 2)
    assert report["answers"]["exact_match"] == report["answers"]["cited"] == 1
    path.write_text("{}")
    with pytest.raises(InvalidArticle, match="line 1"):
        evaluate(path)


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
