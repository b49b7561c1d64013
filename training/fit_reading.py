"""Fit how retrieval and reading join, in `qa/reranking.py`.

    python training/fit_reading.py FILE... [--news FOLDER...] [--index FOLDER] [--limit 1000]
        [--seed 3] [--cache FILE]

As `fit_ranking.py` does: the weights maximise the probability of the right sentence among all
candidates of its question. Questions of a file are asked of all its articles; those about invented
news once of all articles of their folder and once of their own alone, since in a single article
reading tells more than retrieval. The files, the news of all articles and the news of one count
alike. Printed are, for several numbers of windows, figures of two-fold cross-validation by article
with what a question costs to read; then the weights for the number that ships, the scale and
offset of the probability, and how often the second sentence is right by its distance from the
first. `--cache` keeps what was read.
"""

import argparse
import pickle
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fit_ranking import fit_probability
from news_data import read_news
from ranking_data import collection, temporary_index
from scipy.optimize import minimize
from scipy.special import logsumexp

from index import ArticleIndex
from qa import Retriever
from qa.ranking import weighted_sum
from qa.reranking import LOWEST_READING, WINDOWS
from qa.squad import SquadQuestion, exact_match, f1

MOST_WINDOWS = 20
NUMBERS = (4, 6, 8, 10, 12, 16, 20)


@dataclass(frozen=True)
class Read:
    """One question; each array has a row for each candidate, in the order of retrieval.

    Attributes:
        collection: which kind of collection it was asked of, for weighing.
        article: number of the article that it is about, for splitting.
        retrieval: weighted sums of the ranking.
        articles: which article each candidate is of, as numbers.
        readings: by window, shape (windows, candidates); not a number where it has no part.
        exact, overlap: exact match and F1 of the best words in any window.
        right: position of the right sentence.
        milliseconds: of reading all windows.
    """

    collection: str
    article: int
    retrieval: np.ndarray
    articles: np.ndarray
    readings: np.ndarray
    exact: np.ndarray
    overlap: np.ndarray
    right: int
    milliseconds: float

    def signals(self, windows: int) -> np.ndarray:
        """Shape (candidates, 4): article, retrieval, reading, unread."""
        part = self.readings[:windows]
        read = ~np.isnan(part).all(axis=0)
        best = np.where(np.isnan(part), LOWEST_READING, part).max(axis=0, initial=LOWEST_READING)
        best = np.where(read, best, 0.0)
        article = np.array([self.retrieval[self.articles == a].max() for a in self.articles])
        return np.stack([article, self.retrieval, best, (~read).astype(float)], axis=1)


@dataclass(frozen=True)
class Signals:
    """What `fit_probability` takes."""

    collection: str
    signals: np.ndarray
    right: int


def read_all(
    index: ArticleIndex,
    questions: Sequence[SquadQuestion],
    limit: int,
    seed: int,
    kind: str,
    first: int = 0,
) -> list[Read]:
    """Ask and read questions.

    Args:
        kind: of the collection.
        first: number of its first article.
    """
    retriever = Retriever(index, windows=MOST_WINDOWS)
    order = np.random.default_rng(seed).permutation(len(questions))[:limit]
    uris = {a.uri: number for number, a in enumerate(index.articles(), first)}
    result = []
    for number in order:
        question = questions[number]
        asked = retriever.read(question.text)
        ranked = retriever.rank(asked)
        right = next(
            (
                position
                for position, item in enumerate(ranked)
                if item.stored.sentence.article_uri == question.uri
                and any(
                    item.stored.sentence.start <= a.start < item.stored.sentence.end
                    for a in question.answers
                )
            ),
            None,
        )
        if right is None:
            continue
        windows = retriever.windows(ranked)
        before = time.perf_counter()
        readings = retriever.reader.read(asked.text, windows)
        milliseconds = (time.perf_counter() - before) * 1000
        row = {item.stored.sentence.id: n for n, item in enumerate(ranked)}
        scores = np.full((len(windows), len(ranked)), np.nan)
        exact, overlap = np.zeros(len(ranked)), np.zeros(len(ranked))
        best = np.full(len(ranked), -np.inf)
        for n, reading in enumerate(readings):
            for sentence, span in zip(reading.window.sentences, reading.spans, strict=True):
                position = row.get(sentence.id)
                if span is None or position is None:
                    continue
                scores[n, position] = span.sentence_score
                if span.sentence_score > best[position]:
                    best[position] = span.sentence_score
                    words = reading.window.article.text[span.start : span.end]
                    exact[position] = exact_match(words, question.answers)
                    overlap[position] = f1(words, question.answers)
        retrieval = np.array([weighted_sum(item.signals) for item in ranked])
        result.append(
            Read(
                kind,
                uris[question.uri],
                retrieval,
                np.array([uris[item.stored.sentence.article_uri] for item in ranked]),
                scores,
                exact,
                overlap,
                right,
                milliseconds,
            )
        )
        if len(result) % 100 == 0:
            print(f"read {len(result)}", flush=True)
    return result


def news(folder: Path, limit: int, seed: int) -> Iterator[Read]:
    """Questions about invented news, asked of all articles and of their own alone."""
    articles, asked = read_news(folder / "questions.jsonl")
    questions = [question for _, question in asked if question.answers]
    with temporary_index(articles) as index:
        yield from read_all(index, questions, limit, seed, "news, all articles")
    for number, article in enumerate(articles):
        own = [question for question in questions if question.uri == article.uri]
        with temporary_index([article]) as index:
            yield from read_all(index, own, limit, seed, "news, one article", number)


def fit(data: list[Signals]) -> np.ndarray:
    """Weights, shape (4,), that make the right sentences most probable."""
    counts = Counter(d.collection for d in data)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = 0.0, np.zeros(4)
        for d in data:
            sums = d.signals @ weights
            normaliser = logsumexp(sums)
            share = 1 / counts[d.collection] / len(counts)
            value += share * (normaliser - sums[d.right])
            gradient += share * (np.exp(sums - normaliser) @ d.signals - d.signals[d.right])
        return value + 1e-5 * weights @ weights, gradient + 2e-5 * weights

    return minimize(loss, np.array([0.3, 0.3, 0.3, 0.0]), jac=True, method="L-BFGS-B").x


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--news", type=Path, nargs="*", default=[], help="folders of invented news")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--cache", type=Path)
    arguments = parser.parse_args()
    data: list[Read] = []
    if arguments.cache and arguments.cache.exists():
        data = pickle.loads(arguments.cache.read_bytes())
    else:
        for number, file in enumerate(arguments.files):
            folder = arguments.index / str(number) if arguments.index else None
            with collection(file, folder) as (index, questions):
                index.warm_up()
                data += read_all(index, questions, arguments.limit, arguments.seed, file.name)
        for folder in arguments.news:
            data += news(folder, arguments.limit, arguments.seed)
        if arguments.cache:
            arguments.cache.write_bytes(pickle.dumps(data))
    collections = list(dict.fromkeys(d.collection for d in data))
    for windows in (0, *NUMBERS):
        signals = [Signals(d.collection, d.signals(windows), d.right) for d in data]
        halves = [
            fit([s for s, d in zip(signals, data, strict=True) if d.article % 2 == half])
            for half in (0, 1)
        ]
        for name in collections:
            figures = []
            for s, d in zip(signals, data, strict=True):
                if d.collection != name:
                    continue
                sums = s.signals @ halves[1 - d.article % 2]
                rank = int(np.sum(sums > sums[d.right]))
                first = int(np.argmax(sums))
                figures.append(
                    (1 / (rank + 1), rank < 1, rank < 3, d.exact[first], d.overlap[first])
                )
            mean = np.mean(figures, axis=0)
            print(
                f"{windows:3d} windows, {name}: MRR {mean[0]:.4f}  recall@1 {mean[1]:.4f}"
                f"  @3 {mean[2]:.4f}  exact match {mean[3]:.4f}  F1 {mean[4]:.4f}",
                flush=True,
            )
    print(f"{MOST_WINDOWS} windows: {np.median([d.milliseconds for d in data]):.0f} ms")
    signals = [Signals(d.collection, d.signals(WINDOWS), d.right) for d in data]
    weights = fit(signals)
    scale, offset = fit_probability(signals, weights)
    for name, weight in zip(("ARTICLE", "RETRIEVAL", "READING", "UNREAD"), weights, strict=True):
        print(f"{name} = {weight:.3f}")
    print(f"SCALE = {scale:.3f}\nOFFSET = {offset:.2f}")
    for low in np.arange(0, 4, 0.5):
        right = []
        for s in signals:
            sums = s.signals @ weights
            first, second = np.argsort(-sums)[:2]
            if low <= sums[first] - sums[second] < low + 0.5:
                right.append((s.right == first, s.right == second))
        shares = np.mean(right, axis=0) if right else (0, 0)
        print(
            f"second behind by {low:.1f}-{low + 0.5:.1f}: {len(right)} questions, "
            f"first right {shares[0]:.2f}, second right {shares[1]:.2f}"
        )


if __name__ == "__main__":
    main()
