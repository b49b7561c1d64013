"""Who may sign in: nobody but those in the file, and the file tells nobody their passwords."""

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import ArticleQAError
from qa import passwords
from qa.passwords import AuthFile, AuthFileError, HashedPassword

GOOD = "correct horse battery"
Counter = Callable[[], int]


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take no time; the real cost is tested by itself."""
    monkeypatch.setattr(passwords, "_COST", 2)
    monkeypatch.setattr(passwords, "_PARALLELISM", 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "users"


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Counter:
    """How many hashes were computed so far."""
    count = 0
    scrypt = hashlib.scrypt

    def counted(*args: Any, **options: Any) -> bytes:
        nonlocal count
        count += 1
        return scrypt(*args, **options)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    return lambda: count


def test_a_user_signs_in_with_their_password_alone(path: Path) -> None:
    users = AuthFile(path)
    users.add("ada", GOOD)
    users.add("bob", "another long password")
    assert users.names() == ["ada", "bob"]
    assert users.check("ada", GOOD)
    assert not users.check("ada", "another long password")
    assert not users.check("bob", GOOD)
    assert not users.check("ada", "")
    assert not users.check("Ada", GOOD)
    assert not users.check("eve", GOOD)
    assert not users.check("", "")


def test_another_program_reads_what_one_wrote(path: Path) -> None:
    AuthFile(path).add("ada", GOOD)
    assert AuthFile(path).check("ada", GOOD)


def test_the_file_holds_neither_passwords_nor_equal_hashes_of_equal_ones(path: Path) -> None:
    AuthFile(path).add("ada", GOOD)
    AuthFile(path).add("bob", GOOD)
    first, second = path.read_text("ascii").splitlines()
    assert GOOD not in first
    assert first.partition(":")[2] != second.partition(":")[2]


def test_the_hashes_that_ship_cost_what_is_recommended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    hashed = HashedPassword.of(GOOD)
    assert 128 * hashed.cost * hashed.block_size >= 32 * 2**20
    assert hashed.parallelism >= 3
    assert len(hashed.salt) >= 16
    assert hashed.matches(GOOD)
    nobody = passwords._NOBODY
    assert (nobody.cost, nobody.block_size, nobody.parallelism) == (
        hashed.cost,
        hashed.block_size,
        hashed.parallelism,
    )


def test_an_unknown_name_takes_as_much_work_as_a_known_one(path: Path, hashes: Counter) -> None:
    users = AuthFile(path)
    users.add("ada", GOOD)
    before = hashes()
    users.check("ada", "wrong")
    known = hashes() - before
    users.check("nobody", "wrong")
    assert known == hashes() - before - known == 1


def test_a_running_server_knows_who_was_added_removed_or_changed(path: Path) -> None:
    users = AuthFile(path)
    users.add("ada", GOOD)
    assert not users.check("bob", GOOD)
    AuthFile(path).add("bob", GOOD)
    assert users.check("bob", GOOD)
    before = users.version("bob")
    AuthFile(path).add("bob", "another long password", replace=True)
    assert users.check("bob", "another long password")
    assert not users.check("bob", GOOD)
    assert users.version("bob") != before
    AuthFile(path).remove("bob")
    assert not users.check("bob", "another long password")
    assert users.version("bob") is None


def test_nobody_gets_a_new_password_by_accident(path: Path) -> None:
    AuthFile(path).add("ada", GOOD)
    with pytest.raises(AuthFileError, match="--replace"):
        AuthFile(path).add("ada", "another long password")
    assert AuthFile(path).check("ada", GOOD)


def test_whoever_is_not_there_cannot_be_removed(path: Path) -> None:
    AuthFile(path).add("ada", GOOD)
    with pytest.raises(AuthFileError, match="no user 'bob'"):
        AuthFile(path).remove("bob")


@pytest.mark.parametrize("name", ["", ":", "a:b", "a b", "ada\n", "-ada", "é", "a" * 65, "\ud800"])
def test_a_name_that_a_line_cannot_hold_is_refused(path: Path, name: str) -> None:
    with pytest.raises(AuthFileError, match="cannot be the name"):
        AuthFile(path).add(name, GOOD)
    assert not path.exists()


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 1_001])
def test_a_password_that_is_soon_guessed_is_refused(path: Path, password: str) -> None:
    with pytest.raises(AuthFileError, match="take 12 to 1,000"):
        AuthFile(path).add("ada", password)
    assert not path.exists()


def test_a_book_is_no_password(path: Path, hashes: Counter) -> None:
    AuthFile(path).add("ada", GOOD)
    before = hashes()
    assert not AuthFile(path).check("ada", "x" * 1_000_000)
    assert hashes() == before


def test_however_a_keyboard_composes_a_letter_it_is_the_same_password(path: Path) -> None:
    password = "zwölf Boxkämpfer jagen"
    AuthFile(path).add("ada", unicodedata.normalize("NFD", password))
    assert AuthFile(path).check("ada", unicodedata.normalize("NFC", password))


@given(password=st.text(min_size=12, max_size=40), other=st.text(max_size=40))
def test_any_text_is_a_password_and_only_itself_matches(password: str, other: str) -> None:
    hashed = HashedPassword.parse(str(HashedPassword.of(password)))
    assert hashed.matches(password)
    same = unicodedata.normalize("NFC", password) == unicodedata.normalize("NFC", other)
    assert hashed.matches(other) is same


posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions.")


@posix_only
def test_nobody_else_may_read_the_file(path: Path) -> None:
    before = os.umask(0)
    try:
        AuthFile(path).add("ada", GOOD)
        AuthFile(path).add("bob", GOOD)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@posix_only
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644])
def test_a_file_that_others_have_access_to_is_refused(path: Path, mode: int) -> None:
    users = AuthFile(path)
    users.add("ada", GOOD)
    path.chmod(mode)
    for use in (users.names, lambda: users.check("ada", GOOD), lambda: users.remove("ada")):
        with pytest.raises(AuthFileError, match="chmod 600"):
            use()
    with pytest.raises(AuthFileError, match="chmod 600"):
        users.add("bob", GOOD)


def test_without_a_file_nobody_signs_in_and_the_message_says_how_to_make_one(path: Path) -> None:
    with pytest.raises(AuthFileError, match="user add NAME --auth-file"):
        AuthFile(path).check("admin", "admin")


@pytest.mark.parametrize(
    "line",
    [
        "ada",
        "ada:secret",
        "ada:scrypt$2$8$1$AAAA$AAAA",
        "ada:scrypt$3$8$1$SALT$HASH",
        "ada:scrypt$1073741824$8$1$SALT$HASH",
        "ada:scrypt$2$8$99$SALT$HASH",
        "ada:scrypt$-2$8$1$SALT$HASH",
        "ada:md5$2$8$1$SALT$HASH",
        "ada:scrypt$2$8$1$SALT$!!!!",
        ":scrypt$2$8$1$SALT$HASH",
        "\xff\x00",
    ],
)
def test_a_damaged_line_is_told_by_its_number_and_not_shown(path: Path, line: str) -> None:
    AuthFile(path).add("zoe", GOOD)
    hashed = HashedPassword.of(GOOD)
    *_, salt, hash = str(hashed).split("$")
    line = line.replace("SALT", salt).replace("HASH", hash)
    with path.open("ab") as file:
        file.write(line.encode("latin-1") + b"\n")
    with pytest.raises(AuthFileError, match="Line 2 of") as caught:
        AuthFile(path).check("zoe", GOOD)
    assert "secret" not in str(caught.value)


def test_a_second_line_of_one_user_is_refused(path: Path) -> None:
    AuthFile(path).add("ada", GOOD)
    path.write_bytes(path.read_bytes() * 2)
    with pytest.raises(AuthFileError, match="Line 2"):
        AuthFile(path).names()


def test_a_large_file_is_not_read(path: Path) -> None:
    path.touch(0o600)
    path.write_bytes(b"\n" * 2_000_000)
    with pytest.raises(AuthFileError, match="too large"):
        AuthFile(path).names()


def test_two_commands_at_once_lose_no_user(path: Path) -> None:
    AuthFile(path).add("ada", GOOD)
    path.with_name("users.new").touch()
    with pytest.raises(AuthFileError, match=r"another command.*delete that file"):
        AuthFile(path).add("bob", GOOD)
    assert AuthFile(path).names() == ["ada"]


def test_a_disk_that_is_full_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = AuthFile(path)
    users.add("ada", GOOD)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArticleQAError, match="No space left"):
        users.add("bob", GOOD)
    assert [file.name for file in path.parent.iterdir()] == ["users"]
    assert users.names() == ["ada"]


def test_a_folder_is_no_file_of_users(tmp_path: Path) -> None:
    with pytest.raises(AuthFileError, match="cannot be"):
        AuthFile(tmp_path).names()


def test_a_link_to_the_file_stays_a_link(tmp_path: Path, path: Path) -> None:
    AuthFile(path).add("ada", GOOD)
    link = tmp_path / "link"
    link.symlink_to(path)
    AuthFile(link).add("bob", GOOD)
    assert link.is_symlink()
    assert AuthFile(path).names() == ["ada", "bob"]
