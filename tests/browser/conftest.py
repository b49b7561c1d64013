"""A real browser on real pages. Everything it does stays on this computer."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.reader import OUTPUT, Reader, Screen, Server

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW_TO_GET_ONE = (
    'There is no browser. Install Chromium ("apt install chromium", "brew install --cask '
    'chromium"), or run "playwright install chromium" and put it on the PATH.'
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("server.py"))],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    with process:
        line = process.stdout.readline()
        assert line, "The server ended; what it wrote stands above."
        yield Server(json.loads(line), process.stdin)
        process.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after each file: while Playwright runs, no other test can run an event loop."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if not executable:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(HOW_TO_GET_ONE)
        pytest.skip(HOW_TO_GET_ONE)
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / ".gitignore").write_text("*\n", encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for a file of tests, so that Gradio's many files are loaded once."""
    context = browser.new_context()
    context.set_default_timeout(15_000)
    context.tracing.start(snapshots=False)
    yield context
    context.close()


@pytest.fixture(scope="module")
def readers() -> dict[Screen, Reader]:
    """The one with the usual screen, once its page is open: loading takes longer than most tests.

    Not those with other screens: each page keeps a connection, and a browser has six for a host.
    """
    return {}


@pytest.fixture
def reader(
    context: BrowserContext, readers: dict[Screen, Reader], request: pytest.FixtureRequest
) -> Iterator[Reader]:
    """A person at a page that must reach nothing but its server, and run nothing but itself.

    `@pytest.mark.parametrize("reader", [Screen(...)], indirect=True)` chooses the screen.
    """
    screen = getattr(request, "param", Screen())
    context.tracing.start_chunk()
    reader = readers.get(screen) or Reader(context, screen)
    failed_before = request.session.testsfailed
    yield reader
    pwned = reader.page.evaluate("window.__pwned")
    failed = request.session.testsfailed > failed_before or pwned or reader.troubles
    trace = OUTPUT / f"{request.node.name.replace('/', ' ')}.zip"
    context.tracing.stop_chunk(path=trace if failed else None)
    if screen == Screen() and not failed:
        readers[screen] = reader
    else:
        readers.pop(screen, None)
        reader.page.close()
    assert pwned is None
    assert not reader.troubles
