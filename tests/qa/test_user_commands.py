"""The commands `article-qa user`, run as a person runs them."""

import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qa import cli, passwords
from qa.passwords import AuthFile

GOOD = "correct horse battery"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_COST", 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "users"


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli.app, ["user", *arguments], input=typed)


def said(result: Result) -> str:
    """All that a person sees, in one line."""
    return re.sub(r"\s+", " ", result.output)


def test_a_user_is_added_listed_and_removed(path: Path) -> None:
    added = run("add", "ada", "--auth-file", str(path), typed=f"{GOOD}\n{GOOD}\n")
    assert added.exit_code == 0, added.output
    assert GOOD not in added.output
    assert AuthFile(path).check("ada", GOOD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run("list", "--auth-file", str(path)).output == "ada\n"
    assert run("remove", "ada", "--auth-file", str(path)).exit_code == 0
    assert run("list", "--auth-file", str(path)).output == ""


def test_a_password_typed_differently_the_second_time_is_asked_for_again(path: Path) -> None:
    typed = f"{GOOD}\nsomething else\n{GOOD}\n{GOOD}\n"
    result = run("add", "ada", "--auth-file", str(path), typed=typed)
    assert result.exit_code == 0
    assert AuthFile(path).check("ada", GOOD)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nsecond line\n"])
def test_a_program_gives_the_password_on_standard_input(path: Path, ending: str) -> None:
    result = run(
        "add", "ada", "--auth-file", str(path), "--password-stdin", typed=f" {GOOD} {ending}"
    )
    assert result.exit_code == 0
    assert AuthFile(path).check("ada", f" {GOOD} ")


def test_a_password_that_is_too_long_is_not_cut(path: Path) -> None:
    result = run("add", "ada", "--auth-file", str(path), "--password-stdin", typed="x" * 2_000)
    assert result.exit_code == cli.PROBLEM
    assert not path.exists()


def test_a_short_password_is_told_with_what_to_do(path: Path) -> None:
    result = run("add", "ada", "--auth-file", str(path), "--password-stdin", typed="short\n")
    assert result.exit_code == cli.PROBLEM
    assert "5 characters; take 12 to 1,000" in said(result)


def test_a_user_who_is_there_is_told_before_a_password_is_asked_for(path: Path) -> None:
    AuthFile(path).add("ada", GOOD)
    result = run("add", "ada", "--auth-file", str(path))
    assert result.exit_code == cli.PROBLEM
    assert "--replace" in said(result)
    assert "Password" not in said(result)


def test_a_user_gets_a_new_password(path: Path) -> None:
    AuthFile(path).add("ada", GOOD)
    new = "another long password"
    options = ["--auth-file", str(path), "--replace", "--password-stdin"]
    assert run("add", "ada", *options, typed=new).exit_code == 0
    assert AuthFile(path).check("ada", new)


@pytest.mark.parametrize("arguments", [["list"], ["remove", "ada"]])
def test_without_a_file_the_message_says_how_to_make_one(path: Path, arguments: list[str]) -> None:
    result = run(*arguments, "--auth-file", str(path))
    assert result.exit_code == cli.PROBLEM
    assert "article-qa user add NAME" in said(result)
