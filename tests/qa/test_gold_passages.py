"""Reading the right paragraph: figures that can be worked out by hand."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, InvalidArticle
from qa.gold_passages import best_words, evaluate_gold_passages, windows_of
from qa.reader import Reading, Window
from tests.qa.word_reader import UNLIKELY, WordReader

FERRY = "The ferry is blue. It sails at noon. It is slow. It was built in Varn."
BRIDGE = "The bridge is old. It opened in 1932."


def squad(*questions: tuple[str, str, str | None]) -> dict[str, Any]:
    """A file of two articles: each question with its paragraph, and its answer if it has one."""
    paragraphs: dict[str, list[dict[str, Any]]] = {FERRY: [], BRIDGE: []}
    for number, (context, question, answer) in enumerate(questions):
        qa: dict[str, Any] = {"id": str(number), "question": question, "answers": []}
        if answer is None:
            qa["is_impossible"] = True
        else:
            qa["answers"] = [{"text": answer, "answer_start": context.index(answer)}]
        paragraphs[context].append(qa)
    opening = {"context": "It rained at noon in 1932.", "qas": []}
    return {
        "data": [
            {"title": "Item", "paragraphs": [opening, {"context": context, "qas": qas}]}
            for context, qas in paragraphs.items()
        ]
    }


def write(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """SQuAD 1.1: every question has an answer."""
    content = squad((FERRY, "When does it sail?", "noon"), (BRIDGE, "When did it open?", "1932"))
    return write(tmp_path / "old.json", content)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """SQuAD 2.0: two questions with an answer, two without."""
    content = squad(
        (FERRY, "When does it sail?", "noon"),
        (BRIDGE, "When did it open?", "1932"),
        (FERRY, "Who steers it?", None),
        (BRIDGE, "Who drew it?", None),
    )
    return write(tmp_path / "new.json", content)


def figures(path: Path, phrases: dict[str, float], **rest: Any) -> dict[str, float]:
    reading = evaluate_gold_passages(path, reader=WordReader(phrases), **rest)["reading"]
    assert isinstance(reading, dict)
    return reading


def test_report(old: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    report = evaluate_gold_passages(
        old,
        reader=WordReader({"noon": 2.0, "1932": 2.0}),
        progress=lambda *step: seen.append(step),
    )
    assert report["milliseconds"].pop("reading_median") >= 0
    assert report == {
        "file": "old.json",
        "questions": 2,
        "reading": {"exact_match": 1.0, "f1": 1.0, "no_answer_accuracy": 1.0},
        "milliseconds": {},
    }
    assert seen == [("reading", 1, 2), ("reading", 2, 2)]
    json.dumps(report)


def test_words_around_the_answer_count_for_f1_alone(old: Path) -> None:
    found = figures(old, {"at noon": 2.0, "1932": 2.0})
    assert found["exact_match"] == 0.5
    assert found["f1"] == pytest.approx((2 / 3 + 1) / 2, abs=1e-4)


def test_the_likeliest_words_of_the_whole_paragraph_count(old: Path) -> None:
    assert figures(old, {"noon": 2.0, "Varn": 3.0, "1932": 1.0})["exact_match"] == 0.5
    assert figures(old, {"noon": 3.0, "Varn": 2.0, "1932": 1.0})["exact_match"] == 1


def test_only_the_right_paragraph_is_read(old: Path) -> None:
    reader = WordReader({})
    evaluate_gold_passages(old, reader=reader)
    read = dict(reader.asked)
    assert set(read) == {"When does it sail?", "When did it open?"}
    assert " ".join(dict.fromkeys(sentences(read["When does it sail?"]))) == FERRY
    assert " ".join(dict.fromkeys(sentences(read["When did it open?"]))) == BRIDGE


def sentences(windows: Sequence[Window]) -> list[str]:
    return [w.article.text[s.start : s.end] for w in windows for s in w.sentences]


def test_in_a_file_of_1_1_the_reader_must_answer(old: Path) -> None:
    """However unlikely: its best words count, and that it doubted them shows beside."""
    found = figures(old, {"noon": -1.0, "1932": -1.0})
    assert found == {"exact_match": 1.0, "f1": 1.0, "no_answer_accuracy": 0.0}


def test_in_a_file_of_2_0_it_may_find_no_answer(new: Path) -> None:
    found = figures(new, {"noon": -1.0, "1932": 2.0})
    # In the bridge's paragraph 1932 is found for the question without an answer too: right are
    # the one about its opening, and the ferry's one without an answer.
    assert found == {"exact_match": 0.5, "f1": 0.5, "no_answer_accuracy": 0.5}


@pytest.mark.parametrize(
    ("phrases", "right"),
    [({"noon": 2.0}, 1.0), ({"noon": -1.0, "1932": 2.0}, 0.0), ({}, 0.5), ({"1932": 2.0}, 0.0)],
)
def test_right_is_the_answer_where_there_is_one_and_none_where_there_is_none(
    tmp_path: Path, phrases: dict[str, float], right: float
) -> None:
    content = squad((FERRY, "When does it sail?", "noon"), (BRIDGE, "Who drew it?", None))
    found = figures(write(tmp_path / "both.json", content), phrases)
    assert found == {"exact_match": right, "f1": right, "no_answer_accuracy": right}


def test_a_file_is_of_2_0_even_if_only_answerable_questions_are_drawn(new: Path) -> None:
    drawn = [figures(new, {"noon": -1.0, "1932": -1.0}, limit=1, seed=s) for s in range(12)]
    assert {row["exact_match"] for row in drawn} == {0.0, 1.0}
    assert all(row["exact_match"] == row["no_answer_accuracy"] for row in drawn)


class Doubting(WordReader):
    """Puts "no answer" at 5 in the first window, and at 0 in the others."""

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        first, *rest = super().read(question, windows)
        return [replace(first, no_answer=5.0), *rest]


def test_words_are_compared_with_no_answer_in_their_own_window() -> None:
    bridge, ferry = Article("a", "Bridge", BRIDGE), Article("b", "Ferry", FERRY)
    [only] = windows_of(bridge, 0, len(BRIDGE))
    assert best_words(Doubting({"1932": 6.0}), "When?", bridge, [only]) == ("1932", True)
    assert best_words(Doubting({"1932": 4.0}), "When?", bridge, [only]) == ("1932", False)
    # Blue stands in the first window alone, 4.5 against 5; noon in both, 4 against 0 in the second.
    windows = windows_of(ferry, 0, len(FERRY))
    reader = Doubting({"blue": 4.5, "noon": 4.0})
    assert best_words(reader, "When?", ferry, windows) == ("noon", True)


def test_no_better_than_no_answer_is_not_found() -> None:
    article = Article("a", "Bridge", BRIDGE)
    windows = windows_of(article, 0, len(BRIDGE))
    assert best_words(WordReader({"1932": 0.0}), "When?", article, windows) == ("1932", False)
    assert best_words(WordReader({}), "When?", article, []) == ("", False)


def test_a_paragraph_without_words_has_no_answer(tmp_path: Path) -> None:
    content = squad((FERRY, "When does it sail?", "noon"))
    content["data"][0]["paragraphs"].append(
        {"context": "  ", "qas": [{"id": "x", "question": "Who?", "is_impossible": True}]}
    )
    path = write(tmp_path / "blank.json", content)
    assert figures(path, {"noon": 2.0})["exact_match"] == 1


def test_limit_draws_without_repetition_and_the_seed_decides(new: Path) -> None:
    def asked(limit: int | None, seed: int) -> list[str]:
        reader = WordReader({})
        report = evaluate_gold_passages(new, limit=limit, seed=seed, reader=reader)
        assert report["questions"] == len(reader.asked)
        return [question for question, _ in reader.asked]

    assert len(set(asked(3, 1))) == 3
    assert asked(3, 1) == asked(3, 1)
    assert len({tuple(asked(2, seed)) for seed in range(8)}) > 1
    assert len(set(asked(None, 0))) == len(set(asked(99, 0))) == 4


def test_packed_files_are_read_too(old: Path, tmp_path: Path) -> None:
    packed = tmp_path / "old.json.gz"
    packed.write_bytes(gzip.compress(old.read_bytes()))
    assert figures(packed, {"noon": 2.0, "1932": 2.0})["exact_match"] == 1


def test_a_file_without_questions_has_no_figures(tmp_path: Path) -> None:
    report = evaluate_gold_passages(write(tmp_path / "none.json", squad()), reader=WordReader({}))
    assert report["questions"] == 0
    assert set(report["reading"].values()) == {None}
    assert report["milliseconds"]["reading_median"] is None


@pytest.mark.parametrize("limit", [0, -1])
def test_fewer_than_one_question_cannot_be_asked(old: Path, limit: int) -> None:
    with pytest.raises(ValueError, match=f"limit is {limit}; ask at least 1"):
        evaluate_gold_passages(old, limit=limit, reader=WordReader({}))


def test_questions_of_ones_own_name_no_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("{}\n")
    with pytest.raises(InvalidArticle, match="needs a file in the format of SQuAD"):
        evaluate_gold_passages(path, reader=WordReader({}))


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArticle, match=r"bad\.json"):
        evaluate_gold_passages(write(tmp_path / "bad.json", {}), reader=WordReader({}))
    with pytest.raises(InvalidArticle, match=r"absent\.json"):
        evaluate_gold_passages(tmp_path / "absent.json", reader=WordReader({}))


@given(before=st.integers(0, 5), count=st.integers(0, 8), after=st.integers(0, 3))
def test_windows_of_a_paragraph_cover_its_sentences_and_nothing_else(
    before: int, count: int, after: int
) -> None:
    paragraph = " ".join(f"Ferry {n} sails at noon." for n in range(count))
    opening = "It rained. " * before
    text = opening + paragraph + " It is over." * after
    if not text:
        return
    start, end = len(opening), len(opening) + len(paragraph)
    windows = windows_of(Article("a", "Ferry", text, language="en"), start, end)
    covered = dict.fromkeys(sentences(windows))
    assert list(covered) == [f"Ferry {n} sails at noon." for n in range(count)]
    assert all(len(w.sentences) == min(3, count) for w in windows)
    assert len(windows) == (max(1, count - 2) if count else 0)
    firsts = [w.start for w in windows]
    assert firsts == sorted(set(firsts)), "each begins a sentence further"
    assert all(start <= w.start < w.end <= end for w in windows)


def test_what_the_scripted_reader_does_not_find_is_unlikely() -> None:
    """The figures above rest on this."""
    assert UNLIKELY < 0
