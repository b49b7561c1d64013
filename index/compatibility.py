"""One index, one embedding: which one an index was made with, and how it gets another."""

from pathlib import Path

from index.database import Database
from index.embedding import Embedder, EmbeddingIdentity
from index.errors import EmbeddingMismatch
from index.preparing import prepare
from index.store import Store

_FIELDS = ("model", "fingerprint", "dimension", "method")


def agree_on_embedding(
    database: Database, embedder: Embedder, folder: Path, *, reembed: bool
) -> None:
    """See to it that the index in `folder` has the embedding of `embedder`.

    An index without an embedding, which is a new one, gets it. With `reembed`, every vector of
    an index that was made with another is made anew, in one transaction.

    Raises:
        EmbeddingMismatch: it was made with another, and `reembed` is False.
    """
    stored, wanted = _stored(database), embedder.identity
    if stored == wanted:
        return
    if stored is None:
        with database.writing():
            if _stored(database) is None:  # another process may have been faster
                _set(database, wanted)
        agree_on_embedding(database, embedder, folder, reembed=reembed)
        return
    if not reembed:
        raise EmbeddingMismatch(
            f"The index {folder} was made with {stored}, and was opened with {wanted}. "
            'Open it with the model it was made with, or run "article-qa rebuild --embed" '
            "(in Python: ArticleIndex.open(path, embedder=…, reembed=True))."
        )
    store = Store(database)
    with database.writing():
        for summary in store.summaries():
            article = store.article(summary.uri)
            prepared = prepare(article, embedder)
            store.remove(article.uri)
            store.add(article, *prepared)
        _set(database, wanted)


def require_embedding(database: Database, identity: EmbeddingIdentity) -> None:
    """Refuse to mix vectors, where another process has changed the embedding since opening.

    Raises:
        EmbeddingMismatch: the index now has vectors of another embedding.
    """
    stored = _stored(database)
    if stored != identity:
        raise EmbeddingMismatch(
            f"The index was re-embedded with {stored} meanwhile; open it again."
        )


def _stored(database: Database) -> EmbeddingIdentity | None:
    """Of the model that the vectors were made with; None before the first was chosen."""
    model, fingerprint, dimension, method = (database.meta(f"embedding_{name}") for name in _FIELDS)
    if not (model and fingerprint and dimension and method):
        return None
    return EmbeddingIdentity(model, fingerprint, int(dimension), method)


def _set(database: Database, identity: EmbeddingIdentity) -> None:
    for name in _FIELDS:
        database.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
            (f"embedding_{name}", str(getattr(identity, name))),
        )
