"""Conversations that are listed, opened again, renamed, searched and deleted; and feedback."""

import pytest
from playwright.sync_api import expect

from tests.browser.reader import Reader, Server

pytestmark = pytest.mark.browser

TRIP = "Why did Blinken postpone his trip to Beijing?"
DEBRIS = "What did China's Foreign Ministry say about the debris of the balloon?"


@pytest.fixture
def address(server: Server) -> str:
    return server.pages["memory"]


def test_a_conversation_is_listed_and_opened_again(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    reader.ask(DEBRIS)
    listed = reader.history.first
    expect(listed).to_contain_text(TRIP)
    expect(listed).to_contain_text("2 questions")
    expect(listed).to_have_attribute("aria-current", "true")
    reader.open(address)
    expect(listed).not_to_have_attribute("aria-current", "true")
    listed.locator(".qa-open").click()
    expect(reader.turns).to_have_count(2)
    turn = reader.page.locator("#qa-turn-1")
    expect(turn.locator(".qa-answer")).to_contain_text("Blinken postponed")
    turn.locator(".qa-mark").first.click()
    expect(reader.current).to_contain_text("Blinken postponed")
    reader.ask("And when?")
    expect(reader.history.first).to_contain_text("3 questions")


def test_a_loaded_page_finds_the_conversations_again(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(DEBRIS)
    count = reader.history.count()
    reader.reload()
    expect(reader.history).to_have_count(count)
    reader.history.first.locator(".qa-open").click()
    expect(reader.turns).to_have_count(1)


def test_what_was_typed_last_is_what_is_searched_for(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(DEBRIS)
    search = reader.page.get_by_label("Search conversations")
    with reader.first_event_late():
        search.fill("no conversation has this")
        reader.page.wait_for_timeout(400)  # longer than the page waits for typing to pause
        search.fill("debris")
        reader.page.wait_for_timeout(400)
    expect(reader.history.first).to_contain_text(DEBRIS)
    reader.page.wait_for_timeout(500)
    expect(reader.history.first).to_contain_text(DEBRIS)


def test_a_conversation_is_renamed_and_found(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    reader.history.first.get_by_role("button", name="Rename").click()
    field = reader.page.locator(".qa-new-name")
    expect(field).to_have_value(TRIP)
    expect(field).to_be_focused()
    field.fill("The postponed <b>trip</b>")
    field.press("Enter")
    expect(reader.history.first.locator(".qa-open")).to_have_text("The postponed <b>trip</b>")
    search = reader.page.get_by_label("Search conversations")
    search.fill("postponed <b>")
    expect(reader.history).to_have_count(1)
    search.fill("zzz nothing has this")
    expect(reader.page.locator("#qa-history")).to_have_text("No conversation has these words.")
    search.fill("")
    expect(reader.history.first).to_be_visible()


def test_a_rename_that_is_given_up_changes_nothing(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    reader.history.first.get_by_role("button", name="Rename").click()
    reader.page.locator(".qa-new-name").press("Escape")
    expect(reader.history.first.locator(".qa-open")).to_have_text(TRIP)


def test_a_conversation_is_deleted_at_the_second_word(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    count = reader.history.count()
    delete = reader.history.first.get_by_role("button", name="Delete")
    delete.click()
    expect(delete).to_have_text("Delete for ever?")
    expect(reader.history).to_have_count(count)
    delete.click()
    expect(reader.history).to_have_count(count - 1)
    expect(reader.page.locator(".qa-welcome")).to_be_visible()


def test_an_answer_is_rated_with_a_remark(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    good = turn.get_by_role("button", name="Good answer")
    bad = turn.get_by_role("button", name="Bad answer")
    expect(turn.locator(".qa-remark")).to_have_count(0)
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    expect(good).to_be_focused()
    bad.click()
    expect(bad).to_have_attribute("aria-pressed", "true")
    expect(good).to_have_attribute("aria-pressed", "false")
    remark = turn.get_by_label("What was wrong, or right? (optional)")
    remark.fill("It says where, not why.")
    remark.press("Enter")
    expect(reader.status).to_contain_text("Thank you")
    bad.click()
    expect(bad).to_have_attribute("aria-pressed", "false")
    expect(turn.locator(".qa-remark")).to_have_count(0)
