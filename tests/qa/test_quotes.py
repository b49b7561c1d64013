"""Quotes that people kept, against the articles: every altered one is found."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, ArticleIndex, Sentence
from qa import AbstentionReason, Answer, AnswerForm, Citation, Passage, Turn
from qa.conversation_file import answer_as_markdown, conversation_as_html, conversation_as_json
from qa.quotes import CheckedQuote, QuoteState, UnreadableQuotes, check_quotes, quotes_in_file
from qa.serialization import answer_as_dict

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOSTILE = "A <b>bold</b> & \"quoted\" 'claim' of R&amp;D — naïve 😀, ${x}\tand more.\n"
SENTENCES = [f"Report {n} of the harbour says that {n * 7} ferries sailed. " for n in range(99)]
BIG = Article("https://example.com/big?a=1&b='2'", "The “harbour”", "".join([*SENTENCES, HOSTILE]))

Writer = Callable[[list[Turn]], str]


def as_html(turns: list[Turn]) -> str:
    return conversation_as_html(turns, "Ferries & <b>more", NOW)


def as_json(turns: list[Turn]) -> str:
    return conversation_as_json(turns, "Ferries & <b>more", NOW)


def as_answers(turns: list[Turn]) -> str:
    """As `article-qa ask --json` prints."""
    return json.dumps([answer_as_dict(turn.answer) for turn in turns], indent=2)


WRITERS = [as_html, as_json, as_answers]


def passage(article: Article, start: int, end: int) -> Passage:
    sentence = Sentence(1, article.uri, start, end, 0)
    return Passage(article, start, end, sentence, (sentence,), 0, len(article.text), 0.5, {})


def answer(article: Article, start: int, end: int, *, marked: bool = True) -> Answer:
    """Cites these characters, of which those but the first and last answer."""
    found = passage(article, start, end)
    words = (start + 1, end - 1) if marked and end - start > 2 else (None, None)
    citation = Citation(
        1,
        article.uri,
        article.title,
        article.source,
        article.published,
        article.content_hash,
        found.quote,
        start,
        end,
        found,
        *words,
    )
    form = AnswerForm.WORDS if marked else AnswerForm.SENTENCE
    return Answer("When?", "When did it sail?", found.quote, form, (citation,), (found,), 0.9)


def turns_of(article: Article) -> list[Turn]:
    """A turn for each sentence of `BIG`."""
    spans = []
    place = 0
    for text in [*SENTENCES, HOSTILE]:
        spans.append((place, place + len(text.rstrip())))
        place += len(text)
    return [Turn("When?", "When?", answer(article, *span)) for span in spans]


@pytest.fixture
def stored(index: ArticleIndex) -> Article:
    index.add([BIG])
    return index.article(BIG.uri)


@pytest.fixture
def check(index: ArticleIndex, tmp_path: Path) -> Callable[[str], list[CheckedQuote]]:
    def check(content: str) -> list[CheckedQuote]:
        path = tmp_path / "kept"
        path.write_bytes(content.encode())
        return check_quotes(quotes_in_file(path), index)

    return check


@pytest.mark.parametrize("write", WRITERS)
def test_every_one_of_a_hundred_altered_quotes_is_found(
    stored: Article, check: Callable[[str], list[CheckedQuote]], write: Writer
) -> None:
    turns = turns_of(stored)
    content = write(turns)
    intact = check(content)
    assert len(intact) == 100
    assert {found.state for found in intact} == {QuoteState.INTACT}
    draw = random.Random(1)
    for number, found in enumerate(intact):
        words = found.quote.text
        at = draw.randrange(len(words))
        other = "X" if words[at] != "X" else "Y"
        # A letter changed, dropped, or put in.
        changed = words[:at] + draw.choice([other, "", words[at] + other]) + words[at + 1 :]
        altered = check(_with_quote_changed(content, number, words, changed, write))
        wrong = [n for n, f in enumerate(altered) if not f.ok]
        assert wrong == [number]
        assert altered[number].state is QuoteState.ALTERED
        assert altered[number].quote.text == changed


def _with_quote_changed(content: str, number: int, words: str, changed: str, write: Writer) -> str:
    if write is as_html:
        from qa.escaping import escaped

        parts = content.split('class="article-qa-quote"')
        head, shown = parts[number + 1].split('">', 1)
        shown, tail = shown.split("</div>", 1)
        assert shown.replace("<strong>", "").replace("</strong>", "") == escaped(words)
        parts[number + 1] = f'{head}">{escaped(changed)}</div>{tail}'
        return 'class="article-qa-quote"'.join(parts)
    value = json.loads(content)
    turns = value["turns"] if write is as_json else value
    citation = turns[number]["citations"][0]
    assert citation["quote"] == words
    citation["quote"] = changed
    for held in [citation.get("passage"), *turns[number].get("passages", [])]:
        if held:
            held["quote"] = changed
    return json.dumps(value)


@pytest.mark.parametrize("write", WRITERS)
def test_what_became_of_the_article_since(
    index: ArticleIndex, stored: Article, check: Callable[[str], list[CheckedQuote]], write: Writer
) -> None:
    content = write(turns_of(stored)[:3])
    index.add([Article(BIG.uri, BIG.title, "New: " + SENTENCES[2] + SENTENCES[0])])
    first, second, third = check(content)
    assert (first.state, first.found_at) == (QuoteState.MOVED, 5 + len(SENTENCES[2]))
    assert (second.state, second.found_at) == (QuoteState.OUTDATED, None)
    assert (third.state, third.found_at) == (QuoteState.MOVED, 5)
    assert [found.ok for found in (first, second, third)] == [True, False, True]
    index.remove(BIG.uri)
    assert {found.state for found in check(content)} == {QuoteState.GONE}


@pytest.mark.parametrize("write", WRITERS)
def test_quotes_moved_to_other_offsets_are_altered(
    stored: Article, check: Callable[[str], list[CheckedQuote]], write: Writer
) -> None:
    end = len(SENTENCES[0].rstrip())
    content = write(turns_of(stored)[:1])
    [found] = check(
        content.replace(f'"{end}"', f'"{end + 1}"').replace(f": {end},", f": {end + 1},")
    )
    assert found.state is QuoteState.ALTERED


def test_a_refusal_keeps_its_nearest_sentences(
    stored: Article, check: Callable[[str], list[CheckedQuote]]
) -> None:
    near = tuple(passage(stored, n * 4, n * 4 + 3) for n in range(5))
    refusal = Answer(
        "Why?", "Why?", "Not said.", passages=near, reason=AbstentionReason.NOT_ANSWERED
    )
    for write in (as_html, as_json):
        found = check(write([Turn("Why?", "Why?", refusal)]))
        assert [(f.quote.start, f.ok) for f in found] == [(0, True), (4, True), (8, True)]


@settings(max_examples=60)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=3, max_size=60))
def test_any_text_survives_both_files(text: str) -> None:
    if not text.strip():
        return
    article = Article("a", text, text)
    for marked in (True, False):
        kept = [Turn(text, text, answer(article, 0, len(article.text), marked=marked))]
        for write in WRITERS:
            [found] = _quotes(write(kept))
            assert found.text == (
                article.text.replace("\0", "�") if write is as_html else article.text
            )
            assert (found.uri, found.start, found.end) == ("a", 0, len(article.text))
            assert found.content_hash == article.content_hash


def _quotes(content: str) -> list[Any]:
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(content.encode())
        file.flush()
        return quotes_in_file(Path(file.name))


def test_the_page_holds_nothing_that_runs(stored: Article) -> None:
    hostile = Article("javascript:alert(1)", "<script>alert(1)</script>", HOSTILE + "<img src=x>")
    page = as_html([Turn("<i>", "<i>", answer(hostile, 0, len(hostile.text)))])
    assert "<script" not in page
    assert "<img" not in page
    assert "<i>" not in page
    assert "href" not in page
    assert "default-src 'none'" in page


def test_json_names_its_format_and_has_every_answer(stored: Article) -> None:
    content = json.loads(as_json(turns_of(stored)[:2]))
    assert (content["format"], content["version"]) == ("article-qa conversation", 1)
    assert content["saved"] == NOW.isoformat()
    assert [turn["text"] for turn in content["turns"]] == [s.rstrip() for s in SENTENCES[:2]]


def test_markdown_shows_just_the_words() -> None:
    article = Article("file:///a_b.txt", "*Title*", "1. It is [not] a <b>list</b>.", source="CNN")
    shown = answer_as_markdown(answer(article, 0, len(article.text)))
    assert shown == (
        "**1\\. It is \\[not\\] a \\<b\\>list\\</b\\>.** [1]\n\n"
        "> 1\\. It is \\[not\\] a \\<b\\>list\\</b\\>.\n>\n"
        "> [1] \\*Title\\* · CNN · file:///a\\_b.txt, characters 0 to 29\n"
    )


def test_markdown_does_not_say_whole_sentences_twice() -> None:
    article = Article("a", "Title", "x" * 90)
    kept = answer(article, 0, 90, marked=False)
    assert answer_as_markdown(kept) == f"**{'x' * 90}** [1]\n\n[1] Title · a, characters 0 to 90\n"
    assert answer_as_markdown(kept, longest=9).startswith("**xxxxxxxxx […]** [1]\n")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Just words.",
        "{",
        '{"quote": "x"}',
        '{"quote": "x", "uri": "a", "content_hash": "b", "start": "0", "end": 1}',
        '{"quote": 1, "uri": "a", "content_hash": "b", "start": 0, "end": 1}',
        '<p class="article-qa-quote">x</p>',
        '<p class="article-qa-quote" data-uri="a" data-content-hash="b" data-start="0">x</p>',
        '<p class="article-qa-quote"><b>',
        "[" * 100_000,
    ],
    ids=range(10),
)
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other"
    path.write_text(content)
    with pytest.raises(
        UnreadableQuotes, match=r"other does not hold quotes .* give a conversation"
    ):
        quotes_in_file(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xfa")
    for name in ("absent", "bytes", "."):
        with pytest.raises(UnreadableQuotes, match="cannot be read"):
            quotes_in_file(tmp_path / name)


def test_a_file_without_quotes_has_none(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text('{"turns": []}')
    assert quotes_in_file(tmp_path / "empty") == []


def test_what_is_also_possible_is_written_down_in_every_format() -> None:
    article = Article("a", "Title", "At <noon>. Or at *six*.")
    first = answer(article, 3, 9)
    [other] = answer(article, 17, 22).citations
    both = (*first.citations, replace(other, number=2, alternative=True))
    turn = Turn("When?", "When?", replace(first, citations=both))
    assert "Also possible: six [2]" in answer_as_markdown(turn.answer)
    assert '<p dir="auto">Also possible: six [2]</p>' in as_html([turn])
    kept = json.loads(as_json([turn]))["turns"][0]["citations"]
    assert [citation["alternative"] for citation in kept] == [False, True]
    assert "Also possible" not in answer_as_markdown(first)
