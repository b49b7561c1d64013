"""Articles that would run code if they were read as anything but text."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.reader import TELEPHONE, Reader, Server

pytestmark = pytest.mark.browser

ATTACKS = [
    "script",
    "image",
    "vector",
    "literal",
    "handlebars",
    "latex",
    "markdown",
    "direction",
    "control",
]


@pytest.fixture
def address(server: Server) -> str:
    return server.pages["hostile"]


@pytest.mark.parametrize("reader", [TELEPHONE], indirect=True)
def test_they_are_shown_as_the_text_they_are(reader: Reader, address: str) -> None:
    reader.open(address)
    for attack in ATTACKS:
        reader.ask(f"What does the {attack} attack say to every reader?")
    page = reader.page
    page.locator("details.qa-others").evaluate_all("all => all.forEach(d => d.open = true)")
    ours = "#qa-conversation, #qa-article, #qa-collection"
    # The words that answer are strong; nothing is within them, and Markdown makes nothing so.
    for tag in "script, img, svg, iframe, style, math, code, form, em, strong *".split(", "):
        assert page.locator(ours).locator(tag).count() == 0, tag
    for link in page.locator(ours).locator("a").all():
        assert (link.get_attribute("href") or "").startswith(("#", "http"))
    assert page.evaluate(
        """() => [...document.querySelectorAll(
            "#qa-conversation *, #qa-article *, #qa-collection .html-container *")].every(
            (e) => e.getAttributeNames().every((name) => !name.startsWith("on")))"""
    )
    text = " ".join(page.locator("#qa-conversation blockquote").all_text_contents())
    assert "<script>window.__pwned = true</script>" in text
    assert "${window.__pwned = true}" in text
    assert "{{constructor.name}}" in text
    assert "**bold** `code`" in text
    assert "nul � bell" in text
    assert page.evaluate("document.documentElement.scrollWidth") == TELEPHONE.width


def test_so_are_questions(reader: Reader, address: str) -> None:
    reader.open(address)
    question = "<img src=x onerror='window.__pwned = true'> ${window.__pwned = true} {{value}}"
    turn = reader.ask(question)
    expect(turn.locator(".qa-question")).to_contain_text(question)


def test_text_that_turns_round_does_not_turn_its_neighbours(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask("What does the direction attack say to every reader?")
    card = reader.cards.filter(has_text="direction").first
    title = card.locator("h4").bounding_box()
    facts = card.locator(".qa-facts").bounding_box()
    assert title
    assert facts
    assert card.locator(".qa-facts").evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert card.locator(".qa-facts bdi").count() == 1


def test_a_line_of_ten_million_characters_is_cut(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask("Where did the elephant stand?")
    card = reader.cards.filter(has_text="elephant").first
    expect(card).to_contain_text("The elephant stood at the river")
    assert len(card.inner_text()) < 5_000


def test_what_is_linked_is_a_web_address(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.ask("Is the linked article harmless?")
    link = reader.article.get_by_role("link", name="Original")
    assert link.get_attribute("href") == "https://example.com/?a=1&b=\"'<>"
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"


def test_the_server_answers_only_to_its_own_names(address: str) -> None:
    request = urllib.request.Request(address, headers={"Host": "attacker.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 421
    refused.value.close()


def test_the_browser_is_told_to_load_from_the_server_alone(address: str) -> None:
    with urllib.request.urlopen(address) as response:
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
