"""The page when there are no articles, while the language model loads, and while others ask."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.reader import Reader, Screen, Server

pytestmark = pytest.mark.browser


def test_an_empty_collection_says_how_to_fill_it(reader: Reader, server: Server) -> None:
    reader.open(server.pages["empty"])
    expect(reader.page.locator(".qa-welcome")).to_contain_text("article-qa add PATH")
    expect(reader.page.locator("button.qa-example:visible")).to_have_count(0)
    for nothing_to_do_yet in ("#qa-stop", "#qa-keep", "#qa-stop-adding"):
        expect(reader.page.locator(nothing_to_do_yet)).to_be_hidden()
    reader.look("empty")
    expect(reader.ask("Is anybody here?")).to_contain_text("no articles yet")


def test_a_question_waits_for_the_language_model(reader: Reader, server: Server) -> None:
    reader.open(server.pages["slow"])
    expect(reader.status).to_have_text("Loading the language model…")
    reader.question.fill("Why did Blinken postpone his trip to Beijing?")
    reader.question.press("Enter")
    expect(reader.page.locator(".qa-asking")).to_contain_text("Loading the language model…")
    reader.look("loading")
    server.let_go("slow")
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


def test_the_steps_are_told_and_who_waits_is_told_the_place(
    reader: Reader, context: BrowserContext, server: Server
) -> None:
    questions = ["Who postponed a trip?", "Who is Pat Ryder?", "What did Beijing turn down?"]
    readers = [reader, Reader(context, Screen()), Reader(context, Screen())]
    for asking, question in zip(readers, questions, strict=True):
        asking.open(server.pages["held"])
        asking.question.fill(question)
        asking.question.press("Enter")
        expect(asking.page.locator(".qa-asking .qa-question")).to_contain_text(question)
    first, second, third = (asking.page.locator(".qa-asking") for asking in readers)
    expect(first).to_contain_text(re.compile(r"Searched the articles in [\d,]+ ms"))
    expect(first).to_contain_text("Reading what was found…")
    reader.look("reading")
    expect(second).to_contain_text("Reading what was found…")
    expect(third).to_contain_text("Waiting: your question has place 1 in the line.")
    readers[2].look("waiting")
    for _ in questions:
        server.let_go("held")
    for asking, question in zip(readers, questions, strict=True):
        expect(asking.page.locator("#qa-turn-1 .qa-question")).to_contain_text(question)
        expect(asking.turns).to_have_count(1)
        assert not asking.troubles
    for other in readers[1:]:
        other.page.close()
