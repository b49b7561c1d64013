"""Text to sentence spans; pure.

The boundaries come from `sentencex`. Around it: paragraphs are found first, so that a heading
or a list item is a sentence of its own; a few general rules mend what it splits or joins
wrongly; no call sees more than a window of text, so that time grows with length only.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sentencex  # type: ignore[import-untyped]

from index.paragraphs import LINE_BREAK, split_units

MAX_SENTENCE = 2000
"""Longest span in characters: what can still be shown as a citation. Anything longer (a table,
a text without full stops) is cut at white space."""

LONG_QUOTATION = 400
"""A span longer than this, in characters, is cut at the sentences inside its quotation marks.
Below it a quotation stays whole, with its speaker."""

_WINDOW = 2 * MAX_SENTENCE  # sentencex takes quadratic time over unclosed quotation marks

_QUOTES = '"“”„«»「」『』'
_CLOSERS = "'\"’”»“«)]」』）"

_NOT_ONLY_WORDS = re.compile(r"[^\w\s]")
_LABEL = re.compile(r"[(\[]?(?:\d{1,3}|[IVXLC]+|[^\W\d_])[.)]{1,2}$")
_SENTENCE_END = re.compile(rf"[.!?…][{re.escape(_CLOSERS)}]*$")
_FIRST_WORD = re.compile(r"[-–—]?\s*(\w+)")
_CLOSING = re.compile(r"['\"’”»)\]」』）]*(?:[“«](?=\s|$))?")
_CLOSING_HEAD = re.compile(r"[”」』）)\]】》]+")
_UNSPACED_QUOTATION = re.compile(r"[「『“].*[」』”]$", re.DOTALL)
_JAPANESE_QUOTATIVE = re.compile("と|って")
_MISSED_END = re.compile(rf"[.!?…][{re.escape(_CLOSERS)}]+(?:\[\d+\])*\s+(?=[\"'“‘„«(\[¿¡]*(\w))")
_BARE = str.maketrans(dict.fromkeys(_QUOTES + "‘’'()", " "))

_TIME_OF_DAY = re.compile(r"\b[ap]\.m\.$")
_DAY_OR_ZONE = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:[ECMP][SD]?T|GMT|UTC)\b"
    r"|(?:Eastern|Central|Mountain|Pacific)\b"
)
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.$")
_ORDINAL_LANGUAGES = frozenset(
    ("cs", "da", "de", "et", "fi", "hr", "hu", "lv", "nb", "nn", "no", "sk", "sl", "sr")
)
"""Languages that write ordinal numbers with a full stop: "der 1. FC Köln"."""

_ABBREVIATIONS = {
    language: re.compile(rf"(?:^|[\s(«“\"])(?:{'|'.join(words.split())})\.$")
    for language, words in {
        "en": "Amb Atty Spc Treas Vol approx est",
        "de": "Abs Tel inkl",
        "es": "Dña",
        "fr": "Dr MM? Me Mgr Mlle Mme Ste? janv févr",
        "hi": "डॉ श्री प्रो",
        "it": "pag",
        "nl": "Mevr",
        "pl": "dr godz nr św",
        "pt": "Av pág",
        "ru": "им рис",
    }.items()
}
"""Abbreviations that stand before something and that sentencex 1.0.32 does not know."""


@dataclass(frozen=True, slots=True)
class SentenceSpan:
    """One sentence of a text: `text[start:end]`.

    Attributes:
        start, end: offsets in characters; `0 <= start < end`, at most `MAX_SENTENCE` apart.
        paragraph: number of its paragraph in the text, from 0.
    """

    start: int
    end: int
    paragraph: int


def split_sentences(text: str, language: str | None = None) -> list[SentenceSpan]:
    """The sentences of `text`, in order.

    The spans do not overlap, begin and end with a character that is not white space, and leave
    out nothing but white space. Any string is accepted; an empty one has no sentences.

    Args:
        text: the text; line breaks of any kind.
        language: ISO 639 code ("en", "pt-BR"). Without one, and for a language that is not
            known, the rules of English and the full stops of all scripts apply.
    """
    code = (language or "en").lower().replace("_", "-").split("-")[0]
    if not re.fullmatch("[a-z]{2,3}", code):
        code = "en"
    spans = []
    for unit in split_units(text):
        for start, end in _sentences(text[unit.start : unit.end], code):
            spans.append(SentenceSpan(unit.start + start, unit.start + end, unit.paragraph))
    return spans


def _sentences(text: str, language: str) -> Iterator[tuple[int, int]]:
    """The sentences of one unit, which has no white space around it."""
    if not _NOT_ONLY_WORDS.search(text):
        yield from _cut(text, 0, len(text))
        return
    # Every replacement is as long as what it replaces, so the offsets stay those of the text.
    readable = text.encode(errors="replace").decode()  # a lone surrogate becomes "?"
    readable = LINE_BREAK.sub(lambda found: " " * len(found[0]), readable)
    readable = re.sub(r"…(?=\s)", ".", readable)
    pieces = _merge(text, _boundaries(readable, language), language)
    for start, end in pieces:
        for part in _split_missed(text, start, end):
            yield from _shorten(text, readable, *part, language)


def _boundaries(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Sentences as sentencex sees them, trimmed, read through a window that moves along."""
    start = position = 0
    while position < len(text):
        block = text[position : position + _WINDOW]
        ends = [
            position + boundary["end_index"]
            for boundary in sentencex.get_sentence_boundaries(language, block)
        ]
        if position + _WINDOW < len(text):
            ends.pop()  # the last one may go on behind the window
        for end in ends:
            piece = text[start:end]
            if body := piece.strip():
                start += len(piece) - len(piece.lstrip())
                yield start, start + len(body)
            start = end
        position = ends[-1] if ends else position + _WINDOW


def _merge(
    text: str, pieces: Iterable[tuple[int, int]], language: str
) -> Iterator[tuple[int, int]]:
    """Join pieces that a full stop inside a sentence has parted."""
    pieces = list(pieces)
    has_capitals = any(text[start:end].lstrip(_QUOTES)[:1].isupper() for start, end in pieces)
    held: tuple[int, int] | None = None
    for start, end in pieces:
        if held is None:
            held = (start, end)
            continue
        if held[1] == start and (closing := _CLOSING_HEAD.match(text, start, end)):
            held = (held[0], closing.end())
            start = _skip_space(text, closing.end(), end)
            if start == end:
                continue
        if _belong_together(text, held, (start, end), language, has_capitals):
            held = (held[0], end)
        else:
            yield held
            held = (start, end)
    if held is not None:
        yield held


def _belong_together(
    text: str, left: tuple[int, int], right: tuple[int, int], language: str, has_capitals: bool
) -> bool:
    tail = text[max(left[0], left[1] - 40) : left[1]]
    head = text[right[0] : min(right[1], right[0] + 40)]
    whole_left = text[left[0] : left[1]] if left[1] - left[0] <= len(tail) else ""
    if whole_left and (_LABEL.match(whole_left) or not _has_word(whole_left)):
        return True  # "1." or "M." is no sentence
    if right[1] - right[0] <= len(head) and not _has_word(head):
        return True
    word = _FIRST_WORD.match(head)
    if has_capitals and word and word[1].islower() and _SENTENCE_END.search(tail):
        return True
    if left[1] == right[0] and _continues_quotation(text, left, head):
        return True
    abbreviation = _ABBREVIATIONS.get(language)
    if abbreviation and abbreviation.search(tail):
        return True
    if language in _ORDINAL_LANGUAGES and _ORDINAL.search(tail):
        return True
    return bool(_TIME_OF_DAY.search(tail) and _DAY_OR_ZONE.match(head))


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _continues_quotation(text: str, left: tuple[int, int], head: str) -> bool:
    """Whether a script without spaces goes on after a quotation: "「行く。」と言った。"."""
    if text[left[1] - 1] not in "」』”" or head[0] in "「『“":
        return False
    if _JAPANESE_QUOTATIVE.match(head):
        return True
    if left[1] - left[0] > MAX_SENTENCE:
        return False
    return _UNSPACED_QUOTATION.match(text[left[0] : left[1]]) is not None


def _split_missed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Part a piece where a sentence ends with a closing mark that sentencex did not see.

    Only outside all quotations: the quotation marks before it are even in number. A bracket
    ends a sentence when it began one.
    """
    seen = start
    marks = brackets = 0
    for found in _MISSED_END.finditer(text, start, end):
        close = found.start() + len(found[0].rstrip())
        marks += sum(text.count(mark, seen, close) for mark in _QUOTES)
        brackets += text.count("(", seen, close) - text.count(")", seen, close)
        seen = close
        inside = marks % 2 == 1 or brackets != 0
        if inside or found[1].islower() or (text[close - 1] == ")" and text[start] != "("):
            continue
        yield start, close
        start = found.end()
    yield start, end


def _shorten(
    text: str, readable: str, start: int, end: int, language: str
) -> Iterator[tuple[int, int]]:
    """Part a long quotation into its sentences, and cut whatever is too long even so."""
    if end - start > LONG_QUOTATION:
        offset = start
        bare = readable[start:end].translate(_BARE)
        inner = list(_merge(bare, _boundaries(bare, language), language))
        for _, stop in inner[:-1]:
            closing = _CLOSING.match(text, offset + stop, end)
            close = closing.end() if closing else offset + stop
            yield from _cut(text, start, close)
            start = _skip_space(text, close, end)
    yield from _cut(text, start, end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a span into spans of at most `MAX_SENTENCE` characters, at white space if there is any.

    A word longer than that is cut too, but not between a letter and its accents or inside a
    joined emoji.
    """
    while end - start > MAX_SENTENCE:
        limit = start + MAX_SENTENCE
        stop = limit
        while stop > start and not text[stop].isspace():
            stop -= 1
        if stop == start:
            stop = limit
            while stop > limit - 50 and _joins(text, stop):
                stop -= 1
        yield start, start + len(text[start:stop].rstrip())
        start = stop
        start = _skip_space(text, start, end)
    if start < end:
        yield start, end


def _skip_space(text: str, position: int, end: int) -> int:
    while position < end and text[position].isspace():
        position += 1
    return position


def _joins(text: str, position: int) -> bool:
    """Whether the characters on both sides of `position` make one visible character."""
    after = text[position]
    return (
        unicodedata.category(after).startswith("M")
        or "\u200d" in (after, text[position - 1])
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )
