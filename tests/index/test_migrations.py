"""Bringing a file to the current tables, whoever else does the same."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.migrations import DatabaseSchema


def first(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE first (name)")


def second(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE second (name)")


SCHEMA = DatabaseSchema(0x41514154, (first, second), "is not ours.")


def opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file without tables, in which a writer does not wait for readers."""
    path = tmp_path / "file.sqlite"
    with closing(opened(path)) as new:
        new.execute("PRAGMA journal_mode = WAL")
    return path


@pytest.mark.parametrize("moment", ["BEGIN", "user_version", "application_id", "sqlite_master"])
def test_another_process_makes_the_tables_at_any_moment(path: Path, moment: str) -> None:
    with closing(opened(path)) as slow, closing(opened(path)) as fast:
        once = at_statement(slow, moment, lambda: SCHEMA.migrate(fast, path))
        SCHEMA.migrate(slow, path)
        assert once == [moment]
        tables = slow.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
        assert tables == [("first",), ("second",)]
        assert slow.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_step_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    def fails(connection: sqlite3.Connection) -> None:
        second(connection)
        raise RuntimeError("no more")

    failing = DatabaseSchema(SCHEMA.application_id, (first, fails), "is not ours.")
    with closing(opened(path)) as connection:
        with pytest.raises(RuntimeError, match="no more"):
            failing.migrate(connection, path)
        assert not connection.in_transaction
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        SCHEMA.migrate(connection, path)


def test_a_current_file_opens_while_another_process_writes(path: Path) -> None:
    with closing(opened(path)) as writer, closing(opened(path)) as reader:
        SCHEMA.migrate(writer, path)
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO first VALUES ('x')")
        reader.execute("PRAGMA busy_timeout = 0")
        SCHEMA.migrate(reader, path)
        assert not reader.in_transaction


def at_statement(connection: sqlite3.Connection, part: str, work: Callable[[], None]) -> list[str]:
    """Do the work just before the connection's first statement with this part runs."""
    done: list[str] = []

    def traced(statement: str) -> None:
        if part in statement and not done:
            done.append(part)
            work()

    connection.set_trace_callback(traced)
    return done
