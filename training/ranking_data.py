"""Signals of candidate sentences for the questions of a SQuAD file, for fitting."""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import Article, ArticleIndex
from qa import Retriever
from qa.ranking import WEIGHTS
from qa.squad import SquadQuestion, read_squad


@dataclass(frozen=True)
class Example:
    """One question.

    Attributes:
        file: number of its file.
        article: number of its article, for splitting.
        signals: shape (candidates, signals), in the order of `WEIGHTS`.
        right: position of the right sentence among the candidates.
    """

    file: int
    article: int
    signals: np.ndarray
    right: int


@contextmanager
def temporary_index(articles: Iterable[Article]) -> Iterator[ArticleIndex]:
    """An index of these articles that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, ArticleIndex.open(folder) as index:
        index.add(articles)
        yield index


@contextmanager
def collection(
    path: Path, folder: Path | None
) -> Iterator[tuple[ArticleIndex, list[SquadQuestion]]]:
    """An index of the file's articles, kept in `folder` if one is given."""
    articles, questions = read_squad(path)
    with (
        tempfile.TemporaryDirectory() as temporary,
        ArticleIndex.open(folder or Path(temporary)) as index,
    ):
        print(f"indexing {len(articles)} articles", file=sys.stderr)
        index.add(articles)
        yield index, questions


def examples(
    index: ArticleIndex, questions: list[SquadQuestion], limit: int, seed: int, file: int
) -> list[Example]:
    """Signals for `limit` questions; those whose sentence is no candidate are left out."""
    retriever = Retriever(index)
    order = np.random.default_rng(seed).permutation(len(questions))[:limit]
    uris = {uri: number for number, uri in enumerate(dict.fromkeys(q.uri for q in questions))}
    result = []
    for number in order:
        question = questions[number]
        ranked = retriever.rank(retriever.read(question.text))
        right = [
            position
            for position, candidate in enumerate(ranked)
            if candidate.stored.sentence.article_uri == question.uri
            and any(
                candidate.stored.sentence.start <= answer.start < candidate.stored.sentence.end
                for answer in question.answers
            )
        ]
        if right:
            values = np.array([[r.signals[name] for name in WEIGHTS] for r in ranked])
            result.append(Example(file, uris[question.uri], values, right[0]))
    return result
