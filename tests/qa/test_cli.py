"""The command `article-qa`, run as a person runs it.

Vectors come from hashed words, and what the reader finds is said by each test.
"""

import importlib.metadata
import json
import logging
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import qa.chat
import qa.evaluation
import qa.gold_passages
from index import AddProgress, AddReport, ArticleIndex, HashingEmbedder, Problem
from index.checking import CheckReport
from qa import Bot, Retriever, cli, terminal
from qa.passwords import AuthFile
from tests.qa.word_reader import WordReader

ROOT = Path(__file__).parents[2]
BALLOON = (
    "China refused a conversation with Lloyd Austin after the balloon was shot down. "
    "The Pentagon had asked for it on Saturday.\n\n"
    "Antony Blinken postponed his trip to Beijing because of the balloon."
)
BREAD = "A baker in Lyon sells four hundred loaves of bread each morning."
WHY = "Why did Antony Blinken postpone his trip to Beijing?"
# So high that neither the ranking nor the working point can outweigh it, whatever they are.
SURE = 1000.0


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "balloon.txt").write_text(BALLOON, encoding="utf-8")
    (folder / "bread.txt").write_text(BREAD, encoding="utf-8")
    details = {"title": "Balloon", "source": "CNN", "published": "2023-02-07"}
    (folder / "balloon.json").write_text(json.dumps(details), encoding="utf-8")
    (folder / "bread.json").write_text(json.dumps({"title": "Bread"}), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def hashed_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Commands open their index with the hashing embedder, and find no index of the user."""

    def open_index(
        path: Path | None, *, create: bool = False, reembed: bool = False
    ) -> ArticleIndex:
        return ArticleIndex.open(
            cli.index_path(path), embedder=HashingEmbedder(), create=create, reembed=reembed
        )

    monkeypatch.setattr(cli, "open_index", open_index)
    monkeypatch.delenv("ARTICLE_QA_INDEX", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    yield
    logging.getLogger("index").handlers.clear()


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> WordReader:
    """What commands read with: finds the phrases that a test gives it, and nothing else."""
    reader = WordReader({})
    monkeypatch.setattr(cli, "Retriever", lambda index: Retriever(index, reader=reader))
    monkeypatch.setattr(cli, "Bot", lambda retriever: Bot(retriever, refuse_below=0.9))
    return reader


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    def run(command: str, *arguments: object, index: str | None = "index") -> Result:
        where = ["--index", str(tmp_path / index)] if index else []
        return CliRunner().invoke(cli.app, [command, *map(str, arguments), *where])

    return run


@pytest.fixture
def filled(run: Callable[..., Result], articles: Path) -> Callable[..., Result]:
    """`run`, with both articles in the index."""
    assert run("add", articles).exit_code == 0
    return run


def test_add_says_what_became_of_each_file(run: Callable[..., Result], articles: Path) -> None:
    (articles / "empty.txt").write_text("")
    first = run("add", articles)
    assert first.exit_code == cli.PROBLEM
    assert first.stdout.startswith("Added 2 articles (4 sentences embedded), replaced 0, ")
    assert "failed 1" in first.stdout
    assert "empty.txt" in first.stderr
    assert "Failed: " in first.stderr

    (articles / "empty.txt").unlink()
    (articles / "bread.txt").write_text(BREAD + " It is good bread.", encoding="utf-8")
    second = run("add", articles)
    assert second.exit_code == 0
    assert "Added 0 articles (2 sentences embedded), replaced 1, unchanged 1" in second.stdout


def test_add_reports_as_json(run: Callable[..., Result], articles: Path) -> None:
    result = run("add", articles, articles / "nowhere.txt", "--json")
    report = json.loads(result.stdout)
    assert [uri.rsplit("/", 1)[1] for uri in report["added"]] == ["balloon.txt", "bread.txt"]
    assert report["sentences"] == 4
    assert report["stopped"] is False
    assert "nowhere.txt" in report["failed"][0]["uri"]
    assert result.exit_code == cli.PROBLEM


def test_add_shows_what_loaders_warn_of(run: Callable[..., Result], articles: Path) -> None:
    (articles / "link.txt").symlink_to(articles / "bread.txt")
    assert re.search(r"^Warning: .*link\.txt.*symbolic link", run("add", articles).stderr, re.M)


def test_ask_answers_with_numbered_sources(
    filled: Callable[..., Result], reader: WordReader
) -> None:
    reader.phrases = {"because of the balloon": SURE}
    result = filled("ask", WHY)
    assert result.exit_code == 0
    assert "postponed his trip to Beijing because of the balloon." in result.stdout
    source = re.search(r"^\[1\] Balloon · CNN · 2023-02-07$", result.stdout, re.M)
    assert source
    place = re.search(r"^ {4}file:.*balloon\.txt, characters (\d+) to (\d+)$", result.stdout, re.M)
    assert place
    quote = BALLOON[int(place[1]) : int(place[2])]
    assert quote == "Antony Blinken postponed his trip to Beijing because of the balloon."


def test_ask_answers_in_the_words_of_the_article(
    filled: Callable[..., Result], reader: WordReader
) -> None:
    reader.phrases = {"Antony Blinken": SURE}
    result = filled("ask", "Who postponed his trip to Beijing?")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "Antony Blinken [1]"
    answer = json.loads(filled("ask", "Who postponed his trip to Beijing?", "--json").stdout)
    assert (answer["text"], answer["form"]) == ("Antony Blinken", "words")
    [citation] = answer["citations"]
    assert BALLOON[citation["answer_start"] : citation["answer_end"]] == "Antony Blinken"


def test_ask_as_json_holds_the_citations(filled: Callable[..., Result], reader: WordReader) -> None:
    reader.phrases = {"because of the balloon": SURE}
    result = filled("ask", WHY, "--json")
    answer = json.loads(result.stdout)
    citation = answer["citations"][0]
    assert answer["form"] == "sentence"
    assert citation["answer_start"] is citation["answer_end"] is None
    assert citation["quote"] == BALLOON[citation["start"] : citation["end"]]
    assert result.exit_code == 0


def test_verify_names_the_quote_that_changed(
    filled: Callable[..., Result], reader: WordReader, tmp_path: Path
) -> None:
    reader.phrases = {"because of the balloon": SURE}
    kept = tmp_path / "kept.json"
    kept.write_text(filled("ask", WHY, "--json").stdout)
    result = filled("verify", kept)
    assert result.exit_code == 0
    assert re.search(r"^Checked \d quotes?: the articles say every one", result.stdout, re.M)
    kept.write_text(kept.read_text().replace("postponed his trip to", "cancelled his trip to"))
    result = filled("verify", kept)
    assert result.exit_code == 1
    assert "Altered: the article says something else there: Antony Blinken cancelled" in (
        result.stdout
    )
    assert re.search(r"balloon\.txt, characters \d+ to \d+$", result.stdout, re.M)
    assert {found["state"] for found in json.loads(filled("verify", kept, "--json").stdout)} > {
        "altered"
    }
    kept.write_text("Just words.")
    result = filled("verify", kept)
    assert result.exit_code == 1
    assert "does not hold quotes" in result.stderr


def test_ask_refuses_with_unknown_words_and_nearest_sentences(
    filled: Callable[..., Result],
) -> None:
    result = filled("ask", "How many penguins swim near Antarctica?")
    assert result.exit_code == cli.REFUSED
    assert "penguins" in result.stdout.splitlines()[0]
    assert "Nearest sentences:" in result.stdout
    assert re.search(r"^\[1\]  0\.\d\d ", result.stdout, re.M)
    assert "Sources:" not in result.stdout


def test_ask_refuses_as_json_too(filled: Callable[..., Result]) -> None:
    result = filled("ask", "How many penguins live in Antarctica?", "--json")
    assert json.loads(result.stdout)["reason"]
    assert result.exit_code == cli.REFUSED


def test_ask_tells_what_it_searched_instead(filled: Callable[..., Result]) -> None:
    told = filled("ask", "Who shot down the baloon?").stderr
    assert "“balloon” instead of “baloon”" in told.lower()


def test_search_shows_as_many_passages_as_asked_for(filled: Callable[..., Result]) -> None:
    result = filled("search", "loaves of bread", "-k", "2")
    assert re.findall(r"^\[(\d)\]  [01]\.\d\d ", result.stdout, re.M) == ["1", "2"]
    assert "four hundred loaves" in result.stdout.split("[2]")[0]
    passages = json.loads(filled("search", "loaves of bread", "-k", "2", "--json").stdout)
    assert len(passages) == 2
    assert filled("search", " ").stdout == "Nothing was found.\n"


def test_search_reads_only_when_told_to(filled: Callable[..., Result], reader: WordReader) -> None:
    reader.phrases = {"Pentagon": SURE}
    plain = json.loads(filled("search", "loaves of bread", "--json").stdout)
    assert plain[0]["quote"] == BREAD
    assert [passage["span"] for passage in plain] == [None] * 4
    assert reader.asked == []

    found = json.loads(filled("search", "loaves of bread", "--rerank", "--json").stdout)
    assert found[0]["quote"] == "The Pentagon had asked for it on Saturday."
    span = found[0]["span"]
    assert BALLOON[span["start"] : span["end"]] == "Pentagon"
    assert span["score"] == found[0]["scores"]["reading"] == SURE
    assert {p["quote"] for p in found} == {p["quote"] for p in plain}

    shown = filled("search", "loaves of bread", "-k", "1", "--rerank").stdout
    assert "The Pentagon had asked for it on Saturday." in shown
    assert "[2]" not in shown


def test_list_shows_every_article(filled: Callable[..., Result]) -> None:
    lines = filled("list").stdout.splitlines()
    assert lines[0] == "Balloon · CNN · 2023-02-07 · 3 sentences"
    assert lines[1].endswith("/balloon.txt")
    assert lines[-1] == "2 articles in the index."
    listed = json.loads(filled("list", "--json").stdout)
    assert listed[0]["published"] == "2023-02-07T00:00:00+00:00"
    assert [article["sentences"] for article in listed] == [3, 1]


def test_remove_takes_the_uri_that_list_shows(filled: Callable[..., Result]) -> None:
    uri = json.loads(filled("list", "--json").stdout)[0]["uri"]
    assert filled("remove", uri).exit_code == 0
    assert [a["title"] for a in json.loads(filled("list", "--json").stdout)] == ["Bread"]
    again = filled("remove", uri)
    assert again.exit_code == cli.PROBLEM
    assert again.stderr.startswith("Error: ")
    assert uri in again.stderr
    assert "Traceback" not in again.output


def test_check_and_rebuild(filled: Callable[..., Result], tmp_path: Path) -> None:
    assert filled("check").stdout == "Checked 2 articles and 4 sentences: all is well.\n"
    [cache] = (tmp_path / "index").glob("*.faiss")
    cache.unlink()
    rebuilt = filled("rebuild")
    assert rebuilt.stdout == "Rebuilt: 2 articles, 4 sentences.\n"
    assert cache.exists()


def test_check_fails_where_there_is_a_problem(
    filled: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = CheckReport(2, 4, (Problem("a hash differs", "Add the article again."),))
    monkeypatch.setattr(ArticleIndex, "check", lambda self: report)
    result = filled("check")
    assert result.exit_code == cli.PROBLEM
    assert "Problem: a hash differs\n    Add the article again.\n" in result.stdout
    assert json.loads(filled("check", "--json").stdout)["problems"][0]["what"] == "a hash differs"


@pytest.mark.parametrize(
    "command", [["ask", "Who?"], ["search", "Who?"], ["list"], ["remove", "x"], ["check"]]
)
def test_without_an_index_a_command_says_how_to_make_one(
    run: Callable[..., Result], command: list[str]
) -> None:
    result = run(*command)
    assert result.exit_code == cli.PROBLEM
    assert "article-qa add" in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_the_index_is_named_by_option_then_environment_then_platform(
    run: Callable[..., Result],
    articles: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("add", articles, index=None)
    assert [p.name for p in tmp_path.glob("data/article-qa/index/*.sqlite")]
    monkeypatch.setenv("ARTICLE_QA_INDEX", str(tmp_path / "named"))
    run("add", articles, index=None)
    assert (tmp_path / "named").is_dir()
    run("add", articles, index="option")
    assert (tmp_path / "option").is_dir()


def test_a_wrong_command_line_exits_with_2(run: Callable[..., Result]) -> None:
    assert run("ask", index=None).exit_code == 2
    assert run("search", "Who?", "-k", "0").exit_code == 2
    assert run("nonsense").exit_code == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_serve_refuses_to_be_reached_from_other_computers(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(qa.chat, "serve", lambda *a, **k: pytest.fail("it was served"))
    result = run("serve", "--host", host)
    assert result.exit_code == 2
    assert "password" in result.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_serve_hands_over_to_the_chat(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str
) -> None:
    served = []
    monkeypatch.setattr(qa.chat, "serve", lambda path, **rest: served.append((path, rest)))
    assert run("serve", "--host", host, "--port", "8123").exit_code == 0
    options = {"host": host, "port": 8123, "auth_file": None, "writes": False, "mcp": False}
    assert served == [(tmp_path / "index", options)]


def test_serve_lets_those_of_a_file_in_from_anywhere(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    served = []
    monkeypatch.setattr(qa.chat, "serve", lambda _path, **rest: served.append(rest))
    users = tmp_path / "users"
    AuthFile(users).add("ada", "correct horse battery")
    options = ["--auth-file", users, "--allow-writes", "--mcp"]
    result = run("serve", "--host", "0.0.0.0", *options)
    assert result.exit_code == 0
    assert "TLS" in result.stderr
    assert served == [
        {"host": "0.0.0.0", "port": 7860, "auth_file": users, "writes": True, "mcp": True}
    ]
    assert "TLS" not in run("serve", *options).stderr


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--allow-writes"], "name a file of users"),
        (["--auth-file", "absent"], "There is no file"),
        (["--auth-file", "empty"], "has no users"),
        (["--auth-file", "empty", "--host", "0.0.0.0"], "has no users"),
    ],
)
def test_serve_does_not_begin_without_the_passwords_it_needs(
    run: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    options: list[str],
    problem: str,
) -> None:
    monkeypatch.setattr(qa.chat, "serve", lambda *a, **k: pytest.fail("it was served"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").touch(0o600)
    result = run("serve", *options)
    assert result.exit_code == cli.PROBLEM
    assert problem in re.sub(r"\s+", " ", result.stderr)
    assert not (tmp_path / "index").exists()


def test_serve_gives_an_empty_index_the_example_article(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.chat, "serve", lambda *a, **k: None)
    assert "example article" in run("serve").stdout
    assert len(json.loads(run("list", "--json").stdout)) == 1
    assert run("serve").stdout == ""


def test_serve_leaves_an_index_with_articles_as_it_is(
    filled: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.chat, "serve", lambda *a, **k: None)
    assert filled("serve").stdout == ""
    assert len(json.loads(filled("list", "--json").stdout)) == 2


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A file in the format of SQuAD, with one question."""
    context = "The baker sells bread. The Pentagon asked for a call."
    question = {
        "id": "1",
        "question": "What does the baker sell?",
        "answers": [{"text": "bread", "answer_start": 16}],
    }
    data = {"data": [{"title": "Day", "paragraphs": [{"context": context, "qas": [question]}]}]}
    file = tmp_path / "questions.json"
    file.write_text(json.dumps(data))
    return file


def test_eval_prints_figures(
    run: Callable[..., Result],
    questions: Path,
    reader: WordReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measure = qa.evaluation.evaluate_file
    monkeypatch.setattr(
        qa.evaluation,
        "evaluate_file",
        lambda path, **rest: measure(path, embedder=HashingEmbedder(), reader=reader, **rest),
    )
    reader.phrases = {"bread": SURE}
    figures = json.loads(run("eval", questions, "--json", index=None).stdout)
    assert figures["questions"] == 1
    assert figures["retrieval"]["recall_at_1"] == 1
    assert figures["reranked"]["recall_at_1"] == 1
    assert figures["answers"]["exact_match"] == 1
    table = run("eval", questions, "--limit", 1, index=None).stdout
    assert re.search(r"retrieval: recall at 1 .*1\.000", table)
    assert re.search(r"answers: exact match never refusing .*1\.000", table)
    assert "not measured" in table

    missing = run("eval", questions.with_name("missing.json"), index=None)
    assert missing.exit_code == cli.PROBLEM
    assert missing.stderr.startswith("Error: ")


def test_eval_of_reading_alone(
    run: Callable[..., Result],
    questions: Path,
    reader: WordReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measure = qa.gold_passages.evaluate_gold_passages
    limits = []

    def evaluate(path: Path, *, limit: int | None, **rest: Any) -> dict[str, Any]:
        limits.append(limit)
        return measure(path, limit=limit, reader=reader, **rest)

    monkeypatch.setattr(qa.gold_passages, "evaluate_gold_passages", evaluate)
    monkeypatch.setattr(qa.evaluation, "evaluate_file", lambda *_, **__: pytest.fail("it searched"))
    reader.phrases = {"bread": SURE}
    arguments = ("eval", questions, "--gold-passages")
    figures = json.loads(run(*arguments, "--limit", 1, "--json", index=None).stdout)
    assert figures["questions"] == 1
    assert figures["reading"] == {"exact_match": 1.0, "f1": 1.0, "no_answer_accuracy": 1.0}
    assert [question for question, _ in reader.asked] == ["What does the baker sell?"]
    reader.phrases = {"baker": SURE}
    table = run(*arguments, index=None).stdout
    assert re.search(r"reading: exact match .*0\.000", table)
    assert limits == [1, None]

    both = run(*arguments, "--unanswerable", index=None)
    assert both.exit_code == 2
    assert "--gold-passages" in both.stderr
    own = run("eval", questions.with_suffix(".jsonl"), "--gold-passages", index=None)
    assert own.exit_code == cli.PROBLEM
    assert "SQuAD" in own.stderr


def test_text_of_articles_cannot_steer_the_terminal(
    run: Callable[..., Result], tmp_path: Path, reader: WordReader
) -> None:
    reader.phrases = {"sells": 1.0, "\x9b31m [bold]bread[/bold] :smile: \u202edaolp\u202c": SURE}
    hostile = "The baker \x1b]0;owned\x07sells\x9b31m [bold]bread[/bold] :smile: \u202edaolp\u202c."
    article = {"uri": "x:\x1b[2J", "title": "Baker\x1b[1A\r", "text": hostile, "source": "\x1bc"}
    (tmp_path / "hostile.jsonl").write_text(json.dumps(article))
    outputs = [
        run("add", tmp_path / "hostile.jsonl"),
        run("ask", "What does the baker sell?"),
        run("search", "What does the baker sell?"),
        run("search", "What does the baker sell?", "--json"),
        run("search", "What does the baker sell?", "--rerank"),
        run("list"),
        run("list", "--json"),
        run("check"),
        run("remove", "y:\x1b[2J"),
    ]
    for result in outputs:
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", result.output)
    assert "31m [bold]bread[/bold] :smile: daolp [1]" in outputs[1].stdout
    assert "[bold]bread[/bold] :smile:" in outputs[2].stdout


def test_clean_keeps_letters_of_every_script() -> None:
    text = "Größe 中文 हिन्दी عربي 👩‍🚀 “quoted” – dash"
    assert terminal.clean(text) == text
    assert terminal.clean("one\n\ttwo\x00\u2028three") == "one two three"


def test_a_stopped_add_keeps_what_is_done(
    run: Callable[..., Result], articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = ArticleIndex.add

    def interrupted_after_one(
        index: ArticleIndex,
        loaded: object,
        *,
        progress: Callable[[AddProgress], None],
        stop: Callable[[], bool],
    ) -> AddReport:
        def press_ctrl_c(now: AddProgress) -> None:
            progress(now)
            if now.articles == 1:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.01)  # lets the signal arrive

        return add(index, loaded, progress=press_ctrl_c, stop=stop)  # type: ignore[arg-type]

    monkeypatch.setattr(ArticleIndex, "add", interrupted_after_one)
    before = signal.getsignal(signal.SIGINT)
    result = run("add", articles)
    assert result.exit_code == cli.INTERRUPTED
    assert "Added 1 article " in result.stdout
    assert "run the same command again" in result.stderr
    assert "1 article in the index." in run("list").stdout
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_ends_any_command_without_a_traceback(
    filled: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ArticleIndex, "check", interrupt)
    result = filled("check")
    assert result.exit_code == cli.INTERRUPTED
    assert result.stderr == "Stopped. Nothing is lost; the same command can be run again.\n"


def test_a_bar_is_drawn_on_a_terminal_and_only_there(articles: Path, tmp_path: Path) -> None:
    code = (
        "from index import ArticleIndex, HashingEmbedder\n"
        "from qa import cli\n"
        "cli.open_index = lambda path, **rest: "
        "ArticleIndex.open(path, embedder=HashingEmbedder(), **rest)\n"
        "cli.main()\n"
    )
    outer, inner = pty.openpty()
    command = [sys.executable, "-c", code, "add", str(articles), "--index", str(tmp_path / "i")]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=inner, check=True
    )
    os.close(inner)
    drawn = b""
    while chunk := _read(outer):
        drawn += chunk
    os.close(outer)
    assert "━".encode() in drawn
    assert b"\x1b" not in result.stdout
    assert result.stdout.startswith(b"Added 2 articles")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # how Linux says that the other side is closed
        return b""


def test_version() -> None:
    result = CliRunner().invoke(cli.app, ["--version"])
    assert result.stdout.strip() == importlib.metadata.version("article-qa")
