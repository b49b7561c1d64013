"""Turns as rows: written with the texts of the articles that they quote, and read again."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from index import Article
from qa.answer import Turn
from qa.deserialization import TurnReader
from qa.escaping import as_shown
from qa.serialization import turn_as_dict


@dataclass(frozen=True, slots=True)
class KeptTurns:
    """Turns as they are kept: each as JSON, and the texts of articles by content hash."""

    contents: tuple[str, ...]
    texts: dict[str, str]

    def read(self) -> tuple[Turn, ...]:
        """The turns.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: they are damaged.
        """
        reader = TurnReader(self.texts)
        return tuple(reader.turn(json.loads(content)) for content in self.contents)


def add_turn(connection: sqlite3.Connection, conversation: str, number: int, turn: Turn) -> None:
    """Write a turn with the text of each article that it quotes."""
    [row] = connection.execute(
        "INSERT INTO turns (conversation, number, question, answer, content)"
        " VALUES (?, ?, ?, ?, ?) RETURNING id",
        (
            conversation,
            number,
            as_shown(turn.question),
            as_shown(turn.answer.text),
            # Only ASCII: half a character, which no column of text can hold, is escaped too.
            json.dumps(turn_as_dict(turn)),
        ),
    ).fetchone()
    texts = {article.content_hash: article.text for article in _quoted(turn)}
    connection.executemany("INSERT INTO texts VALUES (?, ?) ON CONFLICT DO NOTHING", texts.items())
    connection.executemany("INSERT INTO quoted_texts VALUES (?, ?)", [(row, key) for key in texts])


def cut_off(connection: sqlite3.Connection, conversation: str, keep: int) -> None:
    """Delete the turns after the first `keep`; rated ones stay, but no longer have a number."""
    connection.execute(
        "DELETE FROM turns WHERE conversation = ? AND number > ?"
        " AND id NOT IN (SELECT turn FROM ratings)",
        (conversation, keep),
    )
    connection.execute(
        "UPDATE turns SET number = NULL WHERE conversation = ? AND number > ?",
        (conversation, keep),
    )


def turns_of(connection: sqlite3.Connection, conversation: str) -> KeptTurns:
    """The turns of a conversation, oldest first."""
    rows = connection.execute(
        "SELECT content FROM turns WHERE conversation = ? AND number IS NOT NULL ORDER BY number",
        (conversation,),
    ).fetchall()
    texts = connection.execute(
        "SELECT content_hash, text FROM texts WHERE content_hash IN (SELECT content_hash"
        " FROM quoted_texts JOIN turns ON turn = id WHERE conversation = ?)",
        (conversation,),
    ).fetchall()
    return KeptTurns(tuple(content for (content,) in rows), dict(texts))


def turn_at(connection: sqlite3.Connection, row: int) -> KeptTurns:
    """The turn in this row, alone; none where the row is gone."""
    contents = connection.execute("SELECT content FROM turns WHERE id = ?", (row,)).fetchall()
    texts = connection.execute(
        "SELECT content_hash, text FROM texts JOIN quoted_texts USING (content_hash)"
        " WHERE turn = ?",
        (row,),
    ).fetchall()
    return KeptTurns(tuple(content for (content,) in contents), dict(texts))


def _quoted(turn: Turn) -> Iterator[Article]:
    """Every article that a turn shows words of; some more than once."""
    for passage in turn.answer.passages:
        yield passage.article
    for citation in turn.answer.citations:
        yield citation.passage.article
