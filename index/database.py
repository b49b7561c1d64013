"""The SQLite file: its connections, its transactions, and its errors as ours."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import IndexBusy, IndexDamaged, StorageError
from index.schema import SCHEMA
from index.sqlite import transaction

# How long a second writing process waits for the first, in seconds.
_WAIT = 30.0


class Database:
    """One SQLite file, one connection for each thread.

    Reads are safe at any time. Writes happen inside `writing()`.

    Raises:
        IndexDamaged: the file is not a database, or not one of article-qa.
        IndexTooNew: a newer version of article-qa wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._closed = False
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._registering = threading.Lock()
        try:
            with self._translated():
                SCHEMA.migrate(self.connection(), path)
                # Only now: the database of another program must not be touched.
                self.connection().execute("PRAGMA journal_mode = WAL")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file. No other thread may be at work with it."""
        with self._registering:
            self._closed = True
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    # Transactions

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the database, whatever others write meanwhile."""
        connection = self.connection()
        with self._translated():
            connection.execute("BEGIN")
        try:
            self.generation()  # SQLite takes its snapshot at the first look, not before
            yield
        finally:
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Change the database as a whole or not at all; the generation number goes up.

        Raises:
            IndexBusy: another process kept writing for half a minute.
        """
        with self.only_writer():
            yield
            self.execute(
                "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'"
            )

    @contextmanager
    def only_writer(self) -> Iterator[None]:
        """Keep other writers out; everything is kept, or nothing. The generation stays.

        Raises:
            IndexBusy: another process kept writing for half a minute.
        """
        if self.connection().in_transaction:
            raise RuntimeError("this thread reads the index; it cannot change it at the same time")
        connection = self.connection()
        with self._translated(), transaction(connection, "BEGIN IMMEDIATE"):
            yield

    # Statements

    def execute(self, statement: str, parameters: Iterable[object] = ()) -> list[Any]:
        """All rows that a statement gives."""
        with self._translated():
            try:
                return self.connection().execute(statement, tuple(parameters)).fetchall()
            except UnicodeEncodeError:
                return []  # half a character: no row has one, because `Article` refuses it

    def connection(self) -> sqlite3.Connection:
        """The connection of this thread; the errors of what it runs are SQLite's own."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with self._registering:
                if self._closed:
                    raise StorageError(f"{self.path} has been closed; open the index again.")
                for thread in [t for t in self._connections if not t.is_alive()]:
                    self._connections.pop(thread).close()
                connection = sqlite3.connect(
                    self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False
                )
                self._connections[threading.current_thread()] = connection
            # FULL: what was reported as added survives a power cut.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.create_function("casefold", 1, _casefold, deterministic=True)
            self._local.connection = connection
        return connection

    # Facts about the whole

    def generation(self) -> int:
        """How many transactions have changed the database."""
        return int(self.meta("generation") or 0)

    def identifier(self) -> str:
        """A random name that this database got when it was made."""
        return self.meta("identifier") or ""

    def meta(self, key: str) -> str | None:
        """A fact that is kept under a name; None where none is."""
        rows = self.execute("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def integrity_problems(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        problems = [
            f"SQLite reports: {row[0]}"
            for row in self.execute("PRAGMA integrity_check")
            if row[0] != "ok"
        ]
        orphans = len(self.execute("PRAGMA foreign_key_check"))
        if orphans:
            problems.append(f"{orphans} rows belong to an article or paragraph that is gone")
        return problems

    # Errors

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Errors of SQLite as ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            # Python's own errors have no code: text in the file is not UTF-8.
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
            if code == sqlite3.SQLITE_CORRUPT:
                raise self._damaged(error) from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise IndexBusy(
                    f"Another process has been writing to {self.path} for {_WAIT:.0f} seconds; "
                    "try again when it has finished."
                ) from error
            raise StorageError(f"{self.path} cannot be used: {error}.") from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _damaged(self, error: sqlite3.Error) -> IndexDamaged:
        return IndexDamaged(
            f"{self.path} cannot be read ({error}). Restore it from a backup, or move it away "
            "and add the articles again."
        )


def _casefold(text: str | None) -> str | None:
    return text.casefold() if text else text
