"""What the browser tests share: the pages, and a person who reads them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Dialog, Locator, Route, expect

# Pictures of the page, and traces of what failed.
OUTPUT = Path(__file__).parents[1] / "output"

Colours = Literal["light", "dark"]
Motion = Literal["reduce", "no-preference"]


@dataclass(frozen=True, slots=True)
class Screen:
    """What the page is seen on, and how its reader likes it."""

    width: int = 1280
    height: int = 800
    colours: Colours = "light"
    motion: Motion = "no-preference"


TELEPHONE = Screen(390, 844)
LOOKS: list[tuple[Screen, Colours]] = [
    (Screen(), "light"),
    (Screen(), "dark"),
    (TELEPHONE, "dark"),
    (TELEPHONE, "light"),
]
"""In which a state of the page is looked at."""
# Who may sign in to the private page, and their passwords.
USERS = {"ada": "correct horse battery", "bo": "staple a door to a moor"}
# Milliseconds; a slow computer may take seconds to load a page.
expect.set_options(timeout=15_000)


class Server:
    """The pages, by the name of their collection."""

    def __init__(self, pages: dict[str, str], stdin: IO[str]) -> None:
        self.pages = pages
        self._stdin = stdin

    def let_go(self, page: str) -> None:
        """Let the model of "slow" load, or "held" read what was found for one question."""
        self._stdin.write(page + "\n")
        self._stdin.flush()


class Reader:
    """A person at a new page."""

    def __init__(self, context: BrowserContext, screen: Screen) -> None:
        self.page = page = context.new_page()
        self._screen = screen
        self._look_at(screen, screen.colours, screen.motion)
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda m: self.troubles.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r: self.troubles.append(r.url) if is_foreign(r.url) else None)
        page.on("dialog", self._dismiss)
        self.question = page.get_by_label("Your question")
        self.turns = page.locator("#qa-conversation .qa-turn:not(.qa-asking)")
        self.status = page.locator("#qa-status p")
        self.cards = page.locator("#qa-conversation .qa-turn").last.locator(".qa-card:visible")
        self.article = page.locator("#qa-article .qa-reading")
        self.current = page.locator("#qa-current")
        self.history = page.locator("#qa-history li")
        self.articles = page.locator("#qa-articles li")
        self.report = page.locator("#qa-report .qa-report")

    def open(self, address: str) -> None:
        """Begin a conversation at a page; it is loaded if it is not open."""
        if self.page.url == address:
            self.show("conversation")
            self.question.fill("left over from before")
            self.page.get_by_role("button", name="New conversation").click()
            expect(self.question).to_have_value("")
        else:
            self._leave(lambda: self.page.goto(address))
        expect(self.page.locator("#qa-conversation .qa-welcome")).to_be_visible()

    def ask(self, question: str) -> Locator:
        """Ask, and wait for the answer; its turn."""
        number = self.turns.count() + 1
        self.question.fill(question)
        self.question.press("Enter")
        turn = self.page.locator(f"#qa-turn-{number}")
        turn.wait_for()
        return turn

    def reload(self) -> None:
        """Load the page again."""
        self._leave(self.page.reload)

    def _leave(self, go: Callable[[], object]) -> None:
        """Go to another page; what this one still waited for is broken off, which is no trouble."""
        before = len(self.troubles)
        go()
        expect(self.page.locator("#qa-conversation .qa-welcome")).to_be_visible()
        broken_off = ("AbortError", "Connection errored out")
        self.troubles[before:] = [
            trouble
            for trouble in self.troubles[before:]
            if not any(b in trouble for b in broken_off)
        ]

    @contextmanager
    def first_event_late(self) -> Iterator[None]:
        """The first thing that the page sends within arrives after all others have."""
        held: list[Route] = []

        def hold_the_first(route: Route) -> None:
            if held:
                route.continue_()
            else:
                held.append(route)

        self.page.route("**/queue/join*", hold_the_first)
        yield
        self.page.wait_for_timeout(500)
        held[0].continue_()
        self.page.unroute("**/queue/join*")

    def show(self, view: str) -> None:
        """Turn to "collection", "conversation" or "article" where they are not side by side."""
        button = self.page.locator(f".qa-views [data-qa-view={view}]")
        if button.is_visible():
            button.click()

    def look(self, name: str, view: str = "conversation") -> None:
        """Keep a picture of the page in wide and narrow, light and dark; axe-core looks, too.

        Args:
            name: what is seen, as the pictures are called.
            view: which of "collection", "conversation" and "article" is to be seen.
        """
        found = []
        for screen, colours in LOOKS:
            # Still, so that no colour is on its way to another.
            self._look_at(screen, colours, "reduce")
            self.show(view)
            self.keep_picture(f"{name} {screen.width} {colours}")
            seen = Axe().run(self.page, options={"resultTypes": ["violations"]})
            for violation in seen.response["violations"]:
                if violation["impact"] in ("serious", "critical"):
                    nodes = [node["html"][:200] for node in violation["nodes"]]
                    found.append((screen.width, colours, violation["help"], nodes))
        self._look_at(self._screen, self._screen.colours, self._screen.motion)
        assert not found, found

    def keep_picture(self, name: str) -> None:
        self.page.screenshot(path=OUTPUT / f"{name}.png", animations="disabled")

    def _look_at(self, screen: Screen, colours: Colours, motion: Motion) -> None:
        self.page.set_viewport_size({"width": screen.width, "height": screen.height})
        self.page.emulate_media(color_scheme=colours, reduced_motion=motion)

    def _dismiss(self, dialog: Dialog) -> None:
        self.troubles.append(dialog.message)
        dialog.accept()


def is_foreign(url: str) -> bool:
    """Whether an address is one of another computer; "data:" and "blob:" are of none."""
    return urlsplit(url).hostname not in ("127.0.0.1", None)
