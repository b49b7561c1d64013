"""FAISS in memory and on disk, brought up to date with the database."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.compatibility import require_embedding
from index.database import Database
from index.embedding import EmbeddingIdentity, Vectors
from index.store import Store
from index.stored_vectors import as_stored
from index.vectors import FaissIndex

_log = logging.getLogger("index")


@dataclass(slots=True)
class VectorChange:
    """What a transaction changed: the ids it removed, those it added, and their vectors.

    `vectors` has the shape (added, dimension); None where nothing was added.
    """

    removed: Sequence[int] = ()
    added: Sequence[int] = ()
    vectors: Vectors | None = None


class VectorCache:
    """The FAISS index of a database, loaded when it is first needed.

    Not safe for a writer beside readers: its owner locks.

    Args:
        file: where it is kept; made anew from the database if it is missing or damaged.
        database: holds the truth.
        identity: of the embedding that the vectors are made with.
    """

    def __init__(self, file: Path, database: Database, identity: EmbeddingIdentity) -> None:
        self.file = file
        self._database = database
        self._store = Store(database)
        self._identity = identity
        self._faiss: FaissIndex | None = None
        self._generation = -1
        self._saved_generation = -1

    @property
    def faiss(self) -> FaissIndex:
        """The vectors as they are now; only after `synchronise`."""
        assert self._faiss is not None
        return self._faiss

    def in_step(self) -> bool:
        """Whether it is loaded, and holds what the database holds."""
        return self._faiss is not None and self._generation == self._database.generation()

    def synchronise(self) -> None:
        """Make FAISS hold what the database holds. Called inside `Database.reading()`.

        Raises:
            EmbeddingMismatch: the vectors are now those of another embedding.
            IndexDamaged: a stored vector has another dimension.
        """
        if self.in_step():
            return  # another thread was faster
        generation = self._database.generation()
        require_embedding(self._database, self._identity)
        wanted = self._store.sentence_ids()
        faiss, self._faiss = self._faiss, None  # as in `follow`
        loaded = faiss is None
        if faiss is None:
            faiss = self._load(len(wanted))
        present = faiss.ids()
        surplus = present.difference(wanted.tolist())
        missing = np.array([id for id in wanted.tolist() if id not in present], dtype=np.int64)
        faiss.remove(surplus)
        faiss.add(missing, self._store.vectors(missing.tolist(), self._identity.dimension))
        if loaded and not surplus and not len(missing):
            self._saved_generation = generation
        self._faiss, self._generation = faiss, generation

    def follow(self, change: VectorChange, generation: int) -> None:
        """Bring FAISS along with the commit that made this generation."""
        if self._faiss is None or self._generation != generation - 1:
            return  # not loaded, or another process wrote too: the next search synchronises
        # Interrupted half-way, it is gone rather than wrong: the next search makes it again.
        faiss, self._faiss = self._faiss, None
        faiss.remove(change.removed)
        if change.vectors is not None:
            # As the database rounds them, so that the cache equals the truth.
            faiss.add(np.array(change.added, dtype=np.int64), as_stored(change.vectors))
        self._faiss, self._generation = faiss, generation

    def save(self) -> None:
        """Write the file, unless it holds this state already.

        Raises:
            OSError: it cannot be written.
        """
        if self._faiss is None or self._generation == self._saved_generation:
            return
        self._faiss.save(self.file, self._stamp())
        self._saved_generation = self._generation

    def discard(self) -> None:
        """Forget the vectors, in memory and on disk."""
        self._faiss = None
        self.file.unlink(missing_ok=True)

    def _load(self, expected: int) -> FaissIndex:
        try:
            return FaissIndex.load(self.file, self._stamp(), self._identity.dimension)
        except FileNotFoundError:
            if expected:
                _log.info("No vector file yet: it is made from the %d stored vectors.", expected)
        except (OSError, ValueError) as error:
            _log.warning(
                "The vector file %s is not used, because %s. It is made anew from the %d stored "
                "vectors; nothing is lost.",
                self.file,
                error,
                expected,
            )
        return FaissIndex(self._identity.dimension)

    def _stamp(self) -> dict[str, str]:
        """What a vector file must carry to belong to this index."""
        return {
            "index": self._database.identifier(),
            "model": self._identity.fingerprint,
            "method": self._identity.method,
        }
