"""The cards of the sources as HTML: each a sentence, marked within its paragraph."""

from datetime import UTC

from qa.answer import Citation, Passage
from qa.chat.escaping import CUT, LONGEST_QUOTE, date, link, shortened
from qa.escaping import escaped

CONTEXT = 500
"""Characters of the text that are shown on either side of what matters in it."""


def card(
    turn: int,
    number: int,
    passage: Passage,
    *,
    words: tuple[int, int] | None = None,
    back: str | None = None,
    numbered: bool = True,
) -> str:
    """A sentence within its paragraph, with the article that it is from.

    Args:
        turn: number of the question.
        number: of the card, among those of the question.
        passage: where the sentence stands.
        words: offsets, into the text of the article, of its words that answer.
        back: the element of the answer that it is a source of; None where it is no source.
        numbered: whether the number is shown.
    """
    article = passage.article
    facts = []
    if article.source:
        facts.append(f"<bdi>{shortened(article.source)}</bdi>")
    if article.published:
        iso = article.published.astimezone(UTC).date().isoformat()
        facts.append(f'<time datetime="{iso}">{date(article.published)}</time>')
    facts.append(f"score {passage.score:.2f}")
    badge = ""
    if back:
        badge = (
            f'<a class="qa-number" href="#{back}" data-qa-target="{back}" '
            f'aria-label="Source {number}; back to the answer">{number}</a>'
        )
    elif numbered:
        badge = f'<span class="qa-number">{number}</span>'
    here = f"qa-source-{turn}-{number}"
    kind = "qa-card" if back else "qa-card qa-near"
    return (
        f'<article class="{kind}" id="{here}" tabindex="-1" aria-labelledby="{here}-title">'
        f'<header>{badge}<div><h3 id="{here}-title" dir="auto">'
        f"{link(article.uri, article.title)}</h3>"
        f'<p class="qa-facts">{" · ".join(facts)}</p></div></header>'
        f'<blockquote dir="auto">{in_paragraph(passage, words)}</blockquote></article>'
    )


def in_paragraph(passage: Passage, words: tuple[int, int] | None = None) -> str:
    """The sentence marked within its paragraph: slices of the article's text, never re-typed.

    Of a long paragraph `CONTEXT` characters stay on either side of the sentence; "…" stands,
    outside the slices, for what is left out.
    """
    text = passage.article.text
    start, end = passage.sentence.start, passage.sentence.end
    before = _word_start(text, max(passage.paragraph_start, start - CONTEXT), passage)
    after = _word_end(text, min(passage.paragraph_end, end + CONTEXT), passage)
    return "".join(
        [
            CUT if before > passage.paragraph_start else "",
            escaped(text[before:start]),
            f"<mark>{sentence(passage, words)}</mark>",
            escaped(text[end:after]),
            CUT if after < passage.paragraph_end else "",
        ]
    )


def sentence(passage: Passage, words: tuple[int, int] | None = None) -> str:
    """The sentence, with the words of it that answer as <strong>: slices of the article's text.

    Of a long sentence `LONGEST_QUOTE` characters stay: the first, or, where the words that
    answer do not end within these, those from `CONTEXT` characters before the words.
    """
    text = passage.article.text
    start, end = passage.sentence.start, passage.sentence.end
    first = start
    if words and words[1] > start + LONGEST_QUOTE:
        first = max(start, words[0] - CONTEXT)
    last = min(end, first + LONGEST_QUOTE)
    shown = escaped(text[first:last])
    if words:
        strong, rest = words[0], min(words[1], last)
        shown = (
            f"{escaped(text[first:strong])}<strong>{escaped(text[strong:rest])}</strong>"
            f"{escaped(text[rest:last])}"
        )
    return f"{CUT if first > start else ''}{shown}{CUT if last < end else ''}"


def answering(citation: Citation) -> tuple[int, int] | None:
    """Offsets of the words of the quote that answer; None where all of it does."""
    if citation.answer_start is None or citation.answer_end is None:
        return None
    return citation.answer_start, citation.answer_end


# How far a cut moves to fall between two words.
_WORD = 40


def _word_start(text: str, position: int, passage: Passage) -> int:
    """The start of the first word from `position`, near it; `position` itself if none is."""
    if position == passage.paragraph_start:
        return position
    space = text.find(" ", position, min(position + _WORD, passage.sentence.start))
    return position if space < 0 else space + 1


def _word_end(text: str, position: int, passage: Passage) -> int:
    """The end of the last word before `position`, near it; `position` itself if none is."""
    if position == passage.paragraph_end:
        return position
    space = text.rfind(" ", max(position - _WORD, passage.sentence.end), position)
    return position if space < 0 else space
