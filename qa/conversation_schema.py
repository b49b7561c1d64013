"""The tables of kept conversations, and how an older file becomes a current one."""

import sqlite3

from index import DatabaseSchema


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


SCHEMA = DatabaseSchema(
    application_id=0x41514331,  # "AQC1"
    migrations=(_first_schema,),
    not_ours="is not a file of conversations, but a database of another program; move it away.",
)
