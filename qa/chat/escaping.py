"""Text, dates and numbers as HTML that shows exactly them. Pure functions."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from qa.escaping import escaped

LONGEST_QUOTE = 2_000
"""Characters of one sentence or title that are shown; a file may be a single sentence."""

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
# Shown, but no part of the text, so not copied along with it either (see page.css).
CUT = '<span class="qa-cut" aria-label="left out"></span>'


def link(uri: str, text: str) -> str:
    """The text, as a link where the uri is a web address; files and all else are not linked."""
    try:
        parts = urlsplit(uri)
        is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    except ValueError:  # an address that cannot be read, such as "http://["
        is_web = False
    if not is_web:
        return f"<bdi>{shortened(text)}</bdi>"
    return (
        f'<a href="{escaped(uri)}" target="_blank" rel="noopener noreferrer nofollow">'
        f"<bdi>{shortened(text)}</bdi></a>"
    )


def date(moment: datetime) -> str:
    """A day in words, in UTC: "7 February 2023"."""
    day = moment.astimezone(UTC)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def shortened(text: str) -> str:
    """As `escaped`, but of a very long text the first `LONGEST_QUOTE` characters."""
    return escaped(text[:LONGEST_QUOTE]) + (CUT if len(text) > LONGEST_QUOTE else "")


def percent(share: float) -> str:
    """A probability in whole percent; never 0 or 100, because nothing is certain."""
    return f"{min(99, max(1, round(100 * share)))}%"


def count(number: int, noun: str) -> str:
    """A number with what is counted, such as "1,200 articles"."""
    return f"{number:,} {plural(number, noun)}"


def plural(number: int, noun: str) -> str:
    """The noun as it stands after the number."""
    return noun if number == 1 else f"{noun}s"
