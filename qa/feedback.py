"""What people thought of answers, as lines that `article-qa eval` reads."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qa.answer import Turn
from qa.serialization import answer_as_dict


@dataclass(frozen=True, slots=True)
class Feedback:
    """A turn of a conversation that somebody rated.

    Attributes:
        number: of the rated turn, from 1 up over all conversations; never used twice.
        good: True for thumbs up.
        remark: what they wrote about it, if anything.
        rated: when, in UTC.
    """

    number: int
    turn: Turn
    good: bool
    remark: str | None
    rated: datetime


def feedback_as_line(feedback: Feedback) -> str:
    """One line of JSON Lines, in ASCII, with its line end.

    It names nobody. `answerable` says what a good answer is taken to prove: true, that the
    quotes in `sentences` hold the answer; false, that no article does (a good refusal). Of what
    is not good it is null: nothing is known of the right answer.
    """
    return json.dumps(_as_dict(feedback)) + "\n"


def _as_dict(feedback: Feedback) -> dict[str, Any]:
    turn, answer = feedback.turn, feedback.turn.answer
    kept = answer_as_dict(answer)
    for citation in kept["citations"]:
        del citation["passage"]
    return {
        "id": f"feedback-{feedback.number}",
        "question": turn.question,
        "standalone_question": turn.standalone_question,
        "good": feedback.good,
        "remark": feedback.remark,
        "rated": feedback.rated.isoformat(),
        "answerable": not answer.abstained if feedback.good else None,
        "answer": answer.text,
        "sentences": [citation.quote for citation in answer.support] if feedback.good else [],
        "form": kept["form"],
        "reason": kept["reason"],
        "confidence": kept["confidence"],
        "citations": kept["citations"],
        "passages": kept["passages"],
    }
