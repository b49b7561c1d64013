"""A server that ends in the middle of an answer."""

import subprocess
import sys
from pathlib import Path

from qa.conversations import Conversations

ROOT = Path(__file__).parents[2]


def test_a_server_killed_in_the_middle_of_an_answer_loses_no_finished_turn(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.qa.answering", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert [process.stdout.readline() for _ in range(3)] == ["shown\n", "shown\n", "reading\n"]
        process.kill()
    with Conversations.open(tmp_path) as conversations:
        [kept] = conversations.list("ada")
        turns = conversations.get(kept.id, "ada").turns
    assert [(turn.question, turn.answer.text) for turn in turns] == [
        ("One?", "Yes."),
        ("Two?", "Yes."),
    ]
