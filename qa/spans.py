"""From scores of tokens to words of sentences."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index import Sentence
from qa.answer import Span

# The longest answer that the shipped reader was trained on, in tokens.
LONGEST_ANSWER = 30

Scores = npt.NDArray[np.float32]

# What does not belong to an answer when it stands at its edge.
_EDGES = " \t\n.,;:!?…\"'“”‘’«»"
_PAIRS = {"(": ")", "[": "]"}
# A number with its sign and its points, or a word.
_TOKEN = re.compile(r"(?<![\w-])-?\d(?:[\d.,:]*\d)?|\w+")
_ARTICLES = frozenset(("a", "an", "the"))
_INSIDE_NUMBER = re.compile(r"\d[.,]\d")


def best_spans(
    start: Scores,
    end: Scores,
    offsets: Sequence[tuple[int, int]],
    text: str,
    sentences: Sequence[Sentence],
) -> tuple[Span | None, ...]:
    """The likeliest words of each sentence, whole and without the punctuation around them.

    Args:
        start, end: scores of each token as the first and the last of the answer, relative to
            "no answer"; shape (tokens,).
        offsets: where each token begins and ends in the article.
        text: of the article.
        sentences: in the order of the text.
    """
    firsts = np.array([first for first, _ in offsets])
    result: list[Span | None] = []
    for sentence in sentences:
        low, high = np.searchsorted(firsts, (sentence.start, sentence.end))
        result.append(_best(start[low:high], end[low:high], offsets[low:high], text, sentence))
    return tuple(result)


def _best(
    start: Scores,
    end: Scores,
    offsets: Sequence[tuple[int, int]],
    text: str,
    sentence: Sentence,
) -> Span | None:
    if not len(start):
        return None
    size = len(start)
    sums = start[:, None] + end[None, :]
    positions = np.arange(size)
    lengths = positions[None, :] - positions[:, None]
    sums = np.where((lengths >= 0) & (lengths < LONGEST_ANSWER), sums, -np.inf)
    first, last = divmod(int(np.argmax(sums)), size)
    highest = float(sums[first, last])
    total = highest + float(np.log(np.exp(sums - highest).sum()))
    begin, finish = whole_words(
        text,
        offsets[first][0],
        min(offsets[last][1], sentence.end),
        sentence.start,
        sentence.end,
    )
    return Span(begin, finish, highest, total)


def whole_words(text: str, start: int, end: int, low: int, high: int) -> tuple[int, int]:
    """Widen a span to whole words within `low` and `high`, without punctuation at its edges."""
    while start > low and _joined(text, start):
        start -= 1
    while end < high and _joined(text, end):
        end += 1
    begin, finish = _without_edges(text, start, end)
    if begin == finish:  # nothing but punctuation: leave it as it is
        return start, end
    inner = _without_lone_bracket(text, begin, finish)
    return inner if inner[0] < inner[1] else (begin, finish)


def comparable(words: str) -> str:
    """What two answers that say the same have in common.

    Without case, punctuation, articles and the commas of thousands.
    """
    tokens = [token for token in _TOKEN.findall(words.lower()) if token not in _ARTICLES]
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", " ".join(tokens)) or words


def _without_edges(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def _without_lone_bracket(text: str, start: int, end: int) -> tuple[int, int]:
    """Without an opening bracket that nothing closes, or the other way round."""
    for opening, closing in _PAIRS.items():
        if text[start] == opening and closing not in text[start:end]:
            return _without_edges(text, start + 1, end)
        if text[end - 1] == closing and opening not in text[start:end]:
            return _without_edges(text, start, end - 1)
    return start, end


def _joined(text: str, position: int) -> bool:
    """Whether the characters on both sides of a position belong to one word or number."""
    before, after = text[position - 1], text[position]
    if _of_word(before) and _of_word(after):
        return True
    inside = text[max(0, position - 2) : position + 2]
    return bool(_INSIDE_NUMBER.search(inside)) and (
        (before.isdigit() and after in ".,") or (before in ".," and after.isdigit())
    )


def _of_word(character: str) -> bool:
    # Accents and vowel signs that are characters of their own (category M) end no word.
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"
