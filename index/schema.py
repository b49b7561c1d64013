"""The tables of the store, and how an older file becomes a current one."""

import sqlite3
import uuid

from index.migrations import DatabaseSchema


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


SCHEMA = DatabaseSchema(
    application_id=0x41514131,  # "AQA1"
    migrations=(_first_schema, _authors),
    not_ours="is a database of another program; choose another folder.",
)
