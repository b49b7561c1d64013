"""A page for those who have a name and a password, each with conversations of their own."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.reader import USERS, Reader, Screen, Server

pytestmark = pytest.mark.browser

TRIP = "Why did Blinken postpone his trip to Beijing?"
RYDER = "Who is Pat Ryder?"
Arrive = Callable[[], Reader]


@pytest.fixture
def arrive(browser: Browser, server: Server) -> Iterator[Arrive]:
    """Somebody who comes to the page with a browser of their own, and has not signed in."""
    contexts = []

    def arrive() -> Reader:
        contexts.append(browser.new_context())
        contexts[-1].set_default_timeout(15_000)
        reader = Reader(contexts[-1], Screen())
        reader.page.goto(server.pages["private"])
        return reader

    yield arrive
    for context in contexts:
        context.close()


def sign_in(reader: Reader, name: str, password: str) -> None:
    reader.page.get_by_label("Name").fill(name)
    reader.page.get_by_label("Password").fill(password)
    reader.page.get_by_role("button", name="Sign in").click()


def test_nothing_is_seen_without_the_password(arrive: Arrive) -> None:
    reader = arrive()
    expect(reader.page.get_by_label("Name")).to_be_visible()
    expect(reader.question).to_have_count(0)
    reader.look("sign-in")
    sign_in(reader, "ada", "not her password")
    expect(reader.page.get_by_role("alert").filter(has_text="password is wrong")).to_be_visible()
    expect(reader.page.get_by_label("Password")).to_be_focused()
    expect(reader.question).to_have_count(0)
    reader.look("wrong password")


def test_everybody_sees_their_own_conversations_alone(arrive: Arrive) -> None:
    ada, bo = arrive(), arrive()
    for name, reader in (("ada", ada), ("bo", bo)):
        sign_in(reader, name, USERS[name])
        expect(reader.page.locator(".qa-account")).to_contain_text(name)
    ada.ask(TRIP)
    expect(ada.history).to_have_count(1)
    bo.reload()
    bo.ask(RYDER)
    expect(bo.history).to_have_text(re.compile(re.escape(RYDER)))
    expect(bo.history).to_have_count(1)
    ada.look("signed in", "collection")
    assert not ada.troubles
    assert not bo.troubles


def test_who_signs_out_leaves_nothing_to_be_seen(arrive: Arrive) -> None:
    reader = arrive()
    sign_in(reader, "bo", USERS["bo"])
    reader.page.get_by_role("link", name="Sign out").click()
    expect(reader.page.get_by_label("Name")).to_be_visible()
    reader.page.reload()
    expect(reader.page.get_by_label("Name")).to_be_visible()
    expect(reader.question).to_have_count(0)
