"""Text, dates and numbers as HTML that shows exactly them. Pure functions."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from qa import words
from qa.escaping import escaped

LONGEST_QUOTE = 2_000
"""Characters of one sentence or title that are shown; a file may be a single sentence."""

# Shown, but no part of the text, so not copied along with it either (see page.css).
CUT = f'<span class="qa-cut" role="img" aria-label="{words.LEFT_OUT}"></span>'


def link(uri: str, text: str) -> str:
    """The text, as a link where the uri is a web address; files and all else are not linked."""
    if not is_web_address(uri):
        return f"<bdi>{shortened(text)}</bdi>"
    return (
        f'<a href="{escaped(uri)}" target="_blank" rel="noopener noreferrer nofollow">'
        f"<bdi>{shortened(text)}</bdi></a>"
    )


def is_web_address(uri: str) -> bool:
    """Whether a browser may be sent there."""
    try:
        parts = urlsplit(uri)
    except ValueError:  # an address that cannot be read, such as "http://["
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def date(moment: datetime) -> str:
    """A day in words, in UTC: "7 February 2023"."""
    day = moment.astimezone(UTC)
    return f"{day.day} {words.MONTHS[day.month - 1]} {day.year}"


def shortened(text: str) -> str:
    """As `escaped`, but of a very long text the first `LONGEST_QUOTE` characters."""
    return escaped(text[:LONGEST_QUOTE]) + (CUT if len(text) > LONGEST_QUOTE else "")


def facts(source: str | None, published: datetime | None, *others: str) -> str:
    """Outlet, day and what else is known of an article, as HTML; `others` are HTML already."""
    parts = []
    if source:
        parts.append(f"<bdi>{shortened(source)}</bdi>")
    if published:
        iso = published.astimezone(UTC).date().isoformat()
        parts.append(f'<time datetime="{iso}">{date(published)}</time>')
    return " · ".join([*parts, *others])
