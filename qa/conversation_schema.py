"""The tables of kept conversations, and how an older file becomes a current one."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from index import IndexDamaged, IndexTooNew

# "AQC1", so that the file says whose it is.
APPLICATION_ID = 0x41514331


def _first_schema(connection: sqlite3.Connection) -> None:
    for statement in (
        # change: the higher, the later the last change. Clocks can be set back; this cannot.
        """CREATE TABLE conversations (
            id TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            title TEXT NOT NULL,
            created TEXT NOT NULL,
            changed TEXT NOT NULL,
            change INTEGER NOT NULL
        ) WITHOUT ROWID""",
        "CREATE INDEX conversations_of_owner ON conversations (owner, change)",
        # number: null once a turn that somebody rated has been cut off; only its rating needs it.
        # content: the whole turn; question and answer: what a search looks through.
        """CREATE TABLE turns (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            number INTEGER,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            content TEXT NOT NULL,
            UNIQUE (conversation, number)
        )""",
        """CREATE TABLE ratings (
            turn INTEGER PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
            good INTEGER NOT NULL,
            remark TEXT,
            rated TEXT NOT NULL
        )""",
        "CREATE TABLE texts (content_hash TEXT PRIMARY KEY, text TEXT NOT NULL)",
        """CREATE TABLE quoted_texts (
            turn INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
            content_hash TEXT NOT NULL REFERENCES texts (content_hash),
            PRIMARY KEY (turn, content_hash)
        ) WITHOUT ROWID""",
        "CREATE INDEX quoted_by ON quoted_texts (content_hash)",
        # In the database, so that no way of deleting turns can forget it.
        """CREATE TRIGGER text_not_quoted_any_more AFTER DELETE ON quoted_texts
        WHEN NOT EXISTS (SELECT 1 FROM quoted_texts WHERE content_hash = old.content_hash)
        BEGIN
            DELETE FROM texts WHERE content_hash = old.content_hash;
        END""",
    ):
        connection.execute(statement)


# Each is applied once, in this order, inside a transaction. Only ever append.
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first_schema,)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the current schema.

    Raises:
        IndexDamaged: the file is a database of another program.
        IndexTooNew: a newer version of article-qa wrote it.
    """
    if _version(connection, path) == len(MIGRATIONS):
        return  # without the lock of a writer: another process may be writing
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again, because another process may have been faster.
        version = _version(connection, path)
        for number, migration in enumerate(MIGRATIONS[version:], version + 1):
            migration(connection)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, path: Path) -> int:
    version: int
    [version] = connection.execute("PRAGMA user_version").fetchone()
    [application] = connection.execute("PRAGMA application_id").fetchone()
    [tables] = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (version or application or tables):
        raise IndexDamaged(
            f"{path} is not a file of conversations, but a database of another program; "
            "move it away."
        )
    if version > len(MIGRATIONS):
        raise IndexTooNew(
            f"{path} was written by a newer version of article-qa; update article-qa."
        )
    return version
