"""Whether an index agrees with itself."""

from dataclasses import dataclass

import numpy as np

from index.embedding import EmbeddingIdentity
from index.errors import InvalidArticle
from index.store import Store
from index.vectors import FaissIndex

_ADD_AGAIN = "Remove this article and add it again."
_REBUILD = 'Run "article-qa rebuild" (in Python: index.rebuild()).'


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, and what to do about it."""

    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check looked at, and what it found."""

    articles: int
    sentences: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def check(store: Store, vectors: FaissIndex, identity: EmbeddingIdentity) -> CheckReport:
    """Verify hashes, offsets, counts, full text, and the vectors of FAISS against the stored."""
    problems = [Problem(what, _REBUILD) for what in store.integrity_problems()]
    for summary in store.summaries():
        problems += [
            Problem(f"{summary.uri}: {what}", _ADD_AGAIN)
            for what in _article_problems(store, summary.uri, identity.dimension)
        ]
    problems += [Problem(what, _REBUILD) for what in _vector_problems(store, vectors, identity)]
    articles, sentences = store.counts()
    return CheckReport(articles, sentences, tuple(problems))


def _article_problems(store: Store, uri: str, dimension: int) -> list[str]:
    try:
        article = store.article(uri)
    except InvalidArticle as error:
        return [str(error)]
    problems = []
    if article.content_hash != store.content_hash(uri):
        problems.append("the content is not the one that was added (its hash differs)")
    rows = store.stored_sentence_rows(uri)
    if not rows:
        problems.append("it has no sentences")
    reached = 0
    for start, end, _, text, vector_bytes in rows:
        if not reached <= start < end or article.text[start:end] != text:
            problems.append(f"the sentence at {start}:{end} is not what stands there")
        elif article.text[reached:start].strip():
            problems.append(f"text between {reached} and {start} belongs to no sentence")
        if vector_bytes != 2 * dimension:
            problems.append(f"the vector of the sentence at {start}:{end} has a wrong size")
        reached = end
    if article.text[reached:].strip():
        problems.append(f"text after {reached} belongs to no sentence")
    return problems


def _vector_problems(store: Store, vectors: FaissIndex, identity: EmbeddingIdentity) -> list[str]:
    stored_ids = store.sentence_ids()
    ids, found = vectors.vectors()
    if not np.array_equal(ids, stored_ids):
        difference = len(set(ids.tolist()) ^ set(stored_ids.tolist()))
        return [f"FAISS and the database differ in {difference} sentences"]
    wanted = store.vectors(stored_ids.tolist(), identity.dimension)
    wrong = int(np.any(found != wanted, axis=1).sum())
    return [f"{wrong} vectors of FAISS differ from the stored ones"] if wrong else []
