"""Answers as lines of a terminal, or of a pipe."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from index import Article, Sentence
from qa import AbstentionReason, Answer, AnswerForm, Citation, Passage, terminal


def answered(form: AnswerForm, text: str, *sentences: tuple[str, str | None]) -> Answer:
    """Each citation is of an article with this one sentence; None: it answers as a whole."""
    citations = []
    for number, (quote, words) in enumerate(sentences, 1):
        article = Article(f"x:{number}", f"Title {number}", quote)
        sentence = Sentence(number, article.uri, 0, len(quote), 0)
        passage = Passage(article, 0, len(quote), sentence, (sentence,), 0, len(quote), 0.5, {})
        start = quote.index(words) if words else None
        end = start + len(words) if words and start is not None else None
        citations.append(
            Citation(
                number,
                article.uri,
                article.title,
                None,
                None,
                article.content_hash,
                quote,
                0,
                len(quote),
                passage,
                start,
                end,
            )
        )
    return Answer("Who?", "Who?", text, form, tuple(citations), confidence=0.8)


def shown(answer: Answer, monkeypatch: pytest.MonkeyPatch, *, terminal_is: bool) -> str:
    file = io.StringIO()
    system = "standard" if terminal_is else None
    console = Console(
        file=file, force_terminal=terminal_is, color_system=system, width=200, _environ={}
    )
    monkeypatch.setattr(terminal, "OUT", console)
    terminal.show_answer(answer)
    return file.getvalue()


IN_WORDS = answered(
    AnswerForm.WORDS,
    "a balloon",
    ("They saw a balloon over Montana.", "a balloon"),
    ("It was a balloon.", "a balloon"),
)


def test_words_are_shown_with_all_their_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(IN_WORDS, monkeypatch, terminal_is=False) == (
        "a balloon [1] [2]\n"
        "Confidence: 80%\n"
        "\n"
        "Sources:\n"
        "[1] Title 1\n"
        "    They saw a balloon over Montana.\n"
        "    x:1, characters 0 to 32\n"
        "[2] Title 2\n"
        "    It was a balloon.\n"
        "    x:2, characters 0 to 17\n"
    )


def test_on_a_terminal_the_words_that_answer_are_set_off(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = shown(IN_WORDS, monkeypatch, terminal_is=True)
    assert drawn.startswith("\x1b[1ma balloon\x1b[0m\x1b[36m [1] [2]\x1b[0m\n")
    assert "They saw \x1b[1;4ma balloon\x1b[0m over Montana." in drawn
    assert "It was \x1b[1;4ma balloon\x1b[0m." in drawn


def test_a_list_is_shown_one_per_line(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answered(
        AnswerForm.LIST,
        "• Lloyd\nAustin\n• Blinken",
        ("He is Lloyd\nAustin.", "Lloyd\nAustin"),
        ("Blinken went.", "Blinken"),
    )
    lines = shown(answer, monkeypatch, terminal_is=False).splitlines()
    assert lines[:3] == ["• Lloyd Austin [1]", "• Blinken [2]", "Confidence: 80%"]


@pytest.mark.parametrize(
    ("form", "text", "line"),
    [
        (AnswerForm.YES, "Yes.", "Yes. [1]"),
        (AnswerForm.NO, "No.", "No. [1]"),
        (AnswerForm.SENTENCE, "He left.", "He left."),
    ],
)
def test_a_whole_sentence_is_not_set_off(
    monkeypatch: pytest.MonkeyPatch, form: AnswerForm, text: str, line: str
) -> None:
    answer = answered(form, text, ("He left.", None))
    lines = shown(answer, monkeypatch, terminal_is=False).splitlines()
    assert lines[0] == line
    assert lines[5] == "    He left."
    assert "\x1b[1;4m" not in shown(answer, monkeypatch, terminal_is=True)


def test_a_refusal_is_shown_without_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    passages = tuple(citation.passage for citation in IN_WORDS.citations)
    reason = AbstentionReason.NOT_ANSWERED
    answer = Answer("Who?", "Who?", "Not said.", passages=passages, reason=reason)
    lines = shown(answer, monkeypatch, terminal_is=False).splitlines()
    assert lines[:4] == ["Not said.", "", "Nearest sentences:", "[1]  0.50 Title 1"]


@pytest.mark.parametrize("form", AnswerForm)
def test_no_part_of_an_answer_steers_the_terminal(
    monkeypatch: pytest.MonkeyPatch, form: AnswerForm
) -> None:
    hostile = "\x1b[2J[bold]x[/bold]\u202e"
    answer = answered(form, hostile, (f"\x1b[1A{hostile}{hostile}B", hostile))
    written = shown(answer, monkeypatch, terminal_is=False)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", written)
    assert "[2J[bold]x[/bold]" in written.splitlines()[0]


def test_what_is_also_possible_is_named_after_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = IN_WORDS.citations
    other = answered(
        AnswerForm.WORDS, "?", ("It may have been a kite.", "a kite"), ("Or not.", None)
    )
    others = [replace(c, number=n, alternative=True) for n, c in enumerate(other.citations, 3)]
    answer = replace(IN_WORDS, citations=(first, second, *others))
    lines = shown(answer, monkeypatch, terminal_is=False).splitlines()
    assert lines[:2] == ["a balloon [1] [2]", "Also possible: a kite [3] [4]"]
    assert any(line.startswith("[4]") for line in lines), "they are sources, too"
