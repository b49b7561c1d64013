"""ArticleIndex: articles on disk, found by meaning and by words."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from index.adding import Adder
from index.article import Article, LoadedArticles, Sentence
from index.checking import CheckReport, check, check_text, check_vectors
from index.compatibility import agree_on_embedding
from index.database import Database
from index.embedding import Embedder, Vectors
from index.errors import IndexDamaged, IndexNotFound, StorageError
from index.filters import Filters
from index.full_text import FullText
from index.records import ArticleSummary, StoredSentence
from index.reports import AddProgress, AddReport, IndexStatistics
from index.sentence_transformer import SentenceTransformerEmbedder
from index.store import Store
from index.transactions import Transactions
from index.vector_cache import VectorCache
from index.vocabulary import Vocabulary, nearest_form

_DATABASE = "articles.sqlite"
_VECTORS = "vectors.faiss"


class ArticleIndex:
    """A collection of articles on disk. Open it with `ArticleIndex.open`.

    Every method is safe to call from many threads, and from several processes: searches see
    the state before or after a change, never half of it.
    """

    def __init__(self, path: Path, database: Database, embedder: Embedder) -> None:
        self._path = path
        self._database = database
        self._store = Store(database)
        self._text = FullText(database)
        self._embedder = embedder
        vectors = VectorCache(path / _VECTORS, database, embedder.identity)
        self._transactions = Transactions(database, vectors)
        self._adder = Adder(database, embedder, self._transactions)
        self._vocabulary: tuple[int, Vocabulary] | None = None

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        embedder: Embedder | None = None,
        create: bool = True,
        reembed: bool = False,
    ) -> Self:
        """Open the index in the folder `path`, or make one.

        Args:
            path: a folder; it holds the database and the vectors.
            embedder: None for all-MiniLM-L6-v2.
            create: whether to make an index where there is none.
            reembed: whether to make every vector anew if the index was made with another
                model. It happens in one transaction: stopped half-way, the index is as before.

        Raises:
            IndexNotFound: there is none, and `create` is False.
            EmbeddingMismatch: it was made with another model, and `reembed` is False.
            IndexDamaged, IndexTooNew: it cannot be read.
        """
        folder = Path(path)
        if not (folder / _DATABASE).is_file():
            if not create:
                raise IndexNotFound(
                    f'There is no index at {folder}; make one with "article-qa add PATH".'
                )
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StorageError(
                    f"The folder {folder} cannot be made ({error}); choose another place."
                ) from error
        database = Database(folder / _DATABASE)
        try:
            embedder = embedder or SentenceTransformerEmbedder()
            agree_on_embedding(database, embedder, folder, reembed=reembed)
            return cls(folder, database, embedder)
        except BaseException:
            database.close()
            raise

    # Changing

    def add(
        self,
        articles: LoadedArticles,
        *,
        progress: Callable[[AddProgress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> AddReport:
        """Add articles one by one; each is in the index whole, or not at all.

        An article with the content that the index has for its uri is left as it is; one with
        other content replaces it.

        Args:
            articles: articles, and failures of loading, which end up in the report.
            progress: called after every step.
            stop: asked before every step; True ends the work, keeping what is done.
        """
        return self._adder.add(articles, progress, stop)

    def remove(self, uri: str) -> None:
        """Delete an article.

        Raises:
            ArticleNotFound: there is none of this uri.
        """
        with self._transactions.changing() as change:
            change.removed = self._store.remove(uri)

    def rebuild(self) -> None:
        """Make full text and the FAISS index anew from the stored sentences and vectors."""
        with self._database.writing():
            self._text.rebuild()
        self._transactions.rebuild_vectors()

    def close(self) -> None:
        """Write the FAISS cache and let go of the files. The truth is on disk already."""
        self._transactions.close()

    # Looking

    def articles(self) -> list[ArticleSummary]:
        """Every article, in the order in which they were added."""
        return self._store.summaries()

    def article(self, uri: str) -> Article:
        """One article.

        Raises:
            ArticleNotFound: there is none of this uri.
        """
        return self._store.article(uri)

    def statistics(self) -> IndexStatistics:
        """Sizes, and what the index was made with."""
        articles, sentences = self._store.counts()
        size = 0
        for file in self._path.iterdir():
            with suppress(FileNotFoundError):  # SQLite's own files come and go
                size += file.stat().st_size if file.is_file() else 0
        return IndexStatistics(
            articles, sentences, size, str(self._embedder.identity), self._database.generation()
        )

    def check(self) -> CheckReport:
        """Compare everything stored with everything derived from it."""
        identity = self._embedder.identity
        problems = check_text(self._text)
        with self._database.reading():
            articles, sentences = self._store.counts()
            problems += check(self._database, identity)
        try:
            with self._transactions.reading() as vectors:
                problems += check_vectors(self._store, vectors, identity)
        except IndexDamaged:
            # FAISS cannot be made from damaged vectors: then `check` has found them above.
            if not problems:
                raise
        return CheckReport(articles, sentences, tuple(problems))

    # Searching

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the index, whatever others change meanwhile; may be nested."""
        with self._transactions.reading():
            yield

    def warm_up(self) -> None:
        """Load the model and the vectors now, rather than at the first question."""
        self._embedder.warm_up()
        with self.reading():
            pass

    def embed_question(self, question: str) -> Vectors:
        """The vector of a question, of unit length, shape (dimension,)."""
        return self._embedder.embed_question(question)

    def search_vectors(
        self, vector: Vectors, k: int, filters: Filters | None = None
    ) -> list[tuple[int, float]]:
        """The `k` sentences nearest in meaning: their ids and cosines, best first."""
        _require_positive(k)
        with self._transactions.reading() as vectors:
            allowed = self._store.sentence_ids(filters) if filters else None
            return vectors.search(vector, k, allowed)

    def search_text(
        self,
        words: Sequence[str],
        k: int,
        *,
        with_context: bool = False,
        filters: Filters | None = None,
    ) -> list[tuple[int, float]]:
        """The `k` sentences that match any of the words best: their ids and BM25, best first.

        With `with_context`, the title and the neighbouring sentences count too.
        """
        _require_positive(k)
        return self._text.search(words, k, with_context=with_context, filters=filters)

    def sentences(self, ids: Sequence[int]) -> dict[int, StoredSentence]:
        """The sentences of these ids; ids that are not there (any more) are left out."""
        return self._store.sentences(ids)

    def paragraph(self, uri: str, number: int) -> list[Sentence]:
        """The sentences of one paragraph, in the order of the text."""
        return self._store.paragraph(uri, number)

    def matches_any(self, filters: Filters) -> bool:
        """Whether the filters let any article through; `Filters()`: whether there is any."""
        return self._store.matches_any(filters)

    def contains_word(self, word: str) -> bool:
        """Whether any article has this word, in any form of it."""
        return self._text.contains(word)

    def similar_word(self, word: str) -> str | None:
        """A word of the articles that looks like a mistyped one; None where none does."""
        generation = self._database.generation()
        if self._vocabulary is None or self._vocabulary[0] != generation:
            self._vocabulary = (generation, Vocabulary(self._text.stems()))
        stem = self._vocabulary[1].similar(word)
        return nearest_form(word, stem, self._text.examples_of(stem)) if stem else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _require_positive(k: int) -> None:
    if k < 1:
        raise ValueError(f"k is {k}; ask for at least 1 sentence.")
