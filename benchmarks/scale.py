"""Time, memory and disk at many sentences.

    python benchmarks/scale.py FILE.json.gz... [--sentences 100000] [--questions 200] [--hashing]

Indexes the articles of files in SQuAD's format until there are enough sentences (articles come
again under another uri if the files have too few), then asks some of their questions, and opens
the index again. `--hashing` leaves out the model, to see what everything else costs.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np

from index import Article, ArticleIndex, Embedder, HashingEmbedder, SentenceTransformerEmbedder
from qa import Bot, Retriever
from qa.squad import read_squad


def endless(articles: list[Article]) -> Iterator[Article]:
    for printing in count():
        for article in articles:
            uri = f"{article.uri}#{printing}"
            yield replace(article, uri=uri, title=f"{article.title} {printing or ''}".strip())


def memory() -> int:
    """Megabytes of this process at its largest."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--sentences", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--hashing", action="store_true")
    arguments = parser.parse_args()
    articles, questions = [], []
    for file in arguments.files:
        more_articles, more_questions = read_squad(file)
        articles += more_articles
        questions += more_questions
    drawn = np.random.default_rng(0).permutation(len(questions))[: arguments.questions]
    embedder: Embedder = (
        HashingEmbedder(384) if arguments.hashing else SentenceTransformerEmbedder()
    )
    embedder.warm_up()
    print(f"model loaded: {memory()} MB")
    with tempfile.TemporaryDirectory() as folder:
        with ArticleIndex.open(folder, embedder=embedder) as index:
            started = time.perf_counter()
            for article in endless(articles):
                index.add([article])
                sentences = index.statistics().sentences
                if sentences % 10_000 < 300:
                    print(
                        f"{sentences} sentences, {time.perf_counter() - started:.0f} s",
                        file=sys.stderr,
                    )
                if sentences >= arguments.sentences:
                    break
            seconds = time.perf_counter() - started
            statistics = index.statistics()
            print(
                f"indexed {statistics.sentences} sentences of {statistics.articles} articles in "
                f"{seconds:.0f} s ({statistics.sentences / seconds:.0f} a second), {memory()} MB"
            )
            started = time.perf_counter()
            index.warm_up()
            print(f"first FAISS index from the database: {time.perf_counter() - started:.2f} s")
            started = time.perf_counter()
        print(f"closing, with the vector file written: {time.perf_counter() - started:.2f} s")
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        print(f"on disk: {size / 1e6:.0f} MB, {size / statistics.sentences:.0f} bytes a sentence")
        started = time.perf_counter()
        with ArticleIndex.open(folder, embedder=embedder) as index:
            index.warm_up()
            print(f"reopening: {time.perf_counter() - started:.2f} s")
            retriever = Retriever(index)
            bot = Bot(retriever)
            for name, ask in (("search", retriever.search), ("ask", bot.ask)):
                times = []
                for number in drawn:
                    started = time.perf_counter()
                    ask(questions[number].text)
                    times.append((time.perf_counter() - started) * 1000)
                print(
                    f"{name}: median {np.median(times):.1f} ms, "
                    f"95th percentile {np.percentile(times, 95):.1f} ms"
                )
            started = time.perf_counter()
            index.remove(index.articles()[0].uri)
            print(f"removing an article: {(time.perf_counter() - started) * 1000:.0f} ms")
        print(f"memory at most: {memory()} MB")


if __name__ == "__main__":
    main()
