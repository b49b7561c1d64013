"""What many tests start from: an index that needs no model."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from index import ArticleIndex, HashingEmbedder

# A busy machine is no failure: how fast things are is measured in benchmarks/.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ArticleIndex]:
    """An empty index in `tmp_path / "index"`."""
    with ArticleIndex.open(tmp_path / "index", embedder=HashingEmbedder()) as opened:
        yield opened
