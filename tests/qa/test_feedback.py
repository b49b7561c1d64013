"""Rated turns as lines of a file."""

import json
from datetime import UTC, datetime

import pytest

from qa.feedback import Feedback, feedback_as_line
from qa.serialization import passage_as_dict
from tests.qa.turns import ARTICLE, TEXT, a_refusal, a_turn

WHEN = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_a_good_answer_says_which_sentences_hold_it() -> None:
    turn = a_turn()
    row = json.loads(feedback_as_line(Feedback(7, turn, True, "to the \u2028 point", WHEN)))
    [passage] = turn.answer.passages
    start, end = passage.start, passage.end
    assert row == {
        "id": "feedback-7",
        "question": "When does it sail?",
        "standalone_question": "When does it sail? (the ferry)",
        "good": True,
        "remark": "to the \u2028 point",
        "rated": "2024-05-06T07:08:09+00:00",
        "answerable": True,
        "answer": "noon",
        "sentences": [TEXT[start:end]],
        "form": "words",
        "reason": None,
        "confidence": 0.9,
        "citations": [
            {
                "number": 1,
                "uri": ARTICLE.uri,
                "title": "Ferry",
                "source": "Outlet",
                "published": "2023-02-07T00:00:00+00:00",
                "content_hash": ARTICLE.content_hash,
                "quote": TEXT[start:end],
                "start": start,
                "end": end,
                "answer_start": TEXT.index("noon"),
                "answer_end": TEXT.index("noon") + 4,
                "alternative": False,
            }
        ],
        "passages": [passage_as_dict(passage)],
    }


@pytest.mark.parametrize(
    ("good", "answerable"), [(True, False), (False, None)], ids=["good", "not good"]
)
def test_a_refusal_proves_something_only_if_it_is_good(good: bool, answerable: bool | None) -> None:
    row = json.loads(feedback_as_line(Feedback(1, a_refusal(), good, None, WHEN)))
    assert row["answerable"] is answerable
    assert (row["sentences"], row["citations"], row["reason"]) == ([], [], "not_answered")
    assert len(row["passages"]) == 1


def test_a_bad_answer_proves_nothing() -> None:
    row = json.loads(feedback_as_line(Feedback(1, a_turn(), False, "no", WHEN)))
    assert row["answerable"] is None
    assert row["sentences"] == []
    assert len(row["citations"]) == 1, "what was wrong can be seen"


def test_a_line_is_one_line_of_ascii() -> None:
    line = feedback_as_line(Feedback(1, a_turn("a\n\u2028\x85\ud800\x1b?"), True, "\r\n", WHEN))
    assert line.isascii()
    assert line.splitlines() == [line.removesuffix("\n")]
