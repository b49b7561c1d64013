"""Text to paragraphs and the lines in them; pure.

News text is one paragraph a line, or paragraphs between blank lines, or lines wrapped at a
fixed width. The three look alike in any one line, so the whole text is asked.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

WRAP_WIDTHS = range(30, 101)
"""Widths, in characters, at which text may have been wrapped: from a newspaper column to a
wide editor. A line beyond them was not wrapped; it is a paragraph."""

LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""A line break as `str.splitlines` knows it."""

_OWN_LINE = re.compile(r"[-*+•‣◦▪●·–—|#>]+\s|\(?\d{1,3}[.)]\s|\(?[a-z]\)\s|[\W_]+$")
"""List items, headings, quoted and table lines, rules: what a wrapped line cannot begin with."""

_FINISHED = re.compile(r"[.!?…:;。！？।॥؟۔։።]['\"’”»«“)\]」』]*$")

_WIDE = "\u2e80"
"""From here on scripts (Chinese, Japanese, ...) write no spaces: any character may be wrapped."""


class Unit(NamedTuple):
    """A stretch of text that holds whole sentences: a line, or wrapped lines put together.

    Attributes:
        start, end: offsets in characters, without white space around.
        paragraph: number of its paragraph in the text, from 0.
    """

    start: int
    end: int
    paragraph: int


class _Line(NamedTuple):
    start: int
    end: int
    indent: int
    head: str
    tail: str

    @property
    def width(self) -> int:
        return self.indent + self.end - self.start

    @property
    def finished(self) -> bool:
        return _FINISHED.search(self.tail) is not None

    @property
    def starts_small(self) -> bool:
        return self.head[0].isalpha() and not self.head[0].isupper()

    @property
    def stands_alone(self) -> bool:
        return _OWN_LINE.match(self.head) is not None

    def fills(self, width: int, following: "_Line") -> bool:
        """Whether `following`'s first word had no room left on this line."""
        word = 1 if following.head[0] >= _WIDE else len(following.head.split(maxsplit=1)[0])
        return self.width <= width < self.width + 1 + word


def split_units(text: str) -> Iterator[Unit]:
    """Yield the units of `text` in order; only white space lies between them.

    Blank lines separate paragraphs. In a text without blank lines each line is a paragraph,
    and so it is in a block that holds a line too long to have been wrapped. Lines that were
    wrapped are put together again; headings and list items stay units of their own.
    """
    blocks = _blocks(text)
    width = _wrap_width(blocks)
    paragraph = 0
    for block in blocks:
        widest = max(line.width for line in block)
        one_a_line = len(blocks) == 1 or widest >= WRAP_WIDTHS.stop
        start = block[0].start
        for line, following in pairwise(block):
            if not _continues(line, following, width):
                yield Unit(start, line.end, paragraph)
                start = following.start
                paragraph += one_a_line
        yield Unit(start, block[-1].end, paragraph)
        paragraph += 1


def _blocks(text: str) -> list[list[_Line]]:
    """The lines that are not blank, grouped where blank lines part them."""
    blocks: list[list[_Line]] = []
    after_blank = True
    position = 0
    while position < len(text):
        found = LINE_BREAK.search(text, position)
        stop = found.start() if found else len(text)
        line = text[position:stop]
        body = line.strip()
        if body:
            indent = len(line) - len(line.lstrip())
            start = position + indent
            end = start + len(body)
            if after_blank:
                blocks.append([])
            blocks[-1].append(_Line(start, end, indent, body[:80], body[-20:]))
        after_blank = not body
        position = found.end() if found else len(text)
    return blocks


def _wrap_width(blocks: list[list[_Line]]) -> int:
    """The width at which the text was wrapped; 0 where it was not.

    A block was wrapped when half of its lines break off in mid sentence for want of room, a
    third go on in lower case, and hardly any breaks off although there was room. Verse and
    lists break early, paragraphs after a full stop.
    """
    width = 0
    for block in blocks:
        widest = max(line.width for line in block)
        if widest not in WRAP_WIDTHS or len(block) == 1:
            continue
        broken = [
            (line.fills(widest, following), following.starts_small)
            for line, following in pairwise(block)
            if not line.finished and not following.stands_alone
        ]
        full = sum(fills for fills, _ in broken)
        small = sum(fills and starts_small for fills, starts_small in broken)
        early = sum(starts_small and not fills for fills, starts_small in broken)
        breaks = len(block) - 1
        if 2 * full >= breaks and 3 * small >= breaks and 4 * early <= full:
            width = max(width, widest)
    return width


def _continues(line: _Line, following: _Line, width: int) -> bool:
    """Whether the break between two lines comes from wrapping at `width`."""
    if line.width > width or following.stands_alone or line.head.startswith("#"):
        return False
    if following.indent > line.indent and not line.stands_alone:
        return False  # an indented first line begins a paragraph
    return line.fills(width, following) or (not line.finished and following.starts_small)
