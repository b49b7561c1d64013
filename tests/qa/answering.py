"""Asks three questions in one conversation, until it is killed in the middle of the third.

Run in a process of its own with the folder of the index; prints a line for each step.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from index import Filters
from qa import Answer, Step, Turn
from qa.chat.asking import Asking
from qa.chat.state import Talk
from tests.qa.chat_service import PARTS, FakeBot, last_values, service


class StuckBot(FakeBot):
    """Never comes to the end of reading for the third question."""

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, filters: Filters
    ) -> Iterator[Step | Answer]:
        if len(history) == 2:
            print("reading", flush=True)
            self.go_on.clear()
        return super().stream(question, history, filters=filters)


def main() -> None:
    with service(Path(sys.argv[1]), StuckBot()) as at:
        talk = Talk()
        for question in ("One?", "Two?", "Three?"):
            changes = Asking(at, PARTS, talk, Filters(), "ada", "tab").ask(question)
            talk = last_values(changes)["talk"]
            print("shown", flush=True)


if __name__ == "__main__":
    main()
