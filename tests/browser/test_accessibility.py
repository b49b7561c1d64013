"""The page for those who see it otherwise, or use no mouse."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.reader import Reader, Screen, Server

pytestmark = pytest.mark.browser

TRIP = "Why did Blinken postpone his trip to Beijing?"


def test_what_a_conversation_shows_is_seen_by_everybody(reader: Reader, server: Server) -> None:
    """Pictures of what can be seen with the seed article, and axe-core on each."""
    page = reader.page
    reader.open(server.pages["memory"])
    reader.look("welcome")
    turn = reader.ask(TRIP)
    expect(reader.current).to_have_count(1)
    expect(page.locator("#qa-suggestions button").first).to_be_visible()
    turn.locator(".qa-confidence").focus()
    reader.look("answer")
    reader.look("source", "article")
    turn.get_by_role("button", name="Good answer").click()
    expect(turn.locator(".qa-remark")).to_be_visible()
    reader.look("remark")
    turn.locator("details.qa-others > summary").click()
    turn.locator(".qa-near summary").first.click()
    expect(turn.get_by_role("row").first).to_be_visible()
    reader.look("unused")
    expect(reader.ask("And when?")).to_contain_text("Understood as")
    reader.look("follow-up")
    reader.ask("What does Blinkn think of bananas and zebras?")
    reader.look("refusal")
    turn.get_by_role("button", name="Edit the question").click()
    expect(page.locator("#qa-editing")).to_contain_text("You are editing")
    reader.look("editing")


def test_what_the_collection_shows_is_seen_by_everybody(
    reader: Reader, server: Server, tmp_path: Path
) -> None:
    page = reader.page
    reader.open(server.pages["collection"])
    reader.ask("Who built the bridge of Varnholm?")
    reader.look("collection", "collection")
    page.locator(".qa-choose").first.check()
    expect(page.locator(".qa-active-filter")).to_have_count(1)
    page.get_by_text("Ask only some of them").click()
    expect(page.get_by_label("Gazette", exact=True)).to_be_visible()
    reader.look("filter", "collection")
    page.locator("#qa-active-filter").get_by_role("button", name="Ask all").click()
    reader.history.first.get_by_role("button", name="Rename").click()
    reader.look("renaming", "collection")
    page.locator(".qa-new-name").press("Escape")
    page.get_by_role("button", name="Paste a text").click()
    reader.look("pasting", "collection")
    page.get_by_role("button", name="Paste a text").click()
    bad = tmp_path / "broken.jsonl"
    bad.write_text("{not json\n", "utf-8")
    page.locator("#qa-files input, input[type=file]").first.set_input_files([bad])
    expect(reader.report).to_contain_text("1 article failed.")
    reader.look("added", "collection")
    page.get_by_role("button", name="Remove The market").click()
    expect(reader.report).to_contain_text("Removed “The market”.")
    reader.look("removed", "collection")
    page.get_by_role("button", name="Undo").click()
    expect(reader.report).to_contain_text("“The market” is back.")


@pytest.mark.parametrize("reader", [Screen(colours="dark")], indirect=True)
def test_it_is_dark_for_those_who_like_it_dark(reader: Reader, server: Server) -> None:
    reader.open(server.pages["memory"])
    body, dark = reader.page.locator("body"), "rgb(22, 23, 21)"
    expect(body).to_have_css("background-color", dark)
    reader.page.emulate_media(color_scheme="light")
    expect(body).not_to_have_css("background-color", dark)


def test_everything_is_done_by_keyboard(reader: Reader, server: Server) -> None:
    page = reader.page
    reader.open(server.pages["memory"])
    reader.question.focus()
    page.keyboard.type(TRIP)
    page.keyboard.press("Enter")
    page.locator("#qa-turn-1").wait_for()
    expect(reader.question).to_be_focused()

    def press_until(key: str, selector: str) -> None:
        for _ in range(60):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press(key)
        raise AssertionError(f"{key} does not lead to {selector}.")

    press_until("Shift+Tab", "#qa-mark-1-1")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(reader.current).to_be_focused()
    page.keyboard.press("n")
    expect(reader.article.locator(".qa-steps span")).to_have_text("Source 2 of 5")
    press_until("Shift+Tab", "#qa-turn-1 .qa-others > summary")
    page.keyboard.press("Enter")
    expect(page.locator("details.qa-others .qa-card").first).to_be_visible()
    press_until("Shift+Tab", "#qa-articles .qa-choose")
    page.keyboard.press("Space")
    expect(page.locator("#qa-active-filter")).to_contain_text("Asked only")
    press_until("Shift+Tab", "#qa-history [data-qa-rename]")
    page.keyboard.press("Enter")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    expect(reader.history.filter(has_text="By keyboard")).to_have_count(1)
    press_until("Shift+Tab", "#qa-new")
    page.keyboard.press("Enter")
    expect(page.locator(".qa-welcome")).to_be_visible()


def test_what_is_done_and_then_the_answer_are_announced(reader: Reader, server: Server) -> None:
    reader.open(server.pages["memory"])
    reader.ask(TRIP)
    announcer = reader.page.locator("#qa-announcer")
    expect(announcer).to_have_role("status")
    expect(announcer).to_contain_text("Blinken postponed a trip")
    expect(reader.status).to_have_role("status")
