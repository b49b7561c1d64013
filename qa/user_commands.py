"""The commands `article-qa user`: who may sign in to a served chat."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from qa import terminal
from qa.passwords import LONGEST_PASSWORD, AuthFile, AuthFileError

user = typer.Typer(
    help="Say who may sign in to the chat that `serve --auth-file FILE` serves.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

AuthFileOption = Annotated[
    Path, typer.Option("--auth-file", help="File of the users and their hashed passwords.")
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Of the user.")]


@user.command()
def add(
    name: NameArgument,
    auth_file: AuthFileOption,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin", help="Read the password from standard input, up to its first line."
        ),
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give a user who is there a new password.")
    ] = False,
) -> None:
    """Let somebody sign in; asks for a password. The file is made if it is not there.

    A server that runs knows it at once.
    """
    users = AuthFile(auth_file)
    if not replace and auth_file.exists() and name in users.names():
        raise AuthFileError(f"{name} is a user already; --replace gives a new password.")
    users.add(name, _password(password_stdin), replace=replace)
    terminal.say(f"{name} may sign in.")


@user.command()
def remove(name: NameArgument, auth_file: AuthFileOption) -> None:
    """Let somebody sign in no more; whoever is signed in under this name is signed out."""
    AuthFile(auth_file).remove(name)
    terminal.say(f"{name} may no longer sign in.")


@user.command("list")
def list_users(auth_file: AuthFileOption) -> None:
    """List who may sign in."""
    for name in AuthFile(auth_file).names():
        terminal.say(name)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline(LONGEST_PASSWORD + 2).rstrip("\r\n")
    entered: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return entered
