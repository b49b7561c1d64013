"""The commands for conversations and feedback, run as a person runs them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import qa.evaluation
from index import Article, ArticleIndex, HashingEmbedder, load_articles
from qa import cli
from qa.conversations import Conversations
from qa.quotes import quotes_in_file
from tests.qa.turns import ARTICLE, a_refusal, a_turn
from tests.qa.word_reader import WordReader

USAGE = 2
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: object) -> Result:
        where = ["--index", str(tmp_path)]
        return CliRunner().invoke(cli.app, [*map(str, arguments), *where])

    return run


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    """Opened beside the commands, as a chat that runs has it."""
    with Conversations.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def id(kept: Conversations) -> str:
    """A conversation of three turns, of which the last two are rated."""
    id = kept.begin("", "The ferry").id
    for turn in (a_turn(), a_turn("And \x1b[31mthen?"), a_refusal()):
        kept.append(id, "", turn)
    kept.rate(id, "", 2, False, "wrong day")
    kept.rate(id, "", 3, True)
    return id


def test_list_shows_those_of_one_user(run: Run, kept: Conversations, id: str) -> None:
    kept.begin("ada", "Of Ada \x1b[31m")
    result = run("conversations", "list")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "The ferry"
    assert lines[1].startswith("    3 turns · 20")
    assert lines[1].endswith(f" UTC · {id}")
    assert lines[2:] == ["1 conversation."]
    assert run("conversations", "list", "--user", "ada").stdout.startswith("Of Ada [31m\n")
    assert run("conversations", "list", "--user", "eve").stdout == "0 conversations.\n"


def test_list_searches(run: Run, kept: Conversations, id: str) -> None:
    kept.begin("", "100%")
    assert "The ferry" in run("conversations", "list", "--search", "NOON").stdout
    assert run("conversations", "list", "--search", "%").stdout.startswith("100%\n")
    assert run("conversations", "list", "--search", "zebra").stdout == "0 conversations.\n"


def test_list_as_json(run: Run, kept: Conversations, id: str) -> None:
    [summary] = kept.list("")
    assert json.loads(run("conversations", "list", "--json").stdout) == [
        {
            "id": id,
            "title": "The ferry",
            "created": summary.created.isoformat(),
            "changed": summary.changed.isoformat(),
            "turns": 3,
        }
    ]


def test_show_tells_each_turn_with_its_sources_and_rating(run: Run, id: str) -> None:
    result = run("conversations", "show", id)
    assert result.exit_code == 0
    shown = result.stdout
    assert shown.startswith("The ferry\n\n1. When does it sail?\nnoon [1]\n")
    assert "[1] Ferry · Outlet · 2023-02-07\n    The ferry “Ärmel” sails at noon.\n" in shown
    assert "\n2. And [31mthen?\n" in shown
    first, second, third = shown.split("\n\n1. ")[1].replace("\n\n3. ", "\n\n2. ").split("\n\n2. ")
    assert "Rated" not in first
    assert second.endswith("Rated: not good")
    assert third.startswith("Who is the captain?\nThey do not say it.\n")
    assert third.endswith("Rated: good\n")


def test_show_as_json_has_everything(run: Run, id: str, tmp_path: Path) -> None:
    result = run("conversations", "show", id, "--json")
    shown = json.loads(result.stdout)
    assert (shown["id"], shown["title"]) == (id, "The ferry")
    assert [turn["good"] for turn in shown["turns"]] == [None, False, True]
    assert shown["turns"][1]["question"] == "And \x1b[31mthen?"
    assert shown["turns"][0]["answer"]["citations"][0]["quote"].startswith("The ferry")
    assert "\x1b" not in result.stdout


def test_rename_and_delete(run: Run, kept: Conversations, id: str) -> None:
    renamed = run("conversations", "rename", id, "  A \n new  one ")
    assert (renamed.exit_code, renamed.stdout) == (0, "Renamed: A new one\n")
    assert kept.list("")[0].title == "A new one"
    deleted = run("conversations", "delete", id)
    assert (deleted.exit_code, deleted.stdout) == (0, f"Deleted {id}\n")
    assert kept.list("") == []


def test_one_user_cannot_reach_those_of_another(
    run: Run, kept: Conversations, tmp_path: Path
) -> None:
    id = kept.begin("ada", "Secret").id
    for command in (
        ("show", id),
        ("rename", id, "Mine"),
        ("delete", id),
        ("save", id, "--out", tmp_path / "x.html"),
        ("show", id, "--user", "eve"),
    ):
        result = run("conversations", *command)
        assert result.exit_code == cli.PROBLEM
        assert "Error: There is no conversation" in result.stderr
        assert "Secret" not in result.output
    assert not (tmp_path / "x.html").exists()
    assert run("conversations", "rename", id, "Renamed", "--user", "ada").exit_code == 0
    assert kept.list("ada")[0].title == "Renamed"


@pytest.mark.parametrize("ending", ["html", "json", "HTML"])
def test_a_saved_conversation_can_be_verified(
    run: Run, id: str, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"saved.{ending}"
    result = run("conversations", "save", id, "--out", file)
    assert (result.exit_code, result.stdout) == (0, f"Saved The ferry to {file}\n")
    quotes = quotes_in_file(file)
    assert {quote.text for quote in quotes} == {"The ferry “Ärmel” sails at noon."}
    assert {quote.content_hash for quote in quotes} == {ARTICLE.content_hash}
    before = file.read_bytes()
    again = run("conversations", "save", id, "--out", file)
    assert again.exit_code == cli.PROBLEM
    assert "exists already; name a new file" in again.stderr
    assert file.read_bytes() == before


def test_save_says_what_is_wrong_with_a_name(run: Run, id: str, tmp_path: Path) -> None:
    other = run("conversations", "save", id, "--out", tmp_path / "saved.txt")
    assert other.exit_code == USAGE
    assert "neither .html nor .json" in " ".join(other.stderr.replace("│", " ").split())
    nowhere = run("conversations", "save", id, "--out", tmp_path / "nowhere" / "saved.html")
    assert nowhere.exit_code == cli.PROBLEM
    assert "cannot be written (No such file or directory); name another" in nowhere.stderr


def test_commands_make_no_file_where_there_is_none(tmp_path: Path, run: Run) -> None:
    for command in (("conversations", "list"), ("feedback", "export")):
        result = run(*command)
        assert result.exit_code == cli.PROBLEM
        assert "No conversation has been kept in" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_export_writes_a_line_for_each_rated_turn(
    run: Run, kept: Conversations, id: str, tmp_path: Path
) -> None:
    ada = kept.begin("ada", "Title of Ada").id
    kept.append(ada, "ada", a_turn("Of Ada?\u2028"))
    kept.rate(ada, "ada", 1, True)
    out = tmp_path / "feedback.jsonl"
    result = run("feedback", "export", "--out", out)
    assert (result.exit_code, result.stdout) == (0, f"Wrote 3 rated answers to {out}\n")
    printed = run("feedback", "export").stdout
    assert out.read_text("ascii") == printed
    assert "\x1b" not in printed
    rows = [json.loads(line) for line in printed.splitlines()]
    asked = [(row["question"], row["good"], row["remark"]) for row in rows]
    assert asked == [
        ("And \x1b[31mthen?", False, "wrong day"),
        ("Who is the captain?", True, None),
        ("Of Ada?\u2028", True, None),
    ]
    assert "Title of Ada" not in printed
    assert ada not in printed
    assert run("feedback", "export", "--out", out).exit_code == cli.PROBLEM


def test_eval_reads_what_was_exported(
    run: Run, kept: Conversations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure, reader = qa.evaluation.evaluate_file, WordReader({"noon": 1000.0})
    monkeypatch.setattr(
        qa.evaluation,
        "evaluate_file",
        lambda path, **rest: measure(path, embedder=HashingEmbedder(), reader=reader, **rest),
    )
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ferry.txt").write_text("It rained. The ferry sails at noon. It takes an hour.")
    [article] = list(load_articles(folder))
    assert isinstance(article, Article)
    id = kept.begin("", "x").id
    for number, good in enumerate([True, False], 1):
        kept.append(id, "", a_turn(article=article, quote="The ferry sails at noon."))
        kept.rate(id, "", number, good)
    out = tmp_path / "feedback.jsonl"
    assert run("feedback", "export", "--out", out).exit_code == 0

    def evaluate(*arguments: object) -> Result:
        return CliRunner().invoke(cli.app, ["eval", *map(str, arguments)])

    result = evaluate(out, "--articles", folder, "--json")
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert (figures["questions"], figures["articles"]) == (1, 1)
    assert figures["answers"]["exact_match"] == figures["answers"]["cited"] == 1
    wrong = evaluate(tmp_path / "squad.json", "--articles", folder)
    assert wrong.exit_code == USAGE
    assert "brings its articles with it" in " ".join(wrong.stderr.replace("│", " ").split())


def test_a_failed_export_leaves_no_half_file(
    run: Run, kept: Conversations, id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_feedback: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qa.conversation_commands.feedback_as_line", full)
    result = run("feedback", "export", "--out", tmp_path / "feedback.jsonl")
    assert result.exit_code == cli.PROBLEM
    assert "cannot be written (No space left on device)" in result.stderr
    assert not (tmp_path / "feedback.jsonl").exists()


def test_commands_work_in_the_folder_of_an_index(run: Run, tmp_path: Path) -> None:
    with (
        ArticleIndex.open(tmp_path, embedder=HashingEmbedder()) as index,
        Conversations.open(tmp_path) as kept,
    ):
        index.add([ARTICLE])
        kept.begin("", "Beside the index")
        assert "Beside the index" in run("conversations", "list").stdout
        assert index.check().ok
