"""What a program sent, checked: it can send anything.

Each function raises `Refused` where the value is not what it should be.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

import gradio as gr

from index import Filters

_LONGEST_LIST = 1_000
# Of the items of a list, and of single words such as a title; an article's text has its own.
_LONGEST_ITEM = 2_000


class Refused(gr.Error):
    """What was asked for is not done; the message says why, to whoever asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message, print_exception=False)

    def __str__(self) -> str:
        # Gradio's own is a Python literal, with quotation marks.
        return str(self.message)


def text(name: str, value: object, longest: int = _LONGEST_ITEM) -> str:
    """A text without half characters (lone surrogates), which nothing can store or send."""
    if not isinstance(value, str):
        raise Refused(f"Send {name} as text.")
    if len(value) > longest:
        raise Refused(f"{name} has {len(value):,} characters; send at most {longest:,}.")
    return value.encode("utf-8", "replace").decode("utf-8")


def optional_text(name: str, value: object, longest: int = _LONGEST_ITEM) -> str | None:
    """As `text`; None where nothing, or an empty text, was sent."""
    return None if value is None else text(name, value, longest) or None


def texts(name: str, value: object, longest: int = _LONGEST_ITEM) -> tuple[str, ...]:
    """A list of texts; empty where nothing was sent."""
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > _LONGEST_LIST:
        raise Refused(f"Send {name} as a list of texts, at most {_LONGEST_LIST:,}.")
    return tuple(text(name, item, longest) for item in value)


def number(name: str, value: object, most: int) -> int:
    """A whole number from 1."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise Refused(f"Send {name} as a whole number from 1 to {most}.")
    return value


def moment(name: str, value: object, *, end_of_day: bool = False) -> datetime | None:
    """A day or a point in time in ISO 8601; None where nothing was sent.

    Args:
        end_of_day: whether a day without a time means its last moment, not its first.
    """
    written = optional_text(name, value)
    if written is None:
        return None
    try:
        try:
            day = date.fromisoformat(written.strip())
        except ValueError:
            at = datetime.fromisoformat(written.strip())
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        return datetime.combine(day, time.max if end_of_day else time.min, UTC)
    except (ValueError, OverflowError):
        raise Refused(
            f"Send {name} as a date (2023-02-07), or with a time (2023-02-07T14:30:00Z)."
        ) from None


def filters(sources: object, uris: object, published_from: object, until: object) -> Filters:
    """Which articles may be asked."""
    return Filters(
        sources=texts("sources", sources),
        uris=texts("uris", uris),
        published_from=moment("published_from", published_from),
        published_until=moment("published_until", until, end_of_day=True),
    )
