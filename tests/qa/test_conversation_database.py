"""The file of kept conversations: made, closed, damaged, or not ours."""

import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from index import IndexDamaged, IndexNotFound, IndexTooNew, StorageError
from qa.conversation_database import folded
from qa.conversations import Conversations
from tests.qa.turns import a_turn

FILE = "conversations.sqlite"


def test_there_must_be_a_folder_and_to_look_there_must_be_a_file(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="no folder"):
        Conversations.open(tmp_path / "nowhere")
    with pytest.raises(IndexNotFound, match="No conversation has been kept"):
        Conversations.open(tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []
    Conversations.open(tmp_path).close()
    Conversations.open(str(tmp_path), create=False).close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_nobody_else_on_the_computer_may_read_the_file(tmp_path: Path) -> None:
    with Conversations.open(tmp_path) as kept:
        kept.begin("", "x")
        files = list(tmp_path.iterdir())
        assert len(files) == 3, "the database, its log, and the index of that"
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(IndexDamaged, match=r"cannot be read .* move it away"):
        Conversations.open(tmp_path)
    assert (tmp_path / FILE).read_bytes() == b"no database" * 1000


def test_a_file_cut_short_is_said_to_be_damaged(tmp_path: Path) -> None:
    with Conversations.open(tmp_path) as kept:
        id = kept.begin("", "x").id
        for _ in range(20):
            kept.append(id, "", a_turn())
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(IndexDamaged, match="cannot be read"), Conversations.open(tmp_path) as kept:
        kept.get(id, "")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE turns SET content = '{'",
        "UPDATE turns SET content = '[]'",
        "UPDATE turns SET content = 'null'",
        "UPDATE turns SET content = replace(content, 'noon', 'dawn'),"
        " content = replace(content, '\"uri\": ', '\"url\": ')",
        "UPDATE texts SET text = 'Another.'",
        "UPDATE texts SET text = CAST(x'ff' AS TEXT)",
        "DELETE FROM quoted_texts",
        "UPDATE conversations SET changed = 'yesterday'",
    ],
)
def test_damaged_content_is_said_to_be_damaged(tmp_path: Path, change: str) -> None:
    with Conversations.open(tmp_path) as kept:
        id = kept.begin("", "x").id
        kept.append(id, "", a_turn())
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute(change)
    connection.commit()
    connection.close()
    with (
        Conversations.open(tmp_path) as kept,
        pytest.raises(IndexDamaged, match="cannot be read"),
    ):
        kept.get(id, "")


def test_a_file_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    Conversations.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(IndexTooNew, match="newer version of article-qa; update"):
        Conversations.open(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_the_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("CREATE TABLE turns (x)")
    connection.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(IndexDamaged, match="another program"):
        Conversations.open(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_file_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StorageError, match=FILE):
        Conversations.open(tmp_path)


def test_closed_conversations_say_so(tmp_path: Path) -> None:
    kept = Conversations.open(tmp_path)
    kept.close()
    kept.close()
    with pytest.raises(StorageError, match="closed; open"):
        kept.list("")


def test_folding_leaves_no_difference_of_case_or_of_how_a_letter_is_composed() -> None:
    assert folded("É") == folded("e\u0301") == folded("E\u0301") == "é"
    assert folded("Straße") == folded("STRASSE") == "strasse"
