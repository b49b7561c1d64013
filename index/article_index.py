"""ArticleIndex: articles on disk, found by meaning and by words."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from index.article import Article, LoadedArticles, LoadFailure, Sentence
from index.checking import CheckReport, check, check_text, check_vectors
from index.embedding import Embedder, Vectors, paragraphs_of
from index.errors import EmbeddingMismatch, IndexDamaged, IndexNotFound, StorageError
from index.filters import Filters
from index.locks import ReadWriteLock
from index.sentence_transformer import SentenceTransformerEmbedder
from index.sentences import split_sentences
from index.store import ArticleSummary, NewParagraph, NewSentence, Store, StoredSentence
from index.vectors import FaissIndex
from index.vocabulary import Vocabulary, nearest_form

_log = logging.getLogger("index")

_DATABASE = "articles.sqlite"
_VECTORS = "vectors.faiss"
# Paragraphs embedded between two reports of progress, and two chances to stop.
_PARAGRAPHS_AT_ONCE = 64


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


class ArticleIndex:
    """A collection of articles on disk. Open it with `ArticleIndex.open`.

    Every method is safe to call from many threads, and from several processes: searches see
    the state before or after a change, never half of it.
    """

    def __init__(self, path: Path, store: Store, embedder: Embedder) -> None:
        self._path = path
        self._store = store
        self._embedder = embedder
        self._lock = ReadWriteLock()
        self._vectors: FaissIndex | None = None
        self._vectors_generation = -1
        self._saved_generation = -1
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
        index = cls(folder, Store(folder / _DATABASE), embedder or SentenceTransformerEmbedder())
        try:
            index._agree_on_embedding(reembed)
        except BaseException:
            index.close()
            raise
        return index

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
                prepared = self._prepare(item, report, stop)
            except _Stopped:
                stopped = True
                break
            if not prepared[1]:
                failed.append(LoadFailure(item.uri, "It holds no sentence, only white space."))
                continue
            was_there = self._put(item, *prepared)
            (replaced if was_there else added).append(item.uri)
            sentences += len(prepared[1])
            _reporter(progress, item, done + 1, sentences)(0)
        return AddReport(
            tuple(added), tuple(replaced), tuple(unchanged), tuple(failed), sentences, stopped
        )

    def remove(self, uri: str) -> None:
        """Delete an article.

        Raises:
            ArticleNotFound: there is none of this uri.
        """
        with ExitStack() as stack:
            with self._store.writing():
                removed = self._store.remove(uri)
                generation = self._store.generation() + 1
                stack.enter_context(self._lock.writing())
            self._vectors_changed(generation, removed, [], None)

    def rebuild(self) -> None:
        """Make full text and the FAISS index anew from the stored sentences and vectors."""
        with self._store.writing():
            self._store.rebuild_text()
        with self._lock.writing():
            self._vectors = None
            self._vectors_file.unlink(missing_ok=True)
            with self._store.reading():
                self._synchronise()
        self._save_vectors()

    def close(self) -> None:
        """Write the FAISS cache and let go of the files. The truth is on disk already."""
        try:
            self._save_vectors()
        except OSError as error:
            _log.warning(
                "The vector file %s could not be written (%s). It will be made anew from the "
                "database; nothing is lost.",
                self._vectors_file,
                error,
            )
        finally:
            with self._lock.writing():  # readers finish first
                self._store.close()

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
            articles, sentences, size, str(self._embedder.identity), self._store.generation()
        )

    def check(self) -> CheckReport:
        """Compare everything stored with everything derived from it."""
        identity = self._embedder.identity
        problems = check_text(self._store)
        with self._store.reading():
            articles, sentences = self._store.counts()
            problems += check(self._store, identity)
        try:
            with self.reading():
                assert self._vectors is not None
                problems += check_vectors(self._store, self._vectors, identity)
        except IndexDamaged:
            # FAISS cannot be made from damaged vectors: then `check` has found them above.
            if not problems:
                raise
        return CheckReport(articles, sentences, tuple(problems))

    # Searching

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the index, whatever others change meanwhile; may be nested."""
        if self._lock.held_by_reader:
            yield
            return
        with self._lock.reading(), self._store.reading():
            if self._in_step():
                yield
                return
        with ExitStack() as stack:

            def catch_up() -> None:
                stack.enter_context(self._store.reading())
                self._synchronise()

            stack.enter_context(self._lock.reading_after(catch_up))
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
        with self.reading():
            assert self._vectors is not None
            allowed = self._store.sentence_ids(filters) if filters else None
            return self._vectors.search(vector, k, allowed)

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
        return self._store.search_text(words, k, with_context=with_context, filters=filters)

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
        return self._store.contains(word)

    def similar_word(self, word: str) -> str | None:
        """A word of the articles that looks like a mistyped one; None where none does."""
        generation = self._store.generation()
        if self._vocabulary is None or self._vocabulary[0] != generation:
            self._vocabulary = (generation, Vocabulary(self._store.stems()))
        stem = self._vocabulary[1].similar(word)
        example = self._store.example_of(stem) if stem else None
        return nearest_form(word, example) if example else None

    # Inside

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _vectors_file(self) -> Path:
        return self._path / _VECTORS

    def _prepare(
        self,
        article: Article,
        report: Callable[[int], None],
        stop: Callable[[], bool] | None,
    ) -> tuple[list[NewParagraph], list[NewSentence]]:
        """Split and embed: all the slow work, done before the database is touched."""
        spans = split_sentences(article.text, article.language)
        paragraphs = paragraphs_of(article.text, spans)
        new_paragraphs: list[NewParagraph] = []
        new_sentences: list[NewSentence] = []
        for first in range(0, len(paragraphs), _PARAGRAPHS_AT_ONCE):
            if stop and stop():
                raise _Stopped
            group = paragraphs[first : first + _PARAGRAPHS_AT_ONCE]
            embedded = self._embedder.embed_paragraphs([content for _, _, content in group])
            for (start, end, content), vectors in zip(group, embedded, strict=True):
                number = len(new_paragraphs)
                new_paragraphs.append(NewParagraph(number, start, end, vectors.paragraph))
                new_sentences += [
                    NewSentence(
                        start + sentence_start,
                        start + sentence_end,
                        number,
                        _context(article.title, content.text, content.sentences, position),
                        vectors.sentences[position],
                    )
                    for position, (sentence_start, sentence_end) in enumerate(content.sentences)
                ]
            report(len(new_sentences))
        return new_paragraphs, new_sentences

    def _put(
        self, article: Article, paragraphs: list[NewParagraph], sentences: list[NewSentence]
    ) -> bool:
        """Store an article; whether it replaced another version."""
        with ExitStack() as stack:
            with self._store.writing():
                self._require_same_embedding()
                was_there = self._store.content_hash(article.uri) is not None
                removed = self._store.remove(article.uri) if was_there else []
                ids = self._store.add(article, paragraphs, sentences)
                generation = self._store.generation() + 1
                # From here readers wait: the database and FAISS change as one.
                stack.enter_context(self._lock.writing())
            vectors = np.stack([sentence.vector for sentence in sentences])
            self._vectors_changed(generation, removed, ids, vectors)
        return was_there

    def _vectors_changed(
        self, generation: int, removed: Sequence[int], ids: Sequence[int], vectors: Vectors | None
    ) -> None:
        """Bring FAISS along with a commit. Called with the lock held for writing."""
        if self._vectors is None or self._vectors_generation != generation - 1:
            return  # not loaded, or another process wrote too: the next search synchronises
        # Interrupted half-way, it is gone rather than wrong: the next search makes it again.
        cache, self._vectors = self._vectors, None
        cache.remove(removed)
        if vectors is not None:
            # As the database rounds them, so that the cache equals the truth.
            rounded = vectors.astype(np.float16).astype(np.float32)
            cache.add(np.array(ids, dtype=np.int64), rounded)
        self._vectors, self._vectors_generation = cache, generation

    def _synchronise(self) -> None:
        """Make FAISS hold what the database holds.

        Called with the lock held for writing, inside `store.reading()`.
        """
        if self._in_step():
            return  # another thread was faster
        generation = self._store.generation()
        self._require_same_embedding()
        wanted = self._store.sentence_ids()
        cache, self._vectors = self._vectors, None  # as in `_vectors_changed`
        loaded = cache is None
        if cache is None:
            cache = self._load_vectors(len(wanted))
        present = cache.ids()
        surplus = present.difference(wanted.tolist())
        missing = np.array([id for id in wanted.tolist() if id not in present], dtype=np.int64)
        cache.remove(surplus)
        dimension = self._embedder.identity.dimension
        cache.add(missing, self._store.vectors(missing.tolist(), dimension))
        if loaded and not surplus and not len(missing):
            self._saved_generation = generation
        self._vectors, self._vectors_generation = cache, generation

    def _in_step(self) -> bool:
        return self._vectors is not None and self._vectors_generation == self._store.generation()

    def _require_same_embedding(self) -> None:
        stored = self._store.embedding()
        if stored != self._embedder.identity:
            raise EmbeddingMismatch(
                f"The index was re-embedded with {stored} meanwhile; open it again."
            )

    def _load_vectors(self, expected: int) -> FaissIndex:
        identity = self._embedder.identity
        try:
            return FaissIndex.load(self._vectors_file, self._stamp(), identity.dimension)
        except FileNotFoundError:
            if expected:
                _log.info("No vector file yet: it is made from the %d stored vectors.", expected)
        except (OSError, ValueError) as error:
            _log.warning(
                "The vector file %s is not used, because %s. It is made anew from the %d stored "
                "vectors; nothing is lost.",
                self._vectors_file,
                error,
                expected,
            )
        return FaissIndex(identity.dimension)

    def _save_vectors(self) -> None:
        with self._lock.reading():
            if self._vectors is None or self._vectors_generation == self._saved_generation:
                return
            self._vectors.save(self._vectors_file, self._stamp())
            self._saved_generation = self._vectors_generation

    def _stamp(self) -> dict[str, str]:
        """What a vector file must carry to belong to this index."""
        return {
            "index": self._store.identifier(),
            "model": self._embedder.identity.fingerprint,
            "method": self._embedder.identity.method,
        }

    def _agree_on_embedding(self, reembed: bool) -> None:
        stored, wanted = self._store.embedding(), self._embedder.identity
        if stored == wanted:
            return None
        if stored is None:
            with self._store.writing():
                if self._store.embedding() is None:
                    self._store.set_embedding(wanted)
            return self._agree_on_embedding(reembed)
        if not reembed:
            raise EmbeddingMismatch(
                f"The index {self._path} was made with {stored}, and was opened with {wanted}. "
                'Open it with the model it was made with, or run "article-qa rebuild --embed" '
                "(in Python: ArticleIndex.open(path, embedder=…, reembed=True))."
            )
        with self._store.writing():
            for summary in self._store.summaries():
                article = self._store.article(summary.uri)
                prepared = self._prepare(article, lambda _: None, None)
                self._store.remove(article.uri)
                self._store.add(article, *prepared)
            self._store.set_embedding(wanted)
        return None


def _require_positive(k: int) -> None:
    if k < 1:
        raise ValueError(f"k is {k}; ask for at least 1 sentence.")


class _Stopped(Exception):
    """The caller's `stop` said so, in the middle of an article."""


def _reporter(
    progress: Callable[[AddProgress], None] | None, article: Article, articles: int, sentences: int
) -> Callable[[int], None]:
    """Tells `progress` how many sentences are embedded, given those of this article."""

    def report(of_this_article: int) -> None:
        if progress:
            done = sentences + of_this_article
            progress(AddProgress(article.uri, article.title, articles, done))

    return report


def _context(
    title: str, paragraph: str, sentences: Sequence[tuple[int, int]], position: int
) -> str:
    """What full text finds a sentence by, apart from its own words."""
    neighbours = [sentences[i] for i in (position - 1, position + 1) if 0 <= i < len(sentences)]
    return "\n".join([title, *(paragraph[start:end] for start, end in neighbours)])
