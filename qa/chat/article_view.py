"""An article as HTML, its sources marked in it: slices of its text, never re-typed."""

import re
from collections.abc import Sequence
from typing import Literal

from index import Article
from qa import words
from qa.chat.cards import Source, opens, with_strong
from qa.chat.escaping import CUT, facts, is_web_address, shortened
from qa.escaping import escaped

AROUND = 20_000
"""Characters of a very long article that are shown on either side of the source."""

_LINE_BREAKS = re.compile(r"\n+")

State = Literal["current", "changed", "removed"]
_STATES = {"current": "", "changed": words.CHANGED_SINCE, "removed": words.REMOVED_SINCE}


def nothing() -> str:
    """What stands in the place of the article before one is opened."""
    return f'<div class="qa-no-article"><p>{words.NO_ARTICLE}</p></div>'


def article_alone(article: Article) -> str:
    """An article that was opened from the collection: nothing is marked in it."""
    text = _text(article.text, [], 0, 0)
    uri = escaped(article.uri)
    return f'<article class="qa-reading" data-uri="{uri}">{_heading(article)}{text}</article>'


def source_in_article(
    turn: int, sources: Sequence[Source], position: int, state: State = "current"
) -> str:
    """The article of one source of an answer, with the sources in it marked.

    Args:
        turn: number of the question.
        sources: those of its answer, in order.
        position: of the one that was chosen.
        state: whether the index still has this version of the article.

    Raises:
        LookupError: no source has this position.
    """
    chosen = next((source for source in sources if source.position == position), None)
    if chosen is None:
        raise LookupError(position)
    article = chosen.passage.article
    here = [
        source
        for source in sources
        if source.passage.article == article and (source.used or source is chosen)
    ]
    note = f'<p class="qa-note" role="note">{_STATES[state]}</p>' if _STATES[state] else ""
    text = _text(
        article.text,
        here,
        position,
        (chosen.passage.sentence.start + chosen.passage.sentence.end) // 2,
    )
    return (
        f'<article class="qa-reading" data-turn="{turn}" data-position="{position}">'
        f"{_heading(article)}{note}{_steps(turn, sources, position)}{text}</article>"
    )


def _heading(article: Article) -> str:
    link = ""
    if is_web_address(article.uri):
        link = (
            f'<a href="{escaped(article.uri)}" target="_blank" '
            f'rel="noopener noreferrer nofollow">{words.ORIGINAL}</a>'
        )
    known = facts(article.source, article.published, *filter(None, (_author(article), link)))
    return (
        f'<header><button type="button" class="qa-back" data-qa-view="conversation">'
        f'{words.BACK}</button><h2 dir="auto">{shortened(article.title)}</h2>'
        f'<p class="qa-facts">{known}</p></header>'
    )


def _author(article: Article) -> str:
    if not article.author:
        return ""
    return words.BY.format(author=f"<bdi>{shortened(article.author)}</bdi>")


def _steps(turn: int, sources: Sequence[Source], position: int) -> str:
    """Where it stands among the sources, and the way to those before and after it."""
    positions = [source.position for source in sources]
    at = positions.index(position)
    buttons = []
    for name, text, label, other in (
        ("previous", words.PREVIOUS, words.PREVIOUS_SOURCE, at - 1),
        ("next", words.NEXT, words.NEXT_SOURCE, at + 1),
    ):
        does = opens(turn, positions[other]) if 0 <= other < len(positions) else "disabled"
        buttons.append(
            f'<button type="button" class="qa-{name}" aria-label="{label}" {does}>{text}</button>'
        )
    place = words.PLACE.format(number=at + 1, count=len(positions))
    return (
        f'<nav class="qa-steps" aria-label="{words.SOURCES}">{buttons[0]}'
        f"<span>{place}</span>{buttons[1]}<small>{words.KEYS}</small></nav>"
    )


def _text(text: str, marked: Sequence[Source], position: int, middle: int) -> str:
    """The text from `AROUND` characters before `middle` to as many after it, with marks."""
    first = max(0, middle - AROUND)
    last = min(len(text), max(middle, first + AROUND) + AROUND)
    parts = []
    at = first
    for source in sorted(marked, key=lambda s: s.passage.sentence.start):
        start = max(at, source.passage.sentence.start)
        end = min(last, source.passage.sentence.end)
        if start >= end:
            continue
        parts.append(_spaced(escaped(text[at:start])))
        attributes = 'class="qa-marked"'
        if source.position == position:
            attributes = 'class="qa-current" id="qa-current" tabindex="-1"'
        number = f' data-number="{source.position}"' if source.used else ""
        shown = with_strong(text, start, end, source.words)
        parts.append(f"<mark {attributes}{number}>{_spaced(shown)}</mark>")
        at = end
    parts.append(_spaced(escaped(text[at:last])))
    shown = "".join(parts)
    before, after = CUT if first else "", CUT if last < len(text) else ""
    return f'<div class="qa-text" dir="auto">{before}{shown}{after}</div>'


def _spaced(shown: str) -> str:
    """Line breaks of a text, in its HTML, as elements that the style sheet gives a height.

    The characters stay, so what is copied from the page is the text.
    """
    return _LINE_BREAKS.sub(r'<span class="qa-break">\g<0></span>', shown)
