"""Conversations that are kept on this computer, each for its owner alone."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index import IndexNotFound
from qa.answer import Turn
from qa.conversation_database import ConversationDatabase, folded
from qa.conversation_records import (
    Conversation,
    ConversationNotFound,
    ConversationSummary,
    RemarkTooLong,
)
from qa.escaping import as_shown
from qa.feedback import Feedback
from qa.kept_turns import KeptTurns, add_turn, cut_off, turn_at, turns_of

__all__ = [
    "Conversation",
    "ConversationNotFound",
    "ConversationSummary",
    "Conversations",
    "RemarkTooLong",
]

MAXIMUM_TITLE_CHARACTERS = 200
MAXIMUM_REMARK_CHARACTERS = 2_000

_FILE = "conversations.sqlite"
_UNTITLED = "Conversation"
_SUMMARY = """
    SELECT id, title, created, changed,
        (SELECT count(number) FROM turns WHERE conversation = conversations.id)
    FROM conversations WHERE owner = :owner
"""
# instr, because to LIKE and to full text some characters are commands.
_MATCHES = """
    AND (:needle = '' OR instr(folded(title), :needle) OR EXISTS (
        SELECT 1 FROM turns WHERE conversation = conversations.id AND number IS NOT NULL
        AND (instr(folded(question), :needle) OR instr(folded(answer), :needle))))
    ORDER BY change DESC
"""

# Within the class below "list" is a method.
_Summaries = list[ConversationSummary]


class Conversations:
    """The conversations beside one index. Open them with `Conversations.open`.

    Every method is safe to call from many threads and processes. Each change is one
    transaction: once a method has returned, its change survives a killed process.

    `owner` is the name of a user; "" where there are no users. A conversation of somebody else
    is reported exactly as one that does not exist: `ConversationNotFound`.
    """

    def __init__(self, database: ConversationDatabase) -> None:
        self._database = database

    @classmethod
    def open(cls, folder: str | Path, *, create: bool = True) -> Self:
        """Open the file of conversations in the folder of an index, or make one.

        Raises:
            IndexNotFound: the folder is not there; or the file is not, and `create` is False.
            IndexDamaged, IndexTooNew: the file cannot be read.
            StorageError: the file cannot be made.
        """
        path = Path(folder) / _FILE
        if not path.parent.is_dir():
            raise IndexNotFound(
                f'There is no folder {folder}; make an index with "article-qa add PATH".'
            )
        if not create and not path.is_file():
            raise IndexNotFound(
                f"No conversation has been kept in {folder} so far; the chat keeps them there. If "
                "you expect some, name the folder of their index with --index."
            )
        return cls(ConversationDatabase(path))

    def close(self) -> None:
        """Let go of the file. May be repeated."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    # Whole conversations

    def begin(self, owner: str, title: str) -> ConversationSummary:
        """Keep a new conversation, without turns so far.

        Args:
            title: white space is collapsed; only the first 200 characters are kept; a blank one
                becomes "Conversation".
        """
        begun = ConversationSummary(_new_id(), _one_line(title), now := _now(), now, 0)
        with self._database.changing() as connection:
            connection.execute(
                "INSERT INTO conversations (id, owner, title, created, changed, change)"
                " VALUES (:id, :owner, :title, :now, :now,"
                " (SELECT ifnull(max(change), 0) + 1 FROM conversations WHERE owner = :owner))",
                {"id": begun.id, "owner": owner, "title": begun.title, "now": _iso(now)},
            )
        return begun

    def list(self, owner: str, search: str = "") -> _Summaries:
        """All conversations of an owner; the one that got or lost a turn last comes first.

        Args:
            search: only those that have these characters, capital or small, in their title, a
                question or an answer. White space around them does not count; blank for all.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                _SUMMARY + _MATCHES,
                {"owner": owner, "needle": folded(as_shown(search).strip())},
            ).fetchall()
        return [self._summary(row) for row in rows]

    def get(self, id: str, owner: str) -> Conversation:
        """A conversation with its turns; what they quote is as it was, whatever the index has.

        Raises:
            ConversationNotFound: the owner has none of this id.
            IndexDamaged: what is kept of it cannot be read.
        """
        with self._finding(id, owner, changing=False) as (connection, summary):
            kept = turns_of(connection, id)
        return Conversation(summary, self._read(kept))

    def rename(self, id: str, owner: str, title: str) -> None:
        """Give a conversation another title, as `begin` does; its place in the list stays.

        Raises:
            ConversationNotFound: the owner has none of this id.
        """
        with self._finding(id, owner) as (connection, _):
            connection.execute(
                "UPDATE conversations SET title = ? WHERE id = ?", (_one_line(title), id)
            )

    def delete(self, id: str, owner: str) -> None:
        """Forget a conversation, its feedback, and the articles that only it quotes.

        Raises:
            ConversationNotFound: the owner has none of this id.
        """
        with self._finding(id, owner) as (connection, _):
            connection.execute("DELETE FROM conversations WHERE id = ?", (id,))
        self._database.overwrite_deleted()

    # Turns

    def append(self, id: str, owner: str, turn: Turn) -> None:
        """Add a turn at the end, with the text of each article that it quotes.

        Raises:
            ConversationNotFound: the owner has none of this id.
        """
        with self._finding(id, owner) as (connection, summary):
            add_turn(connection, id, summary.turns + 1, turn)
            _note_change(connection, id, owner)

    def truncate(self, id: str, owner: str, keep: int) -> None:
        """Keep only the first `keep` turns. Others that were rated stay for `feedback`.

        Raises:
            ConversationNotFound: the owner has none of this id.
            ValueError: `keep` is below 0.
        """
        if keep < 0:
            raise ValueError(f"keep is {keep}; keep 0 turns or more.")
        with self._finding(id, owner) as (connection, summary):
            if keep >= summary.turns:
                return
            cut_off(connection, id, keep)
            _note_change(connection, id, owner)
        self._database.overwrite_deleted()

    # Feedback

    def rate(
        self, id: str, owner: str, number: int, good: bool | None, remark: str | None = None
    ) -> None:
        """Say whether the answer of a turn is good.

        Args:
            number: of the turn, from 1.
            good: None takes the rating back, with its remark.
            remark: up to 2,000 characters; "" for none. None leaves an earlier remark as it is,
                unless it belongs to the opposite rating.

        Raises:
            ConversationNotFound: the owner has none of this id, or it has no such turn.
            RemarkTooLong: the remark has more characters.
        """
        remark = as_shown(remark).strip() if remark is not None else None
        if remark and len(remark) > MAXIMUM_REMARK_CHARACTERS:
            raise RemarkTooLong(
                f"The remark has {len(remark):,} characters; up to "
                f"{MAXIMUM_REMARK_CHARACTERS:,} are kept. Please shorten it."
            )
        with self._finding(id, owner) as (connection, summary):
            if not 1 <= number <= summary.turns:
                raise ConversationNotFound(
                    f"The conversation has no turn {number}: it has {summary.turns}. Open it "
                    "again to see them."
                )
            [turn] = connection.execute(
                "SELECT id FROM turns WHERE conversation = ? AND number = ?", (id, number)
            ).fetchone()
            if remark is None:
                earlier = connection.execute(
                    "SELECT remark FROM ratings WHERE turn = ? AND good = ?", (turn, good)
                ).fetchone()
                remark = earlier[0] if earlier else None
            connection.execute("DELETE FROM ratings WHERE turn = ?", (turn,))
            if good is not None:
                connection.execute(
                    "INSERT INTO ratings (turn, good, remark, rated) VALUES (?, ?, ?, ?)",
                    (turn, good, remark or None, _iso(_now())),
                )

    def ratings(self, id: str, owner: str) -> dict[int, bool]:
        """Number of each rated turn, from 1, and whether its answer was found good.

        Raises:
            ConversationNotFound: the owner has none of this id.
        """
        with self._finding(id, owner, changing=False) as (connection, _):
            rows = connection.execute(
                "SELECT number, good FROM ratings JOIN turns ON turn = id"
                " WHERE conversation = ? AND number IS NOT NULL ORDER BY number",
                (id,),
            ).fetchall()
        return {number: bool(good) for number, good in rows}

    def feedback(self) -> Iterator[Feedback]:
        """Every rated turn of every owner, the oldest turn first.

        Turns that were cut off after they had been rated are among them; those of deleted
        conversations are not.

        Raises:
            IndexDamaged: what is kept of a turn cannot be read.
        """
        with self._database.reading() as connection:
            rows = connection.execute("SELECT turn FROM ratings ORDER BY turn").fetchall()
        for (row,) in rows:
            with self._database.reading() as connection:
                rating = connection.execute(
                    "SELECT good, remark, rated FROM ratings WHERE turn = ?", (row,)
                ).fetchone()
                kept = turn_at(connection, row)
            if rating:  # it may have been taken back since the rows were read
                good, remark, rated = rating
                [turn] = self._read(kept)
                yield Feedback(row, turn, bool(good), remark, self._moment(rated))

    # Parts

    @contextmanager
    def _finding(
        self, id: str, owner: str, *, changing: bool = True
    ) -> Iterator[tuple[sqlite3.Connection, ConversationSummary]]:
        """A transaction, and the conversation that it is about."""
        transaction = self._database.changing if changing else self._database.reading
        with transaction() as connection:
            try:
                row = connection.execute(
                    _SUMMARY + "AND id = :id", {"owner": owner, "id": id}
                ).fetchone()
            except UnicodeEncodeError:
                row = None  # half a character: nothing in the file has one
            if row is None:
                raise ConversationNotFound(
                    f"There is no conversation {as_shown(id)[:40]!r}; it may have been deleted. "
                    "Choose another one from the list, or begin a new one."
                )
            yield connection, self._summary(row)

    def _summary(self, row: tuple[Any, ...]) -> ConversationSummary:
        id, title, created, changed, turns = row
        return ConversationSummary(id, title, self._moment(created), self._moment(changed), turns)

    def _moment(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except (ValueError, TypeError) as error:
            raise self._database.damaged(error) from error

    def _read(self, kept: KeptTurns) -> tuple[Turn, ...]:
        try:
            return kept.read()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise self._database.damaged(error) from error


def _note_change(connection: sqlite3.Connection, id: str, owner: str) -> None:
    connection.execute(
        "UPDATE conversations SET changed = max(changed, ?),"
        " change = (SELECT max(change) + 1 FROM conversations WHERE owner = ?) WHERE id = ?",
        (_iso(_now()), owner, id),
    )


def _new_id() -> str:
    new = secrets.token_urlsafe(12)
    while new.startswith("-"):  # the command line would take it for an option
        new = secrets.token_urlsafe(12)
    return new


def _one_line(title: str) -> str:
    cut = " ".join(as_shown(title).split())[:MAXIMUM_TITLE_CHARACTERS]
    return cut.rstrip() or _UNTITLED


def _now() -> datetime:
    return datetime.now(UTC)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
