"""Full text: sentences found by their words, and the words that there are."""

# What is put into a statement's text are conditions made here and in filters.py; what users
# give goes into its parameters.
# ruff: noqa: S608

from collections.abc import Sequence

from index.database import Database
from index.errors import IndexDamaged
from index.filters import Filters


class FullText:
    """SQLite's full text index (FTS5); triggers keep it in step with the sentences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(
        self, words: Sequence[str], k: int, *, with_context: bool, filters: Filters | None = None
    ) -> list[tuple[int, float]]:
        """The `k` sentences that match any of the words best, by BM25 (FTS5's, k1 1.2, b 0.75).

        With `with_context`, the title and the neighbouring sentences count too.
        """
        query = _match_any(words)
        if not query:
            return []
        if not with_context:
            query = f"text : ({query})"
        condition, parameters = (filters or Filters()).condition()
        # The plus keeps SQLite from running the full text query for every sentence let through.
        scope = (
            " AND +rowid IN (SELECT s.id FROM sentences s JOIN articles ON articles.id = s.article"
            f" WHERE {condition})"
            if filters
            else ""
        )
        return self._database.execute(
            "SELECT rowid, -rank FROM sentence_text WHERE sentence_text MATCH ?"
            f"{scope} ORDER BY rank LIMIT ?",
            [query, *parameters, k],
        )

    # Words

    def contains(self, word: str) -> bool:
        """Whether any sentence, or the title of any article, has this word, in any form."""
        query = _match_any([word])
        return bool(
            query
            and self._database.execute(
                "SELECT 1 FROM sentence_text WHERE sentence_text MATCH ? LIMIT 1", (query,)
            )
        )

    def stems(self) -> list[str]:
        """Every stem that full text knows, without digits."""
        return [
            row[0]
            for row in self._database.execute(
                "SELECT term FROM vocabulary WHERE term NOT GLOB '*[0-9]*'"
            )
        ]

    def examples_of(self, stem: str) -> str:
        """The texts and contexts of a few sentences that have a word of this stem."""
        rows = self._database.execute(
            "SELECT text || ' ' || context FROM sentence_text WHERE sentence_text MATCH ? LIMIT 20",
            (_match_any([stem]),),
        )
        return " ".join(str(row[0]) for row in rows)

    # In step with the sentences

    def is_in_step(self) -> bool:
        """Whether full text holds what the sentences hold.

        To SQLite this check is a write: it waits for other writers, and must not be made inside
        `Database.reading()`.
        """
        with self._database.only_writer():
            try:
                self._database.execute(
                    "INSERT INTO sentence_text (sentence_text, rank) VALUES ('integrity-check', 1)"
                )
            except IndexDamaged:
                return False
        return True

    def rebuild(self) -> None:
        """Make full text anew from the sentences, within `Database.writing()`."""
        self._database.execute("INSERT INTO sentence_text (sentence_text) VALUES ('rebuild')")


def _match_any(words: Sequence[str]) -> str:
    """An FTS5 query for any of the words, each quoted so that none is taken for an operator."""
    # "replace" makes "?" of half a character, which would stop the whole query.
    clean = [word.encode(errors="replace").decode() for word in words]
    quoted = ['"' + word.replace('"', " ").replace("\0", " ") + '"' for word in clean]
    return " OR ".join(word for word in quoted if any(map(str.isalnum, word)))
