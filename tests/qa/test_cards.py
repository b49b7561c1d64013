"""The sources below an answer: slices of their articles, with what ranked them."""

from hypothesis import given
from hypothesis import strategies as st

from index import Sentence
from qa import Answer, AnswerForm, Passage, Turn
from qa.chat import cards, escaping, rendering
from tests.qa.shown import Page, answered, answered_in_words, citation, passage, plain, refused


def another(found: Passage) -> Passage:
    """The passage as one of another sentence."""
    object.__setattr__(found, "sentence", Sentence(2, found.article.uri, found.start, found.end, 0))
    return found


@given(st.data())
def test_the_sentence_is_a_slice_of_the_article(data: st.DataObject) -> None:
    text = data.draw(plain.filter(str.strip))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    start, words_start, words_end, end = cuts
    source = cards.Source(1, passage(text, start, end), (words_start, words_end), used=True)
    shown = Page(cards.card(1, source))
    assert shown.only("blockquote") == text[start:end]
    if words_start < words_end:
        assert shown.only("strong") == text[words_start:words_end]


def test_of_a_long_sentence_only_the_beginning_is_shown() -> None:
    text = "x" * 1_000_000
    shown = cards.sentence(passage(text))
    assert Page(shown).text == "x" * escaping.LONGEST_QUOTE
    html = rendering.conversation([answered(passage(text))])
    assert len(html) < 10 * escaping.LONGEST_QUOTE
    assert shown.count("qa-cut") == 1


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


def test_a_card_emphasises_the_words_that_its_citation_answers_with() -> None:
    turn = answered_in_words(
        AnswerForm.WORDS, "Lyon", ("The baker of Lyon sells.", "Lyon"), ("To Lyon!", "Lyon")
    )
    page = Page(cards.source_list(1, turn.answer))
    assert page.within["blockquote"] == ["The baker of Lyon sells.", "To Lyon!"]
    assert page.within["strong"] == ["Lyon", "Lyon"]
    assert "strong" not in Page(cards.source_list(1, answered(passage("One.")).answer)).within


def test_what_was_read_but_not_used_is_folded_away_with_its_signals() -> None:
    used = passage("One. Two.", 0, 4)
    other = another(passage("One. Two.", 5, 9, title="Another title"))
    object.__setattr__(other, "scores", {"reading": 0.25, "unheard of": 1.0})
    answer = Answer("Why?", "Why?", "One.", None, (citation(1, used),), (used, other), 0.8)
    before, _, folded = cards.source_list(1, answer).partition("<details")
    assert "1 other sentence read and not used" in folded
    assert "Another title" in folded
    assert "A title" not in folded
    assert "A title" in before
    rows = Page(f"<details{folded}".removesuffix("</section>")).within["tr"]
    assert rows == ["reading: answers the question0.25", "unheard of1.00"]


def test_a_refusal_shows_the_nearest_sentences() -> None:
    turn = refused(passages=tuple(passage(f"Sentence {n}.") for n in range(5)))
    page = Page(cards.source_list(1, turn.answer))
    assert page.only("h3") == "Nearest sentences"
    assert page.text.count("Sentence") == cards.NEAREST
    assert [s.used for s in cards.sources_of(turn.answer)] == [False] * cards.NEAREST


def test_citations_have_their_numbers_and_the_rest_follow() -> None:
    first, second = passage("One. Two.", 0, 4), another(passage("One. Two.", 5, 9))
    answer = Answer("?", "?", "Two.", None, (citation(1, second),), (first, second), 0.8)
    sources = cards.sources_of(Turn("?", "?", answer).answer)
    assert [(s.position, s.passage.quote, s.used) for s in sources] == [
        (1, "Two.", True),
        (2, "One.", False),
    ]
