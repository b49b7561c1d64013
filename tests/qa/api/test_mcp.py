"""The endpoints as tools of language models (Model Context Protocol), called by a real client."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from index import ArticleQAError
from qa.chat import serving
from tests.qa.api.conftest import Served

mcp = pytest.importorskip("mcp", reason='pip install "article-qa[mcp]"')
http = pytest.importorskip("mcp.client.streamable_http")

TRIP = "Why did Blinken postpone his trip to Beijing?"
ADA = {"Authorization": "Basic " + base64.b64encode(b"ada:correct horse battery").decode()}


def with_session(
    address: str, headers: dict[str, str], use: Callable[[Any], Awaitable[Any]]
) -> Any:
    async def run() -> Any:
        async with (
            httpx.AsyncClient(headers=headers, timeout=60, verify=False) as client,
            http.streamable_http_client(
                f"{address}/gradio_api/mcp/", http_client=client
            ) as streams,
            mcp.ClientSession(*streams[:2]) as session,
        ):
            await session.initialize()
            return await use(session)

    return asyncio.run(run())


def tools(address: str, **headers: str) -> dict[str, Any]:
    listed = with_session(address, headers, lambda session: session.list_tools())
    return {tool.name: tool for tool in listed.tools}


def call(address: str, name: str, arguments: dict[str, Any], **headers: str) -> Any:
    return with_session(address, headers, lambda session: session.call_tool(name, arguments))


def test_the_named_endpoints_are_tools_and_nothing_of_the_page_is(served: Served) -> None:
    assert set(tools(served.public)) == {"ask", "search", "articles"}
    assert set(tools(served.private, **ADA)) == {"ask", "search", "articles", "add", "remove"}


def test_a_model_reads_what_a_tool_does_and_takes(served: Served) -> None:
    tool = tools(served.public)["ask"]
    assert tool.description.startswith("Answer a question from the articles, word for word")
    assert tool.inputSchema["required"] == ["question"]
    for name, schema in tool.inputSchema["properties"].items():
        assert schema["description"], name


def test_a_tool_gives_json(served: Served) -> None:
    result = call(served.public, "ask", {"question": TRIP})
    assert not result.isError
    answer = json.loads(result.content[0].text)
    assert answer["citations"][0]["quote"].startswith("US Secretary of State Antony Blinken")
    passages = json.loads(call(served.public, "search", {"question": TRIP, "k": 2}).content[0].text)
    assert len(passages) == 2


def test_a_problem_is_told_to_the_model(served: Served) -> None:
    result = call(served.public, "search", {"question": TRIP, "k": 0})
    assert result.isError
    assert result.content[0].text == "Send k as a whole number from 1 to 100."


def test_a_signed_in_model_changes_articles(served: Served) -> None:
    article = {"title": "By a model", "text": "A text.", "uri": "test:mcp"}
    assert not call(served.private, "add", article, **ADA).isError
    assert not call(served.private, "remove", {"uri": "test:mcp"}, **ADA).isError
    assert call(served.private, "remove", {"uri": "test:mcp"}, **ADA).isError


def test_without_the_package_the_message_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ArticleQAError, match=r'pip install "article-qa\[mcp\]"'):
        serving._require_mcp()
