"""What many tests start from: an article, and an index that needs no model."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from index import Article, ArticleIndex, HashingEmbedder

ArticleFactory = Callable[..., Article]


@pytest.fixture(scope="session")
def make_article() -> ArticleFactory:
    """Makes an article of which only what matters to the test must be given."""

    def make(
        uri: str = "https://news.example/rain",
        text: str = "It rained in Paris. The river rose.\n\nNobody was hurt.",
        *,
        title: str = "Rain",
        published: datetime | None = None,
        source: str | None = None,
        language: str | None = None,
    ) -> Article:
        return Article(uri, title, text, published, source, language)

    return make


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ArticleIndex]:
    """An empty index in `tmp_path / "index"`."""
    with ArticleIndex.open(tmp_path / "index", embedder=HashingEmbedder()) as opened:
        yield opened
