"""Answers as HTML: nothing of them is ever markup, and quotes are slices of the article."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, Sentence
from qa import AbstentionReason, Answer, AnswerForm, Citation, Passage, Turn
from qa.chat import cards, escaping, rendering

CSS = Path(rendering.__file__).with_name("page.css").read_text("utf-8")
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "${alert(1)} {{constructor}} <!-- --> ]]>",
    "![x](http://example.com/x.png) $$\\frac{1}{2}$$",
]
any_text = st.text(st.characters(), max_size=80) | st.sampled_from(HOSTILE)
# What an HTML parser hands back unchanged: no carriage return, which it makes a line feed.
plain = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=60)


class Page(HTMLParser):
    """The elements, attributes and text of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        # The text within every element, by the name of the element, in the order they open.
        self.within: dict[str, list[str]] = {}
        self._open: list[tuple[str, int]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        texts = self.within.setdefault(tag, [])
        self._open.append((tag, len(texts)))
        texts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for tag, number in self._open:
            self.within[tag][number] += data

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", {}))

    def only(self, tag: str) -> str:
        """The text of the only element with this name."""
        [text] = self.within[tag]
        return text

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]


def passage(
    text: str,
    start: int = 0,
    end: int | None = None,
    *,
    paragraph: tuple[int, int] | None = None,
    title: str = "A title",
    uri: str = "https://example.com/a",
    source: str | None = "Outlet",
) -> Passage:
    end = len(text) if end is None else end
    article = Article(uri, title, text, datetime(2023, 2, 7, tzinfo=UTC), source)
    sentence = Sentence(1, uri, start, end, 0)
    first, last = paragraph or (0, len(text))
    return Passage(article, start, end, sentence, (sentence,), first, last, 0.5, {})


def citation(
    number: int, found: Passage, words: tuple[int, int] | tuple[None, None] = (None, None)
) -> Citation:
    article, start, end = found.article, found.sentence.start, found.sentence.end
    return Citation(
        number,
        article.uri,
        article.title,
        article.source,
        article.published,
        article.content_hash,
        found.quote,
        start,
        end,
        found,
        *words,
    )


def answered(*found: Passage, question: str = "Why?") -> Turn:
    citations = tuple(citation(number, item) for number, item in enumerate(found, 1))
    text = " ".join(item.quote for item in citations)
    form = AnswerForm.SENTENCE
    return Turn(question, question, Answer(question, question, text, form, citations, found, 0.8))


def answered_in_words(
    form: AnswerForm,
    text: str,
    *sentences_and_words: tuple[str, str | None],
    question: str = "Who?",
    **fields: str,
) -> Turn:
    """Each citation is of an article with this one sentence; None: it answers as a whole."""
    citations = []
    for number, (sentence, words) in enumerate(sentences_and_words, 1):
        start = sentence.rindex(words) if words is not None else 0
        span = (None, None) if words is None else (start, start + len(words))
        citations.append(citation(number, passage(sentence, **fields), span))
    passages = tuple(item.passage for item in citations)
    answer = Answer(question, question, text, form, tuple(citations), passages, 0.8)
    return Turn(question, question, answer)


def refused(question: str = "Why?", **fields: object) -> Turn:
    reason = AbstentionReason.NOT_ANSWERED
    answer = Answer(question, question, "No.", reason=reason, **fields)  # type: ignore[arg-type]
    return Turn(question, question, answer)


@given(plain)
def test_escaped_text_reads_as_it_was(text: str) -> None:
    assert Page(f"<p>{escaping.escaped(text)}</p>").text == text


@given(any_text)
def test_escaped_text_holds_no_markup_and_fits_into_an_attribute(text: str) -> None:
    escaped = escaping.escaped(text)
    assert not set("<>\"'") & set(escaped)
    escaped.encode()  # a lone surrogate would raise
    assert Page(f"<p>{escaped}</p>").elements == [("p", {})]


@given(any_text.filter(str.strip), any_text.filter(str.strip), any_text, any_text)
def test_no_field_of_a_turn_becomes_an_element_or_an_attribute(
    text: str, title: str, source: str, question: str
) -> None:
    def encodable(value: str) -> str:
        return value.encode("utf-8", "replace").decode()

    def elements(turn: Turn) -> list[tuple[str, list[str]]]:
        page = Page(rendering.conversation([turn]) + rendering.sources([turn]))
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


@given(st.data())
def test_the_marked_sentence_is_a_slice_of_the_article_within_its_paragraph(
    data: st.DataObject,
) -> None:
    text = data.draw(plain.filter(str.strip))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=6, max_size=6)))
    first, start, words_start, words_end, end, last = cuts
    found = passage(text, start, end, paragraph=(first, last))
    whole = Page(cards.in_paragraph(found))
    assert whole.only("mark") == text[start:end]
    assert whole.text == text[first:last]
    assert "strong" not in whole.within
    shown = Page(cards.card(1, 1, found, words=(words_start, words_end)))
    assert shown.only("blockquote") == text[first:last]
    assert shown.only("mark") == text[start:end]
    assert shown.only("strong") == text[words_start:words_end]


@given(st.data())
def test_words_are_shown_in_their_sentence_below_the_answer(data: st.DataObject) -> None:
    text = data.draw(plain.filter(str.strip))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    start, first, last, end = cuts
    found = passage(text, start, end)
    answer = Answer("?", "?", "So", AnswerForm.WORDS, (citation(1, found, (first, last)),))
    shown = Page(rendering.conversation([Turn("?", "?", answer)]))
    if found.quote != "So":
        assert shown.only("blockquote") == text[start:end]
        assert shown.within["strong"] == ["So", text[first:last]]


def test_of_a_long_paragraph_only_the_neighbourhood_is_shown() -> None:
    text = "word " * 100_000 + "The sentence. " + "more " * 100_000
    start = text.index("The")
    html = cards.in_paragraph(passage(text, start, start + 13))
    shown = Page(html)
    assert shown.only("mark") == "The sentence."
    assert shown.text in text
    assert len(shown.text) < 2 * cards.CONTEXT + 20
    assert html.count("qa-cut") == 2


def test_of_a_long_sentence_only_the_beginning_is_shown() -> None:
    text = "x" * 1_000_000
    turn = answered(passage(text))
    assert Page(cards.in_paragraph(passage(text))).only("mark") == "x" * escaping.LONGEST_QUOTE
    html = rendering.conversation([turn]) + rendering.sources([turn])
    assert len(html) < 4 * escaping.LONGEST_QUOTE
    assert html.count("qa-cut") == 2


def test_of_a_long_sentence_the_words_that_answer_are_shown() -> None:
    text = "x " * 100_000 + "Lyon" + " y" * 100_000
    words = (text.index("Lyon"), text.index("Lyon") + 4)
    html = cards.sentence(passage(text), words)
    shown = Page(html)
    assert shown.only("strong") == "Lyon"
    assert shown.text in text
    assert len(shown.text) == escaping.LONGEST_QUOTE
    assert html.count("qa-cut") == 2
    # Words among the first characters leave these as they are.
    nearer = text[words[0] - 1_000 :]
    near = cards.sentence(passage(nearer), (1_000, 1_004))
    assert Page(near).text == nearer[: escaping.LONGEST_QUOTE]
    assert near.endswith(escaping.CUT)
    everything = Page(cards.sentence(passage(text), (0, len(text))))
    assert everything.only("strong") == everything.text
    assert len(everything.text) <= escaping.LONGEST_QUOTE


@pytest.mark.parametrize("uri", ["http://example.com/a", "https://example.com/a?b=c&d=\"'<>"])
def test_web_addresses_become_links_that_tell_nothing(uri: str) -> None:
    [(tag, attributes), _] = Page(escaping.link(uri, "Title")).elements
    assert tag == "a"
    assert attributes["href"] == uri
    assert attributes["rel"] == "noopener noreferrer nofollow"


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JavaScript://example.com/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "https:",
        "http://[",
        "//example.com/a",
        "notes",
    ],
)
def test_other_addresses_become_no_links(uri: str) -> None:
    page = Page(escaping.link(uri, "Title"))
    assert [tag for tag, _ in page.elements] == ["bdi"]
    assert page.text == "Title"


@given(any_text)
def test_a_link_is_http_or_none(uri: str) -> None:
    for tag, attributes in Page(escaping.link(uri, "Title")).elements:
        if tag == "a":
            assert (attributes["href"] or "").lower().startswith(("http://", "https://"))


def test_every_mark_leads_to_a_source_of_its_own_turn_and_back() -> None:
    turns = [
        answered(passage("One. Two.", 0, 4), passage("One. Two.", 5, 9)),
        refused(passages=(passage("Three."),)),
        answered(passage("Four.")),
        answered_in_words(AnswerForm.WORDS, "Lyon", ("In Lyon.", "Lyon"), ("Lyon!", "Lyon")),
        answered_in_words(AnswerForm.LIST, "• A\n• B", ("A.", "A"), ("B.", "B")),
    ]
    talk = Page(rendering.conversation(turns))
    sources = Page(rendering.sources(turns))
    ids = talk.ids() + sources.ids()
    assert len(ids) == len(set(ids))
    targets = [
        attributes["data-qa-target"]
        for _, attributes in talk.elements + sources.elements
        if "data-qa-target" in attributes
    ]
    assert targets
    assert set(targets) <= set(ids)
    marks = [a for _, a in talk.elements if a.get("class") == "qa-mark"]
    assert [mark["data-qa-target"] for mark in marks] == [
        "qa-source-1-1",
        "qa-source-1-2",
        "qa-source-3-1",
        "qa-source-4-1",
        "qa-source-4-2",
        "qa-source-5-1",
        "qa-source-5-2",
    ]


def test_marks_stand_right_after_the_words_they_stand_for() -> None:
    turn = answered(passage("One. Two.", 0, 4), passage("One. Two.", 5, 9))
    assert "One.1 Two.2" in Page(rendering.conversation([turn])).text


def test_words_are_bold_with_all_their_sources_and_the_first_sentence_below() -> None:
    turn = answered_in_words(
        AnswerForm.WORDS,
        "a balloon",
        ("They saw a balloon over Montana.", "a balloon"),
        ("It was a balloon.", "a balloon"),
    )
    html = rendering.conversation([turn])
    page = Page(html)
    assert page.within["p"][0] == "a balloon12"
    assert page.within["strong"] == ["a balloon", "a balloon"]
    assert page.only("blockquote") == "They saw a balloon over Montana."
    assert html.index("<blockquote") < html.index('<p class="qa-about">')


def test_words_that_are_a_whole_sentence_are_not_said_twice() -> None:
    turn = answered_in_words(AnswerForm.WORDS, "A balloon.", ("A balloon.", "A balloon."))
    page = Page(rendering.conversation([turn]))
    assert "blockquote" not in page.within
    assert page.only("strong") == "A balloon."


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


def test_a_card_emphasises_the_words_that_its_citation_answers_with() -> None:
    turn = answered_in_words(
        AnswerForm.WORDS, "Lyon", ("The baker of Lyon sells.", "Lyon"), ("To Lyon!", "Lyon")
    )
    page = Page(rendering.sources([turn]))
    assert page.within["mark"] == ["The baker of Lyon sells.", "To Lyon!"]
    assert page.within["strong"] == ["Lyon", "Lyon"]
    assert "strong" not in Page(rendering.sources([answered(passage("One."))])).within


@pytest.mark.parametrize("form", AnswerForm)
def test_each_piece_of_an_article_takes_the_direction_of_its_script(form: AnswerForm) -> None:
    words = "\u0628\u0627\u0644\u0648\u0646"
    turn = answered_in_words(form, words, (f"{words} 1.", words), (f"{words} 2.", words))
    page = Page(rendering.conversation([turn]) + rendering.sources([turn]))
    texts = [
        (tag, attributes)
        for tag, attributes in page.elements
        if tag in ("li", "blockquote") or (tag == "p" and "class" not in attributes)
    ]
    assert len(texts) >= 3
    assert all(attributes.get("dir") == "auto" for _, attributes in texts)
    # An element takes its direction from its text, but not from text of elements with their own.
    assert not any("dir" in attributes for tag, attributes in page.elements if tag == "ul")


def test_citations_whose_words_are_not_in_the_answer_are_marked_at_its_end() -> None:
    found = passage("One. Two.", 0, 4)
    answer = Answer("Why?", "Why?", "In short", None, (citation(1, found),), (found,), 0.8)
    assert "In short" in Page(rendering.conversation([Turn("Why?", "Why?", answer)])).text
    assert 'data-qa-target="qa-source-1-1"' in rendering.conversation([Turn("?", "?", answer)])


def test_only_the_sources_of_the_newest_turn_are_shown() -> None:
    page = Page(rendering.sources([answered(passage("One.")), answered(passage("Two."))]))
    sections = [attributes for tag, attributes in page.elements if tag == "section"]
    assert ["hidden" in attributes for attributes in sections] == [True, False]


def test_what_was_found_but_not_used_is_folded_away() -> None:
    used = passage("One. Two.", 0, 4)
    other = passage("One. Two.", 5, 9, title="Another title")
    object.__setattr__(other, "sentence", Sentence(2, "u", 5, 9, 0))
    answer = Answer("Why?", "Why?", "One.", None, (citation(1, used),), (used, other), 0.8)
    folded = rendering.sources([Turn("Why?", "Why?", answer)]).partition("<details")[2]
    assert "Another title" in folded
    assert "1 other sentence found" in folded
    assert "A title" not in folded


def test_a_refusal_tells_the_corrections_the_unknown_words_and_the_nearest_sentences() -> None:
    turn = refused(
        corrections={"Blinkn": "Blinken"},
        unknown_words=("zebras",),
        passages=tuple(passage(f"Sentence {n}.") for n in range(5)),
    )
    talk = Page(rendering.conversation([turn])).text
    assert "Searched for ‘Blinken’ instead of ‘Blinkn’." in talk
    assert "No article contains ‘zebras’." in talk
    sources = Page(rendering.sources([turn]))
    assert "Nearest sentences" in sources.text
    assert sources.text.count("Sentence") == rendering.NEAREST


def test_a_follow_up_tells_how_it_was_understood() -> None:
    answer = Answer("When?", "When? (Blinken)", "No.", reason=AbstentionReason.NOT_ANSWERED)
    talk = rendering.conversation([Turn("When?", "When? (Blinken)", answer)])
    assert "Understood as: When? (Blinken)" in Page(talk).text


@pytest.mark.parametrize("reason", AbstentionReason)
def test_every_reason_for_refusing_has_a_heading(reason: AbstentionReason) -> None:
    answer = Answer("Why?", "Why?", "Because.", reason=reason)
    assert "<h3>" in rendering.conversation([Turn("Why?", "Why?", answer)])


def test_a_refusal_does_not_say_the_same_twice() -> None:
    said = "The articles are about this, but do not say it"
    for text, rest in [(f"{said}.", ""), (f"{said}. Nor “x”.", "Nor “x”."), ("Hm.", "Hm.")]:
        answer = Answer("Why?", "Why?", text, reason=AbstentionReason.NOT_ANSWERED)
        page = Page(rendering.conversation([Turn("Why?", "Why?", answer)]))
        assert page.only("h3") == said
        assert page.within.get("p", []) == ([rest] if rest else [])


def test_confidence_is_never_certainty() -> None:
    found = passage("One.")
    for confidence, shown in [(1.0, "99%"), (0.0, "1%"), (0.5, "50%")]:
        cited = (citation(1, found),)
        answer = Answer("Why?", "Why?", "One.", None, cited, (found,), confidence)
        assert f"Confidence {shown}" in rendering.conversation([Turn("Why?", "Why?", answer)])


def test_the_header_tells_the_size_and_the_dates() -> None:
    first, last = datetime(2023, 2, 7, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)
    page = Page(rendering.header(1_200, 1, (first, last)))
    assert "1,200 articles · 1 sentence · 7 February 2023 – 31 December 2024" in page.text
    assert "7 February 2023 –" not in rendering.header(1, 1, (first, first))


def test_an_empty_collection_is_told_how_to_fill_it() -> None:
    assert "article-qa add PATH" in rendering.welcome(0)
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
    assert contrast(colours["accent"], colours["tint"]) >= 4.5
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


def test_an_unknown_word_is_told_unless_the_text_names_it_as_a_word() -> None:
    unnamed = refused(unknown_words=("N",))  # whose text is "No."
    assert "No article contains ‘N’." in Page(rendering.conversation([unnamed])).text
    text = "No. None of them contains “N”."
    answer = Answer(
        "Why?", "Why?", text, reason=AbstentionReason.NOT_ANSWERED, unknown_words=("N",)
    )
    named = Page(rendering.conversation([Turn("Why?", "Why?", answer)])).text
    assert "No article contains" not in named
