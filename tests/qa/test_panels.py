"""The lists at the side of the page: nothing in them is markup, and what is chosen is shown."""

from datetime import UTC, datetime

import pytest

from index import AddReport, ArticleSummary, Filters, LoadFailure
from qa.chat import panels
from qa.conversations import ConversationSummary
from tests.qa.shown import HOSTILE, Page

DAY = datetime(2023, 2, 7, tzinfo=UTC)


def summary(
    uri: str = "u",
    title: str = "T",
    source: str | None = "Outlet",
    published: datetime | None = DAY,
) -> ArticleSummary:
    return ArticleSummary(
        uri,
        title,
        source,
        published,
        language="en",
        author=None,
        content_hash="hash",
        sentences=1,
        added=DAY,
    )


def talk(id: str, title: str = "Why?", turns: int = 1) -> ConversationSummary:
    return ConversationSummary(id, title, DAY, DAY, turns)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_title_outlet_uri_or_reason_is_markup(hostile: str) -> None:
    report = AddReport((), (), (), (LoadFailure(hostile, hostile),), 0, False)
    for shown, known in [
        (panels.conversation_list([talk(hostile, hostile)], None), {"ul", "li", "button", "p"}),
        (
            panels.article_list([summary(hostile, hostile, hostile)], can_remove=True),
            {"ul", "li", "input", "div", "button", "p", "bdi", "time"},
        ),
        (
            panels.filter_fields([summary(source=hostile), summary(source="x")]),
            {"details", "summary", "fieldset", "legend", "label", "input", "bdi", "div"},
        ),
        (
            panels.active_filter(Filters((hostile,), (hostile,)), {hostile: hostile}),
            {"p", "bdi", "button"},
        ),
        (panels.report(report), {"div", "p", "ul", "li", "bdi"}),
        (panels.account(hostile), {"p", "bdi", "a"}),
        (panels.told(hostile, undo=True), {"div", "p", "button"}),
    ]:
        assert {tag for tag, _ in Page(shown).elements} == known


def test_the_conversation_that_is_shown_is_marked() -> None:
    page = Page(panels.conversation_list([talk("a"), talk("b", turns=3)], "b"))
    assert [a.get("aria-current") for tag, a in page.elements if tag == "li"] == [None, "true"]
    assert "3 questions" in page.text


def test_nobody_is_signed_in_where_nobody_has_to_be() -> None:
    assert panels.account(None) == ""
    assert Page(panels.account("ada")).text == "ada Sign out"


def test_an_empty_list_says_why() -> None:
    assert "listed here" in panels.conversation_list([], None)
    assert "No conversation has these words." in panels.conversation_list([], None, "zebra")


def test_the_newest_article_comes_first() -> None:
    older = summary("a", "Older", published=datetime(2020, 1, 1, tzinfo=UTC))
    page = Page(panels.article_list([older, summary("b", "Newer")], can_remove=False))
    assert page.within["button"] == ["Newer", "Older"]
    assert [a["value"] for tag, a in page.elements if tag == "input"] == ["b", "a"]


def test_of_very_many_articles_the_rest_is_counted() -> None:
    many = [summary(str(n)) for n in range(panels.LONGEST_LIST + 1_234)]
    shown = panels.article_list(many, can_remove=False)
    assert "and 1,234 more" in shown
    assert shown.count("<li>") == panels.LONGEST_LIST


def test_there_is_nothing_to_choose_where_all_are_alike() -> None:
    assert panels.filter_fields([summary(published=None)]) == ""
    dates = Page(panels.filter_fields([summary()]))
    fields = [a["data-qa-filter"] for _, a in dates.elements if a.get("type") == "date"]
    assert fields == ["from", "until"]


def test_the_active_filter_is_told_in_words() -> None:
    assert panels.active_filter(Filters(), {}) == ""
    told = Page(panels.active_filter(Filters(("CNN",), ("a",), DAY), {"a": "Title"})).text
    assert told.startswith("Asked only: CNN, ‘Title’, from 7 February 2023 ")
    assert "2 articles chosen" in Page(panels.active_filter(Filters(uris=("a", "b")), {})).text


def test_what_adding_did_is_told_with_each_reason() -> None:
    failure = LoadFailure("d", "It is empty.")
    report = AddReport(("a", "b"), (), ("c",), (failure,), 2, False)
    told = Page(panels.report(report)).text
    assert told == "2 articles added, 1 article unchanged, 1 article failed.d: It is empty."
    assert "nothing to add" in panels.report(AddReport((), (), (), (), 0, False))
