"""The page for those who see it otherwise, or use no mouse."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.reader import TELEPHONE, Reader, Screen, Server

pytestmark = pytest.mark.browser

TRIP = "Why did Blinken postpone his trip to Beijing?"
SCREENS = [
    replace(screen, colours=colours, motion="reduce")
    for screen, colours in itertools.product((Screen(), TELEPHONE), ("light", "dark"))
]


def _welcome(reader: Reader) -> None:
    expect(reader.page.locator(".qa-welcome")).to_be_visible()


def _answer(reader: Reader) -> None:
    turn = reader.ask(TRIP)
    expect(reader.current).to_have_count(1)
    turn.get_by_role("button", name="Good answer").click()
    expect(turn.locator(".qa-remark")).to_be_visible()


def _unused(reader: Reader) -> None:
    turn = reader.page.locator("#qa-turn-1")
    turn.locator("details.qa-others > summary").click()
    turn.locator(".qa-near summary").first.click()
    expect(turn.get_by_role("row").first).to_be_visible()


def _refusal(reader: Reader) -> None:
    reader.ask("What does Blinkn think of bananas and zebras?")


def _source(reader: Reader) -> None:
    reader.page.locator("#qa-turn-1 .qa-mark").first.click()
    expect(reader.current).to_be_focused()


def _collection(reader: Reader) -> None:
    reader.show("collection")
    expect(reader.articles.first).to_be_visible()


def _filter(reader: Reader) -> None:
    reader.page.locator(".qa-choose").first.check()
    expect(reader.page.locator(".qa-active-filter")).to_have_count(1)


def _renaming(reader: Reader) -> None:
    reader.history.first.get_by_role("button", name="Rename").click()


def _editing(reader: Reader) -> None:
    reader.show("conversation")
    reader.page.locator("#qa-turn-1").get_by_role("button", name="Edit the question").click()
    expect(reader.page.locator("#qa-editing")).to_contain_text("You are editing")


STATES: list[tuple[str, Callable[[Reader], None]]] = [
    ("welcome", _welcome),
    ("answer", _answer),
    ("unused", _unused),
    ("refusal", _refusal),
    ("source", _source),
    ("collection", _collection),
    ("filter", _filter),
    ("renaming", _renaming),
    ("editing", _editing),
]


@pytest.mark.parametrize(
    "reader", SCREENS, indirect=True, ids=lambda screen: f"{screen.width} {screen.colours}"
)
def test_axe_finds_nothing_serious_in_any_state(
    reader: Reader, server: Server, request: pytest.FixtureRequest
) -> None:
    """Keeps a picture of each state, too, to be looked at."""
    screen = request.node.callspec.id
    reader.open(server.pages["memory"])
    page_colour = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (page_colour == "rgb(22, 23, 21)") == ("dark" in screen)
    found = []
    for number, (name, reach) in enumerate(STATES, 1):
        reach(reader)
        reader.keep_picture(f"{screen} {number} {name}")
        for violation in Axe().run(reader.page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                nodes = [node["html"][:200] for node in violation["nodes"]]
                found.append((name, violation["id"], violation["help"], nodes))
    assert found == []


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
