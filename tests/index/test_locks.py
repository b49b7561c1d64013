import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.locks import ReadWriteLock

# Longer than any thread here needs on a busy machine; reached only by a test that fails.
SOON = 20.0
# How long to watch that something does not happen.
A_MOMENT = 0.05


def start(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def waits(thread: threading.Thread) -> bool:
    thread.join(A_MOMENT)
    return thread.is_alive()


def finishes(thread: threading.Thread) -> bool:
    thread.join(SOON)
    return not thread.is_alive()


def test_readers_share() -> None:
    lock = ReadWriteLock()
    together = threading.Barrier(3)

    def read() -> None:
        with lock.reading():
            together.wait(SOON)

    threads = [start(read) for _ in range(3)]
    assert all(finishes(thread) for thread in threads)
    assert not together.broken


def test_a_writer_waits_for_readers_and_readers_for_a_writer() -> None:
    lock = ReadWriteLock()
    events: list[str] = []

    def write() -> None:
        with lock.writing():
            events.append("write")

    def read() -> None:
        with lock.reading():
            events.append("read")

    with lock.reading():
        writer = start(write)
        assert waits(writer)
        reader = start(read)
        assert waits(reader)  # the writer goes first: readers cannot starve it
        events.append("first reader")
    assert finishes(writer)
    assert finishes(reader)
    assert events == ["first reader", "write", "read"]


def test_one_writer_at_a_time() -> None:
    lock = ReadWriteLock()
    inside = 0
    most = 0

    def write() -> None:
        nonlocal inside, most
        for _ in range(200):
            with lock.writing():
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [start(write) for _ in range(4)]
    assert all(finishes(thread) for thread in threads)
    assert most == 1


def test_reading_may_be_nested_even_while_a_writer_waits() -> None:
    lock = ReadWriteLock()

    def write() -> None:
        with lock.writing():
            pass

    with lock.reading():
        writer = start(write)
        assert waits(writer)
        with lock.reading():
            assert lock.held_by_reader
        assert lock.held_by_reader
        assert waits(writer)
    assert not lock.held_by_reader
    assert finishes(writer)


def test_a_reader_cannot_write() -> None:
    lock = ReadWriteLock()
    with lock.reading():
        with pytest.raises(RuntimeError, match="reads"), lock.writing():
            pass
        with pytest.raises(RuntimeError, match="reads"), lock.reading_after(lambda: None):
            pass
    with lock.writing():  # and nothing is left behind
        pass


def test_the_locks_are_free_after_an_error() -> None:
    lock = ReadWriteLock()

    def fail() -> None:
        raise KeyError

    for way in (lock.reading, lock.writing, lambda: lock.reading_after(lambda: None)):
        with pytest.raises(KeyError), way():
            fail()
    with pytest.raises(KeyError), lock.reading_after(fail):
        pass
    with ThreadPoolExecutor(1) as other:
        other.submit(lambda: lock.writing().__enter__()).result(SOON)


def test_reading_after_lets_no_writer_between() -> None:
    lock = ReadWriteLock()
    value = 0

    def write() -> None:
        nonlocal value
        with lock.writing():
            value = 2

    def change() -> None:
        nonlocal value
        value = 1
        threads.append(start(write))
        assert waits(threads[0])

    threads: list[threading.Thread] = []
    with lock.reading_after(change):
        assert lock.held_by_reader
        assert waits(threads[0])
        assert value == 1
        with lock.reading():
            pass
    assert not lock.held_by_reader
    assert finishes(threads[0])
    assert value == 2


def test_reading_after_lets_other_readers_in() -> None:
    lock = ReadWriteLock()

    def read() -> None:
        with lock.reading():
            pass

    with lock.reading_after(lambda: None):
        assert finishes(start(read))


def test_a_writer_that_gives_up_lets_readers_in(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = ReadWriteLock()
    wait = lock._condition.wait
    writer_waits = threading.Event()

    def interrupted(timeout: float | None = None) -> bool:
        if threading.current_thread().name != "writer":
            return wait(timeout)
        writer_waits.set()
        wait(A_MOMENT)
        raise KeyboardInterrupt  # as Ctrl-C does, in the middle of waiting

    monkeypatch.setattr(lock._condition, "wait", interrupted)

    def write() -> None:
        with pytest.raises(KeyboardInterrupt), lock.writing():
            pass

    def read() -> None:
        with lock.reading():
            pass

    with lock.reading():
        writer = threading.Thread(target=write, name="writer", daemon=True)
        writer.start()
        assert writer_waits.wait(SOON)
        reader = start(read)
        assert finishes(writer)
        assert finishes(reader)
