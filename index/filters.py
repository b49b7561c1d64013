"""Which articles a question may be answered from."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """Every condition that is given must hold; no condition lets every article through.

    Attributes:
        sources: names of publishers, in any case ("cnn").
        uris: identities of articles.
        published_from, published_until: both inclusive; a time without a zone is UTC. An
            article without a date passes neither.
    """

    sources: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    published_from: datetime | None = None
    published_until: datetime | None = None

    def __bool__(self) -> bool:
        return self != Filters()

    def condition(self) -> tuple[str, list[str]]:
        """The same as an SQL condition on the table `articles`, and its parameters.

        The connection must know the function `casefold`; SQLite itself knows only the case of
        ASCII letters.
        """
        parts: list[str] = []
        parameters: list[str] = []
        sources = [source.casefold() for source in self.sources]
        for column, values in (("casefold(source)", sources), ("uri", self.uris)):
            if values:
                parts.append(f"{column} IN ({', '.join('?' * len(values))})")
                parameters += values
        for operator, moment in ((">=", self.published_from), ("<=", self.published_until)):
            if moment is not None:
                parts.append(f"published {operator} ?")
                parameters.append(sortable(moment))
        return " AND ".join(parts) or "TRUE", parameters


def sortable(moment: datetime) -> str:
    """The moment as text in UTC, of a fixed width, so that texts sort as moments do."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")
