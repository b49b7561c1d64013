"""Articles from files and texts that the page is given."""

import json
from pathlib import Path

import pytest

from index import AddReport, Article, ArticleIndex, HashingEmbedder
from qa.chat import collecting
from tests.qa.chat_service import PARTS, last_values, service


def test_uploaded_files_are_added_under_their_names_and_then_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "uploads" / "0123"
    folder.mkdir(parents=True)
    good, rows, bad = folder / "a b.md", folder / "rows.jsonl", folder / "bad.txt"
    good.write_text("# The title\n\nOne sentence.", "utf-8")
    rows.write_text(json.dumps({"uri": "https://example.com/1", "title": "R", "text": "Two."}))
    bad.write_bytes(b"")
    with service(tmp_path / "index") as at:
        files = [str(path) for path in (good, rows, bad)]
        values = last_values(collecting.add_files(at, PARTS, files))
        uris = {article.uri for article in at.index.articles()}
    assert uris == {"upload:a b.md", "https://example.com/1"}
    assert "2 articles added" in values["report"]
    assert "upload:bad.txt" in values["report"]
    assert str(tmp_path) not in values["report"]
    assert not any(path.exists() for path in (good, rows, bad))


def test_the_same_upload_again_changes_nothing(tmp_path: Path) -> None:
    with service(tmp_path / "index") as at:
        for told in ("1 article added", "1 article unchanged"):
            file = tmp_path / "a.txt"
            file.write_text("The title\n\nOne sentence.", "utf-8")
            values = last_values(collecting.add_files(at, PARTS, [str(file)]))
            assert told in values["report"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (("", "Text.", "", "", ""), "Give the text a title."),
        (("Title", " ", "", "", ""), "Paste the text first."),
        (("Title", "Text.", "", "", "7.2.2023"), "“7.2.2023” is no date"),
    ],
)
def test_what_is_missing_in_a_pasted_text_is_told_and_nothing_lost(
    tmp_path: Path, fields: tuple[str, str, str, str, str], told: str
) -> None:
    with service(tmp_path) as at:
        values = last_values(collecting.add_pasted(at, PARTS, fields))
        assert at.index.articles() == []
    assert told in values["report"]
    assert set(values) == {"report"}  # the fields keep what was typed


def test_a_pasted_text_keeps_every_character(tmp_path: Path) -> None:
    text = "  One.\n\n“Two” … three "
    with service(tmp_path) as at:
        fields = ("Title", text, "Outlet", "Ida Holm", "2023-02-07")
        last_values(collecting.add_pasted(at, PARTS, fields))
        [summary] = at.index.articles()
        article = at.index.article(summary.uri)
    assert article.text == text
    assert (article.source, article.author) == ("Outlet", "Ida Holm")
    assert str(article.published) == "2023-02-07 00:00:00+00:00"


def test_adding_that_is_stopped_keeps_what_was_added(tmp_path: Path) -> None:
    def endless() -> "object":
        number = 0
        while True:
            number += 1
            yield Article(f"test:{number}", f"Title {number}", f"Sentence number {number}. " * 50)

    with ArticleIndex.open(tmp_path, embedder=HashingEmbedder()) as index:
        steps = collecting.adding(index, endless())  # type: ignore[arg-type]
        assert not isinstance(next(steps), AddReport)
        steps.close()  # type: ignore[attr-defined]
        assert index.articles()
        assert index.check().ok
