"""The page when there are no articles, and while the language model loads."""

import pytest
from playwright.sync_api import expect

from tests.browser.reader import Reader, Server

pytestmark = pytest.mark.browser


def test_an_empty_collection_says_how_to_fill_it(reader: Reader, server: Server) -> None:
    reader.open(server.pages["empty"])
    expect(reader.page.locator(".qa-welcome")).to_contain_text("article-qa add PATH")
    expect(reader.page.locator("button.qa-example:visible")).to_have_count(0)
    reader.keep_picture("empty")
    expect(reader.ask("Is anybody here?")).to_contain_text("no articles yet")


def test_a_question_waits_for_the_language_model(reader: Reader, server: Server) -> None:
    reader.open(server.pages["slow"])
    expect(reader.status).to_have_text("Loading the language model…")
    reader.question.fill("Why did Blinken postpone his trip to Beijing?")
    reader.question.press("Enter")
    expect(reader.page.locator(".qa-asking")).to_contain_text("Loading the language model…")
    reader.keep_picture("loading")
    server.let_go()
    expect(reader.page.locator("#qa-turn-1 .qa-answer")).to_contain_text("Blinken postponed")
    expect(reader.status).to_have_text("")


def test_a_question_is_stopped_and_given_back(reader: Reader, server: Server) -> None:
    reader.open(server.pages["stuck"])
    ask = reader.page.get_by_role("button", name="Ask", exact=True)
    stop = reader.page.get_by_role("button", name="Stop")
    expect(stop).to_be_hidden()
    reader.question.fill("Why did Blinken postpone his trip to Beijing?")
    reader.question.press("Enter")
    expect(reader.page.locator(".qa-asking")).to_be_visible()
    expect(ask).to_be_hidden()
    stop.click()
    expect(reader.status).to_have_text("Stopped. Your question is back in its field.")
    expect(reader.question).to_have_value("Why did Blinken postpone his trip to Beijing?")
    expect(reader.page.locator(".qa-asking")).to_have_count(0)
    expect(reader.page.locator(".qa-welcome")).to_be_visible()
    expect(ask).to_be_visible()
    expect(stop).to_be_hidden()
