"""English words that need no mending, though no article of a collection may have them."""

from functools import cache
from pathlib import Path

# Of the models that read questions and articles. Its whole words are common in English print, and
# common mistakes are not among them.
VOCABULARY = Path(__file__).with_name("model") / "vocab.txt"


@cache
def known_words() -> frozenset[str]:
    """Some 20,000 words in lower case, names among them."""
    pieces = VOCABULARY.read_text(encoding="utf-8").split("\n")
    return frozenset(piece for piece in pieces if piece.isalpha())
