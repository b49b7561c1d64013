"""The documentation tells the truth: its programs run, its commands exist, and none is missing."""

import ast
import contextlib
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from qa import cli

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# First line of a program that talks to a running chat, which the tests of the chat do too.
NEEDS_CHAT = '# While "article-qa serve" runs:'
# What else a reader is told to type.
OTHER_PROGRAMS = {"cd", "curl", "docker", "env", "git", "pip", "python", "python3", "ssh"}


def commands(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its full name ("user add")."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


COMMANDS = dict(commands(typer.main.get_command(cli.app)))


def blocks(page: Path, language: str) -> list[str]:
    """The contents of a page's fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)


@pytest.fixture
def beside_the_seeds(tmp_path: Path) -> Iterator[None]:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    with contextlib.chdir(tmp_path):
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("beside_the_seeds")
@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=lambda p: p.name)
def test_programs_run_one_after_the_other(page: Path) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page, "python"):
        if block.startswith(NEEDS_CHAT):
            ast.parse(block)
        else:
            exec(compile(block, page.name, "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_exist(page: Path) -> None:
    joined = [block.replace("\\\n", " ") for block in blocks(page, "console")]
    for line in [line for block in joined for line in block.splitlines()]:
        if line.startswith("$ "):
            assert_exists(line.removeprefix("$ "))


def assert_exists(line: str) -> None:
    program, *arguments = shlex.split(line, comments=True)
    if program == "make":
        targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
        assert {a for a in arguments if "=" not in a} <= set(targets), line
    elif program == "article-qa":
        options = {a.split("=")[0] for a in arguments if a.startswith("-")}
        if arguments[0] not in ("--help", "--version"):
            name = next((n for n in (arguments[0], " ".join(arguments[:2])) if n in COMMANDS), "")
            assert name, line
            known = {o for p in COMMANDS[name].params for o in p.opts}
            assert options <= known | {"--help"}, line
    else:
        assert program in OTHER_PROGRAMS, line


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    usage = "\n".join(page.read_text("utf-8") for page in sorted((ROOT / "docs").glob("*.md")))
    [section] = re.findall(rf"^### `article-qa {name}(?=[ `]).*?(?=^##)", usage, re.M | re.S)
    for parameter in COMMANDS[name].params:
        for option in parameter.opts:
            if option.startswith("-") and option not in ("--index", "--help"):
                assert f"`{option}" in section, f"{name} {option} is not documented"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert all(p.help for p in command.params), name


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    for requirement in project["dependencies"]:
        assert f"\n| {requirement.split('>')[0]} |" in page


def test_every_environment_variable_is_documented() -> None:
    usage = (ROOT / "docs" / "usage.md").read_text("utf-8")
    files = [*(ROOT / "qa").rglob("*.py"), *(ROOT / "index").rglob("*.py"), ROOT / "app.py"]
    used = {n for f in files for n in re.findall(r"ARTICLE_QA_\w+", f.read_text("utf-8"))}
    assert used
    assert {name for name in used if f"`{name}`" not in usage} == set()
