"""Whether an index agrees with itself."""

from dataclasses import dataclass

import numpy as np

from index.database import Database
from index.embedding import EmbeddingIdentity
from index.errors import IndexDamaged, InvalidArticle
from index.full_text import FullText
from index.store import Store
from index.stored_vectors import VECTOR_BYTES, from_bytes
from index.vectors import FaissIndex

_ADD_AGAIN = "Remove this article and add it again."
_RESTORE = "Restore the index from a backup, or move it away and add the articles again."
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


def check(database: Database, identity: EmbeddingIdentity) -> list[Problem]:
    """Verify the database: its hashes, offsets, counts and the sizes and lengths of vectors."""
    problems = [Problem(what, _RESTORE) for what in database.integrity_problems()]
    store = Store(database)
    for summary in store.summaries():
        problems += [
            Problem(f"{summary.uri}: {what}", _ADD_AGAIN)
            for what in _article_problems(store, summary.uri, identity.dimension)
        ]
    return problems


def check_text(text: FullText) -> list[Problem]:
    """Verify full text against the sentences; waits for writers."""
    if text.is_in_step():
        return []
    return [Problem("Full text is out of step with the sentences.", _REBUILD)]


def check_vectors(store: Store, vectors: FaissIndex, identity: EmbeddingIdentity) -> list[Problem]:
    """Verify the vectors of FAISS against those of the database."""
    stored_ids = store.sentence_ids()
    ids, found = vectors.vectors()
    if not np.array_equal(ids, stored_ids):
        difference = len(set(ids.tolist()) ^ set(stored_ids.tolist()))
        return [Problem(f"FAISS and the database differ in {difference} sentences.", _REBUILD)]
    try:
        wanted = store.vectors(stored_ids.tolist(), identity.dimension)
    except IndexDamaged:
        return []  # the article that it belongs to is among the problems of the database
    wrong = int(np.any(found != wanted, axis=1).sum())
    if not wrong:
        return []
    return [Problem(f"{wrong} vectors of FAISS differ from those of the database.", _REBUILD)]


def _article_problems(store: Store, uri: str, dimension: int) -> list[str]:
    try:
        article = store.article(uri)
    except InvalidArticle as error:
        return [str(error)]
    problems = []
    if article.content_hash != store.content_hash(uri):
        problems.append("the content is not the one that was added (its hash differs)")
    sentences = store.sentence_rows(uri)
    if not sentences:
        problems.append("it has no sentences")
    reached = 0
    for start, end, _, text, vector in sentences:
        within = reached <= start < end <= len(article.text)
        if not within or article.text[start:end] != text:
            problems.append(f"the sentence at {start}:{end} is not what stands there")
        elif article.text[reached:start].strip():
            problems.append(f"text between {reached} and {start} belongs to no sentence")
        if not _is_vector(vector, dimension):
            problems.append(f"the vector of the sentence at {start}:{end} is damaged")
        reached = end
    if article.text[reached:].strip():
        problems.append(f"text after {reached} belongs to no sentence")

    extents: dict[int, tuple[int, int]] = {}
    for start, end, paragraph, _, _ in sentences:
        extents[paragraph] = (extents.get(paragraph, (start, end))[0], end)
    paragraphs = store.paragraph_rows(uri)
    if {number: (start, end) for start, end, number, _ in paragraphs} != extents:
        problems.append("its paragraphs are not those of its sentences")
    for start, end, _, vector in paragraphs:
        if not _is_vector(vector, dimension):
            problems.append(f"the vector of the paragraph at {start}:{end} is damaged")
    return problems


def _is_vector(content: bytes, dimension: int) -> bool:
    """Whether it is of the right size, and of length 1, or 0 where a text has no word."""
    if len(content) != VECTOR_BYTES * dimension:
        return False
    vector = from_bytes(content)
    if not np.isfinite(vector).all():
        return False
    length = np.linalg.norm(vector)
    # 16-bit floats have 11 significant bits: rounding moves a length by less than 2 ** -11.
    return bool(length == 0 or abs(length - 1) < 1e-3)
