"""What the retriever returns for each training question: the sentences that the reader will read.

    python training/mine_passages.py FILE --out FOLDER [--processes 2] [--seed 0]

FILE is in the format of SQuAD 1.1, or questions about news as `news_data.py` reads them.

For each article, an index of it alone is made and each of its questions is asked. One file an
article is written to the folder: the spans of its sentences, and for each question the positions
of the sentences ranked best. Started again, it goes on with the articles that are missing;
`train_reader.py` uses what is there.
"""

import argparse
import json
import multiprocessing
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from news_data import read_news

from index import (
    Article,
    ArticleIndex,
    EmbeddingIdentity,
    Paragraph,
    ParagraphVectors,
    SentenceTransformerEmbedder,
    Vectors,
)
from qa import Retriever
from qa.squad import SquadQuestion, read_squad

RANKED = 16


class BatchEmbedder:
    """The default embedder, with questions embedded many at once beforehand."""

    def __init__(self) -> None:
        self._embedder = SentenceTransformerEmbedder()
        self._questions: dict[str, Vectors] = {}

    @property
    def identity(self) -> EmbeddingIdentity:
        return self._embedder.identity

    def prepare(self, questions: list[str]) -> None:
        # The start and end markers are pooled too, as `embed_question` does.
        tokens = self._embedder._tokenize(questions)
        embedded = self._embedder._token_embeddings(tokens, keep_special_tokens=True)
        vectors = [v.mean(axis=0) for v in embedded]
        self._questions = {
            question: vector / (vector @ vector) ** 0.5
            for question, vector in zip(questions, vectors, strict=True)
        }

    def embed_paragraphs(self, paragraphs: Sequence[Paragraph]) -> list[ParagraphVectors]:
        return self._embedder.embed_paragraphs(paragraphs)

    def embed_question(self, question: str) -> Vectors:
        found = self._questions.get(question)  # one with a mended word is not among them
        return self._embedder.embed_question(question) if found is None else found

    def warm_up(self) -> None:
        self._embedder.warm_up()


def mine(article: Article, questions: list[SquadQuestion], embedder: BatchEmbedder) -> dict:
    """What the folder holds of one article."""
    embedder.prepare([question.text for question in questions])
    with (
        tempfile.TemporaryDirectory(
            dir="/dev/shm" if Path("/dev/shm").is_dir() else None
        ) as folder,
        ArticleIndex.open(folder, embedder=embedder) as index,
    ):
        index.add([article])
        paragraphs = []
        number = 0
        while sentences := index.paragraph(article.uri, number):
            paragraphs.append(sentences)
            number += 1
        position = {s.id: n for n, s in enumerate(s for p in paragraphs for s in p)}
        retriever = Retriever(index)
        asked = []
        for question in questions:
            ranked = retriever.rank(retriever.read(question.text))[:RANKED]
            asked.append(
                {
                    "id": question.id,
                    "text": question.text,
                    "answers": [[a.start, a.start + len(a.text)] for a in question.answers],
                    "ranked": [position[r.stored.sentence.id] for r in ranked],
                }
            )
    return {
        "uri": article.uri,
        "title": article.title,
        "text": article.text,
        "sentences": [[s.start, s.end, s.paragraph] for p in paragraphs for s in p],
        "questions": asked,
    }


def work(jobs: list[tuple[Article, list[SquadQuestion], Path]]) -> None:
    import torch

    torch.set_num_threads(1)
    embedder = BatchEmbedder()
    for article, questions, path in jobs:
        if not path.exists():
            unfinished = path.with_suffix(".part")
            unfinished.write_text(json.dumps(mine(article, questions, embedder)))
            unfinished.rename(path)
            print(path.name, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.file.suffix == ".jsonl":
        articles, about = read_news(arguments.file)
    else:
        articles, questions = read_squad(arguments.file)
        about = [(question.uri, question) for question in questions]
    jobs = [
        (
            article,
            [question for uri, question in about if uri == article.uri],
            arguments.out / f"{n:03d}.json",
        )
        for n, article in enumerate(articles)
    ]
    random.Random(arguments.seed).shuffle(jobs)
    shares = [jobs[n :: arguments.processes] for n in range(arguments.processes)]
    with multiprocessing.get_context("spawn").Pool(arguments.processes) as pool:
        pool.map(work, shares, chunksize=1)


if __name__ == "__main__":
    main()
