"""The words of a collection, and which of them somebody meant who mistyped one."""

import re
import sqlite3
import threading
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA


class Vocabulary:
    """The stems that full text knows.

    Args:
        stems: as FTS5's Porter tokenizer makes them.
    """

    def __init__(self, stems: Sequence[str]) -> None:
        self._stems = stems

    def similar(self, word: str) -> str | None:
        """The stem nearest to that of a word, or None where none is near.

        Near means as many errors as `errors_allowed`. Words of fewer than four letters have too
        many neighbours to guess.
        """
        word = word.lower()
        if len(word) < 4 or not word.isalpha():
            return None
        allowed = errors_allowed(word)
        stem = _stem(word)
        candidates = [s for s in self._stems if s[0] == stem[0] and len(s) > 2]
        best = process.extractOne(stem, candidates, scorer=OSA.distance, score_cutoff=allowed)
        return best[0] if best else None


def errors_allowed(word: str) -> int:
    """How many letters may be added, left out, exchanged or swapped with their neighbour.

    One; two in words of eight letters or more.
    """
    return 1 if len(word) < 8 else 2


def nearest_form(word: str, stem: str, text: str) -> str | None:
    """The word of the text that has this stem and looks most like the given one, as it is written.

    None where none has it that is as near as `errors_allowed`: the stems of "Rushmore" and "rumors"
    are one letter apart.
    """
    # Of two equally near always the same one, and rather "bridge" than "Bridge".
    forms = sorted(set(re.findall(r"\w+", text)), key=str.swapcase)
    near = {form: OSA.distance(word.lower(), form.lower()) for form in forms}
    forms = sorted((f for f in forms if near[f] <= errors_allowed(word)), key=near.__getitem__)
    return next((form for form in forms if _stem(form) == stem), None)


_stemming = threading.Lock()
_stemmer: sqlite3.Connection | None = None


def _stem(word: str) -> str:
    # FTS5 alone knows how it stems: let it index the one word and read its vocabulary.
    global _stemmer
    with _stemming:
        if _stemmer is None:
            _stemmer = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            _stemmer.execute(
                "CREATE VIRTUAL TABLE words USING fts5 (word,"
                " tokenize = 'porter unicode61 remove_diacritics 2')"
            )
            _stemmer.execute("CREATE VIRTUAL TABLE stems USING fts5vocab (words, 'row')")
        _stemmer.execute("DELETE FROM words")
        _stemmer.execute("INSERT INTO words VALUES (?)", (word,))
        row = _stemmer.execute("SELECT term FROM stems").fetchone()
    return str(row[0]) if row else word
