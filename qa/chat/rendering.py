"""The conversation to HTML. Pure functions: no Gradio, no files, no clock.

Nothing of an article, a question or an answer reaches the page but through `escaped`: it is
never read as HTML, Markdown, LaTeX or a template. No function makes an image, a form, a style
or a script. What the page does when something is chosen is in its `data-qa-do`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from qa import words
from qa.answer import Answer, AnswerForm, Citation, Turn
from qa.chat.cards import answering, opens, source_list
from qa.chat.confidence import level_of, share_right
from qa.chat.escaping import LONGEST_QUOTE, date, shortened
from qa.conversation_file import answer_as_markdown
from qa.escaping import escaped

Dates = tuple[datetime, datetime]
"""Of the first and the last article."""


def conversation(
    turns: Sequence[Turn],
    asking: str | None = None,
    steps: Sequence[str] = (),
    *,
    dates: Dates | None = None,
    ratings: Mapping[int, bool] | None = None,
) -> str:
    """The conversation so far, for the live region of the page.

    Args:
        turns: oldest first.
        asking: the question being worked on, if there is one.
        steps: what has been done about it and, last, what is being done, in words.
        dates: that the articles cover; told with a refusal.
        ratings: by the number of the turn, from 1: whether it was called good.
    """
    rated = ratings or {}
    parts = [_turn(n, turn, dates, rated.get(n)) for n, turn in enumerate(turns, 1)]
    if asking is not None:
        done = "".join(f'<li class="qa-done">{escaped(step)}</li>' for step in steps[:-1])
        now = "".join(
            f'<li><span class="qa-dots" aria-hidden="true"></span>{escaped(step)}</li>'
            for step in steps[-1:]
        )
        parts.append(
            f'<article class="qa-turn qa-asking">{_question(asking)}'
            f'<ol class="qa-step">{done}{now}</ol></article>'
        )
    label = words.CONVERSATION
    return f'<section class="qa-log" aria-label="{label}">{"".join(parts)}</section>'


def header(articles: int, sentences: int, dates: Dates | None) -> str:
    """Name of the page and size of the collection; `dates` of the first and last article."""
    facts = []
    if articles:
        facts = [words.count(articles, "article"), words.count(sentences, "sentence")]
    if dates:
        facts.append(covered(dates))
    # A point belongs to the fact before it, so that none begins a line.
    shown = [*(f"{fact} ·" for fact in facts[:-1]), *facts[-1:]]
    line = " ".join(f"<span>{fact}</span>" for fact in shown)
    return f'<div class="qa-title"><h1>{words.TITLE}</h1><p>{line}</p></div>'


def covered(dates: Dates) -> str:
    """A range of days in words."""
    first, last = (date(moment) for moment in dates)
    return first if first == last else f"{first} – {last}"


def welcome(articles: int, examples: Sequence[str] = (), *, can_add: bool = False) -> str:
    """What stands in the place of the conversation before the first question.

    Args:
        articles: how many there are.
        examples: questions to begin with.
        can_add: whether articles can be added in the page.
    """
    if not articles:
        how = words.NO_ARTICLES_HERE if can_add else words.NO_ARTICLES_TERMINAL
        return (
            f'<div class="qa-welcome"><h2>{words.NO_ARTICLES}</h2><p>{how}</p>'
            '<pre tabindex="0"><code>article-qa add PATH</code></pre></div>'
        )
    items = "".join(
        f'<li><button type="button" class="qa-example" data-qa-do="ask" '
        f'data-question="{escaped(question)}">{escaped(question)}</button></li>'
        for question in examples
    )
    listed = f'<ul class="qa-examples">{items}</ul>' if items else ""
    return (
        f'<div class="qa-welcome"><h2>{words.WELCOME}</h2><p>{words.WELCOME_TEXT}</p>{listed}</div>'
    )


def status(text: str, busy: bool = False) -> str:
    """The line about the page itself: loading, or in trouble."""
    dots = '<span class="qa-dots" aria-hidden="true"></span>' if busy else ""
    return f'<p class="qa-status" role="status">{dots}{escaped(text)}</p>'


def suggestions(questions: Sequence[str], after_refusal: bool = False) -> str:
    """Questions that may be asked next; each is known to be answered."""
    if not questions:
        return ""
    items = "".join(
        f'<li><button type="button" class="qa-suggestion" data-qa-do="ask" '
        f'data-question="{escaped(question)}">{escaped(question)}</button></li>'
        for question in questions
    )
    heading = words.TRY if after_refusal else words.ASK_NEXT
    return (
        f'<section class="qa-suggestions" aria-label="{words.SUGGESTIONS}"><h3>{heading}</h3>'
        f"<ul>{items}</ul></section>"
    )


def editing(number: int, understood: bool) -> str:
    """What the next question will replace, above the field for it."""
    text = words.EDITING_UNDERSTOOD if understood else words.EDITING
    return (
        f'<p class="qa-editing">{text.format(number=number)} <button type="button" '
        f'data-qa-do="cancel-edit">{words.CANCEL}</button></p>'
    )


def _turn(number: int, turn: Turn, dates: Dates | None, rating: bool | None) -> str:
    answer = turn.answer
    body = _refusal(answer, dates) if answer.abstained else _answer(number, answer)
    return (
        f'<article class="qa-turn" id="qa-turn-{number}" tabindex="-1" '
        f'aria-label="{words.QUESTION_IS.format(number=number)}">'
        f"{_question(turn.question)}{_searched(number, answer)}{body}{_unknown(answer)}"
        f"{source_list(number, answer)}{_actions(number, turn, rating)}</article>"
    )


def _question(question: str) -> str:
    return (
        f'<h2 class="qa-question" dir="auto"><span class="qa-hidden">{words.YOU_ASKED}</span>'
        f"{shortened(question)}</h2>"
    )


def _searched(number: int, answer: Answer) -> str:
    """What was searched where it is not what was typed."""
    notes = [
        words.SEARCHED_INSTEAD.format(instead=escaped(instead), word=escaped(word))
        for word, instead in answer.corrections.items()
    ]
    if answer.standalone_question != answer.question:
        notes.append(
            f"{words.UNDERSTOOD_AS} <bdi>{shortened(answer.standalone_question)}</bdi> "
            f'<button type="button" data-qa-do="edit-understood" data-turn="{number}" '
            f'aria-label="{words.EDIT_UNDERSTOOD}">{words.EDIT}</button>'
        )
    return "".join(f'<p class="qa-note">{note}</p>' for note in notes)


def _answer(number: int, answer: Answer) -> str:
    level = level_of(answer.confidence)
    name, told = words.CONFIDENCE[level]
    explained = told.format(share=share_right(level))
    return (
        f'<div class="qa-answer">{_said(number, answer)}</div>'
        f'<p class="qa-about"><span class="qa-confidence qa-{level}" tabindex="0" role="note" '
        f'aria-label="{name}. {explained}"><span class="qa-level" aria-hidden="true"></span>{name}'
        f'<span class="qa-tip" aria-hidden="true">{explained}</span></span></p>'
    )


def _refusal(answer: Answer, dates: Dates | None) -> str:
    assert answer.reason
    heading = words.REFUSALS[answer.reason]
    # What the heading says already is not said twice.
    text = answer.text.removeprefix(f"{heading}.").strip()
    told = f'<p dir="auto">{escaped(text)}</p>' if text else ""
    days = ""
    if dates and answer.passages:
        days = f'<p class="qa-note">{words.COVERED.format(dates=covered(dates))}</p>'
    return f'<div class="qa-refusal"><h3>{heading}</h3>{told}{days}</div>'


def _unknown(answer: Answer) -> str:
    """Words that no article has, unless the answer's text names them already."""
    unknown = [word for word in answer.unknown_words if f"“{word}”" not in answer.text]
    if not unknown:
        return ""
    named = ", ".join(f"‘{escaped(word)}’" for word in unknown)
    return f'<p class="qa-note">{words.NO_ARTICLE_CONTAINS.format(words=named)}</p>'


def _said(number: int, answer: Answer) -> str:
    """The answer as its form wants it."""
    if answer.form is AnswerForm.LIST:
        items = "".join(_item(number, citation) for citation in answer.citations)
        return f'<ul class="qa-items">{items}</ul>'
    if answer.form in (None, AnswerForm.SENTENCE):
        said = _with_marks(number, answer)
    else:
        marks = "".join(_mark(number, citation) for citation in answer.support)
        said = f"<strong>{shortened(answer.text)}</strong>{marks}"
    return f'<p dir="auto">{said}</p>{_also_possible(number, answer)}'


def _also_possible(number: int, answer: Answer) -> str:
    """What may be the right answer instead."""
    if not answer.alternatives:
        return ""
    others = []
    for citation in answer.alternatives:
        span = answering(citation)
        told = ""
        if span:
            told = f"<bdi>{shortened(citation.passage.article.text[slice(*span)])}</bdi>"
        others.append(f"{told}{_mark(number, citation)}")
    return f'<p class="qa-also">{words.ALSO_POSSIBLE} {", ".join(others)}</p>'


def _item(number: int, citation: Citation) -> str:
    start, end = answering(citation) or (citation.start, citation.end)
    shown = shortened(citation.passage.article.text[start:end])
    return f'<li dir="auto">{shown}{_mark(number, citation)}</li>'


def _with_marks(number: int, answer: Answer) -> str:
    """Whole sentences, with the number of each citation after the words that it stands for."""
    parts, at_the_end = [], []
    position = 0
    for citation in answer.support:
        found = answer.text.find(citation.quote, position)
        if found < 0:
            at_the_end.append(_mark(number, citation))
            continue
        end = found + len(citation.quote)
        parts += [shortened(answer.text[position:end]), _mark(number, citation)]
        position = end
    return "".join([*parts, shortened(answer.text[position:]), *at_the_end])


def _mark(number: int, citation: Citation) -> str:
    label = words.SOURCE_NUMBER.format(number=citation.number, title=escaped(citation.title))
    return (
        f'<a class="qa-mark" id="qa-mark-{number}-{citation.number}" href="#qa-article" '
        f'{opens(number, citation.number)} aria-label="{label}">{citation.number}</a>'
    )


def _actions(number: int, turn: Turn, rating: bool | None) -> str:
    """What can be done with a turn."""
    answer = turn.answer
    copied = escaped(answer_as_markdown(answer, longest=LONGEST_QUOTE))
    buttons = [
        f'<button type="button" class="qa-copy" data-qa-copy="{copied}" '
        f'data-done="{words.COPIED}" data-failed="{words.CANNOT_COPY}">{words.COPY}</button>',
        _button("edit", number, words.EDIT, words.EDIT_QUESTION),
        _button("again", number, words.ASK_AGAIN),
        _thumb(number, True, rating),
        _thumb(number, False, rating),
    ]
    times = ""
    if {"searching", "reading"} <= answer.timings.keys():
        shown = {stage: round(answer.timings[stage]) for stage in ("searching", "reading")}
        times = f'<p class="qa-times">{words.TIMES.format(**shown)}</p>'
    remark = "" if rating is None else _remark(number)
    return f'<div class="qa-actions">{"".join(buttons)}</div>{remark}{times}'


def _button(does: str, number: int, text: str, label: str = "") -> str:
    named = f' aria-label="{label}"' if label else ""
    return f'<button type="button" data-qa-do="{does}" data-turn="{number}"{named}>{text}</button>'


def _thumb(number: int, good: bool, rating: bool | None) -> str:
    pressed = "true" if rating is good else "false"
    label, sign = (words.GOOD, "up") if good else (words.BAD, "down")
    return (
        f'<button type="button" class="qa-thumb" data-qa-do="rate" data-turn="{number}" '
        f'data-good="{"yes" if good else "no"}" aria-pressed="{pressed}" aria-label="{label}" '
        f'title="{label}"><span class="qa-sign qa-{sign}" aria-hidden="true"></span></button>'
    )


def _remark(number: int) -> str:
    return (
        f'<p class="qa-remark"><input type="text" maxlength="2000" aria-label="{words.REMARK}" '
        f'placeholder="{words.REMARK}"><button type="button" data-qa-do="remark" '
        f'data-turn="{number}" data-qa-value="input">{words.SEND}</button></p>'
    )
