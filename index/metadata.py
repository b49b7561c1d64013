"""What a sidecar, front matter or a line of JSON says about its article."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any

import yaml

from index.errors import InvalidArticle

MAX_METADATA = 64_000
"""Largest sidecar in bytes, and longest front matter in characters."""

# Where a value is no YAML of its own, it may begin like this and be meant as it is written.
_AS_WRITTEN = re.compile(r"^((?:title|source|author)[ \t]*:[ \t]+)([^\s\[{*&!|>].*)$", re.M)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)


@dataclass(frozen=True, slots=True)
class Details:
    """What a sidecar, front matter or a line of JSON says about its article."""

    title: str | None = None
    source: str | None = None
    uri: str | None = None
    language: str | None = None
    author: str | None = None
    published: datetime | None = None


def parse_json_object(data: bytes, name: str) -> dict[str, Any]:
    """The JSON object in `data`, called `name` in messages.

    Raises:
        InvalidArticle: it is not UTF-8, not JSON, or not an object.
    """
    try:
        record = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidArticle(f"{name} is not UTF-8 (byte {error.start}); save it so.") from None
    except (ValueError, RecursionError) as error:
        raise InvalidArticle(f"{name} is not JSON: {error}; correct it.") from None
    if not isinstance(record, dict):
        raise InvalidArticle(f'{name} must be a JSON object such as {{"title": "..."}}.')
    return record


def split_front_matter(text: str) -> tuple[Mapping[Any, Any], str]:
    """The fields of the YAML front matter at the start of `text`, and the text behind it.

    Words between two rules that are no fields are a part of the text. A title, source or author
    that would have to stand in quotes, such as `title: Storm: "worst ever"`, is taken as written.

    Raises:
        InvalidArticle: the front matter is not YAML, or has aliases.
    """
    found = _FRONT_MATTER.match(text, 0, MAX_METADATA)
    if found is None:
        return {}, text
    try:
        values = _yaml(found[1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        try:
            values = _yaml(_AS_WRITTEN.sub(_quoted, found[1]))
        except (yaml.YAMLError, ValueError, RecursionError):
            reason = " ".join(str(error).split())
            raise InvalidArticle(f"The front matter is not YAML: {reason}; correct it.") from None
    return (values, text[found.end() :]) if isinstance(values, dict) else ({}, text)


def _yaml(text: str) -> Any:
    return yaml.load(text, Loader=_WithoutAliases)  # noqa: S506  # a SafeLoader


def _quoted(line: re.Match[str]) -> str:
    """The line, its value in quotes where it is no YAML without them."""
    try:
        _yaml(line[0])
    except (yaml.YAMLError, ValueError, RecursionError):
        return line[1] + json.dumps(line[2].rstrip(), ensure_ascii=False)
    return line[0]


class _WithoutAliases(yaml.SafeLoader):
    """Aliases let a few lines of YAML stand for more than any memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not read here")
        return super().compose_node(parent, index)


def parse_details(values: Mapping[Any, Any]) -> Details:
    """The details among `values`; other fields are ignored, empty ones are absent.

    Raises:
        InvalidArticle: a field is not a text, or `published` is no date or time.
    """
    found: dict[str, Any] = {}
    for field in fields(Details):
        value = values.get(field.name)
        if value is None or value == "":
            continue
        if field.name == "author":
            value = _joined(value)
        if field.name == "published":
            found["published"] = _published(value)
        elif isinstance(value, str):
            found[field.name] = " ".join(value.split()) or None
        else:
            raise InvalidArticle(
                f'The field "{field.name}" must be a text in quotes, not {type(value).__name__}.'
            )
    return Details(**found)


def _joined(value: object) -> object:
    """A list of names as one text, anything else as it is."""
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return ", ".join(value)
    return value


def _published(value: object) -> datetime:
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip())
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                value.astimezone(UTC)  # fails where the zone leads out of the calendar
            return value
    except (ValueError, OverflowError):
        pass
    written = repr(value[:40]) if isinstance(value, str) else f"of type {type(value).__name__}"
    raise InvalidArticle(
        f'The field "published" is {written}; write a date such as "2023-02-07" or a time such '
        'as "2023-02-07T14:30:00Z" (ISO 8601).'
    )
