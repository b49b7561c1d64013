"""Reading and changing the database and FAISS as one."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from index.database import Database
from index.locks import ReadWriteLock
from index.vector_cache import VectorCache, VectorChange
from index.vectors import FaissIndex

_log = logging.getLogger("index")


class Transactions:
    """Readers see the state before or after a change of the two, never half of it.

    Every method is safe to call from many threads.
    """

    def __init__(self, database: Database, vectors: VectorCache) -> None:
        self._database = database
        self._vectors = vectors
        self._lock = ReadWriteLock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[FaissIndex]:
        """See one state, whatever others change meanwhile; gives its vectors. May be nested."""
        if self._lock.held_by_reader:
            yield self._vectors.faiss
            return
        with self._lock.reading(), self._database.reading():
            if self._vectors.in_step():
                yield self._vectors.faiss
                return
        snapshot = ExitStack()

        def catch_up() -> None:
            with ExitStack() as so_far:
                so_far.enter_context(self._database.reading())
                self._vectors.synchronise()
                snapshot.enter_context(so_far.pop_all())

        # The snapshot ends before the lock is let go: `close` must not close it meanwhile.
        with self._lock.reading_after(catch_up), snapshot:
            yield self._vectors.faiss

    @contextmanager
    def changing(self) -> Iterator[VectorChange]:
        """Change the database; FAISS follows with what is noted in the given change."""
        change = VectorChange()
        with ExitStack() as stack:
            with self._database.writing():
                yield change
                generation = self._database.generation() + 1
                # From here readers wait: the database and FAISS change as one.
                stack.enter_context(self._lock.writing())
            self._vectors.follow(change, generation)

    def rebuild_vectors(self) -> None:
        """Make FAISS and its file anew from the stored vectors."""
        with self._lock.writing():
            self._vectors.discard()
            with self._database.reading():
                self._vectors.synchronise()
        with self._lock.reading():
            self._vectors.save()

    def close(self) -> None:
        """Write the FAISS file and let go of all files, once the readers have finished.

        Closing again does nothing.
        """
        if self._closed:
            return
        self._closed = True
        try:
            with self._lock.reading():
                self._vectors.save()
        except OSError as error:
            _log.warning(
                "The vector file %s could not be written (%s). It will be made anew from the "
                "database; nothing is lost.",
                self._vectors.file,
                error,
            )
        finally:
            with self._lock.writing():  # readers finish first
                self._database.close()
