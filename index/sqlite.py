"""Transactions of SQLite that end as a whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    """Keep everything that is done inside, or nothing if it raises.

    Args:
        connection: one that leaves transactions to its caller (`isolation_level=None`).
        begin: "BEGIN", which sees one state of the database, or "BEGIN IMMEDIATE", which also
            keeps other writers out.
    """
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # after a full disk SQLite has rolled back itself
            connection.execute("ROLLBACK")
        raise
