"""Files and folders to articles: text, Markdown and JSON Lines.

What does not become an article becomes a `LoadFailure`; one bad file never stops the others.
Nothing in a file is followed, fetched or run.

A text or Markdown file may have a sidecar, `NAME.json` beside `NAME.txt`, and a Markdown file
YAML front matter; both may give title, source, uri, published (ISO 8601), language
and author. Where both do, the front matter wins.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from index.article import Article, Loaded, LoadFailure
from index.decoding import decode_text, logger
from index.errors import InvalidArticle, UnsupportedFormat
from index.metadata import MAX_METADATA, parse_details, parse_json_object, split_front_matter
from index.paragraphs import split_units

MAX_FILE_BYTES = 100_000_000
"""Largest file that is read as one article, and longest line of a JSON Lines file, in bytes:
a hundred long novels. JSON Lines files themselves are streamed and may be of any size."""

MAX_TITLE = 120
"""Longest first line, in characters, that is taken for a title."""

QUESTIONS_FILE = "questions.jsonl"
"""In a folder a file of this name holds questions about the articles; it is no article."""

Loader = Callable[[Path], Iterator[Loaded]]
"""Reads one file; raises `InvalidArticle` or `OSError` where nothing more can be read."""

_FENCE = re.compile(r" {0,3}(```|~~~)")
_ATX_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(\S.*)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FULL_STOP = re.compile(r"[.!?…。！？।؟]['\"’”»«“)\]」』]*$")


def load_articles(*paths: str | Path) -> Iterator[Loaded]:
    """Read articles lazily from files and folders, in the order given.

    Folders are read with all folders in them, sorted by name. In them hidden files, files of
    other kinds, questions files and symbolic links are left out; what a link leads to is in
    the folder anyway, or was not meant. A file named directly is always read, or its failure
    yielded.

    Yields:
        An `Article`, or a `LoadFailure` that says what to do. Encodings that had to be guessed
        are logged as warnings to the logger "index".
    """
    for path in map(Path, paths):
        try:
            if path.is_dir():
                yield from _load_folder(path)
            elif path.is_file():
                yield from _load_file(path)
            elif path.exists():
                yield LoadFailure(_uri(path), "This is neither a file nor a folder; name one.")
            else:
                yield LoadFailure(_uri(path), "No file or folder is here; check the spelling.")
        except OSError as error:
            yield LoadFailure(_uri(path), _unreadable(error))


def _load_folder(folder: Path) -> Iterator[Loaded]:
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            entries = sorted(path.iterdir(), reverse=True) if path.is_dir() else []
            regular = path.is_file()
        except OSError as error:
            yield LoadFailure(_uri(path), _unreadable(error))
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                logger.warning("%s is a symbolic link and was left out.", _readable(entry))
                continue
            waiting.append(entry)
        if regular and path.suffix.lower() in LOADERS and path.name != QUESTIONS_FILE:
            yield from _load_file(path)


def _load_file(path: Path) -> Iterator[Loaded]:
    try:
        loader = LOADERS.get(path.suffix.lower())
        if loader is None:
            kind = f"of the kind {path.suffix}" if path.suffix else "without an ending"
            known = ", ".join(sorted(LOADERS))
            raise UnsupportedFormat(f"Files {kind} cannot be read; convert it to one of: {known}.")
        yield from loader(path)
    except InvalidArticle as error:
        yield LoadFailure(_uri(path), str(error))
    except OSError as error:
        yield LoadFailure(_uri(path), _unreadable(error))


def _load_text(path: Path) -> Iterator[Loaded]:
    text = decode_text(_read(path, MAX_FILE_BYTES), _readable(path))
    yield _article(path, text, _read_sidecar(path), _first_line_title(text))


def _load_markdown(path: Path) -> Iterator[Loaded]:
    text = decode_text(_read(path, MAX_FILE_BYTES), _readable(path))
    values, text = split_front_matter(text)
    values = {**_read_sidecar(path), **values}
    yield _article(path, text, values, _heading(text) or _first_line_title(text))


def _load_json_lines(path: Path) -> Iterator[Loaded]:
    """Each line is an object with `text`, and perhaps `title`, `source`, `uri`, `published`,
    `language`, `author`; other fields are ignored. The encoding is UTF-8, as the format asks."""
    uri = _uri(path)
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_FILE_BYTES + 1):
            number += 1
            if len(line) > MAX_FILE_BYTES:
                raise InvalidArticle(
                    f"Line {number} is longer than {MAX_FILE_BYTES // 1_000_000} MB; split it."
                )
            if not line.strip():
                continue
            where = f"{uri}#line={number}"
            try:
                record = parse_json_object(line, f"Line {number}")
                details = parse_details(record)
                text = record.get("text")
                if not isinstance(text, str):
                    raise InvalidArticle('The field "text" must hold the text of the article.')
                title = details.title or _first_line_title(text)
                yield Article(
                    uri=details.uri or where,
                    title=title or f"{_file_title(path)}, line {number}",
                    text=text,
                    published=details.published,
                    source=details.source,
                    language=details.language,
                    author=details.author,
                )
            except InvalidArticle as error:
                yield LoadFailure(where, str(error))


LOADERS: dict[str, Loader] = {
    ".txt": _load_text,
    ".text": _load_text,
    ".md": _load_markdown,
    ".markdown": _load_markdown,
    ".jsonl": _load_json_lines,
    ".ndjson": _load_json_lines,
}
"""File name ending, in lower case, to the function that reads such files."""


def _article(path: Path, text: str, values: Mapping[Any, Any], title: str | None) -> Article:
    details = parse_details(values)
    return Article(
        uri=details.uri or _uri(path),
        title=details.title or title or _file_title(path),
        text=text,
        published=details.published,
        source=details.source,
        language=details.language,
        author=details.author,
    )


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1000} kB"
        raise InvalidArticle(f"{path.name!r} is larger than the limit of {size}; split it.")
    return data


def _read_sidecar(path: Path) -> Mapping[Any, Any]:
    sidecar = path.with_suffix(".json")
    if not sidecar.is_file():
        return {}
    return parse_json_object(_read(sidecar, MAX_METADATA), f"The sidecar {sidecar.name!r}")


def _first_line_title(text: str) -> str | None:
    """The first line, where it stands alone or does not end like a sentence."""
    beginning = text[:20_000]
    first = next(split_units(beginning), None)
    if first is None or first.end - first.start > MAX_TITLE:
        return None
    title = beginning[first.start : first.end]
    following = beginning[first.end :].splitlines()
    if not any(line.strip() for line in following) or len(title.splitlines()) > 1:
        return None
    alone = len(following) > 1 and not following[1].strip()
    if not alone and _FULL_STOP.search(title):
        return None
    return " ".join(title.split()) if any(map(str.isalnum, title)) else None


def _heading(text: str) -> str | None:
    """The first Markdown heading, underlined or not, outside of code."""
    fenced = False
    previous = ""
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            found = _ATX_HEADING.match(line)
            if found or (previous.strip() and _UNDERLINE.match(line)):
                return (found[1] if found else previous).strip(" \t#*_`") or None
        previous = "" if fenced else line
    return None


def _file_title(path: Path) -> str:
    words = re.sub(r"[\s_-]+", " ", _readable(Path(path.stem))).strip()
    return words[:1].upper() + words[1:] or path.name


def _readable(path: Path) -> str:
    """The path as text that any file can hold, whatever bytes the name is made of."""
    return str(path).encode(errors="replace").decode()


def _uri(path: Path) -> str:
    try:
        return path.resolve().as_uri()
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links that lead in a circle
        return _readable(path)


def _unreadable(error: OSError) -> str:
    return f"It cannot be read: {error.strerror or error}; check the permissions."
