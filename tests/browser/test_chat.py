"""Asking, reading and following sources, as a person does."""

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from gradio_client import Client
from playwright.sync_api import expect

from index import Article, load_articles
from qa.quotes import quotes_in_file
from qa.shipped import SEEDS
from tests.browser.reader import TELEPHONE, Reader, Screen, Server

pytestmark = pytest.mark.browser

TRIP = "Why did Blinken postpone his trip to Beijing?"
DEBRIS = "What did China's Foreign Ministry say about the debris of the balloon?"
BANANAS = "Which recipe for banana bread won the contest?"


@pytest.fixture
def address(server: Server) -> str:
    return server.pages["seeds"]


def test_an_answer_comes_with_the_sentence_it_rests_on(reader: Reader, address: str) -> None:
    reader.open(address)
    expect(reader.page.locator("#qa-header")).to_contain_text("1 article")
    expect(reader.page.locator("#qa-header")).to_contain_text("7 February 2023")
    turn = reader.ask(TRIP)
    expect(turn.locator(".qa-answer")).to_contain_text("Blinken postponed a trip to Beijing")
    expect(reader.question).to_have_value("")
    card = reader.cards.first
    expect(card).to_contain_text("CNN")
    expect(card.locator("time")).to_have_attribute("datetime", "2023-02-07")
    quote = card.locator("mark").inner_text()
    assert quote in turn.locator(".qa-answer").inner_text()


def test_a_mark_leads_to_its_source_and_the_source_back(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    mark = turn.locator(".qa-mark").first
    mark.click()
    card = reader.page.locator("#qa-source-1-1")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()
    expect(card).to_have_class("qa-card qa-followed")
    card.locator("a.qa-number").click()
    expect(mark).to_be_focused()
    assert reader.page.url == address


def test_each_turn_keeps_its_sources(reader: Reader, address: str) -> None:
    reader.open(address)
    first = reader.ask(TRIP)
    second = reader.ask(DEBRIS)
    expect(reader.page.locator("#qa-sources-2")).to_be_visible()
    expect(reader.page.locator("#qa-sources-1")).to_be_hidden()
    expect(reader.page.locator("#qa-sources-2 mark").first).to_contain_text("debris")

    first.locator(".qa-mark").first.click()
    expect(reader.page.locator("#qa-source-1-1")).to_be_focused()
    expect(reader.page.locator("#qa-source-1-1 mark")).to_contain_text("Blinken postponed")
    expect(reader.page.locator("#qa-sources-2")).to_be_hidden()

    second.get_by_role("link", name="source", exact=False).last.click()
    expect(reader.page.locator("#qa-sources-2")).to_be_visible()
    expect(reader.page.locator("#qa-sources-1")).to_be_hidden()


def test_a_refusal_says_what_is_missing_and_what_is_near(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(BANANAS)
    expect(turn.locator(".qa-refusal")).to_contain_text("banana")
    expect(turn.locator(".qa-mark")).to_have_count(0)
    turn.get_by_role("link", name="Nearest sentences").click()
    expect(reader.page.locator("#qa-sources-1")).to_be_focused()
    expect(reader.cards).to_have_count(3)


def test_a_mistyped_word_is_corrected_and_said(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask("Why did Blinkn postpone his trip to Beijing?")
    expect(turn).to_contain_text("Searched for ‘Blinken’ instead of ‘Blinkn’.")


def test_an_example_question_is_asked_when_chosen(reader: Reader, address: str) -> None:
    reader.open(address)
    examples = reader.page.locator("button.qa-example:visible")
    expect(examples).to_have_count(4)
    question = examples.first.inner_text()
    examples.first.click()
    turn = reader.page.locator("#qa-turn-1")
    expect(turn.locator(".qa-question")).to_contain_text(question)
    expect(turn.locator(".qa-mark").first).to_be_visible()
    expect(examples).to_have_count(0)


def test_a_new_conversation_begins_empty(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    reader.page.get_by_role("button", name="New conversation").click()
    expect(reader.page.locator("#qa-conversation .qa-welcome")).to_be_visible()
    expect(reader.turns).to_have_count(0)
    expect(reader.cards).to_have_count(0)
    turn = reader.ask("And why?")
    expect(turn).not_to_contain_text("Understood as")


def test_a_follow_up_is_understood_from_the_turn_before(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    expect(reader.ask("And why?")).to_contain_text("Understood as: And why?")


def test_an_answer_is_copied_with_its_sources(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = reader.ask(TRIP)
    turn.get_by_role("button", name="Copy with sources").click()
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("**US Secretary of State Antony Blinken postponed a trip")
    assert re.search(r"^\[1\] .* · CNN · 2023-02-07 · file:.*characters 820 to 1074$", copied, re.M)
    expect(turn.get_by_role("button", name="Copy with sources")).to_be_visible()


@pytest.mark.parametrize("button", ["Save conversation", "Save as JSON"])
def test_a_saved_conversation_can_be_checked(
    reader: Reader, address: str, button: str, tmp_path: Path
) -> None:
    reader.open(address)
    expect(reader.page.get_by_role("button", name=button)).to_be_hidden()
    reader.ask(TRIP)
    reader.ask(BANANAS)
    with reader.page.expect_download() as download:
        reader.page.get_by_role("button", name=button).click()
    kept = tmp_path / download.value.suggested_filename
    download.value.save_as(kept)
    assert kept.name == f"conversation.{'json' if 'JSON' in button else 'html'}"
    [article] = load_articles(SEEDS)
    assert isinstance(article, Article)
    quotes = quotes_in_file(kept)
    assert len(quotes) >= 4  # what is cited, and what is near to the question without an answer
    for quote in quotes:
        assert article.text[quote.start : quote.end] == quote.text
        assert (quote.uri, quote.content_hash) == (article.uri, article.content_hash)
    assert BANANAS in kept.read_text("utf-8")


def test_an_empty_question_is_not_asked(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.question.fill("   ")
    reader.question.press("Enter")
    expect(reader.status).to_have_text("Please type a question.")
    expect(reader.turns).to_have_count(0)


def test_a_question_that_is_too_long_is_refused_whole(reader: Reader, address: str) -> None:
    reader.open(address)
    expect(reader.ask("why " * 300)).to_contain_text("too long")


def test_everything_is_done_by_keyboard(reader: Reader, address: str) -> None:
    page = reader.page
    reader.open(address)
    reader.question.focus()
    page.keyboard.type(TRIP)
    page.keyboard.press("Enter")
    page.locator("#qa-turn-1").wait_for()
    expect(reader.question).to_be_focused()

    def press_until(key: str, selector: str) -> None:
        for _ in range(30):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press(key)
        raise AssertionError(f"{key} does not lead to {selector}.")

    press_until("Shift+Tab", ".qa-mark")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#qa-source-1-1")).to_be_focused()
    press_until("Tab", "summary")
    page.keyboard.press("Enter")
    expect(page.locator("details.qa-others .qa-card").first).to_be_visible()
    press_until("Shift+Tab", "#qa-new")
    page.keyboard.press("Enter")
    expect(page.locator(".qa-welcome")).to_be_visible()


def test_new_answers_are_announced(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    log = reader.page.get_by_role("log", name="Conversation")
    expect(log).to_contain_text("Blinken postponed a trip")
    expect(reader.status).to_have_role("status")


@pytest.mark.parametrize("reader", [TELEPHONE], indirect=True)
def test_all_of_it_fits_a_telephone(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    reader.ask(BANANAS)
    assert reader.page.evaluate("document.documentElement.scrollWidth") == TELEPHONE.width
    for control in reader.page.locator("button:visible, textarea:visible").all():
        box = control.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= TELEPHONE.width
        assert box["height"] >= 40
    turn.locator(".qa-mark").first.click()
    expect(reader.page.locator("#qa-source-1-1")).to_be_focused()
    expect(reader.page.locator("#qa-source-1-1")).to_be_in_viewport()
    question = turn.bounding_box()
    card = reader.page.locator("#qa-source-1-1").bounding_box()
    assert question
    assert card
    assert card["y"] > question["y"] + question["height"]


@pytest.mark.parametrize("reader", [Screen(motion="reduce")], indirect=True)
def test_nothing_moves_for_those_who_want_it_still(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    turn.locator(".qa-mark").first.click()
    card = reader.page.locator("#qa-source-1-1")
    assert card.evaluate("e => getComputedStyle(e).animationName") == "none"


@pytest.mark.parametrize(
    "reader",
    [
        replace(screen, colours=colours, motion="reduce")
        for screen, colours in itertools.product((Screen(), TELEPHONE), ("light", "dark"))
    ],
    indirect=True,
    ids=lambda screen: f"{screen.width} {screen.colours}",
)
def test_pictures(reader: Reader, address: str, request: pytest.FixtureRequest) -> None:
    """Not compared with anything: they are there to be looked at."""
    name = request.node.callspec.id
    reader.open(address)
    reader.keep_picture(f"{name} 1 welcome")
    turn = reader.ask(TRIP)
    reader.keep_picture(f"{name} 2 answer", whole=True)
    reader.ask("What does Blinkn think of bananas and zebras?")
    reader.keep_picture(f"{name} 3 refusal", whole=True)
    turn.locator(".qa-mark").first.click()
    reader.keep_picture(f"{name} 4 source")
    dark = "dark" in name
    page_colour = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (page_colour == "rgb(22, 23, 21)") == dark


def test_programs_ask_with_the_question_alone(address: str, server: Server) -> None:
    client = Client(address, verbose=False, analytics_enabled=False)
    answer = client.predict(TRIP, api_name="/ask")
    assert not answer["abstained"]
    assert answer["reason"] is None
    [citation, *_] = answer["citations"]
    assert citation["quote"].startswith("US Secretary of State Antony Blinken postponed")
    assert citation["published"] == "2023-02-07T00:00:00+00:00"
    assert citation["passage"]["quote"] == citation["quote"]
    assert client.predict(BANANAS, api_name="/ask")["abstained"]

    passages = client.predict(TRIP, api_name="/search")
    assert len(passages) == 5
    assert passages[0]["quote"] == citation["quote"]
    assert passages[0]["score"] >= passages[-1]["score"]
    names = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(names) == {"/ask", "/search", "/articles"}
    required = [p for p in names["/ask"]["parameters"] if not p["parameter_has_default"]]
    assert [p["parameter_name"] for p in required] == ["question"]
