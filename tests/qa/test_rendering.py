"""The conversation as HTML: nothing of it is ever markup, and every mark leads somewhere."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from qa import AbstentionReason, Answer, AnswerForm, Turn, words
from qa.chat import confidence, rendering
from qa.chat.cards import sources_of
from tests.qa.shown import (
    Page,
    answered,
    answered_in_words,
    any_text,
    citation,
    passage,
    refused,
)

CSS = Path(rendering.__file__).with_name("page.css").read_text("utf-8")
FIRST, LAST = datetime(2023, 2, 7, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)


@given(any_text.filter(str.strip), any_text.filter(str.strip), any_text, any_text)
def test_no_field_of_a_turn_becomes_an_element_or_an_attribute(
    text: str, title: str, source: str, question: str
) -> None:
    def encodable(value: str) -> str:
        return value.encode("utf-8", "replace").decode()

    def elements(turn: Turn) -> list[tuple[str, list[str]]]:
        page = Page(rendering.conversation([turn], question, [question]))
        return [(tag, sorted(attributes)) for tag, attributes in page.elements]

    hostile = passage(encodable(text), title=encodable(title), source=encodable(source) or "s")
    harmless = passage("x", title="x", source="x")
    assert elements(answered(hostile, question=question)) == elements(answered(harmless))
    for form in set(AnswerForm) - {AnswerForm.SENTENCE}:

        def in_words(words: str, form: AnswerForm = form, **fields: str) -> Turn:
            cited = (f"In: {words}", words)
            return answered_in_words(form, words, cited, cited, **fields)

        hostile_turn = in_words(hostile.quote, question=question, title=hostile.article.title)
        assert elements(hostile_turn) == elements(in_words("x"))
    assert elements(
        refused(question, unknown_words=(text,), corrections={text: title}, passages=(hostile,))
    ) == elements(refused(unknown_words=("x",), corrections={"x": "x"}, passages=(harmless,)))


def test_every_mark_opens_a_source_of_its_own_turn() -> None:
    turns = [
        answered(passage("One. Two.", 0, 4), passage("One. Two.", 5, 9)),
        refused(passages=(passage("Three."),)),
        answered(passage("Four.")),
        answered_in_words(AnswerForm.WORDS, "Lyon", ("In Lyon.", "Lyon"), ("Lyon!", "Lyon")),
        answered_in_words(AnswerForm.LIST, "• A\n• B", ("A.", "A"), ("B.", "B")),
    ]
    page = Page(rendering.conversation(turns))
    ids = page.ids()
    assert len(ids) == len(set(ids))
    marks = [a for _, a in page.elements if a.get("class") == "qa-mark"]
    opened = [(mark["data-turn"], mark["data-position"]) for mark in marks]
    assert opened == [
        ("1", "1"),
        ("1", "2"),
        ("3", "1"),
        ("4", "1"),
        ("4", "2"),
        ("5", "1"),
        ("5", "2"),
    ]
    for turn, position in opened:
        sources = sources_of(turns[int(turn or 0) - 1].answer)
        assert str(position) in [str(source.position) for source in sources]


def test_marks_stand_right_after_the_words_they_stand_for() -> None:
    turn = answered(passage("One. Two.", 0, 4), passage("One. Two.", 5, 9))
    assert "One.1 Two.2" in Page(rendering.conversation([turn])).text


def test_words_are_bold_with_all_their_sources() -> None:
    turn = answered_in_words(
        AnswerForm.WORDS,
        "a balloon",
        ("They saw a balloon over Montana.", "a balloon"),
        ("It was a balloon.", "a balloon"),
    )
    page = Page(rendering.conversation([turn]))
    assert page.within["p"][0] == "a balloon12"
    assert page.within["strong"] == ["a balloon"] * 3
    assert page.within["blockquote"] == ["They saw a balloon over Montana.", "It was a balloon."]


def test_a_list_has_an_item_and_a_mark_for_each_citation() -> None:
    turn = answered_in_words(
        AnswerForm.LIST,
        "• Lloyd\nAustin\n• Blinken",
        ("He is Lloyd\nAustin.", "Lloyd\nAustin"),
        ("Blinken went.", "Blinken"),
    )
    page = Page(rendering.conversation([turn]))
    assert page.within["li"] == ["Lloyd\nAustin1", "Blinken2"]
    assert page.only("ul") == "Lloyd\nAustin1Blinken2"
    assert "•" not in page.text


@pytest.mark.parametrize(("form", "word"), [(AnswerForm.YES, "Yes."), (AnswerForm.NO, "No.")])
def test_yes_and_no_come_with_their_sentence(form: AnswerForm, word: str) -> None:
    page = Page(rendering.conversation([answered_in_words(form, word, ("He left.", None))]))
    assert page.within["p"][0] == f"{word}1"
    assert page.only("strong") == word
    assert page.only("blockquote") == "He left."


@pytest.mark.parametrize("form", AnswerForm)
def test_each_piece_of_an_article_takes_the_direction_of_its_script(form: AnswerForm) -> None:
    text = "\u0628\u0627\u0644\u0648\u0646"
    turn = answered_in_words(form, text, (f"{text} 1.", text), (f"{text} 2.", text))
    page = Page(rendering.conversation([turn]))
    texts = [
        (tag, attributes)
        for tag, attributes in page.elements
        if tag in ("li", "blockquote", "h4") or (tag == "p" and "class" not in attributes)
    ]
    assert len(texts) >= 3
    assert all(attributes.get("dir") == "auto" for _, attributes in texts)
    # An element takes its direction from its text, but not from text of elements with their own.
    assert not any("dir" in attributes for tag, attributes in page.elements if tag == "ul")


def test_citations_whose_words_are_not_in_the_answer_are_marked_at_its_end() -> None:
    found = passage("One. Two.", 0, 4)
    answer = Answer("Why?", "Why?", "In short", None, (citation(1, found),), (found,), 0.8)
    assert "In short1" in Page(rendering.conversation([Turn("Why?", "Why?", answer)])).text


def test_a_refusal_tells_the_corrections_the_unknown_words_and_the_dates() -> None:
    turn = refused(
        corrections={"Blinkn": "Blinken"},
        unknown_words=("zebras",),
        passages=tuple(passage(f"Sentence {n}.") for n in range(5)),
    )
    talk = Page(rendering.conversation([turn], dates=(FIRST, LAST))).text
    assert "Searched for ‘Blinken’ instead of ‘Blinkn’." in talk
    assert "No article contains ‘zebras’." in talk
    assert "Nearest sentences" in talk
    assert "The articles are dated 7 February 2023 – 31 December 2024." in talk
    assert "are dated" not in Page(rendering.conversation([turn])).text


def test_an_unknown_word_is_told_unless_the_text_names_it_as_a_word() -> None:
    unnamed = refused(unknown_words=("N",))  # whose text is "No."
    assert "No article contains ‘N’." in Page(rendering.conversation([unnamed])).text
    text = "No. None of them contains “N”."
    answer = Answer(
        "Why?", "Why?", text, reason=AbstentionReason.NOT_ANSWERED, unknown_words=("N",)
    )
    named = Page(rendering.conversation([Turn("Why?", "Why?", answer)])).text
    assert "No article contains" not in named


def test_a_follow_up_tells_how_it_was_understood() -> None:
    answer = Answer("When?", "When? (Blinken)", "No.", reason=AbstentionReason.NOT_ANSWERED)
    talk = rendering.conversation([Turn("When?", "When? (Blinken)", answer)])
    assert "Understood as: When? (Blinken)" in Page(talk).text
    assert 'data-qa-do="edit-understood"' in talk


@pytest.mark.parametrize("reason", AbstentionReason)
def test_every_reason_for_refusing_has_a_heading(reason: AbstentionReason) -> None:
    answer = Answer("Why?", "Why?", "Because.", reason=reason)
    assert words.REFUSALS[reason] in rendering.conversation([Turn("Why?", "Why?", answer)])


def test_a_refusal_does_not_say_the_same_twice() -> None:
    said = "The articles are about this, but do not say it"
    for text, rest in [(f"{said}.", ""), (f"{said}. Nor “x”.", "Nor “x”."), ("Hm.", "Hm.")]:
        answer = Answer("Why?", "Why?", text, reason=AbstentionReason.NOT_ANSWERED)
        page = Page(rendering.conversation([Turn("Why?", "Why?", answer)]))
        assert page.only("h3") == said
        assert page.within.get("p", []) == ([rest] if rest else [])


@pytest.mark.parametrize(("value", "level"), [(1.0, "high"), (0.0, "low"), (0.5, "medium")])
def test_the_sign_of_confidence_has_words_and_what_they_rest_on(value: float, level: str) -> None:
    found = passage("One.")
    answer = Answer("Why?", "Why?", "One.", None, (citation(1, found),), (found,), value)
    html = rendering.conversation([Turn("Why?", "Why?", answer)])
    name, told = words.CONFIDENCE[level]
    assert f'qa-confidence qa-{level}"' in html
    explained = told.format(share=confidence.share_right(confidence.level_of(value)))
    assert f'aria-label="{name}. {explained}"' in html


def test_confidence_levels_rise_with_what_was_right() -> None:
    levels = [confidence.level_of(n / 100) for n in range(101)]
    assert list(dict.fromkeys(levels)) == ["low", "medium", "high"]
    low, medium, high = map(confidence.share_right, ("low", "medium", "high"))
    assert 0 < low < medium < high < 10


def test_what_is_done_stands_above_what_is_being_done() -> None:
    page = Page(rendering.conversation([], "Why?", ["Searched in 4 ms", "Reading"]))
    assert page.within["li"] == ["Searched in 4 ms", "Reading"]
    assert [a.get("class") for tag, a in page.elements if tag == "li"] == ["qa-done", None]


def test_a_rating_is_shown_and_asks_for_a_remark() -> None:
    turn = answered(passage("One."))
    assert "qa-remark" not in rendering.conversation([turn])
    page = Page(rendering.conversation([turn, turn], ratings={2: False}))
    thumbs = [a for _, a in page.elements if a.get("data-qa-do") == "rate"]
    pressed = [(a["data-turn"], a["data-good"]) for a in thumbs if a["aria-pressed"] == "true"]
    assert pressed == [("2", "no")]
    remarks = [a for _, a in page.elements if a.get("data-qa-do") == "remark"]
    assert [a["data-turn"] for a in remarks] == ["2"]


def test_suggestions_say_what_they_are() -> None:
    assert rendering.suggestions([]) == ""
    after = Page(rendering.suggestions(["Who?", "<b>?"]))
    assert after.within["button"] == ["Who?", "<b>?"]
    assert after.only("h3") == words.ASK_NEXT
    assert Page(rendering.suggestions(["Who?"], after_refusal=True)).only("h3") == words.TRY


def test_the_header_tells_the_size_and_the_dates() -> None:
    page = Page(rendering.header(1_200, 1, (FIRST, LAST)))
    assert "1,200 articles · 1 sentence · 7 February 2023 – 31 December 2024" in page.text
    assert "7 February 2023 –" not in rendering.header(1, 1, (FIRST, FIRST))


def test_an_empty_collection_is_told_how_to_fill_it() -> None:
    assert "article-qa add PATH" in rendering.welcome(0)
    assert words.NO_ARTICLES_HERE in rendering.welcome(0, can_add=True)
    assert "article-qa add" not in rendering.welcome(1)


@pytest.mark.parametrize("theme", [":root", ".dark"])
def test_colours_have_enough_contrast(theme: str) -> None:
    block = re.search(rf"^{re.escape(theme)} {{(.*?)}}", CSS, re.S | re.M)
    assert block
    colours = dict(re.findall(r"--qa-([\w-]+): (#[0-9a-f]{6});", block[1]))
    for ink in ("ink", "soft", "accent"):
        for ground in ("page", "surface"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert contrast(colours["ink"], colours["mark"]) >= 4.5
    assert contrast(colours["ink"], colours["line"]) >= 4.5
    for ink in ("accent", "soft"):
        assert contrast(colours[ink], colours["tint"]) >= 4.5, ink
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    assert contrast(colours["edge"], colours["page"]) >= 3


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_what_is_also_possible_is_named_after_the_answer_with_its_own_marks() -> None:
    turn = answered_in_words(
        AnswerForm.WORDS, "Lyon", ("In Lyon.", "Lyon"), ("In <Nice>.", "<Nice>"), ("Maybe.", None)
    )
    first, *others = turn.answer.citations
    cited = (first, *(replace(c, alternative=True) for c in others))
    page = Page(
        rendering.conversation([replace(turn, answer=replace(turn.answer, citations=cited))])
    )
    assert page.within["p"][:2] == ["Lyon1", "Also possible: <Nice>2, 3"]
    assert "Also possible" not in rendering.conversation([turn])
