"""The command `article-qa`.

What a command needs is imported when it runs, so that `article-qa --help` is instant.
"""

import importlib.metadata
import io
import ipaddress
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from index import ArticleIndex, ArticleQAError, load_articles
from qa import conversation_commands, terminal
from qa.bot import Bot
from qa.command_options import IndexOption, JsonOption, index_path
from qa.passwords import users_to_serve
from qa.retriever import Retriever
from qa.serialization import answer_as_dict, passage_as_dict
from qa.shipped import SEEDS
from qa.user_commands import user

PROBLEM = 1
REFUSED = 3
INTERRUPTED = 130

_EXIT_CODES = (
    "Exit codes: 0 all went well; 1 something failed, and a message says what; 2 the command "
    "line is wrong; 3 `ask` found no answer; 130 stopped with Ctrl-C."
)


class _Commands(TyperGroup):
    """Turns what a command raises into a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ArticleQAError as error:
            terminal.complain(str(error))
            raise typer.Exit(PROBLEM) from error
        except KeyboardInterrupt as error:
            terminal.warn("Stopped. Nothing is lost; the same command can be run again.")
            raise typer.Exit(INTERRUPTED) from error


app = typer.Typer(
    cls=_Commands,
    help="Ask questions of your articles; answers come with exact citations. Works offline.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(conversation_commands.conversations, name="conversations")
app.add_typer(conversation_commands.feedback, name="feedback")


def main() -> None:
    """Run the command line and exit with its code."""
    # The bar that transformers draws while it reads weights from the disk says nothing of use.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a character unknown to a terminal is no error
            stream.reconfigure(errors="replace")
    app(prog_name="article-qa")


def open_index(path: Path | None, *, create: bool = False, reembed: bool = False) -> ArticleIndex:
    """The index that a command works on, with the default embedding model."""
    return ArticleIndex.open(index_path(path), create=create, reembed=reembed)


def _show_version(wanted: bool) -> None:
    if wanted:
        terminal.say(importlib.metadata.version("article-qa"))
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[  # noqa: ARG001 - its callback does everything
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    terminal.show_warnings_of_loaders()


app.add_typer(user, name="user")


@app.command()
def add(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files and folders.")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add articles to the index, which is made if it is not there.

    Articles that are in it unchanged are skipped; changed ones are replaced. Ctrl-C stops after
    the step at work; run the command again to go on. Exits with 1 if anything failed.
    """
    with (
        open_index(index, create=True) as opened,
        terminal.adding() as progress,
        _ctrl_c_asks() as stop,
    ):
        report = opened.add(load_articles(*paths), progress=progress, stop=stop)
    if as_json:
        terminal.say_json(report)
    else:
        terminal.show_added(report, str(index_path(index)))
    if report.stopped:
        terminal.warn("Stopped. What was added stays; run the same command again to go on.")
        raise typer.Exit(INTERRUPTED)
    if report.failed:
        raise typer.Exit(PROBLEM)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="In quotation marks.")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question in the words of the articles, with the sentences they come from.

    Refuses, with exit code 3, where the articles do not answer it.
    """
    with open_index(index) as opened, terminal.working("Searching…"):
        answer = Bot(Retriever(opened)).ask(question)
    if as_json:
        terminal.say_json(answer_as_dict(answer))
    else:
        terminal.show_answer(answer)
    if answer.abstained:
        raise typer.Exit(REFUSED)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="In quotation marks.")],
    k: Annotated[int, typer.Option("-k", min=1, help="How many passages at most.")] = 5,
    rerank: Annotated[
        bool, typer.Option("--rerank", help="Read the best ones, and order them by that too.")
    ] = False,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the passages nearest to a question, best first, with their scores from 0 to 1."""
    with open_index(index) as opened, terminal.working("Searching…"):
        passages = Retriever(opened).search(question, k, rerank=rerank)
    if as_json:
        terminal.say_json([passage_as_dict(passage) for passage in passages])
    elif passages:
        terminal.show_passages(passages)
    else:
        terminal.say("Nothing was found.")


@app.command("list")
def list_articles(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """List the articles of the index."""
    with open_index(index) as opened:
        articles = opened.articles()
    if as_json:
        terminal.say_json(articles)
    else:
        terminal.show_articles(articles)


@app.command()
def remove(
    uri: Annotated[str, typer.Argument(help='As "article-qa list" shows it.')],
    index: IndexOption = None,
) -> None:
    """Remove an article from the index; its file stays where it is."""
    with open_index(index) as opened:
        opened.remove(uri)
    terminal.say(f"Removed {uri}")


@app.command()
def check(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Compare everything in the index with everything derived from it.

    Exits with 1 if there is a problem, and says what to do about each.
    """
    with open_index(index) as opened, terminal.working("Checking…"):
        report = opened.check()
    if as_json:
        terminal.say_json(report)
    else:
        terminal.show_check(report)
    if not report.ok:
        raise typer.Exit(PROBLEM)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help='A saved conversation, or output of "ask --json".')],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that every quote in a file still stands in its article, to the character.

    Exits with 1 if one does not, and names it.
    """
    from qa.quotes import check_quotes, quotes_in_file

    quotes = quotes_in_file(file)
    with open_index(index) as opened:
        checked = check_quotes(quotes, opened)
    if as_json:
        terminal.say_json(checked)
    else:
        terminal.show_quotes(checked)
    if not all(found.ok for found in checked):
        raise typer.Exit(PROBLEM)


@app.command()
def rebuild(
    embed: Annotated[
        bool, typer.Option("--embed", help="Embed everything anew if the model has changed.")
    ] = False,
    index: IndexOption = None,
) -> None:
    """Make what is derived from the stored articles anew: full text and vector index."""
    with terminal.working("Rebuilding…"), open_index(index, reembed=embed) as opened:
        opened.rebuild()
        size = opened.statistics()
    terminal.say(f"Rebuilt: {size.articles:,} articles, {size.sentences:,} sentences.")


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; without --auth-file, one of this computer.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    auth_file: Annotated[
        Path | None,
        typer.Option(help='Serve only who signs in: the users of this file; see "user add".'),
    ] = None,
    allow_writes: Annotated[
        bool,
        typer.Option(
            "--allow-writes", help="Let programs of users add and remove articles (/add, /remove)."
        ),
    ] = False,
    mcp: Annotated[
        bool,
        typer.Option("--mcp", help="Serve tools for language models (Model Context Protocol)."),
    ] = False,
    index: IndexOption = None,
) -> None:
    """Start the chat, a page for the browsers of this computer. Ctrl-C ends it.

    An index without any article gets the example article first.
    """
    users_to_serve(auth_file, writes=allow_writes)
    if auth_file is None:
        _require_this_computer(host)
    elif not _is_this_computer(host):
        terminal.warn(
            f"{host} can be reached from other computers, and passwords travel there as they are: "
            "put a server in front that encrypts (TLS), and let only that one reach this port."
        )
    with open_index(index, create=True) as opened, terminal.adding() as progress:
        if not opened.articles():
            report = opened.add(load_articles(SEEDS), progress=progress)
            terminal.say("The index is empty, so it gets the example article:")
            terminal.show_added(report, str(index_path(index)))
    from qa.chat import serve as serve_chat

    serve_chat(
        index_path(index),
        host=host,
        port=port,
        auth_file=auth_file,
        writes=allow_writes,
        mcp=mcp,
    )


@app.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="SQuAD 1.1 or 2.0 (.json, .json.gz), or .jsonl.")],
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Ask so many questions, drawn at random.", show_default="all"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the drawing.")] = 0,
    unanswerable: Annotated[
        bool,
        typer.Option("--unanswerable", help="Ask each question without its article, too."),
    ] = False,
    gold_passages: Annotated[
        bool,
        typer.Option("--gold-passages", help="Only read: the paragraph with the answer is given."),
    ] = False,
    articles: Annotated[
        Path | None,
        typer.Option(
            help="What the questions of a .jsonl file are about.", show_default="its folder"
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure retrieval, answers and refusals on questions with known answers.

    All its articles are indexed, in a temporary folder; your index is not touched.
    """
    if gold_passages and unanswerable:
        raise typer.BadParameter(
            "it asks the whole collection, so it does not go with --gold-passages.",
            param_hint="--unanswerable",
        )
    if articles and file.suffix != ".jsonl":
        raise typer.BadParameter(
            f"{file.name} brings its articles with it; only .jsonl files do not.",
            param_hint="--articles",
        )
    from qa.evaluation import evaluate_file
    from qa.gold_passages import evaluate_gold_passages

    with terminal.evaluating() as progress:
        if gold_passages:
            figures = evaluate_gold_passages(file, limit=limit, seed=seed, progress=progress)
        else:
            figures = evaluate_file(
                file,
                collection=articles,
                limit=limit,
                seed=seed,
                unanswerable=unanswerable,
                progress=progress,
            )
    if as_json:
        terminal.say_json(figures)
    else:
        terminal.show_figures(figures)


@app.command("eval-conversations")
def evaluate_conversations(
    file: Annotated[Path, typer.Argument(help="Conversations of TREC CAsT 2022 (.json).")],
    as_json: JsonOption = False,
) -> None:
    """Measure how well follow-up questions are completed, by what they then find.

    Each response becomes an article of a temporary index; your index is not touched.
    """
    from qa.conversation_evaluation import evaluate_conversations

    with terminal.evaluating() as progress:
        figures = evaluate_conversations(file, progress=progress)
    if as_json:
        terminal.say_json(figures)
    else:
        terminal.show_figures(figures)


@contextmanager
def _ctrl_c_asks() -> Iterator[Callable[[], bool]]:
    """A first Ctrl-C makes the yielded function true; a second one interrupts at once."""
    pressed = threading.Event()

    def press(_number: int, _frame: FrameType | None) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def _is_this_computer(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _require_this_computer(host: str) -> None:
    if not _is_this_computer(host):
        raise typer.BadParameter(
            f"{host} can be reached from other computers, and without --auth-file there are no "
            "passwords: anyone could read your articles. Name a file of users, or leave out "
            "--host; to use it from elsewhere then, forward the port "
            f'("ssh -L 7860:127.0.0.1:7860 {host}").',
            param_hint="--host",
        )
