"""Many readers or one writer."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class ReadWriteLock:
    """Readers share it, a writer has it alone; a waiting writer goes before new readers.

    A thread that already reads may enter `reading()` again; it must not enter the others.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._readers = 0
        self._writers_waiting = 0
        self._writer_active = False
        self._local = threading.local()

    @property
    def held_by_reader(self) -> bool:
        """Whether this thread is inside `reading()`."""
        return getattr(self._local, "depth", 0) > 0

    @contextmanager
    def reading(self) -> Iterator[None]:
        if not self.held_by_reader:
            with self._condition:
                while self._writer_active or self._writers_waiting:
                    self._condition.wait()
                self._readers += 1
        with self._as_reader():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        self._start_writing()
        try:
            yield
        finally:
            self._stop_writing()

    @contextmanager
    def reading_after(self, change: Callable[[], None]) -> Iterator[None]:
        """Call `change` alone, then read; no other writer comes between the two."""
        self._start_writing()
        try:
            change()
        except BaseException:
            self._stop_writing()
            raise
        self._stop_writing(readers=1)
        with self._as_reader():
            yield

    @contextmanager
    def _as_reader(self) -> Iterator[None]:
        depth = getattr(self._local, "depth", 0)
        self._local.depth = depth + 1
        try:
            yield
        finally:
            self._local.depth = depth
            if depth == 0:
                with self._condition:
                    self._readers -= 1
                    self._condition.notify_all()

    def _start_writing(self) -> None:
        if self.held_by_reader:
            raise RuntimeError("this thread reads the index; it cannot change it at the same time")
        with self._condition:
            self._writers_waiting += 1
            try:
                while self._writer_active or self._readers:
                    self._condition.wait()
                self._writer_active = True
            finally:
                self._writers_waiting -= 1
                # Readers that waited for a writer who gave up (Ctrl-C) must not wait for ever.
                self._condition.notify_all()

    def _stop_writing(self, readers: int = 0) -> None:
        with self._condition:
            self._writer_active = False
            self._readers += readers
            self._condition.notify_all()
