"""Every vector index gives what comparing with every vector gives."""

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedding import Vectors, unit_length
from index.vectors import EXACT_LIMIT, FaissIndex, Ids, VectorIndex

DIMENSION = 8
STAMP = {"index": "one", "model": "some"}


def some_vectors(count: int, seed: int = 0, dimension: int = DIMENSION) -> Vectors:
    """Unit vectors that 16 bits hold exactly as the store rounds them."""
    random = np.random.default_rng(seed).standard_normal((count, dimension), dtype=np.float32)
    return unit_length(random).astype(np.float16).astype(np.float32)


def some_ids(*ids: int) -> Ids:
    return np.array(ids, dtype=np.int64)


class BruteForce:
    """The same, with every vector compared in NumPy."""

    def __init__(self) -> None:
        self.content: dict[int, Vectors] = {}

    def __len__(self) -> int:
        return len(self.content)

    def ids(self) -> set[int]:
        return set(self.content)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        self.content.update(zip(ids.tolist(), vectors, strict=True))

    def remove(self, ids: Any) -> None:
        for id in ids:
            self.content.pop(id, None)

    def search(
        self, vector: Vectors, k: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        scores = {
            id: float(stored @ vector)
            for id, stored in self.content.items()
            if allowed is None or id in allowed
        }
        return sorted(scores.items(), key=lambda item: -item[1])[:k]


def exact() -> FaissIndex:
    return FaissIndex(DIMENSION)


def clustered() -> FaissIndex:
    return FaissIndex(DIMENSION, exact_limit=20)


def assert_same(
    found: VectorIndex, wanted: BruteForce, vector: Vectors, k: int, **how: Any
) -> None:
    """Equal scores in order, and each id with its own score; ties may be in any order."""
    got, best = found.search(vector, k, **how), wanted.search(vector, k, **how)
    np.testing.assert_allclose([s for _, s in got], [s for _, s in best], atol=1e-5)
    assert len({id for id, _ in got}) == len(got)
    for id, score in got:
        assert score == pytest.approx(float(wanted.content[id] @ vector), abs=1e-5)


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sets(st.integers(1, 60), max_size=30)),
        st.tuples(st.just("remove"), st.sets(st.integers(1, 60), max_size=30)),
    ),
    max_size=8,
)


@pytest.mark.parametrize("make", [exact, clustered])
@settings(max_examples=25, deadline=None)
@given(
    operations=OPERATIONS,
    allowed=st.sets(st.integers(1, 60)),
    k=st.integers(1, 80),
    seed=st.integers(0, 99),
)
def test_any_changes_leave_what_brute_force_finds(
    make: Any, operations: list[tuple[str, set[int]]], allowed: set[int], k: int, seed: int
) -> None:
    index, truth = make(), BruteForce()
    vectors = some_vectors(61, seed)
    for name, chosen in operations:
        if name == "add":
            ids = some_ids(*(chosen - truth.ids()))
            index.add(ids, vectors[ids])
            truth.add(ids, vectors[ids])
        else:
            index.remove(chosen)
            truth.remove(chosen)
        assert len(index) == len(truth)
        assert index.ids() == truth.ids()
        [question] = some_vectors(1, seed + 1000)
        only = some_ids(*allowed)
        assert_same(index, truth, question, k, allowed=only)
        if index.exact:
            assert_same(index, truth, question, k)
        else:
            for id, score in index.search(question, k):
                assert score == pytest.approx(float(truth.content[id] @ question), abs=1e-5)
    ids, content = index.vectors()
    assert ids.tolist() == sorted(truth.ids())
    np.testing.assert_array_equal(content, [truth.content[id] for id in ids.tolist()] or content)


def test_it_stays_exact_up_to_the_limit_and_forms_clusters_above() -> None:
    index = clustered()
    vectors = some_vectors(21)
    index.add(np.arange(20), vectors[:20])
    assert index.exact
    index.add(some_ids(20), vectors[20:])
    assert not index.exact
    assert index.ids() == set(range(21))


def test_a_limit_below_the_number_of_clusters_does_no_harm() -> None:
    index = FaissIndex(DIMENSION, exact_limit=1)
    vectors = some_vectors(3)
    index.add(np.arange(3), vectors)
    assert [id for id, _ in index.search(vectors[1], 1)] == [1]


def test_clusters_find_nearly_all_neighbours() -> None:
    index, truth = FaissIndex(32, exact_limit=100), BruteForce()
    # Around a few topics, as sentences are; vectors without any structure have no clusters.
    topics = some_vectors(40, 1, 32)
    vectors = unit_length(np.repeat(topics, 100, axis=0) + 0.1 * some_vectors(4000, 2, 32))
    for store in (index, truth):
        store.add(np.arange(4000), vectors)
    assert not index.exact
    questions = unit_length(topics[:30] + 0.05 * some_vectors(30, 3, 32))
    found = [{id for id, _ in index.search(q, 10)} & {id for id, _ in truth.search(q, 10)}
             for q in questions]  # fmt: skip
    # 16-bit vectors may change the order of near ties, hence not all.
    assert sum(map(len, found)) / 300 > 0.9


@pytest.mark.parametrize("make", [exact, clustered])
def test_an_empty_index_finds_nothing(make: Any) -> None:
    index = make()
    [question] = some_vectors(1)
    assert index.search(question, 5) == []
    index.add(some_ids(), some_vectors(0))
    index.remove([1, 2])
    assert (len(index), index.ids()) == (0, set())
    index.add(np.arange(30), some_vectors(30))
    index.remove(range(30))
    assert index.search(question, 5) == []
    assert index.search(question, 5, some_ids()) == []


def test_large_ids_are_kept_whole() -> None:
    index = exact()
    index.add(some_ids(2**53 + 1, 2**53), some_vectors(2))
    assert index.ids() == {2**53, 2**53 + 1}
    assert index.search(some_vectors(2)[0], 1)[0][0] == 2**53 + 1


def test_the_limit_is_where_the_design_says() -> None:
    assert EXACT_LIMIT == 200_000


# On disk


def filled(make: Any, count: int = 40) -> FaissIndex:
    index: FaissIndex = make()
    index.add(np.arange(1, count + 1), some_vectors(count))
    index.remove([3, 7])
    return index


@pytest.mark.parametrize("make", [exact, clustered])
def test_what_is_saved_is_loaded(make: Any, tmp_path: Path) -> None:
    index = filled(make)
    path = tmp_path / "vectors.faiss"
    index.save(path, STAMP)
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.faiss"]
    loaded = FaissIndex.load(path, STAMP, DIMENSION)
    assert loaded.exact == index.exact
    assert loaded.ids() == index.ids()
    for question in some_vectors(5, 7):
        assert loaded.search(question, 10) == index.search(question, 10)
    for before, after in zip(index.vectors(), loaded.vectors(), strict=True):
        np.testing.assert_array_equal(before, after)
    loaded.remove([1])
    loaded.add(some_ids(99), some_vectors(1))
    assert loaded.ids() == index.ids() - {1} | {99}


@pytest.mark.parametrize("make", [exact, clustered])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_and_never_read(
    make: Any, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "vectors.faiss"
    filled(make).save(path, STAMP)
    content = bytearray(path.read_bytes())
    header_end = content.index(b"\n")
    if data.draw(st.booleans(), label="cut off"):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        position = data.draw(
            st.one_of(st.integers(0, header_end), st.integers(header_end, len(content) - 1))
        )
        content[position] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"damaged|not a vector file|belongs to another"):
        FaissIndex.load(path, STAMP, DIMENSION)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"IxFI" + bytes(100),
        b"{}\n",
        b"[]\n",
        b"null\n",
        b'{"stamp": {}, "size": 0}\n',
        b"[" * 5000,
        b"\xff\xfe\n",
        os.urandom(5000),
    ],
)
def test_a_foreign_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not a vector file"):
        FaissIndex.load(path, STAMP, DIMENSION)


def resealed(path: Path, payload: bytes, **changes: object) -> None:
    """Write a file whose header fits its payload."""
    header = json.loads(path.read_bytes().split(b"\n", 1)[0]) | {
        "size": len(payload),
        "sha256": hashlib.sha256(payload).hexdigest(),
        **changes,
    }
    path.write_bytes(json.dumps(header).encode() + b"\n" + payload)


def test_a_file_of_another_format_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    filled(exact).save(path, STAMP)
    resealed(path, path.read_bytes().split(b"\n", 1)[1], format="article-qa vectors 2")
    with pytest.raises(ValueError, match="not a vector file of this version"):
        FaissIndex.load(path, STAMP, DIMENSION)


def test_a_kind_that_this_faiss_does_not_know_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    filled(exact).save(path, STAMP)
    resealed(path, b"IxZZ" + bytes(64))
    with pytest.raises(ValueError, match="this version of FAISS cannot read it"):
        FaissIndex.load(path, STAMP, DIMENSION)


def test_a_file_of_another_index_is_refused(tmp_path: Path) -> None:
    filled(exact).save(tmp_path / "v", STAMP)
    with pytest.raises(ValueError, match="another model or index"):
        FaissIndex.load(tmp_path / "v", {**STAMP, "model": "other"}, DIMENSION)


def test_no_file_is_told_apart_from_a_bad_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FaissIndex.load(tmp_path / "none", STAMP, DIMENSION)


def test_saving_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vectors.faiss"
    filled(exact).save(path, STAMP)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        filled(exact, 50).save(path, STAMP)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_is_cleared_away_but_not_what_another_is_writing(
    tmp_path: Path,
) -> None:
    abandoned, active, foreign = (tmp_path / name for name in ("v.1.tmp", "v.2.tmp", "notes.1.tmp"))
    long_ago = time.time() - 7200
    for file in (abandoned, active, foreign):
        file.write_bytes(b"half")
        if file != active:
            os.utime(file, (long_ago, long_ago))
    filled(exact).save(tmp_path / "v", STAMP)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["notes.1.tmp", "v", "v.2.tmp"]
