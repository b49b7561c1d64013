"""Everything the command line shows: answers, passages, reports, progress.

Text of articles is shown as it is, never as instructions: control characters, which a terminal
would obey, are taken out, and nothing is read as markup.
"""

import json
import logging
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from index import AddProgress, AddReport, ArticleSummary, CheckReport
from qa.answer import Answer, AnswerForm, Citation, Passage
from qa.conversation_records import Conversation, ConversationSummary
from qa.quotes import CheckedQuote, QuoteState

# Text of articles goes to these as rich's Text, in which nothing is markup.
OUT = Console()
ERR = Console(stderr=True)

# These turn the direction of writing, and so could make a quote look like another.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_QUOTE_STATES = {
    QuoteState.MOVED: "The article was replaced since; it still says this",
    QuoteState.ALTERED: "Altered: the article says something else there",
    QuoteState.OUTDATED: "The article was replaced since, and no longer says this",
    QuoteState.GONE: "The index has no such article",
}
_INDENT = 4
_TITLE_WIDTH = 50


def clean(text: str) -> str:
    """The text in one line, without the characters that a terminal would obey."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(
        c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNING
    )


def say(text: str, *, style: str = "") -> None:
    """Print one line of result."""
    _print(OUT, Text(clean(text), style))


def warn(text: str) -> None:
    """Print one line beside the results, to standard error."""
    _print(ERR, Text(clean(text), "yellow"))


def complain(text: str) -> None:
    """Print an error, to standard error."""
    _print(ERR, Text.assemble(("Error: ", "bold red"), clean(text)))


def say_json(value: Any) -> None:
    """Print a value as JSON; dataclasses become objects, moments ISO 8601."""
    # Only ASCII: escapes keep everything that a terminal would obey out of its reach.
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=True, default=_plain) + "\n")


def show_warnings_of_loaders() -> None:
    """Show what the loaders and the index log as warnings."""
    logger = logging.getLogger("index")
    if not any(isinstance(handler, _WarningLines) for handler in logger.handlers):
        logger.addHandler(_WarningLines(logging.WARNING))


@contextmanager
def working(what: str) -> Iterator[None]:
    """Turn a wheel beside `what` for as long as it takes, on a terminal."""
    if not ERR.is_terminal:
        yield
        return
    with ERR.status(what):
        yield


@contextmanager
def adding() -> Iterator[Callable[[AddProgress], None]]:
    """A bar for `ArticleIndex.add`, on a terminal. How much is to come nobody knows."""
    with _progress() as bar:
        task = bar.add_task("reading", total=None)

        def update(now: AddProgress) -> None:
            title = clean(now.title)
            title = title if len(title) <= _TITLE_WIDTH else title[: _TITLE_WIDTH - 1] + "…"
            done = f"{_count(now.articles, 'article')}, {_count(now.sentences, 'sentence')}"
            bar.update(task, description=f"{done}: {title}")

        yield update


@contextmanager
def evaluating() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for `qa.evaluation`, on a terminal."""
    with _progress() as bar:
        task = bar.add_task("reading", total=None)

        def update(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield update


def show_added(report: AddReport, where: str) -> None:
    """What `add` did; failures and their reasons go to standard error."""
    for failure in report.failed:
        _print(ERR, Text.assemble(("Failed: ", "red"), clean(f"{failure.uri}: {failure.reason}")))
    say(
        f"Added {_count(len(report.added), 'article')} ({_count(report.sentences, 'sentence')} "
        f"embedded), replaced {len(report.replaced)}, unchanged {len(report.unchanged)}, "
        f"failed {len(report.failed)}. Index: {where}"
    )


def show_answer(answer: Answer) -> None:
    """The answer with its sources, or the refusal with what came nearest.

    The words of a source that answer are bold and underlined, where the terminal can do that.
    """
    for word, instead in answer.corrections.items():
        warn(f"Searched for “{instead}” instead of “{word}”.")
    for line in _answer_lines(answer):
        _print(OUT, line)
    if answer.citations:
        say(f"Confidence: {answer.confidence:.0%}")
        OUT.line()
        say("Sources:")
        for citation in answer.citations:
            _show_source(citation.number, citation.passage, words=_words(citation))
    elif answer.passages:
        OUT.line()
        say("Nearest sentences:")
        show_passages(answer.passages)


def show_passages(passages: Sequence[Passage]) -> None:
    """Passages with their scores, best first."""
    for number, passage in enumerate(passages, 1):
        _show_source(number, passage, score=f"  {passage.score:.2f}")


def show_articles(articles: Sequence[ArticleSummary]) -> None:
    """One article after the other: title, source, date, size, uri."""
    for article in articles:
        about = _about(article.title, article.source, article.published)
        say(f"{about} · {_count(article.sentences, 'sentence')}")
        _print_indented(Text(clean(article.uri), "dim"))
    say(f"{_count(len(articles), 'article')} in the index.")


def show_check(report: CheckReport) -> None:
    """What a check found, with a remedy for each problem."""
    for problem in report.problems:
        _print(OUT, Text.assemble(("Problem: ", "red"), clean(problem.what)))
        _print_indented(Text(clean(problem.remedy)))
    say(
        f"Checked {_count(report.articles, 'article')} and "
        f"{_count(report.sentences, 'sentence')}: "
        + (_count(len(report.problems), "problem") if report.problems else "all is well.")
    )


def show_quotes(checked: Sequence[CheckedQuote]) -> None:
    """Every quote that is not just as it was, and how many are fine."""
    for found in checked:
        if found.state is QuoteState.INTACT:
            continue
        style = "yellow" if found.ok else "red"
        _print(
            OUT, Text.assemble((f"{_QUOTE_STATES[found.state]}: ", style), clean(found.quote.text))
        )
        place = f"{found.quote.uri}, characters {found.quote.start} to {found.quote.end}"
        _print_indented(Text(clean(place), "dim"))
    wrong = sum(not found.ok for found in checked)
    say(
        f"Checked {_count(len(checked), 'quote')}: "
        + (f"{wrong:,} wrong." if wrong else "the articles say every one, word for word.")
    )


def show_conversations(summaries: Sequence[ConversationSummary]) -> None:
    """One conversation after the other: title, size, last change in UTC, id."""
    for summary in summaries:
        say(summary.title)
        about = f"{_count(summary.turns, 'turn')} · {summary.changed:%Y-%m-%d %H:%M} UTC"
        _print_indented(Text(f"{about} · {clean(summary.id)}", "dim"))
    say(f"{_count(len(summaries), 'conversation')}.")


def show_conversation(conversation: Conversation, ratings: Mapping[int, bool]) -> None:
    """The title, then each question with its answer and how that was rated.

    Args:
        ratings: whether the answer was found good, by the number of its turn, from 1.
    """
    say(conversation.summary.title, style="bold")
    for number, turn in enumerate(conversation.turns, 1):
        OUT.line()
        _print(OUT, Text.assemble((f"{number}. ", "cyan"), (clean(turn.question), "bold")))
        show_answer(turn.answer)
        if number in ratings:
            say(f"Rated: {'good' if ratings[number] else 'not good'}")


def show_figures(figures: Mapping[str, Any]) -> None:
    """A report of `qa.evaluation` as a table."""
    table = Table("figure", "value", show_edge=False)
    table.columns[1].justify = "right"
    for name, value in _flat(figures):
        table.add_row(Text(clean(name)), Text(clean(value)))
    OUT.print(table)


class _WarningLines(logging.Handler):
    """Shows log records as lines among the rest, above a bar that is drawn."""

    def emit(self, record: logging.LogRecord) -> None:
        warn(f"Warning: {record.getMessage()}")


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        BarColumn(bar_width=20),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=ERR,
        transient=True,
        disable=not ERR.is_terminal,
    )


def _answer_lines(answer: Answer) -> Iterator[Text]:
    """The answer, or each of several, and the numbers of its sources; of a refusal its text."""
    if answer.form is AnswerForm.LIST:
        for citation in answer.citations:
            start, end = _words(citation) or (citation.start, citation.end)
            words = clean(citation.passage.article.text[start:end])
            yield Text.assemble((f"• {words}", "bold"), (f" [{citation.number}]", "cyan"))
        return
    style = "bold yellow" if answer.abstained else "bold"
    # Whole sentences are told by the sources below, which show them again.
    numbered = answer.form not in (None, AnswerForm.SENTENCE)
    marks = "".join(f" [{citation.number}]" for citation in answer.support if numbered)
    yield Text.assemble((clean(answer.text), style), (marks, "cyan"))
    if answer.alternatives:
        line = Text("Also possible:")
        for citation in answer.alternatives:
            span = _words(citation)
            if span:
                line.append(f" {clean(citation.passage.article.text[slice(*span)])}")
            line.append(f" [{citation.number}]", "cyan")
        yield line


def _words(citation: Citation) -> tuple[int, int] | None:
    """Offsets of the words of the quote that answer; None where all of it does."""
    if citation.answer_start is None or citation.answer_end is None:
        return None
    return citation.answer_start, citation.answer_end


def _show_source(
    number: int, passage: Passage, *, words: tuple[int, int] | None = None, score: str = ""
) -> None:
    """The sentence that was found; where it can be set off, with the sentences around it."""
    article = passage.article
    start, end = passage.sentence.start, passage.sentence.end
    about = _about(article.title, article.source, article.published)
    _print(OUT, Text.assemble((f"[{number}]{score} ", "cyan"), about))
    first, last = words or (end, end)
    shown = Text.assemble(
        clean(article.text[start:first]),
        (clean(article.text[first:last]), "bold underline"),
        clean(article.text[last:end]),
    )
    if OUT.is_terminal and not OUT.no_color:
        before, after = article.text[passage.start : start], article.text[end : passage.end]
        shown = Text.assemble((clean(before), "dim"), shown, (clean(after), "dim"))
    _print_indented(shown)
    _print_indented(Text(f"{clean(article.uri)}, characters {start} to {end}", "dim"))


def _about(title: str, source: str | None, published: datetime | None) -> str:
    date = published.date().isoformat() if published else None
    return clean(" · ".join(part for part in (title, source, date) if part))


def _print(console: Console, text: Text) -> None:
    # Into a pipe or a file a line stays a line, however long.
    console.print(text, soft_wrap=not console.is_terminal)


def _print_indented(text: Text) -> None:
    if OUT.is_terminal:
        OUT.print(Padding(text, (0, 0, 0, _INDENT)))
    else:
        _print(OUT, Text(" " * _INDENT).append_text(text))


def _flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in figures.items():
        full = f"{prefix}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{full}: ")
        elif isinstance(value, list):  # rows of like figures
            for number, row in enumerate(value, 1):
                yield from _flat(row, f"{full} {number}: ")
        elif isinstance(value, float):
            yield full, f"{value:.3f}"
        else:
            yield full, "not measured" if value is None else str(value)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
