"""Articles that are added in the page, removed, brought back, and filtered."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.reader import Reader, Server

pytestmark = pytest.mark.browser

BRIDGE = "Who built the bridge of Varnholm?"


@pytest.fixture
def address(server: Server) -> str:
    return server.pages["collection"]


def test_each_article_is_listed_with_what_it_is(reader: Reader, address: str) -> None:
    reader.open(address)
    listed = reader.articles.filter(has_text="The bridge")
    expect(listed).to_contain_text("Herald")
    expect(listed).to_contain_text("4 March 2022")
    expect(listed).to_contain_text("1 sentence")


def test_files_are_added_many_at_once_and_the_bad_one_is_told(
    reader: Reader, address: str, tmp_path: Path
) -> None:
    good = tmp_path / "lighthouse.md"
    good.write_text("# The lighthouse\n\nThe lighthouse of Skagen was lit in 1858.\n", "utf-8")
    bad = tmp_path / "broken.jsonl"
    bad.write_text("{not json\n", "utf-8")
    reader.open(address)
    count = reader.articles.count()
    reader.page.locator("#qa-files input, input[type=file]").first.set_input_files([good, bad])
    expect(reader.report).to_contain_text("1 article added, 1 article failed.")
    expect(reader.report).to_contain_text("upload:broken.jsonl")
    expect(reader.articles).to_have_count(count + 1)
    expect(reader.page.locator("#qa-header")).to_contain_text(f"{count + 1} articles")
    turn = reader.ask("When was the lighthouse of Skagen lit?")
    expect(turn.locator(".qa-answer")).to_contain_text("1858")


def test_a_pasted_text_is_added(reader: Reader, address: str) -> None:
    reader.open(address)
    count = reader.articles.count()
    page = reader.page
    page.get_by_role("button", name="Paste a text").click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(reader.report).to_contain_text("Give the text a title.")
    page.get_by_label("Title").fill("The ferry")
    page.get_by_label("Text", exact=True).fill("The ferry to Marsk island leaves at noon.")
    page.get_by_label("Outlet (optional)").fill("Gazette")
    page.get_by_label("Author (optional)").fill("Per Lund")
    page.get_by_label("Date (optional)").fill("yesterday")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(reader.report).to_contain_text("“yesterday” is no date")
    page.get_by_label("Date (optional)").fill("2024-05-06")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(reader.report).to_contain_text("1 article added.")
    expect(reader.articles).to_have_count(count + 1)
    expect(reader.articles.filter(has_text="The ferry")).to_contain_text("6 May 2024")
    reader.articles.filter(has_text="The ferry").get_by_role(
        "button", name="The ferry"
    ).first.click()
    expect(reader.article).to_contain_text("by Per Lund")
    expect(page.get_by_label("Title")).to_have_value("")


def test_an_article_is_removed_and_brought_back(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(BRIDGE)
    expect(turn.locator(".qa-answer")).to_contain_text("Ada Lindqvist")
    count = reader.articles.count()
    reader.page.get_by_role("button", name="Remove The bridge").click()
    expect(reader.report).to_contain_text("Removed “The bridge”.")
    expect(reader.articles).to_have_count(count - 1)
    # What was cited is still there to be read.
    turn.locator(".qa-mark").first.click()
    expect(reader.article).to_contain_text("it has been removed since")
    expect(reader.current).to_contain_text("Ada Lindqvist")
    reader.page.get_by_role("button", name="Undo").click()
    expect(reader.report).to_contain_text("“The bridge” is back.")
    expect(reader.articles).to_have_count(count)
    reader.open(address)
    expect(reader.ask(BRIDGE).locator(".qa-answer")).to_contain_text("Ada Lindqvist")


def test_questions_are_asked_of_the_chosen_outlet_alone(reader: Reader, address: str) -> None:
    reader.open(address)
    active = reader.page.locator("#qa-active-filter")
    reader.page.get_by_text("Ask only some of them").click()
    reader.page.get_by_label("Gazette", exact=True).check()
    expect(active).to_contain_text("Asked only: Gazette")
    turn = reader.ask(BRIDGE)
    expect(turn.locator(".qa-answer")).to_have_count(0)
    active.get_by_role("button", name="Ask all").click()
    expect(active).to_have_text("")
    expect(reader.page.get_by_label("Gazette", exact=True)).not_to_be_checked()
    turn = reader.ask(BRIDGE)
    expect(turn.locator(".qa-answer")).to_contain_text("Ada Lindqvist")


def test_questions_are_asked_of_chosen_articles_and_days_alone(
    reader: Reader, address: str
) -> None:
    reader.open(address)
    active = reader.page.locator("#qa-active-filter")
    reader.page.get_by_label("Ask The harbour").check()
    expect(active).to_contain_text("Asked only: ‘The harbour’")
    expect(reader.ask(BRIDGE).locator(".qa-answer")).to_have_count(0)
    reader.page.get_by_label("Ask The harbour").uncheck()
    expect(active).to_have_text("")
    if not reader.page.get_by_label("From").is_visible():
        reader.page.get_by_text("Ask only some of them").click()
    reader.page.get_by_label("From").fill("2022-01-01")
    reader.page.get_by_label("Until").fill("2022-12-31")
    expect(active).to_contain_text("Asked only: from 1 January 2022, until 31 December 2022")
    turn = reader.ask("When did the harbour of Varnholm open?")
    expect(turn).not_to_contain_text("1911")
    active.get_by_role("button", name="Ask all").click()
    expect(active).to_have_text("")


def test_of_two_quick_choices_none_is_lost_where_the_first_is_slow_to_arrive(
    reader: Reader, address: str
) -> None:
    reader.open(address)
    with reader.first_event_late():
        reader.page.get_by_label("Ask The harbour").check()
        reader.page.get_by_label("Ask The bridge").check()
    active = reader.page.locator("#qa-active-filter")
    expect(active).to_contain_text("Asked only: 2 articles chosen")
    reader.page.wait_for_timeout(500)
    expect(active).to_contain_text("Asked only: 2 articles chosen")
    expect(reader.page.get_by_label("Ask The harbour")).to_be_checked()
    expect(reader.page.get_by_label("Ask The bridge")).to_be_checked()


def test_what_is_chosen_stays_so_while_articles_come_and_go(reader: Reader, address: str) -> None:
    reader.open(address)
    active = reader.page.locator("#qa-active-filter")
    harbour = reader.page.get_by_label("Ask The harbour")
    bridge = reader.page.get_by_label("Ask The bridge")
    harbour.check()
    bridge.check()
    expect(active).to_contain_text("2 articles chosen")
    reader.page.get_by_role("button", name="Remove The bridge").click()
    expect(active).to_contain_text("Asked only: ‘The harbour’")
    expect(harbour).to_be_checked()
    reader.page.get_by_role("button", name="Undo").click()
    expect(bridge).not_to_be_checked()
    expect(harbour).to_be_checked()
    bridge.check()
    expect(active).to_contain_text("2 articles chosen")
    active.get_by_role("button", name="Ask all").click()
    expect(active).to_have_text("")
    expect(harbour).not_to_be_checked()


def test_a_page_that_may_not_change_articles_offers_no_way(reader: Reader, server: Server) -> None:
    reader.open(server.pages["seeds"])
    expect(reader.articles.first).to_be_visible()
    for name in ("Add files", "Paste a text", "Remove"):
        expect(reader.page.get_by_role("button", name=name)).to_have_count(0)
