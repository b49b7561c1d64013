"""The SQLite file of kept conversations: its transactions, and its errors as ours."""

import sqlite3
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index import IndexBusy, IndexDamaged, StorageError, transaction
from qa.conversation_schema import SCHEMA

# How long one process waits while another writes, in milliseconds.
_WAIT = 30_000


class ConversationDatabase:
    """One SQLite file and one connection to it, which threads use one after the other.

    Raises:
        IndexDamaged: the file is not a database, or not one of conversations.
        IndexTooNew: a newer version of article-qa wrote it.
        StorageError: the file cannot be opened or made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        with self._translated():
            # Made before SQLite would, so that nobody else on the computer may read it; SQLite
            # gives the files beside it the same permissions.
            path.touch(mode=0o600, exist_ok=True)
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                connection.execute(f"PRAGMA busy_timeout = {_WAIT}")
                SCHEMA.migrate(connection, path)
                connection.execute("PRAGMA journal_mode = WAL")
                # FULL: a turn that was kept survives a power cut.
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                # What is deleted is overwritten.
                connection.execute("PRAGMA secure_delete = ON")
                connection.create_function("folded", 1, folded, deterministic=True)
            except BaseException:
                connection.close()
                raise
        self._connection = connection

    def close(self) -> None:
        """Let go of the file, once the threads that use it have finished. May be repeated."""
        with self._lock:
            if self._connection:
                self._connection.close()
                self._connection = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """See one state of the database, whatever other processes write meanwhile."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Change the database as a whole or not at all; afterwards it is on the disk.

        Raises:
            IndexBusy: another process kept writing for half a minute.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def overwrite_deleted(self) -> None:
        """Write the log of changes into the file, so that it does not keep what was deleted.

        Where another process reads just now, this is left to a later change.
        """
        with self._translated(), self._lock:
            connection = self._opened()
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                # It says how far it came, which is fine in any case.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {_WAIT}")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._translated(), self._lock:
            connection = self._opened()
            with transaction(connection, begin):
                yield connection

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StorageError(f"{self.path} has been closed; open the conversations again.")
        return self._connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Errors of SQLite and of the file system as ours."""
        try:
            yield
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be made ({error.strerror}); check its folder."
            ) from error
        except sqlite3.OperationalError as error:
            # Python's own errors have no code: text in the file is not UTF-8.
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
            if code == sqlite3.SQLITE_CORRUPT:
                raise self.damaged(error) from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise IndexBusy(
                    f"Another process has been writing to {self.path} for {_WAIT // 1000} "
                    "seconds; try again when it has finished."
                ) from error
            raise StorageError(
                f"{self.path} cannot be used: {error}. Check its permissions and the space on "
                "the disk."
            ) from error
        except sqlite3.ProgrammingError:
            raise  # a mistake of whoever calls; the file is as it was
        except sqlite3.DatabaseError as error:
            raise self.damaged(error) from error

    def damaged(self, error: Exception) -> IndexDamaged:
        """What to raise where the file does not hold what it should."""
        return IndexDamaged(
            f"{self.path} cannot be read ({type(error).__name__}: {error}). Restore it from a "
            "backup, or move it away: it holds only conversations and feedback, and the articles "
            "stay as they are."
        )


def folded(text: str) -> str:
    """The text as a search compares it: without the difference of capital and small letters."""
    # By Unicode's rule for comparing without case: folding can take composed letters apart.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
