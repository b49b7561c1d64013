"""English words: they need no mending, though no article has them, and others may mean them."""

from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

# Of the models that read questions and articles. Its whole words are common in English print, and
# common mistakes are not among them.
VOCABULARY = Path(__file__).with_name("model") / "vocab.txt"


@cache
def known_words() -> frozenset[str]:
    """Some 20,000 words in lower case, names among them."""
    pieces = VOCABULARY.read_text(encoding="utf-8").split("\n")
    return frozenset(piece for piece in pieces if piece.isalpha())


def mistyped(word: str) -> list[str]:
    """The known words that have one letter more, less or other, or two that changed places.

    Of words of six letters or more: shorter ones have too many neighbours to guess. The first
    letter is rarely mistyped, and has to be the same.
    """
    word = word.lower()
    if len(word) < 6:
        return []
    alike = sorted(known for known in known_words() if known[0] == word[0])
    found = process.extract(word, alike, scorer=OSA.distance, score_cutoff=1, limit=None)
    return [known for known, _, _ in found]
