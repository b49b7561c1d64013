"""The parts of the chat that need no browser: examples, who is served, and how."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from index import Article, ArticleQAError, load_articles
from qa.chat import examples, launch
from qa.chat.guard import Guard, allowed_hosts

SEEDS = Path(__file__).parents[2] / "seeds"


def test_the_example_questions_are_asked_of_the_example_article_only() -> None:
    hashes = [a.content_hash for a in load_articles(SEEDS) if isinstance(a, Article)]
    shown = examples.example_questions([*hashes, "another"])
    assert len(shown) == examples.MOST
    assert examples.example_questions(["another"]) == []
    assert examples.example_questions([]) == []


def test_one_example_has_no_answer() -> None:
    hashes = [a.content_hash for a in load_articles(SEEDS) if isinstance(a, Article)]
    rows = map(json.loads, (SEEDS / "questions.jsonl").read_text("utf-8").splitlines())
    answerable = {row["question"]: row["answerable"] for row in rows}
    shown = [answerable[question] for question in examples.example_questions(hashes)]
    assert sorted(shown) == [False, True, True, True]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_on_this_computer_the_page_has_few_names(host: str) -> None:
    names = allowed_hosts(host)
    assert names is not None
    assert {host, "localhost"} <= names
    assert "attacker.example" not in names


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "computer.example"])
def test_reached_from_elsewhere_the_page_has_names_nobody_knows(host: str) -> None:
    assert allowed_hosts(host) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    ("site", "status"),
    [(None, 200), ("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)],
)
def test_the_guard_refuses_what_other_sites_send(
    method: str, site: str | None, status: int
) -> None:
    headers = [(b"host", b"127.0.0.1")]
    headers += [(b"sec-fetch-site", site.encode())] if site else []
    assert guarded(method, headers)["status"] == status
    assert guarded("GET", headers)["status"] == 200


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"127.0.0.1:7860", 200),
        (b"LOCALHOST", 200),
        (b"[::1]:7860", 200),
        (b"attacker.example", 421),
        (b"127.0.0.1.attacker.example:7860", 421),
        (b"", 421),
    ],
)
def test_the_guard_reads_the_host_as_browsers_write_it(header: bytes, status: int) -> None:
    answered = guarded("GET", [(b"host", header)])
    assert answered["status"] == status
    assert b"content-security-policy" in dict(answered["headers"])


def guarded(method: str, headers: list[tuple[bytes, bytes]]) -> Any:
    """How the response begins that a guarded page gives."""
    sent: list[Any] = []

    async def page(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError

    guard = Guard(page, allowed_hosts("127.0.0.1"))
    asyncio.run(guard({"type": "http", "method": method, "headers": headers}, receive, send))
    return sent[0]


class FakePage:
    """Keeps what it is launched with; its port is taken where `error` is given."""

    def __init__(self, error: OSError | None = None) -> None:
        self.error = error
        self.options: dict[str, Any] = {}
        self.fns: dict[int, Any] = {}

    def get_api_info(self) -> dict[str, Any]:
        return {"named_endpoints": {}, "unnamed_endpoints": {}}

    def launch(self, **options: Any) -> tuple[None, str, None]:
        if self.error:
            raise self.error
        self.options = options
        return None, "http://127.0.0.1:7860/", None


def test_a_port_that_is_taken_is_told_with_what_to_do(tmp_path: Path) -> None:
    page = FakePage(OSError("Cannot find empty port"))
    with pytest.raises(ArticleQAError, match=r"port 7860.*choose another port"):
        launch(page, tmp_path, port=7860, block=False)  # type: ignore[arg-type]


def test_endpoints_that_change_articles_are_not_served_without_passwords(tmp_path: Path) -> None:
    page = FakePage()
    page.fns = {1: SimpleNamespace(api_name="add", api_visibility="public", fn=lambda: None)}
    with pytest.raises(ArticleQAError, match="name a file of users"):
        launch(page, tmp_path, block=False)  # type: ignore[arg-type]
    assert page.options == {}


def test_the_page_is_closed_to_everything_but_its_reader(tmp_path: Path) -> None:
    page = FakePage()
    launch(page, tmp_path / "index", block=False)  # type: ignore[arg-type]
    options = page.options
    assert options["server_name"] == "127.0.0.1"
    for name in ("share", "run_history", "enable_monitoring", "pwa", "show_error"):
        assert options[name] is False, name
    assert options["strict_cors"] is True
    assert options["allowed_paths"] == []
    assert options["blocked_paths"] == [str(tmp_path / "index")]
    assert options["auth"] is None
    assert options["mcp_server"] is False
    for name in ("docs_url", "redoc_url", "openapi_url"):
        assert options["app_kwargs"][name] is None
    assert "http" not in options["head"] + options["js"]
    assert options["theme"]._stylesheets == []
    assert options["theme"]._font_css == []


@pytest.mark.parametrize("can_change", [True, False])
def test_files_are_taken_only_where_articles_may_be_added(tmp_path: Path, can_change: bool) -> None:
    page = FakePage()
    launch(page, tmp_path, block=False, can_change=can_change)  # type: ignore[arg-type]
    assert (page.options["max_file_size"] == "20mb") == can_change


def test_a_question_that_ends_while_it_is_being_stopped(tmp_path: Path) -> None:
    """Gradio forgets it twice then, which is an error of its server and none to the reader."""
    page = FakePage()
    launch(page, tmp_path, block=False)
    told = page.options["app_kwargs"]["exception_handlers"][KeyError]

    def request(path: str) -> SimpleNamespace:
        return SimpleNamespace(url=SimpleNamespace(path=path))

    stopped = told(request("/gradio_api/cancel"), KeyError("7759217fdc90"))
    assert (stopped.status_code, json.loads(stopped.body)) == (200, {"success": True})
    with pytest.raises(KeyError):
        told(request("/gradio_api/queue/join"), KeyError("7759217fdc90"))
