"""Answers to HTML. Pure functions: no Gradio, no files, no clock.

Nothing of an article, a question or an answer reaches the page but through `escaped`: it is
never read as HTML, Markdown, LaTeX or a template. No function makes an image, a form, a style
or a script.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from qa.answer import AbstentionReason, Answer, Citation, Passage, Turn
from qa.chat.escaping import (
    CUT,
    LONGEST_QUOTE,
    count,
    date,
    escaped,
    link,
    percent,
    plural,
    shortened,
)

NEAREST = 3
"""Sentences that are shown with a refusal."""

CONTEXT = 500
"""Characters of the paragraph that are shown on either side of a sentence."""

_REFUSALS = {
    AbstentionReason.EMPTY_QUESTION: "No question",
    AbstentionReason.QUESTION_TOO_LONG: "The question is too long",
    AbstentionReason.EMPTY_INDEX: "No articles yet",
    AbstentionReason.NO_MATCHING_ARTICLE: "No article passes the filters",
    AbstentionReason.NOTHING_RELEVANT: "Nothing about this in the articles",
    AbstentionReason.NOT_ANSWERED: "No answer in the articles",
}


def conversation(turns: Sequence[Turn], asking: str | None = None, step: str = "") -> str:
    """The conversation so far, for the live region of the page.

    Args:
        turns: oldest first.
        asking: the question being worked on, if there is one.
        step: what is being done about it, in words.
    """
    parts = [_turn(number, turn) for number, turn in enumerate(turns, 1)]
    if asking is not None:
        parts.append(
            f'<article class="qa-turn qa-asking">{_question(asking)}'
            f'<p class="qa-step"><span class="qa-dots" aria-hidden="true"></span>'
            f"{escaped(step)}</p></article>"
        )
    return f'<div class="qa-log" role="log" aria-label="Conversation">{"".join(parts)}</div>'


def sources(turns: Sequence[Turn]) -> str:
    """The sources of every turn; only those of the newest are shown at first."""
    if not turns:
        return (
            '<div class="qa-no-sources"><h2>Sources</h2><p>The sentences an answer rests on '
            "appear here, each within its paragraph.</p></div>"
        )
    last = len(turns)
    sections = (_turn_sources(n, turn, n == last, last > 1) for n, turn in enumerate(turns, 1))
    return f'<div class="qa-all-sources">{"".join(sections)}</div>'


def header(articles: int, sentences: int, dates: tuple[datetime, datetime] | None) -> str:
    """Name of the page and size of the collection; `dates` of the first and last article."""
    facts = []
    if articles:
        facts = [count(articles, "article"), count(sentences, "sentence")]
    if dates:
        first, last = (date(moment) for moment in dates)
        facts.append(first if first == last else f"{first} – {last}")
    line = " · ".join(f"<span>{fact}</span>" for fact in facts)
    return f'<div class="qa-title"><h1>Ask your articles</h1><p>{line}</p></div>'


def welcome(articles: int) -> str:
    """What stands in the place of the conversation before the first question."""
    if not articles:
        return (
            '<div class="qa-welcome"><h2>There are no articles yet</h2>'
            "<p>Add files or folders in a terminal, then load this page again:</p>"
            "<pre><code>article-qa add PATH</code></pre>"
            "<p>PATH is a text, Markdown or JSON Lines file, or a folder of them.</p></div>"
        )
    return (
        '<div class="qa-welcome"><h2>What would you like to know?</h2>'
        "<p>Answers are sentences of your articles, word for word, with their sources. "
        "What the articles do not say is not answered.</p></div>"
    )


def status(text: str, busy: bool = False) -> str:
    """The line about the page itself: loading, or in trouble."""
    dots = '<span class="qa-dots" aria-hidden="true"></span>' if busy else ""
    return f'<p class="qa-status" role="status">{dots}{escaped(text)}</p>'


def _turn(number: int, turn: Turn) -> str:
    answer = turn.answer
    body = _refusal(number, answer) if answer.abstained else _answer(number, answer)
    return (
        f'<article class="qa-turn" id="qa-turn-{number}" tabindex="-1">'
        f"{_question(turn.question)}{_searched(answer)}{body}</article>"
    )


def _question(question: str) -> str:
    return (
        f'<h2 class="qa-question" dir="auto"><span class="qa-hidden">You asked: </span>'
        f"{shortened(question)}</h2>"
    )


def _searched(answer: Answer) -> str:
    """What was searched where it is not what was typed."""
    notes = [
        f"Searched for ‘{escaped(instead)}’ instead of ‘{escaped(word)}’."
        for word, instead in answer.corrections.items()
    ]
    if answer.standalone_question != answer.question:
        notes.append(f"Understood as: <bdi>{shortened(answer.standalone_question)}</bdi>")
    return "".join(f'<p class="qa-note">{note}</p>' for note in notes)


def _answer(number: int, answer: Answer) -> str:
    sources = count(len(answer.citations), "source")
    target = f"qa-sources-{number}"
    return (
        f'<p class="qa-answer" dir="auto">{_with_marks(number, answer)}</p>{_unknown(answer)}'
        f'<p class="qa-about"><a href="#{target}" data-qa-target="{target}">{sources}</a>'
        f"<span>Confidence {percent(answer.confidence)}</span></p>"
    )


def _refusal(number: int, answer: Answer) -> str:
    assert answer.reason
    near = ""
    if answer.passages:
        target = f"qa-sources-{number}"
        near = (
            f'<p class="qa-about"><a href="#{target}" data-qa-target="{target}">'
            f"{_nearest(answer)}</a></p>"
        )
    return (
        f'<div class="qa-refusal"><h3>{_REFUSALS[answer.reason]}</h3>'
        f'<p dir="auto">{escaped(answer.text)}</p>{_unknown(answer)}{near}</div>'
    )


def _nearest(answer: Answer) -> str:
    return f"Nearest {plural(min(NEAREST, len(answer.passages)), 'sentence')}"


def _unknown(answer: Answer) -> str:
    """Words that no article has, unless the answer's text names them already."""
    words = [word for word in answer.unknown_words if word not in answer.text]
    if not words:
        return ""
    named = ", ".join(f"‘{escaped(word)}’" for word in words)
    return f'<p class="qa-note">No article contains {named}.</p>'


def _with_marks(number: int, answer: Answer) -> str:
    """The answer, with the number of each citation after the words that it stands for."""
    parts = []
    position = 0
    for citation in answer.citations:
        found = answer.text.find(citation.quote, position)
        if found >= 0:
            end = found + len(citation.quote)
            parts.append(shortened(answer.text[position:end]))
            position = end
        parts.append(_mark(number, citation))
    parts.append(shortened(answer.text[position:]))
    return "".join(parts)


def _mark(number: int, citation: Citation) -> str:
    target = f"qa-source-{number}-{citation.number}"
    return (
        f'<a class="qa-mark" id="qa-mark-{number}-{citation.number}" href="#{target}" '
        f'data-qa-target="{target}" aria-label="Source {citation.number}: '
        f'{escaped(citation.title)}">{citation.number}</a>'
    )


def _turn_sources(number: int, turn: Turn, shown: bool, named: bool) -> str:
    answer = turn.answer
    if answer.abstained:
        heading = _nearest(answer) if answer.passages else "Sources"
        cards = "".join(
            _card(number, position, passage, back=None)
            for position, passage in enumerate(answer.passages[:NEAREST], 1)
        )
        cards = cards or '<p class="qa-note">There is nothing near to this question.</p>'
    else:
        heading = "Sources"
        cards = "".join(
            _card(number, c.number, c.passage, back=f"qa-mark-{number}-{c.number}")
            for c in answer.citations
        )
        cards += _others(number, answer)
    about = f'<p class="qa-note" dir="auto">{shortened(turn.question)}</p>' if named else ""
    return (
        f'<section class="qa-turn-sources" id="qa-sources-{number}" tabindex="-1" '
        f'aria-label="{heading} for question {number}"{"" if shown else " hidden"}>'
        f"<h2>{heading}</h2>{about}{cards}</section>"
    )


def _others(number: int, answer: Answer) -> str:
    """What was found besides the sources, folded away."""
    cited = {citation.passage.sentence.id for citation in answer.citations}
    others = [passage for passage in answer.passages if passage.sentence.id not in cited]
    if not others:
        return ""
    first = len(answer.citations) + 1
    cards = "".join(
        _card(number, position, passage, back=None, numbered=False)
        for position, passage in enumerate(others, first)
    )
    return (
        f'<details class="qa-others"><summary>{count(len(others), "other sentence")} found, '
        f"not used in the answer</summary>{cards}</details>"
    )


def _card(
    turn: int, number: int, passage: Passage, *, back: str | None, numbered: bool = True
) -> str:
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
    card = f"qa-source-{turn}-{number}"
    kind = "qa-card" if back else "qa-card qa-near"
    return (
        f'<article class="{kind}" id="{card}" tabindex="-1" aria-labelledby="{card}-title">'
        f'<header>{badge}<div><h3 id="{card}-title" dir="auto">'
        f"{link(article.uri, article.title)}</h3>"
        f'<p class="qa-facts">{" · ".join(facts)}</p></div></header>'
        f'<blockquote dir="auto">{in_paragraph(passage)}</blockquote></article>'
    )


def in_paragraph(passage: Passage) -> str:
    """The sentence marked within its paragraph: slices of the article's text, never re-typed.

    Of a long paragraph `CONTEXT` characters stay on either side, of a long sentence the first
    `LONGEST_QUOTE`; "…" stands, outside the slices, for what is left out.
    """
    text = passage.article.text
    start, end = passage.sentence.start, passage.sentence.end
    before = _word_start(text, max(passage.paragraph_start, start - CONTEXT), passage)
    shown = min(end, start + LONGEST_QUOTE)
    after = _word_end(text, min(passage.paragraph_end, end + CONTEXT), passage)
    return "".join(
        [
            CUT if before > passage.paragraph_start else "",
            escaped(text[before:start]),
            f"<mark>{escaped(text[start:shown])}{CUT if shown < end else ''}</mark>",
            escaped(text[end:after]),
            CUT if after < passage.paragraph_end else "",
        ]
    )


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
