"""The commands `article-qa conversations …` and `article-qa feedback …`."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from index import ArticleQAError
from qa import terminal
from qa.command_options import IndexOption, JsonOption, index_path
from qa.conversation_file import conversation_as_html, conversation_as_json
from qa.conversations import Conversations
from qa.feedback import feedback_as_line
from qa.serialization import turn_as_dict

_WRITERS = {".html": conversation_as_html, ".json": conversation_as_json}

conversations = typer.Typer(
    help="List, show, rename, delete and save the conversations that the chat keeps.",
    no_args_is_help=True,
)
feedback = typer.Typer(help="What people thought of answers.", no_args_is_help=True)

IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help='As "article-qa conversations list" shows it.')
]
UserOption = Annotated[
    str, typer.Option(help="Whose they are.", show_default="the chat without users")
]


@conversations.command("list")
def list_conversations(
    search: Annotated[
        str,
        typer.Option(
            help="Only those with these characters in their title, a question or an answer.",
            show_default="all",
        ),
    ] = "",
    user: UserOption = "",
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the conversations of a user, the one changed last first."""
    with _kept(index) as kept:
        found = kept.list(user, search)
    if as_json:
        terminal.say_json(found)
    else:
        terminal.show_conversations(found)


@conversations.command()
def show(
    id: IdArgument, user: UserOption = "", index: IndexOption = None, as_json: JsonOption = False
) -> None:
    """Show a conversation: its questions, answers and sources as they were."""
    with _kept(index) as kept:
        conversation, ratings = kept.get(id, user), kept.ratings(id, user)
    if as_json:
        turns = [
            {**turn_as_dict(turn), "good": ratings.get(number)}
            for number, turn in enumerate(conversation.turns, 1)
        ]
        terminal.say_json({**asdict(conversation.summary), "turns": turns})
    else:
        terminal.show_conversation(conversation, ratings)


@conversations.command()
def rename(
    id: IdArgument,
    title: Annotated[str, typer.Argument(help="In quotation marks.")],
    user: UserOption = "",
    index: IndexOption = None,
) -> None:
    """Give a conversation another title."""
    with _kept(index) as kept:
        kept.rename(id, user, title)
        renamed = kept.get(id, user).summary.title
    terminal.say(f"Renamed: {renamed}")


@conversations.command()
def delete(id: IdArgument, user: UserOption = "", index: IndexOption = None) -> None:
    """Delete a conversation and its feedback; nothing of it can be brought back."""
    with _kept(index) as kept:
        kept.delete(id, user)
    terminal.say(f"Deleted {id}")


@conversations.command()
def save(
    id: IdArgument,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="New file that ends in .html or .json.")
    ],
    user: UserOption = "",
    index: IndexOption = None,
) -> None:
    """Save a conversation as a page or as JSON; "article-qa verify" checks its quotes."""
    write = _WRITERS.get(out.suffix.lower())
    if write is None:
        raise typer.BadParameter(
            f"{out.name} ends in neither .html nor .json, which say how to save it.",
            param_hint="--out",
        )
    with _kept(index) as kept:
        conversation = kept.get(id, user)
    content = write(conversation.turns, conversation.summary.title, datetime.now(UTC))
    _write_new(out, [content])
    terminal.say(f"Saved {conversation.summary.title} to {out}")


@feedback.command()
def export(
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="New file.", show_default="standard output"),
    ] = None,
    index: IndexOption = None,
) -> None:
    """Write every rated answer as JSON Lines, which "article-qa eval" can read.

    Ratings of all users are in it, and no names.
    """
    count = 0

    def lines() -> Iterable[str]:
        nonlocal count
        for rated in kept.feedback():
            count += 1
            yield feedback_as_line(rated)

    with _kept(index) as kept:
        if out is None:
            sys.stdout.writelines(lines())
        else:
            _write_new(out, lines())
            terminal.say(f"Wrote {count:,} rated {'answer' if count == 1 else 'answers'} to {out}")


def _kept(index: Path | None) -> Conversations:
    return Conversations.open(index_path(index), create=False)


def _write_new(path: Path, parts: Iterable[str]) -> None:
    """Write a file whole or not at all, never over another one."""
    try:
        file = path.open("x", encoding="utf-8", newline="")  # line ends stay as they are
    except FileExistsError as error:
        raise ArticleQAError(f"{path} exists already; name a new file.") from error
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        with file:
            file.writelines(parts)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _not_written(path, error) from error
        raise


def _not_written(path: Path, error: OSError) -> ArticleQAError:
    return ArticleQAError(f"{path} cannot be written ({error.strerror}); name another place.")
