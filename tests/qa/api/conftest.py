"""A real server, and ways to call it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Served:
    """Where the pages are.

    Attributes:
        public, private: addresses without a slash at the end; the second needs a login.
        users: the file of those who may sign in to the second.
        routes: method and path of everything that is served there.
    """

    public: str
    private: str
    users: str
    routes: list[list[str]]


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
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
        told = next((line for line in process.stdout if line.startswith("{")), None)
        assert told, "The server ended; what it wrote stands above."
        yield Served(**json.loads(told))
        process.stdin.close()
        process.terminate()


@pytest.fixture(scope="session")
def web() -> Iterator[httpx.Client]:
    """A program that keeps no cookies. One for all tests: making one takes long."""
    with httpx.Client(verify=False, timeout=60) as client:
        client.event_hooks["response"] = [lambda _: client.cookies.clear()]
        yield client


class Call:
    """Calls endpoints over plain HTTP, in two steps.

    Args:
        options: of every request, such as `auth`.
    """

    def __init__(self, web: httpx.Client, address: str, **options: Any) -> None:
        self.web = web
        self.address = f"{address}/gradio_api/call/v2"
        self.options = options

    def __call__(self, name: str, **arguments: Any) -> tuple[str, Any]:
        """The last event, and its data."""
        begun = self.web.post(f"{self.address}/{name}", json=arguments, **self.options)
        assert begun.status_code == 200, begun.text
        event_id = begun.json()["event_id"]
        ended = self.web.get(f"{self.address}/{name}/{event_id}", **self.options)
        event, data = ended.text.strip().splitlines()[-2:]
        return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    def result(self, name: str, **arguments: Any) -> Any:
        event, data = self(name, **arguments)
        assert event == "complete", data
        [result] = data
        return result

    def problem(self, name: str, **arguments: Any) -> str:
        event, data = self(name, **arguments)
        assert event == "error", data
        return str(data["error"])


@pytest.fixture
def public(served: Served, web: httpx.Client) -> Call:
    return Call(web, served.public)


@pytest.fixture
def ada(served: Served, web: httpx.Client) -> Call:
    """Somebody who has signed in."""
    return Call(web, served.private, auth=("ada", "correct horse battery"))
