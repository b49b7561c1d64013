"""Follow-up questions, judged by what they find: figures that can be worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from index import HashingEmbedder, InvalidArticle
from qa.conversation_evaluation import completed, evaluate_conversations, read_conversations
from qa.followup import Wording

FERRY = "The ferry sails from Norwick at noon."
BLUE = "It was painted blue by Ida Holm in June, and the captain said so."
BRIDGE = "The bridge of Varn opened in 1932 after long works."


def turn(question: str, rewritten: str, response: str | None) -> dict[str, Any]:
    row = {"utterance": question, "manual_rewritten_utterance": rewritten}
    return row if response is None else {**row, "response": response}


FIRST = turn("When does the ferry sail from Norwick?", "When does the ferry sail?", FERRY)
SECOND = turn("Who did that?", "Who painted it blue?", BLUE)
CONVERSATIONS = [
    {"number": 1, "turn": [FIRST, SECOND, turn("Why?", "Why?", None)]},
    {
        "number": 2,
        "turn": [FIRST, turn("And the bridge of Varn?", "When did the bridge open?", BRIDGE)],
    },
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps(CONVERSATIONS))
    return file


def test_each_turn_counts_once_and_knows_those_before_it(path: Path) -> None:
    turns = read_conversations(path)
    assert [t.response for t in turns] == [FERRY, BLUE, BRIDGE]
    assert [[b.response for b in t.before] for t in turns] == [[], [FERRY], [FERRY]]


def test_figures(path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    report = evaluate_conversations(
        path, embedder=HashingEmbedder(), progress=lambda *step: seen.append(step)
    )
    assert (report["turns"], report["follow_ups"], report["articles"]) == (3, 2, 3)
    assert report["every_turn"]["rewritten_by_hand"]["mrr"] == 1
    assert report["follow_up_turns"]["rewritten_by_hand"]["recall_at_1"] == 1
    # "Who did that?" alone shares no word with its response; the bridge is found by its name.
    assert report["follow_up_turns"]["alone"]["mrr"] < 1
    assert report["follow_up_turns"]["all_joined"]["mrr"] < 1
    share = report["every_turn"]["completed"]["mrr"] / 1
    assert report["share_of_rewritten_by_hand"] == pytest.approx(share)
    assert seen == [("asking", n, 3) for n in (1, 2, 3)]
    json.dumps(report)


def test_a_question_is_completed_from_the_turns_before(path: Path) -> None:
    first, second, _ = read_conversations(path)
    assert completed(first) == (Wording(first.question, 1.0),)
    assert completed(second)[0].text.startswith("Who did that?")
    assert "Norwick" in completed(second)[0].text


@pytest.mark.parametrize(
    "content", ["{", '{"a": 1}', '[{"number": 1}]', "[1]", '[{"turn": [{"response": "x"}]}]']
)
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content)
    with pytest.raises(InvalidArticle, match=r"other\.json"):
        evaluate_conversations(file, embedder=HashingEmbedder())
