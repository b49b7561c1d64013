"""The article beside the conversation, at the sentence that is cited."""

import pytest
from playwright.sync_api import expect

from index import Article, load_articles
from qa.shipped import SEEDS
from tests.browser.reader import TELEPHONE, Reader, Screen, Server

pytestmark = pytest.mark.browser

TRIP = "Why did Blinken postpone his trip to Beijing?"
DEBRIS = "What did China's Foreign Ministry say about the debris of the balloon?"


@pytest.fixture
def address(server: Server) -> str:
    return server.pages["seeds"]


def test_an_answer_opens_its_first_source(reader: Reader, address: str) -> None:
    reader.open(address)
    expect(reader.page.locator("#qa-article")).to_contain_text("An article opens here")
    reader.ask(TRIP)
    expect(reader.current).to_contain_text("Blinken postponed a trip")
    expect(reader.current).to_be_in_viewport()
    expect(reader.question).to_be_focused()


def test_the_text_is_the_text_of_the_article(reader: Reader, address: str) -> None:
    [article] = load_articles(SEEDS)
    assert isinstance(article, Article)
    reader.open(address)
    reader.ask(TRIP)
    expect(reader.current).to_be_visible()
    assert reader.article.locator(".qa-text").text_content() == article.text


def test_a_mark_leads_to_its_sentence_in_the_article(reader: Reader, address: str) -> None:
    reader.open(address)
    first = reader.ask(TRIP)
    reader.ask(DEBRIS)
    expect(reader.current).to_contain_text("debris")
    mark = first.locator(".qa-mark").first
    mark.click()
    expect(reader.current).to_contain_text("Blinken postponed a trip")
    expect(reader.current).to_be_focused()
    expect(reader.current).to_be_in_viewport()
    expect(mark).to_have_class("qa-mark qa-chosen")
    assert reader.page.url == address


def test_keys_lead_to_the_next_and_the_previous_source(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    turn.locator(".qa-mark").first.click()
    expect(reader.current).to_be_focused()
    place = reader.article.locator(".qa-steps span")
    expect(place).to_have_text("Source 1 of 5")
    reader.page.keyboard.press("n")
    expect(place).to_have_text("Source 2 of 5")
    expect(reader.current).to_be_focused()
    reader.page.keyboard.press("p")
    expect(place).to_have_text("Source 1 of 5")
    # In the field of the question they are letters.
    reader.question.press("n")
    expect(reader.question).to_have_value("n")
    expect(place).to_have_text("Source 1 of 5")


def test_a_sentence_that_was_not_used_opens_in_its_article_too(
    reader: Reader, address: str
) -> None:
    reader.open(address)
    turn = reader.ask("Which recipe for banana bread won the contest?")
    card = turn.locator(".qa-card").nth(1)
    quote = card.locator("blockquote").inner_text()
    card.get_by_role("link").click()
    expect(reader.current).to_have_text(quote)


def test_an_article_is_read_from_the_collection(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.articles.first.locator(".qa-open").click()
    expect(reader.article).to_contain_text("China refused a conversation")
    expect(reader.article.locator("mark")).to_have_count(0)
    expect(reader.article.locator("h2")).to_be_visible()


@pytest.mark.parametrize("reader", [TELEPHONE, Screen(1000, 700)], indirect=True)
def test_narrow_screens_turn_to_the_article_and_back(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    mark = turn.locator(".qa-mark").first
    expect(mark).to_be_visible()
    reader.show("collection")
    expect(reader.articles.first).to_be_visible()
    expect(reader.page.locator("#qa-article")).to_be_hidden()
    reader.show("conversation")
    mark.click()
    expect(reader.current).to_be_visible()
    expect(reader.current).to_be_focused()
    expect(reader.page.locator("#qa-collection")).to_be_hidden()
    back = reader.page.get_by_role("button", name="Back to the conversation")
    if back.is_visible():
        expect(mark).to_be_hidden()
        back.click()
        expect(mark).to_be_focused()
    expect(mark).to_be_visible()


def test_of_two_articles_opened_quickly_the_later_one_stays(reader: Reader, server: Server) -> None:
    reader.open(server.pages["collection"])
    shown = reader.page.locator("#qa-article h2")
    with reader.first_event_late():
        for title in ("The harbour", "The bridge"):
            reader.articles.filter(has_text=title).get_by_role("button", name=title).first.click()
    expect(shown).to_have_text("The bridge")
    reader.page.wait_for_timeout(500)
    expect(shown).to_have_text("The bridge")
