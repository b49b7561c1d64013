"""Every transcript of docs/api.md, run against a real server."""

import contextlib
import importlib.util
import io
import re
import subprocess
from pathlib import Path

from tests.qa.api.conftest import Served

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text("utf-8")
# A block, and what it prints, if the next block says that.
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```$(?:\n+```text\n(.*?)^```$)?", re.M | re.S)
BLOCKS = [match.groups() for match in BLOCK.finditer(PAGE)]
PROGRAMS = [(code, printed) for kind, code, printed in BLOCKS if kind == "python"]
TRANSCRIPTS = [code for kind, code, _ in BLOCKS if kind == "console"]
EVENT = re.compile(r"\b[0-9a-f]{32}\b")


def here(text: str, served: Served) -> str:
    """The text with the addresses of the servers of the tests."""
    text = text.replace("http://127.0.0.1:7860", served.public)
    return text.replace("https://articles.example.com", served.private)


def matches(expected: str, found: str) -> bool:
    """Whether it is the same, with anything in the place of "…"."""
    pattern = ".*?".join(map(re.escape, expected.strip().split("…")))
    return re.fullmatch(pattern, found.strip(), re.S) is not None


def test_there_is_something_to_run() -> None:
    assert len(PROGRAMS) == 4
    assert all(printed for _, printed in PROGRAMS)
    assert sum("curl" in transcript for transcript in TRANSCRIPTS) == 4


def test_the_programs_print_what_the_page_says(served: Served) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    for code, expected in PROGRAMS:
        if "from mcp" in code and not has_mcp():
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(here(code, served), "api.md", "exec"), names)
        assert matches(expected, printed.getvalue()), printed.getvalue()


def test_the_commands_print_what_the_page_says(served: Served) -> None:
    events: dict[str, str] = {}  # ids as the page has them, and as they are
    for transcript in TRANSCRIPTS:
        if "curl" not in transcript:
            continue
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", transcript, re.M):
            for written, actual in events.items():
                command = command.replace(written, actual)
            result = subprocess.run(
                ["bash", "-c", here(command, served)],
                capture_output=True,
                text=True,
                timeout=120,
                check=True,
            )
            events |= zip(EVENT.findall(expected), EVENT.findall(result.stdout), strict=False)
            assert matches(EVENT.sub("…", expected), result.stdout), result.stdout


def has_mcp() -> bool:
    return importlib.util.find_spec("mcp") is not None
