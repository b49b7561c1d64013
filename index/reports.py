"""What adding tells of itself, and what an index tells of its size."""

from dataclasses import dataclass

from index.article import LoadFailure


@dataclass(frozen=True, slots=True)
class AddProgress:
    """How far `add` is.

    Attributes:
        uri, title: of the article at work.
        articles: how many are done.
        sentences: how many are embedded.
    """

    uri: str
    title: str
    articles: int
    sentences: int


@dataclass(frozen=True, slots=True)
class AddReport:
    """What `add` did; all but `failed` are uris.

    Attributes:
        added: were not in the index.
        replaced: were in it with other content.
        unchanged: were in it with the same content.
        failed: did not become part of it, with the reasons.
        sentences: how many sentences were embedded.
        stopped: whether `stop` ended it early; what is listed above is done and safe.
    """

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[LoadFailure, ...]
    sentences: int
    stopped: bool


@dataclass(frozen=True, slots=True)
class IndexStatistics:
    """Attributes:
    articles, sentences: how many there are.
    bytes_on_disk: of all files of the index.
    model: the embedding model, for people.
    generation: how many transactions have changed the index.
    """

    articles: int
    sentences: int
    bytes_on_disk: int
    model: str
    generation: int
