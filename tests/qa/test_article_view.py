"""An article as HTML: its text, to the character, with the sources marked in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article
from qa.chat import article_view
from qa.chat.cards import Source
from tests.qa.shown import HOSTILE, Page, passage, plain


class Text(Page):
    """The text of the article alone."""

    def __init__(self, html: str) -> None:
        start = html.index('<div class="qa-text"')
        super().__init__(html[start : html.index("</div>", start) + len("</div>")])


@given(st.data())
def test_the_text_is_all_of_the_article_and_each_mark_a_slice_of_it(data: st.DataObject) -> None:
    text = data.draw(plain.filter(str.strip))
    places = st.lists(st.integers(0, len(text)), min_size=2, max_size=2).map(sorted)
    spans = data.draw(st.lists(places, min_size=1, max_size=4))
    sources = [
        Source(number, passage(text, start, end), used=True)
        for number, (start, end) in enumerate(spans, 1)
    ]
    chosen = data.draw(st.integers(1, len(sources)))
    shown = Text(article_view.source_in_article(1, sources, chosen))
    assert shown.text == text
    for marked in shown.within.get("mark", []):
        assert marked in text
    if len(sources) == 1 and spans[0][0] < spans[0][1]:
        assert shown.only("mark") == text[spans[0][0] : spans[0][1]]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_of_an_article_is_markup(hostile: str) -> None:
    article = Article(f"javascript:{hostile}", hostile, hostile, source=hostile, author=hostile)
    tags = {tag for tag, _ in Page(article_view.article_alone(article)).elements}
    assert tags == {"article", "header", "button", "h2", "p", "bdi", "div"}


def test_only_a_web_address_is_linked() -> None:
    sources = [Source(1, passage("One.", uri="https://example.com/a"), used=True)]
    page = Page(article_view.source_in_article(1, sources, 1))
    [link] = [attributes for tag, attributes in page.elements if tag == "a"]
    assert link["href"] == "https://example.com/a"
    assert link["rel"] == "noopener noreferrer nofollow"
    local = [Source(1, passage("One.", uri="file:///a"), used=True)]
    assert "a" not in Page(article_view.source_in_article(1, local, 1)).within


def test_the_author_is_told_where_one_is_known() -> None:
    text = Page(article_view.article_alone(Article("a", "Ferry", "It sails."))).text
    assert "by " not in text
    article = Article("a", "Ferry", "It sails.", source="Post", author="Ida Holm")
    assert "Post · by Ida Holm" in Page(article_view.article_alone(article)).text


def test_the_way_leads_to_the_sources_before_and_after() -> None:
    text = "One. Two. Three."
    sources = [
        Source(1, passage(text, 0, 4), used=True),
        Source(2, passage(text, 5, 9), used=True),
        Source(3, passage(text, 10, 16)),
    ]

    def ways(position: int) -> list[str | None]:
        page = Page(article_view.source_in_article(7, sources, position))
        steps = [a for _, a in page.elements if a.get("class") in ("qa-previous", "qa-next")]
        assert all(a.get("data-turn") == "7" for a in steps if "disabled" not in a)
        return [a.get("data-position") for a in steps]

    assert [ways(n) for n in (1, 2, 3)] == [[None, "2"], ["1", "3"], ["2", None]]
    with pytest.raises(LookupError):
        article_view.source_in_article(7, sources, 4)


def test_what_was_not_used_is_marked_only_where_it_was_chosen() -> None:
    text = "One. Two."
    sources = [Source(1, passage(text, 0, 4), used=True), Source(2, passage(text, 5, 9))]
    assert Text(article_view.source_in_article(1, sources, 1)).within["mark"] == ["One."]
    both = Text(article_view.source_in_article(1, sources, 2))
    assert both.within["mark"] == ["One.", "Two."]
    assert both.ids() == ["qa-current"]


def test_a_version_that_is_no_longer_in_the_index_is_said_to_be_so() -> None:
    sources = [Source(1, passage("One."), used=True)]
    for state, told in [
        ("current", ""),
        ("changed", "changed since"),
        ("removed", "removed since"),
    ]:
        shown = Page(article_view.source_in_article(1, sources, 1, state)).text  # type: ignore[arg-type]
        assert told in shown
        assert ("as it was cited" in shown) == bool(told)


def test_of_a_very_long_article_the_neighbourhood_of_the_source_is_shown() -> None:
    text = "word " * 100_000 + "The sentence. " + "more " * 100_000
    start = text.index("The")
    html = article_view.source_in_article(1, [Source(1, passage(text, start, start + 13))], 1)
    shown = Text(html)
    assert shown.only("mark") == "The sentence."
    assert shown.text in text
    assert len(shown.text) <= 2 * article_view.AROUND + 1
    assert html.count("qa-cut") == 2
