"""Text of articles as HTML: nothing of it is ever markup."""

import pytest
from hypothesis import given

from qa.chat import escaping
from tests.qa.shown import Page, any_text, plain


@given(plain)
def test_escaped_text_reads_as_it_was(text: str) -> None:
    assert Page(f"<p>{escaping.escaped(text)}</p>").text == text


@given(any_text)
def test_escaped_text_holds_no_markup_and_fits_into_an_attribute(text: str) -> None:
    escaped = escaping.escaped(text)
    assert not set("<>\"'") & set(escaped)
    escaped.encode()  # a lone surrogate would raise
    assert Page(f"<p>{escaped}</p>").elements == [("p", {})]


@pytest.mark.parametrize("uri", ["http://example.com/a", "https://example.com/a?b=c&d=\"'<>"])
def test_web_addresses_become_links_that_tell_nothing(uri: str) -> None:
    [(tag, attributes), _] = Page(escaping.link(uri, "Title")).elements
    assert tag == "a"
    assert attributes["href"] == uri
    assert attributes["rel"] == "noopener noreferrer nofollow"


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JavaScript://example.com/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "https:",
        "http://[",
        "//example.com/a",
        "notes",
    ],
)
def test_other_addresses_become_no_links(uri: str) -> None:
    page = Page(escaping.link(uri, "Title"))
    assert [tag for tag, _ in page.elements] == ["bdi"]
    assert page.text == "Title"


@given(any_text)
def test_a_link_is_http_or_none(uri: str) -> None:
    for tag, attributes in Page(escaping.link(uri, "Title")).elements:
        if tag == "a":
            assert (attributes["href"] or "").lower().startswith(("http://", "https://"))
