"""Reading SQuAD files, and the measures."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from index import InvalidArticle
from qa.squad import SquadAnswer, SquadQuestion, exact_match, f1, read_squad


def small_file() -> dict[str, Any]:
    return {
        "version": "v2.0",
        "data": [
            {
                "title": "Blue_Ferry",
                "paragraphs": [
                    {"context": "The ferry is blue.", "qas": []},
                    {
                        "context": "It sails at noon. It is slow.",
                        "qas": [
                            {
                                "id": "1",
                                "question": "When does it sail?",
                                "answers": [{"text": "noon", "answer_start": 12}],
                            },
                            {
                                "id": "2",
                                "question": "Who built it?",
                                "is_impossible": True,
                                "answers": [],
                                "plausible_answers": [{"text": "noon", "answer_start": 12}],
                            },
                        ],
                    },
                ],
            }
        ],
    }


@pytest.mark.parametrize("name", ["small.json", "small.json.gz"])
def test_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content = json.dumps(small_file()).encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    [article], [answered, impossible] = read_squad(path)
    assert article.title == "Blue Ferry"
    [answer] = answered.answers
    assert article.text[answer.start :].startswith(answer.text)
    assert answered.uri == article.uri
    assert impossible.answers == ()


def test_questions_know_the_paragraph_that_they_were_asked_about(tmp_path: Path) -> None:
    content = small_file()
    first, second = content["data"][0]["paragraphs"]
    first["qas"] = [
        {
            "id": "0",
            "question": "What colour is the ferry?",
            "answers": [{"text": "blue", "answer_start": 13}],
        }
    ]
    path = tmp_path / "small.json"
    path.write_text(json.dumps(content))
    [article], questions = read_squad(path)
    contexts = []
    for question in questions:
        assert question.context is not None
        start, end = question.context
        contexts.append(article.text[start:end])
        assert all(start <= a.start < a.start + len(a.text) <= end for a in question.answers)
    assert contexts == [first["context"], second["context"], second["context"]]
    assert SquadQuestion("0", "Who?", "uri", ()).context is None


@pytest.mark.parametrize(
    "content", [b"not json", b"{}", b'{"data": [{"title": "x"}]}', b"[1]", b'{"data": [[]]}']
)
def test_other_files_are_refused_with_a_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(InvalidArticle, match=r"bad\.json"):
        read_squad(path)


def test_a_missing_or_damaged_file_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(InvalidArticle, match="cannot be read"):
        read_squad(tmp_path / "absent.json")
    (tmp_path / "bad.json.gz").write_bytes(b"not gzip")
    with pytest.raises(InvalidArticle, match="cannot be read"):
        read_squad(tmp_path / "bad.json.gz")


def test_exact_match_ignores_case_punctuation_and_articles() -> None:
    answers = (SquadAnswer("the Blue Ferry", 0), SquadAnswer("noon", 5))
    assert exact_match("blue ferry!", answers) == 1
    assert exact_match("A noon.", answers) == 1
    assert exact_match("blue", answers) == 0


def test_f1_is_that_of_the_best_answer() -> None:
    answers = (SquadAnswer("noon", 0), SquadAnswer("at twelve noon sharp", 0))
    # "twelve noon" and "at twelve noon sharp" share 2 words: 2 * 2 / (2 + 4)
    assert f1("twelve noon", answers) == pytest.approx(2 / 3)
    assert f1("noon", answers) == 1
    assert f1("midnight", answers) == 0
    assert f1("midnight", ()) == 0
