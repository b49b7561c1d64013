import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import loaders
from index.article import Article, LoadFailure
from index.loaders import LOADERS, load_articles

DATA = Path(__file__).parent.parent / "data" / "articles"
SEEDS = Path(__file__).parents[2] / "seeds"


def load_one(path: Path, content: str | bytes | None = None) -> Article | LoadFailure:
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    [loaded] = load_articles(path)
    return loaded


def article(path: Path, content: str | bytes | None = None) -> Article:
    loaded = load_one(path, content)
    assert isinstance(loaded, Article), loaded
    return loaded


def failure(path: Path, content: str | bytes | None = None) -> LoadFailure:
    loaded = load_one(path, content)
    assert isinstance(loaded, LoadFailure), loaded
    return loaded


def names(folder: Path) -> list[str]:
    return [loaded.uri.rsplit("/", 1)[1] for loaded in load_articles(folder)]


def test_golden_folder() -> None:
    expected = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
    loaded = list(load_articles(DATA))
    assert len(loaded) == len(expected)
    for found, want in zip(loaded, expected, strict=True):
        uri = want.get("uri", DATA.resolve().as_uri() + "/" + want["name"])
        assert found.uri == uri
        if "reason" in want:
            assert isinstance(found, LoadFailure)
            assert found.reason.startswith(want["reason"])
        else:
            assert isinstance(found, Article)
            published = found.published.isoformat() if found.published else None
            assert (
                found.title,
                found.source,
                published,
                found.language,
                found.author,
                found.text,
            ) == (
                want["title"],
                want["source"],
                want["published"],
                want["language"],
                want.get("author"),
                want["text"],
            )


def test_seeds() -> None:
    [seed] = load_articles(SEEDS)
    assert isinstance(seed, Article)
    assert (seed.source, seed.language) == ("CNN", "en")
    assert seed.published == datetime(2023, 2, 7, tzinfo=UTC)
    assert seed.uri.startswith("file:///")
    [path] = SEEDS.glob("*.txt")
    assert seed.text.encode() == path.read_bytes()


# Folders


def test_folders_are_read_sorted_and_without_what_is_no_article(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/y.TXT", ".hidden.txt", ".git/x.txt", "c.pdf", "b.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}" if name == "b.json" else "It rained.")
    (tmp_path / "questions.jsonl").write_text('{"question": "Did it rain?"}\n')
    assert names(tmp_path) == ["y.TXT", "z.md", "b.txt"]


def test_symbolic_links_in_folders_are_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outside = tmp_path / "outside"
    folder = tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (outside / "secret.txt").write_text("It is secret.")
    (folder / "a.txt").write_text("It rained.")
    (folder / "loop").symlink_to(folder)
    (folder / "out").symlink_to(outside)
    (folder / "secret.txt").symlink_to(outside / "secret.txt")
    assert names(folder) == ["a.txt"]
    assert "secret.txt is a symbolic link" in caplog.text


def test_a_link_named_directly_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It rained.")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    assert article(tmp_path / "link.txt").uri == (tmp_path / "a.txt").resolve().as_uri()


def test_deep_folders(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(200):
        folder = folder / "d"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("It rained.")
    assert names(tmp_path) == ["a.txt"]


def test_articles_are_read_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It rained.")
    (tmp_path / "b.txt").write_text("It rained.")
    loaded = load_articles(tmp_path / "a.txt", str(tmp_path / "b.txt"))
    assert isinstance(next(loaded), Article)
    (tmp_path / "b.txt").unlink()
    assert isinstance(next(loaded), LoadFailure)


# What cannot be read


@pytest.mark.parametrize("name", ["absent.txt", "a\0b.txt", "half\ud800.txt", "absent/../x.md"])
def test_a_path_that_does_not_exist(tmp_path: Path, name: str) -> None:
    found = failure(tmp_path / name)
    assert "No file or folder is here" in found.reason
    found.uri.encode()


def test_circular_links_and_pipes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert "No file or folder" in failure(tmp_path / "a.txt").reason
    os.mkfifo(tmp_path / "pipe.txt")
    assert "neither a file nor a folder" in failure(tmp_path / "pipe.txt").reason
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["a.pdf", "README", "a.json"])
def test_unknown_kinds_named_directly(tmp_path: Path, name: str) -> None:
    assert ".txt" in failure(tmp_path / name, "It rained.").reason


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"It rained.\0",
        bytes(range(1, 256)) * 8,
        b"\x01\x02\x03\x04 text",
        "It rained.".encode("utf-16-le"),
        b"\xff\xfe\x00",
    ],
)
def test_binary_files(tmp_path: Path, content: bytes) -> None:
    found = failure(tmp_path / "a.txt", content)
    assert "save it as UTF-8" in found.reason
    assert found.uri == (tmp_path / "a.txt").resolve().as_uri()


@pytest.mark.parametrize("content", ["", " \r\n\t"])
def test_empty_files(tmp_path: Path, content: str) -> None:
    assert "has no text" in failure(tmp_path / "a.txt", content).reason


def test_too_large_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaders, "MAX_FILE_BYTES", 2_000_000)
    assert "limit of 2 MB" in failure(tmp_path / "a.txt", "x" * 2_000_001).reason
    assert len(article(tmp_path / "a.txt", "x" * 2_000_000).text) == 2_000_000
    assert "Line 1 is longer than 2 MB" in failure(tmp_path / "a.jsonl", "x" * 2_000_001).reason


def test_unreadable_folders_do_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b.txt").write_text("It rained.")
    iterdir = Path.iterdir

    def refuse(path: Path) -> Iterator[Path]:
        if path.name == "a":
            raise PermissionError(13, "Permission denied")
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    first, second = load_articles(tmp_path)
    assert isinstance(first, LoadFailure)
    assert "Permission denied" in first.reason
    assert isinstance(second, Article)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300), ending=st.sampled_from(sorted(LOADERS)))
def test_any_bytes_are_loaded_or_reported(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str
) -> None:
    path = tmp_path_factory.mktemp("any") / f"a{ending}"
    path.write_bytes(content)
    for loaded in load_articles(path):
        assert isinstance(loaded, Article | LoadFailure)


# Encodings

FRENCH = (
    "Le phare est rallumé\r\n\r\nÀ Varn, le phare a été rallumé dimanche après neuf années. « Nous "
    "étions très émus », a déclaré le maire. L’été prochain, l’entrée coûtera 5 £."
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_exactly(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, encoding: str
) -> None:
    text = "Title\r\n\r\nA\rB\u2028😀 é e\u0301\n"
    assert article(tmp_path / "a.txt", text.encode(encoding)).text == text
    assert not caplog.records


def test_utf_16_in_either_order(tmp_path: Path) -> None:
    for order in ("le", "be"):
        content = "\ufeffÀ l’été.".encode(f"utf-16-{order}")
        assert article(tmp_path / "a.txt", content).text == "À l’été."


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (FRENCH, "cp1252", "windows-1252"),
        ("Die Größe der Bürgerhäuser überraschte den Müller.", "cp1252", "windows-1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy, řekl starosta.", "cp1250", "windows-1250"),
        ("Belediye başkanı dün fenerin yeniden yandığını açıkladı.", "cp1254", "windows-1254"),
        ("Ο δήμαρχος δήλωσε χθες ότι ο φάρος άναψε ξανά.", "cp1253", "windows-1253"),
        ("He said “it’s fine” — and left the café for £5.", "cp1252", "windows-1252"),
        ("Порт Варна закрыт из-за бури, сообщил вчера мэр.", "cp1251", "windows-1251"),
        ("Порт Варна закрыт из-за бури, сообщил вчера мэр.", "koi8-r", "koi8_r"),
        ("灯台は九年ぶりに点灯した。村人は船で来た。", "shift_jis", "cp932"),
        ("灯塔九年后再次点亮。村民乘船前来。", "gb18030", "gb18030"),
    ],
)
def test_other_encodings_are_read_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str, encoding: str, name: str
) -> None:
    assert article(tmp_path / "a.txt", text.encode(encoding)).text == text
    [record] = caplog.records
    assert (record.name, record.levelno) == ("index", logging.WARNING)
    assert f"a.txt is not UTF-8 and was read as {name};" in record.message


# Titles


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Storm nears Varn\n\nIt is near.", "Storm nears Varn"),
        ("Storm nears Varn\nIt is near.", "Storm nears Varn"),
        ("\ufeff\n  Storm  nears\tVarn \r\n\r\nIt is near.", "Storm nears Varn"),
        ("Will the storm come?\n\nIt is near.", "Will the storm come?"),
        ("The storm came.\nIt left.", "My storm file"),
        ("The storm came”.\nIt left.", "My storm file"),
        ("Storm", "My storm file"),
        ("-----\n\nIt is near.", "My storm file"),
        (f"{'Storm ' * 21}\n\nIt is near.", "My storm file"),
        (
            "The storm that had been feared for a week came near Varn on Monday and\n"
            "took three boats from the harbor.",
            "My storm file",
        ),
    ],
)
def test_title_of_text(tmp_path: Path, content: str, title: str) -> None:
    assert article(tmp_path / "my_storm-file.txt", content).title == title


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Intro words.\n\n## The storm ##\n\n# Later", "The storm"),
        ("Intro words.\nMore.\n\n**The storm**\n=====\n\nText", "The storm"),
        ("```\n# not a heading\n```\n\n# The storm", "The storm"),
        ("# " + " " * 50_000 + "x\n\nThe storm came.", "x"),
        ("#hashtag\n\nThe storm came.", "#hashtag"),
        ("The storm came.\nIt left.", "My storm file"),
    ],
)
def test_title_of_markdown(tmp_path: Path, content: str, title: str) -> None:
    found = article(tmp_path / "my_storm-file.md", content)
    assert found.title == title
    assert found.text == content


def test_file_names_that_are_not_text(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9_x.txt")
    path.write_text("It rained.")
    found = article(path)
    assert found.title == "Caf? x"
    assert found.uri.endswith("/caf%E9_x.txt")


# Sidecars and front matter


def test_sidecar(tmp_path: Path) -> None:
    sidecar = {"title": " A\nstorm ", "published": "2021-03-16T08:00:00+01:00", "source": ""}
    (tmp_path / "a.json").write_text(json.dumps(sidecar), encoding="utf-8-sig")
    found = article(tmp_path / "a.txt", "Storm\n\nIt came.")
    assert (found.title, found.source) == ("A storm", None)
    assert found.published == datetime(2021, 3, 16, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "The sidecar 'a.json' is not JSON"),
        (b"[]", "The sidecar 'a.json' must be a JSON object"),
        (b"[" * 50_000, "The sidecar 'a.json' is not JSON"),
        (b'{"title": "\xff"}', "The sidecar 'a.json' is not UTF-8"),
        (b'{"title": ["x"]}', 'The field "title" must be a text'),
        (b'{"published": 2023}', 'The field "published" is of type int; write a date'),
        (b'{"published": "2023-13-01"}', "The field \"published\" is '2023-13-01'"),
        (b'{"published": "0001-01-01T00:00+10:00"}', 'The field "published" is'),
        (b'{"source": "\\ud800"}', "The source of article"),
        (b" " * 70_000, "'a.json' is larger than the limit of 64 kB"),
    ],
)
def test_damaged_sidecars(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.json").write_bytes(content)
    found = failure(tmp_path / "a.txt", "It came.")
    assert found.reason.startswith(reason)
    assert found.uri.endswith("/a.txt")


def test_front_matter_wins_over_the_sidecar(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"title": "Old", "source": "Wire"}')
    found = article(tmp_path / "a.md", "---\r\ntitle: New\r\n---\r\n\r\nIt came.\r\n")
    assert (found.title, found.source, found.text) == ("New", "Wire", "\r\nIt came.\r\n")


def test_front_matter_dates(tmp_path: Path) -> None:
    same = ("2021-03-16", "2021-03-16 00:00:00", "'2021-03-16'", "2021-03-16T01:00:00+01:00")
    for written in same:
        found = article(tmp_path / "a.md", f"---\npublished: {written}\n...\nIt came.")
        assert found.published == datetime(2021, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "title",
    ["Storm: the worst ever", '"Worst ever": storm hits', "'It came', she said", "@storm: 50% off"],
)
@pytest.mark.parametrize("end", ["\n", " \r\n"])
def test_titles_need_no_quotes(tmp_path: Path, title: str, end: str) -> None:
    fields = (f"title: {title}", "source: Wire: North", 'author: "Ida: Holm"', "")
    found = article(tmp_path / "a.md", f"---{end}{end.join(fields)}---\nIt came.")
    assert (found.title, found.source, found.author) == (title, "Wire: North", "Ida: Holm")


@pytest.mark.parametrize(
    "front_matter",
    [
        "title: [",
        "title: Storm: worst\nlanguage: [",
        "title: [Storm]: worst",
        "a: &a [x]\ntitle: *a",
        "published: 2023-99-99",
        "title: !!python/object/apply:os.getcwd []",
        "[" * 5000,
    ],
)
def test_damaged_front_matter(tmp_path: Path, front_matter: str) -> None:
    found = failure(tmp_path / "a.md", f"---\n{front_matter}\n---\nIt came.")
    assert "The front matter is not YAML" in found.reason


@pytest.mark.parametrize(
    "content", ["---\nJust words between rules.\n---\nIt came.", "---\ntitle: never closed\n"]
)
def test_rules_are_no_front_matter(tmp_path: Path, content: str) -> None:
    assert article(tmp_path / "a.md", content).text == content


# JSON Lines


def test_json_lines_need_utf_8(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(
        b'\xef\xbb\xbf{"text": "It rained."}\r\n'
        b'{"text": "caf\xe9"}\n'
        b'{"text": "It\xe2\x80\xa8snowed."}'
    )
    first, second, third = load_articles(tmp_path / "a.jsonl")
    assert isinstance(first, Article)
    assert isinstance(second, LoadFailure)
    assert second.reason.startswith("Line 2 is not UTF-8")
    assert isinstance(third, Article)
    assert third.text == "It\u2028snowed."


@pytest.mark.parametrize(
    "line",
    [
        '{"text": ""}',
        '{"text": null}',
        '{"text": "a", "language": 1}',
        '{"text": "a", "author": ["Ida Holm", 7]}',
        '{"text": "\\ud800"}',
        "[" * 9999,
    ],
)
def test_bad_lines_are_reported_one_by_one(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(f'{{"text": "It rained."}}\n{line}\n{{"text": "It snowed."}}\n')
    first, second, third = load_articles(path)
    assert isinstance(first, Article)
    assert isinstance(second, LoadFailure)
    assert second.uri == path.resolve().as_uri() + "#line=2"
    assert isinstance(third, Article)
    assert third.uri == path.resolve().as_uri() + "#line=3"
