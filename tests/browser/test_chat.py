"""Asking, and what an answer shows."""

import re
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
    quote = card.locator("blockquote").inner_text()
    assert quote in turn.locator(".qa-answer").inner_text()


def test_each_turn_keeps_its_sources(reader: Reader, address: str) -> None:
    reader.open(address)
    first = reader.ask(TRIP)
    second = reader.ask(DEBRIS)
    expect(first.locator(".qa-card:visible").first).to_contain_text("Blinken postponed")
    expect(second.locator(".qa-card:visible").first).to_contain_text("debris")


def test_what_was_read_and_not_used_is_folded_away_with_its_signals(
    reader: Reader, address: str
) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    others = turn.locator("details.qa-others")
    expect(others.locator(".qa-card").first).to_be_hidden()
    others.locator("> summary").click()
    other = others.locator(".qa-card").first
    expect(other).to_be_visible()
    other.locator("summary").click()
    expect(other.get_by_role("row", name="reading")).to_be_visible()


def test_the_sign_of_confidence_is_explained(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    sign = turn.locator(".qa-confidence")
    tip = sign.locator(".qa-tip")
    expect(tip).to_be_hidden()
    sign.hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(re.compile(r"\d in 10 answers"))
    reader.page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    sign.focus()
    expect(tip).to_be_visible()


def test_the_steps_of_an_answer_are_told_with_their_times(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    expect(turn.locator(".qa-times")).to_have_text(
        re.compile(r"Searching [\d,]+ ms, reading [\d,]+ ms")
    )


def test_a_refusal_says_what_is_missing_and_what_is_near(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(BANANAS)
    expect(turn.locator(".qa-refusal")).to_contain_text("banana")
    expect(turn.locator(".qa-refusal")).to_contain_text("The articles are dated 7 February 2023.")
    expect(turn.locator(".qa-mark")).to_have_count(0)
    expect(turn.get_by_role("heading", name="Nearest sentences")).to_be_visible()
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
    expect(reader.article).to_have_count(0)
    turn = reader.ask("And why?")
    expect(turn).not_to_contain_text("Understood as")


def test_a_follow_up_is_understood_from_the_turn_before(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    expect(reader.ask("And why?")).to_contain_text("Understood as: And why?")


def test_how_a_follow_up_was_understood_can_be_changed(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    turn = reader.ask("And why?")
    turn.get_by_role("button", name="Edit how the question was understood").click()
    expect(reader.question).to_have_value(re.compile(r"^And why\? \("))
    expect(reader.page.locator("#qa-editing")).to_contain_text("Question 2 will be asked just")
    reader.question.fill(DEBRIS)
    reader.question.press("Enter")
    expect(reader.page.locator("#qa-turn-2 .qa-question")).to_contain_text(DEBRIS)
    expect(reader.turns).to_have_count(2)
    expect(reader.page.locator("#qa-turn-2")).not_to_contain_text("Understood as")
    expect(reader.page.locator("#qa-editing")).to_have_text("")


def test_a_changed_question_replaces_its_turn_and_those_after_it(
    reader: Reader, address: str
) -> None:
    reader.open(address)
    first = reader.ask(BANANAS)
    reader.ask(DEBRIS)
    first.get_by_role("button", name="Edit the question").click()
    expect(reader.question).to_have_value(BANANAS)
    reader.question.fill(TRIP)
    reader.question.press("Enter")
    expect(reader.page.locator("#qa-turn-1 .qa-answer")).to_contain_text("Blinken postponed")
    expect(reader.turns).to_have_count(1)


def test_a_change_that_is_given_up_changes_nothing(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    turn.get_by_role("button", name="Edit the question").click()
    expect(reader.question).to_have_value(TRIP)
    reader.page.get_by_role("button", name="Cancel").click()
    expect(reader.question).to_have_value("")
    reader.ask(DEBRIS)
    expect(reader.turns).to_have_count(2)


def test_a_question_is_asked_again(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    turn.get_by_role("button", name="Ask again").click()
    expect(reader.page.locator(".qa-asking, #qa-turn-1 .qa-answer").first).to_be_visible()
    expect(reader.page.locator("#qa-turn-1 .qa-answer")).to_contain_text("Blinken postponed")
    expect(reader.turns).to_have_count(1)


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


def test_the_page_does_not_jump_when_the_answer_arrives(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.question.fill(TRIP)
    reader.question.press("Enter")
    asked = reader.page.locator(".qa-asking .qa-question")
    before = asked.bounding_box()
    after = reader.page.locator("#qa-turn-1 .qa-question").bounding_box()
    assert before
    assert after
    assert (before["x"], before["y"]) == (after["x"], after["y"])


@pytest.mark.parametrize("reader", [TELEPHONE], indirect=True)
def test_all_of_it_fits_a_telephone(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    reader.ask(BANANAS)
    for view in ("conversation", "collection", "article"):
        reader.show(view)
        assert reader.page.evaluate("document.documentElement.scrollWidth") == TELEPHONE.width
        for control in reader.page.locator("button:visible, textarea:visible").all():
            box = control.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= TELEPHONE.width
            assert box["height"] >= 24, control.inner_text()  # as WCAG 2.2 wants, 2.5.8


@pytest.mark.parametrize("reader", [Screen(768, 1024), Screen(1920, 1080)], indirect=True)
def test_all_of_it_fits_a_tablet_and_a_wide_screen(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask(TRIP)
    width = reader.page.evaluate("document.documentElement.scrollWidth")
    assert width == reader.page.evaluate("window.innerWidth")
    reader.keep_picture(f"{width} light answer")


@pytest.mark.parametrize("reader", [Screen(motion="reduce")], indirect=True)
def test_nothing_moves_for_those_who_want_it_still(reader: Reader, address: str) -> None:
    reader.open(address)
    turn = reader.ask(TRIP)
    turn.locator(".qa-mark").first.click()
    moving = "e => getComputedStyle(e).animationName + getComputedStyle(e).transitionProperty"
    assert reader.current.evaluate(moving) in ("nonenone", "noneall")


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
