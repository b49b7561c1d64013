"""Adding articles one by one, each as a whole."""

from collections.abc import Callable

import numpy as np

from index.article import Article, LoadedArticles, LoadFailure
from index.compatibility import require_embedding
from index.database import Database
from index.embedding import Embedder
from index.preparing import PreparedArticle, Stopped, prepare
from index.reports import AddProgress, AddReport
from index.store import Store
from index.transactions import Transactions


class Adder:
    """Splits, embeds and stores the articles that an index does not have yet."""

    def __init__(self, database: Database, embedder: Embedder, transactions: Transactions) -> None:
        self._database = database
        self._store = Store(database)
        self._embedder = embedder
        self._transactions = transactions

    def add(
        self,
        articles: LoadedArticles,
        progress: Callable[[AddProgress], None] | None,
        stop: Callable[[], bool] | None,
    ) -> AddReport:
        """Add articles; the arguments are those of `ArticleIndex.add`."""
        added: list[str] = []
        replaced: list[str] = []
        unchanged: list[str] = []
        failed: list[LoadFailure] = []
        sentences = 0
        stopped = False
        for item in articles:
            if stop and stop():
                stopped = True
                break
            if isinstance(item, LoadFailure):
                failed.append(item)
                continue
            known = self._store.content_hash(item.uri)
            if known == item.content_hash:
                unchanged.append(item.uri)
                continue

            done = len(added) + len(replaced) + len(unchanged)
            report = _reporter(progress, item, done, sentences)
            try:
                prepared = prepare(item, self._embedder, report=report, stop=stop)
            except Stopped:
                stopped = True
                break
            if not prepared.sentences:
                failed.append(LoadFailure(item.uri, "It holds no sentence, only white space."))
                continue
            was_there = self._put(item, prepared)
            (replaced if was_there else added).append(item.uri)
            sentences += len(prepared.sentences)
            _reporter(progress, item, done + 1, sentences)(0)
        return AddReport(
            tuple(added), tuple(replaced), tuple(unchanged), tuple(failed), sentences, stopped
        )

    def _put(self, article: Article, prepared: PreparedArticle) -> bool:
        """Store an article; whether it replaced another version."""
        with self._transactions.changing() as change:
            require_embedding(self._database, self._embedder.identity)
            was_there = self._store.content_hash(article.uri) is not None
            change.removed = self._store.remove(article.uri) if was_there else []
            change.added = self._store.add(article, *prepared)
            change.vectors = np.stack([sentence.vector for sentence in prepared.sentences])
        return was_there


def _reporter(
    progress: Callable[[AddProgress], None] | None, article: Article, articles: int, sentences: int
) -> Callable[[int], None]:
    """Tells `progress` how many sentences are embedded, given those of this article."""

    def report(of_this_article: int) -> None:
        if progress:
            done = sentences + of_this_article
            progress(AddProgress(article.uri, article.title, articles, done))

    return report
