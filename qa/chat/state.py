"""What the page of one browser tab holds, and which conversation it shows."""

import threading
from dataclasses import dataclass

from qa.answer import Turn


@dataclass(frozen=True, slots=True)
class Editing:
    """A question that is being changed.

    Attributes:
        number: of its turn, from 1; it and those after it are replaced.
        understood: whether it stands alone: it is asked without the turns before it.
    """

    number: int
    understood: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in a tab.

    Attributes:
        id: in the store; None before the first question.
        turns: oldest first.
    """

    id: str | None = None
    turns: tuple[Turn, ...] = ()

    def before(self, editing: Editing | None) -> tuple[Turn, ...]:
        """The turns that stay when the next question is answered."""
        return self.turns if editing is None else self.turns[: editing.number - 1]


class Tabs:
    """Which conversation each tab shows by now: an answer to an older one must not appear in it.

    Safe to use from many threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown: dict[str, int] = {}
        self._asking: dict[str, str] = {}
        self._questions: dict[str, int] = {}

    def turn_to_another(self, tab: str) -> None:
        """The tab shows another conversation from now on."""
        with self._lock:
            self._shown[tab] = self._shown.get(tab, 0) + 1

    def shown(self, tab: str) -> int:
        """Changes with every other conversation that the tab shows."""
        with self._lock:
            return self._shown.get(tab, 0)

    def asks(self, tab: str, question: str) -> None:
        """Remember the question at work in a tab, "" for none."""
        with self._lock:
            self._asking[tab] = question
            if question:
                self._questions[tab] = self._questions.get(tab, 0) + 1

    def asked(self, tab: str) -> str:
        """The question at work in a tab, or ""."""
        with self._lock:
            return self._asking.get(tab, "")

    def state(self, tab: str) -> object:
        """Changes with every question, and with every other conversation."""
        with self._lock:
            return self._questions.get(tab, 0), self._shown.get(tab, 0)

    def close(self, tab: str) -> None:
        """Forget a tab."""
        with self._lock:
            self._shown.pop(tab, None)
            self._asking.pop(tab, None)
            self._questions.pop(tab, None)
