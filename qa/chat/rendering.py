"""Answers to HTML. Pure functions: no Gradio, no files, no clock.

Nothing of an article, a question or an answer reaches the page but through `escaped`: it is
never read as HTML, Markdown, LaTeX or a template. No function makes an image, a form, a style
or a script.
"""

from collections.abc import Sequence
from datetime import datetime

from qa.answer import AbstentionReason, Answer, AnswerForm, Citation, Turn
from qa.chat.cards import answering, card, sentence
from qa.chat.escaping import LONGEST_QUOTE, count, date, percent, plural, shortened
from qa.conversation_file import answer_as_markdown
from qa.escaping import escaped

NEAREST = 3
"""Sentences that are shown with a refusal."""

_REFUSALS = {
    AbstentionReason.EMPTY_QUESTION: "No question",
    AbstentionReason.QUESTION_TOO_LONG: "The question is too long",
    AbstentionReason.EMPTY_INDEX: "No articles yet",
    AbstentionReason.NO_MATCHING_ARTICLE: "No article passes the filters",
    AbstentionReason.NOTHING_RELEVANT: "Nothing about this in the articles",
    AbstentionReason.NOT_ANSWERED: "The articles are about this, but do not say it",
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
        "<p>Answers are words and sentences of your articles, with their sources. "
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
    copied = escaped(answer_as_markdown(answer, longest=LONGEST_QUOTE))
    return (
        f'<div class="qa-answer">{_said(number, answer)}</div>{_unknown(answer)}'
        f'<p class="qa-about"><a href="#{target}" data-qa-target="{target}">{sources}</a>'
        f"<span>Confidence {percent(answer.confidence)}</span>"
        f'<button type="button" class="qa-copy" data-qa-copy="{copied}">Copy with sources</button>'
        "</p>"
    )


def _refusal(number: int, answer: Answer) -> str:
    assert answer.reason
    heading = _REFUSALS[answer.reason]
    # What the heading says already is not said twice.
    text = answer.text.removeprefix(f"{heading}.").strip()
    told = f'<p dir="auto">{escaped(text)}</p>' if text else ""
    near = ""
    if answer.passages:
        target = f"qa-sources-{number}"
        near = (
            f'<p class="qa-about"><a href="#{target}" data-qa-target="{target}">'
            f"{_nearest(answer)}</a></p>"
        )
    return f'<div class="qa-refusal"><h3>{heading}</h3>{told}{_unknown(answer)}{near}</div>'


def _nearest(answer: Answer) -> str:
    return f"Nearest {plural(min(NEAREST, len(answer.passages)), 'sentence')}"


def _unknown(answer: Answer) -> str:
    """Words that no article has, unless the answer's text names them already."""
    words = [word for word in answer.unknown_words if f"“{word}”" not in answer.text]
    if not words:
        return ""
    named = ", ".join(f"‘{escaped(word)}’" for word in words)
    return f'<p class="qa-note">No article contains {named}.</p>'


def _said(number: int, answer: Answer) -> str:
    """The answer as its form wants it; the sentence that short words are from stands below them."""
    if answer.form is AnswerForm.LIST:
        items = "".join(_item(number, citation) for citation in answer.citations)
        return f'<ul class="qa-items">{items}</ul>'
    if answer.form in (None, AnswerForm.SENTENCE):
        return f'<p dir="auto">{_with_marks(number, answer)}</p>'
    marks = "".join(_mark(number, citation) for citation in answer.citations)
    return f'<p dir="auto"><strong>{shortened(answer.text)}</strong>{marks}</p>{_evidence(answer)}'


def _item(number: int, citation: Citation) -> str:
    start, end = answering(citation) or (citation.start, citation.end)
    words = shortened(citation.passage.article.text[start:end])
    return f'<li dir="auto">{words}{_mark(number, citation)}</li>'


def _evidence(answer: Answer) -> str:
    """The sentence of the first citation, unless the answer is just that."""
    first = answer.citations[0]
    if first.quote == answer.text:
        return ""
    shown = sentence(first.passage, answering(first))
    return f'<blockquote class="qa-evidence" dir="auto">{shown}</blockquote>'


def _with_marks(number: int, answer: Answer) -> str:
    """Whole sentences, with the number of each citation after the words that it stands for."""
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
            card(number, position, passage)
            for position, passage in enumerate(answer.passages[:NEAREST], 1)
        )
        cards = cards or '<p class="qa-note">There is nothing near to this question.</p>'
    else:
        heading = "Sources"
        cards = "".join(
            card(
                number, c.number, c.passage, words=answering(c), back=f"qa-mark-{number}-{c.number}"
            )
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
        card(number, position, passage, numbered=False)
        for position, passage in enumerate(others, first)
    )
    return (
        f'<details class="qa-others"><summary>{count(len(others), "other sentence")} found, '
        f"not used in the answer</summary>{cards}</details>"
    )
