"""The tables of the store, and how an older file becomes a current one."""

import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path

from index.errors import IndexDamaged, IndexTooNew

# "AQA1", so that the file says whose it is.
APPLICATION_ID = 0x41514131


def _first_schema(connection: sqlite3.Connection) -> None:
    statements = """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE articles (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            uri TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            published TEXT,
            source TEXT,
            language TEXT,
            content_hash TEXT NOT NULL,
            added TEXT NOT NULL
        );
        CREATE TABLE paragraphs (
            article INTEGER NOT NULL REFERENCES articles (id),
            number INTEGER NOT NULL,
            start INTEGER NOT NULL,
            end INTEGER NOT NULL,
            vector BLOB NOT NULL,
            PRIMARY KEY (article, number)
        ) WITHOUT ROWID;
        CREATE TABLE sentences (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            article INTEGER NOT NULL REFERENCES articles (id),
            start INTEGER NOT NULL,
            end INTEGER NOT NULL,
            paragraph INTEGER NOT NULL,
            text TEXT NOT NULL,
            context TEXT NOT NULL,
            vector BLOB NOT NULL,
            FOREIGN KEY (article, paragraph) REFERENCES paragraphs (article, number)
        );
        CREATE INDEX sentences_of_paragraph ON sentences (article, paragraph);
        CREATE VIRTUAL TABLE sentence_text USING fts5 (
            text, context,
            content = 'sentences', content_rowid = 'id',
            tokenize = 'porter unicode61 remove_diacritics 2'
        );
        CREATE VIRTUAL TABLE vocabulary USING fts5vocab (sentence_text, 'row');
    """
    for statement in statements.split(";"):
        connection.execute(statement)
    connection.execute(
        "CREATE TRIGGER sentence_added AFTER INSERT ON sentences BEGIN"
        " INSERT INTO sentence_text (rowid, text, context)"
        " VALUES (new.id, new.text, new.context); END"
    )
    connection.execute(
        "CREATE TRIGGER sentence_removed AFTER DELETE ON sentences BEGIN"
        " INSERT INTO sentence_text (sentence_text, rowid, text, context)"
        " VALUES ('delete', old.id, old.text, old.context); END"
    )
    connection.execute("INSERT INTO meta VALUES ('generation', '0')")
    connection.execute("INSERT INTO meta VALUES ('identifier', ?)", (uuid.uuid4().hex,))


def _authors(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE articles ADD COLUMN author TEXT")


# Each is applied once, in this order, inside a transaction. Only ever append.
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first_schema, _authors)


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
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, path: Path) -> int:
    version: int
    [version] = connection.execute("PRAGMA user_version").fetchone()
    [application] = connection.execute("PRAGMA application_id").fetchone()
    [tables] = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (version or application or tables):
        raise IndexDamaged(f"{path} is a database of another program; choose another folder.")
    if version > len(MIGRATIONS):
        raise IndexTooNew(
            f"{path} was written by a newer version of article-qa; update article-qa."
        )
    return version
