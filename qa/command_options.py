"""Options that many commands share."""

from pathlib import Path
from typing import Annotated

import platformdirs
import typer

IndexOption = Annotated[
    Path | None,
    typer.Option(
        "--index",
        envvar="ARTICLE_QA_INDEX",
        help="Folder of the index.",
        show_default="your user data folder",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def index_path(given: Path | None) -> Path:
    """The folder given, or the one in the platform's place for a user's data."""
    return given or platformdirs.user_data_path("article-qa", appauthor=False) / "index"
