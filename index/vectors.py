"""The FAISS index: sentence ids to vectors. A cache, remade from the store whenever in doubt."""

import hashlib
import json
import os
import time
import uuid
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors

Ids = npt.NDArray[np.int64]

# Up to this many sentences every vector is compared; above it, those of the nearest clusters.
# benchmarks/scale.md holds the times that it was chosen by.
EXACT_LIMIT = 200_000
_MAGIC = "article-qa vectors 1"
# A temporary file older than this, in seconds, was left by a process that was killed: longer
# than it takes to write the vectors of any collection that one machine holds.
_ABANDONED = 3600


class VectorIndex(Protocol):
    """Ids with vectors of unit length, found by inner product."""

    def __len__(self) -> int: ...

    def ids(self) -> set[int]:
        """Every id that is in it."""

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors, shape (ids, dimension), under ids that are not in it yet."""

    def remove(self, ids: Collection[int]) -> None:
        """Remove these ids; those that are not in it are no error."""

    def search(
        self, vector: Vectors, k: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        """The `k` best ids with their inner products, best first; only of `allowed`, if given."""


class FaissIndex:
    """A `VectorIndex` in FAISS: exact, or by clusters once it has grown beyond a size.

    Above `exact_limit` vectors it trains an inverted file of `4 * sqrt(n)` clusters (the rule
    of thumb of FAISS' guidelines) over 16-bit vectors, and looks into a sixteenth of the
    clusters, at least 16. Not safe for a writer beside readers: its owner locks.
    """

    def __init__(self, dimension: int, exact_limit: int = EXACT_LIMIT) -> None:
        self._dimension = dimension
        self._exact_limit = exact_limit
        self._faiss = _exact_index(dimension)
        self._ids: set[int] = set()

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def exact(self) -> bool:
        """Whether every vector is compared, so that no neighbour is missed."""
        return not hasattr(_inner(self._faiss), "nprobe")

    def ids(self) -> set[int]:
        return set(self._ids)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        if not len(ids):
            return
        if self.exact and len(self) + len(ids) > self._exact_limit:
            self._cluster(ids, vectors)
        else:
            self._faiss.add_with_ids(np.ascontiguousarray(vectors), ids)
        self._ids.update(ids.tolist())

    def remove(self, ids: Collection[int]) -> None:
        present = self._ids.intersection(ids)
        if present:
            self._faiss.remove_ids(np.fromiter(present, dtype=np.int64))
            self._ids -= present

    def search(
        self, vector: Vectors, k: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        k = min(k, len(self))
        if k == 0 or (allowed is not None and not len(allowed)):
            return []
        scores, ids = self._faiss.search(vector.reshape(1, -1), k, params=self._parameters(allowed))
        return [
            (int(id), float(score)) for id, score in zip(ids[0], scores[0], strict=True) if id >= 0
        ]

    def vectors(self) -> tuple[Ids, Vectors]:
        """Every id, ascending, with its vector; copies all, so for checks and rebuilding."""
        ids = np.array(sorted(self._ids), dtype=np.int64)
        vectors = np.zeros((len(ids), self._dimension), dtype=np.float32)
        if self.exact:
            import faiss

            stored = faiss.vector_to_array(self._faiss.id_map)
            whole = self._faiss.index.reconstruct_n(0, len(stored)) if len(stored) else vectors
            vectors[np.searchsorted(ids, stored)] = whole
        else:
            for cluster in range(_inner(self._faiss).nlist):
                members, content = _cluster_content(self._faiss, cluster)
                vectors[np.searchsorted(ids, members)] = content
        return ids, vectors

    def save(self, path: Path, stamp: dict[str, Any]) -> None:
        """Write to `path`, whole or not at all, with a stamp that `load` will demand."""
        import faiss

        payload = faiss.serialize_index(self._faiss).data
        header = {
            "format": _MAGIC,
            "stamp": stamp,
            "size": payload.nbytes,
            "sha256": hashlib.sha256(payload).hexdigest(),
        }
        for left in path.parent.glob(f"{path.name}.*.tmp"):
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _ABANDONED:
                    left.unlink()
        temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(json.dumps(header).encode() + b"\n")
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    @classmethod
    def load(
        cls, path: Path, stamp: dict[str, Any], dimension: int, exact_limit: int = EXACT_LIMIT
    ) -> "FaissIndex":
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: there is no file.
            ValueError: it is damaged, or of another stamp; the message says which.
        """
        with path.open("rb") as file:
            try:
                header = json.loads(file.readline(4096))
                magic, found = header["format"], header["stamp"]
                size, digest = header["size"], header["sha256"]
            except (ValueError, KeyError, TypeError, RecursionError):
                magic = None
            if magic != _MAGIC:
                raise ValueError("it is not a vector file of this version")
            payload = file.read()
        if len(payload) != size or hashlib.sha256(payload).hexdigest() != digest:
            raise ValueError("it is damaged")
        if found != stamp:
            raise ValueError("it belongs to another model or index")
        # FAISS trusts what it reads, hence the check sum first.
        import faiss

        index = cls(dimension, exact_limit)
        try:
            index._faiss = faiss.deserialize_index(np.frombuffer(payload, dtype=np.uint8))
        except RuntimeError as error:
            raise ValueError(f"this version of FAISS cannot read it ({error})") from None
        if index.exact:
            index._ids = set(faiss.vector_to_array(index._faiss.id_map).tolist())
        else:
            for cluster in range(_inner(index._faiss).nlist):
                index._ids.update(_cluster_content(index._faiss, cluster)[0].tolist())
            _inner(index._faiss).nprobe = _probes(_inner(index._faiss).nlist)
        return index

    def _cluster(self, ids: Ids, vectors: Vectors) -> None:
        import faiss

        old_ids, old_vectors = self.vectors()
        all_ids, all_vectors = (
            np.concatenate([old_ids, ids]),
            np.concatenate([old_vectors, vectors]),
        )
        clusters = min(len(all_ids), int(4 * np.sqrt(len(all_ids))))
        quantizer = faiss.IndexFlatIP(self._dimension)
        index = faiss.IndexIVFScalarQuantizer(
            quantizer,
            self._dimension,
            clusters,
            faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT,
            False,  # codes of the vectors themselves, not of what the cluster's centre leaves
        )
        # FAISS warns below 39; every cluster of a collection above the limit has more.
        index.cp.min_points_per_centroid = 1
        # FAISS' k-means samples what it needs, with a fixed seed: same vectors, same clusters.
        index.train(all_vectors)
        index.add_with_ids(all_vectors, all_ids)
        index.nprobe = _probes(clusters)
        self._faiss = index

    def _parameters(self, allowed: Ids | None) -> Any:
        if allowed is None:
            return None
        faiss = _faiss_without_types()
        selector = faiss.IDSelectorBatch(allowed)
        if self.exact:
            return faiss.SearchParameters(sel=selector)
        # A filter leaves few of each cluster: look into all of them.
        return faiss.SearchParametersIVF(sel=selector, nprobe=_inner(self._faiss).nlist)


def _probes(clusters: int) -> int:
    return min(clusters, max(16, clusters // 16))


def _faiss_without_types() -> Any:
    """FAISS' types do not know that its classes take their attributes as keywords."""
    import faiss

    return faiss


def _exact_index(dimension: int) -> Any:
    import faiss

    return faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))


def _inner(index: Any) -> Any:
    import faiss

    return faiss.downcast_index(index) if not hasattr(index, "id_map") else index.index


def _cluster_content(index: Any, cluster: int) -> tuple[Ids, Vectors]:
    """Ids and decoded vectors of one cluster."""
    import faiss

    inner = _inner(index)
    size = inner.invlists.list_size(cluster)
    dimension = inner.d
    if not size:
        return np.zeros(0, dtype=np.int64), np.zeros((0, dimension), dtype=np.float32)
    ids = faiss.rev_swig_ptr(inner.invlists.get_ids(cluster), size).copy()
    codes = faiss.rev_swig_ptr(inner.invlists.get_codes(cluster), size * inner.code_size)
    vectors = codes.view(np.float16).reshape(size, dimension).astype(np.float32)
    return ids, vectors
