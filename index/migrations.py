"""How a SQLite file of ours becomes one with the current tables."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.errors import IndexDamaged, IndexTooNew
from index.sqlite import transaction


@dataclass(frozen=True)
class DatabaseSchema:
    """The tables of one kind of file, as the steps that make them.

    Attributes:
        application_id: SQLite's 32 bits that say whose file it is.
        migrations: each is applied once, in this order, inside a transaction. Only ever append.
        not_ours: what to say of the database of another program, after the file's path.
    """

    application_id: int
    migrations: tuple[Callable[[sqlite3.Connection], None], ...]
    not_ours: str

    def migrate(self, connection: sqlite3.Connection, path: Path) -> None:
        """Bring the file to the current schema; many processes may do so at once.

        The connection must leave transactions to its caller (`isolation_level=None`).

        Raises:
            IndexDamaged: the file is a database of another program.
            IndexTooNew: a newer version of article-qa wrote it.
        """
        with transaction(connection, "BEGIN"):
            version = self._version(connection, path)
        if version == len(self.migrations):
            return  # without the lock of a writer: another process may be writing
        with transaction(connection, "BEGIN IMMEDIATE"):
            # Asked again, because another process may have been faster.
            version = self._version(connection, path)
            for number, migration in enumerate(self.migrations[version:], version + 1):
                migration(connection)
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute(f"PRAGMA application_id = {self.application_id}")

    def _version(self, connection: sqlite3.Connection, path: Path) -> int:
        """How many of the migrations the file has had.

        To be asked inside a transaction: another process that makes the tables meanwhile would
        show them here without the number that says they are ours.
        """
        version: int
        [version] = connection.execute("PRAGMA user_version").fetchone()
        [application] = connection.execute("PRAGMA application_id").fetchone()
        [tables] = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != self.application_id and (version or application or tables):
            raise IndexDamaged(f"{path} {self.not_ours}")
        if version > len(self.migrations):
            raise IndexTooNew(
                f"{path} was written by a newer version of article-qa; update article-qa."
            )
        return version
