"""A waiting line that is fair to the people in it, and never longer than it may be."""

import threading
from collections.abc import Hashable
from types import TracebackType
from typing import Self

from index import ArticleQAError


class WaitingLineFull(ArticleQAError):
    """As many wait as may; come again later."""


class WaitingLine:
    """Serves a few at once, and those who wait in turns: one of each owner, then the next of each.

    Whoever joins with ten questions waits with the second until everybody else who is there has
    had a first one answered. Safe to use from many threads.

    Args:
        at_once: how many are served at once.
        longest: how many may wait besides them.

    Raises:
        ValueError: `at_once` is below 1, or `longest` below 0.
    """

    def __init__(self, at_once: int, longest: int) -> None:
        if at_once < 1:
            raise ValueError(f"at_once is {at_once}; serve at least 1.")
        if longest < 0:
            raise ValueError(f"longest is {longest}; give 0 or more.")
        self._at_once = at_once
        self._longest = longest
        self._lock = threading.Lock()
        self._served: set[Place] = set()
        self._waiting: list[Place] = []
        self._tickets = 0
        # The highest round that was served, and whether it takes newcomers no more: once one of
        # it was served who had waited. Else more and more newcomers could join it, and whoever
        # waits in the next round would wait for ever.
        self._round = 0
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait, besides those who are served."""
        with self._lock:
            return len(self._waiting)

    def join(self, owner: Hashable) -> "Place":
        """A place at the end of the line, or served at once if there is room; leave it when done.

        Args:
            owner: whose place it is; equal owners take turns with the others as one.

        Raises:
            WaitingLineFull: `longest` wait already.
        """
        with self._lock:
            if len(self._served) >= self._at_once and len(self._waiting) >= self._longest:
                raise WaitingLineFull(
                    f"{len(self._served) + len(self._waiting):,} questions are being answered or "
                    "wait already. Please ask again in a minute."
                )
            # One round after the owner's latest place, of those that are still here.
            rounds = [p.round + 1 for p in [*self._served, *self._waiting] if p.owner == owner]
            place = Place(self, owner, max([self._round + self._closed, *rounds]), self._tickets)
            self._tickets += 1
            if len(self._served) < self._at_once:
                self._begin(place, waited=False)
            else:
                self._waiting.append(place)
            return place

    def _position(self, place: "Place") -> int:
        with self._lock:
            if place not in self._waiting:
                return 0
            return 1 + sum(other.order < place.order for other in self._waiting)

    def _leave(self, place: "Place") -> None:
        with self._lock:
            if place in self._waiting:
                self._waiting.remove(place)
                self._close_gap(place)
                place.turn.set()  # whoever waits for it need not any more
            else:
                self._served.discard(place)
            self._serve()

    def _close_gap(self, gone: "Place") -> None:
        """The owner's later places move up by one round each."""
        free = gone.round
        mine = [place for place in self._waiting if place.owner == gone.owner]
        for place in sorted(mine, key=lambda p: p.order):
            if place.ticket > gone.ticket:
                place.round, free = free, place.round

    def _serve(self) -> None:
        """Begin with those whose turn it is."""
        while self._waiting and len(self._served) < self._at_once:
            place = min(self._waiting, key=lambda p: p.order)
            self._waiting.remove(place)
            self._begin(place, waited=True)

    def _begin(self, place: "Place", *, waited: bool) -> None:
        if place.round > self._round:
            self._round, self._closed = place.round, False
        elif place.round == self._round:
            self._closed = self._closed or waited
        self._served.add(place)
        place.served = True
        place.turn.set()


class Place:
    """One place in a `WaitingLine`, as `join` gives it; used with `with`, it is left at the end.

    Attributes:
        owner: whose it is.
    """

    def __init__(self, line: WaitingLine, owner: Hashable, round: int, ticket: int) -> None:
        self.owner = owner
        # For the line alone, which changes them under its lock.
        self.round = round
        self.ticket = ticket
        self.served = False
        self.turn = threading.Event()
        self._line = line

    @property
    def order(self) -> tuple[int, int]:
        """Lower is served earlier."""
        return self.round, self.ticket

    @property
    def position(self) -> int:
        """Its place among those who wait: 1 is next; 0 is being served, or left.

        It may grow when somebody else joins, whose first turn comes before this owner's next.
        """
        return self._line._position(self)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is served; whether it is.

        Args:
            timeout: seconds to wait at most; None to wait until it is served or left.
        """
        self.turn.wait(timeout)
        return self.served

    def leave(self) -> None:
        """Make room: after being served, or tired of waiting. Leaving twice does no harm."""
        self._line._leave(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.leave()
