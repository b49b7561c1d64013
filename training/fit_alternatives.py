"""Find how near an alternative must be to be cited: ALTERNATIVE_WITHIN in `qa/composing.py`.

    python training/fit_alternatives.py FILE... [--index FOLDER] [--limit 500] [--seed 7]

For several distances, the share of the questions whose right sentence is cited, and how many
sentences an answer cites. Refusals are left out of it: every question is answered. What ships is
the shortest distance at which every file reaches `--share`.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from ranking_data import collection

from index import ArticleIndex
from qa import Retriever
from qa.composing import alternatives, compose
from qa.squad import SquadQuestion

PASSAGES = 5
DISTANCES = np.arange(0, 6.25, 0.25)


def cited(
    index: ArticleIndex, questions: list[SquadQuestion], limit: int, seed: int
) -> Iterator[list[tuple[bool, int]]]:
    """For each question and distance: whether the right sentence is cited, and how many are."""
    retriever = Retriever(index)
    for number in np.random.default_rng(seed).permutation(len(questions))[:limit]:
        question = questions[number]
        read = retriever.read(question.text)
        ranked = retriever.rerank(read, retriever.rank(read))[:PASSAGES]
        if not ranked:
            continue
        places = [item.stored.sentence for item in ranked]
        right = {
            position
            for position, place in enumerate(places)
            if place.article_uri == question.uri
            and any(place.start <= answer.start < place.end for answer in question.answers)
        }
        texts = [index.article(place.article_uri).text for place in places]
        composed = compose(read.text, ranked, texts)
        row = []
        for distance in DISTANCES:
            others = alternatives(composed, ranked, texts, within=distance)
            chosen = {*composed.positions, *others}
            row.append((bool(chosen & right), len(chosen)))
        yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--share", type=float, default=0.9)
    arguments = parser.parse_args()
    tables = []
    for number, file in enumerate(arguments.files):
        folder = arguments.index / str(number) if arguments.index else None
        with collection(file, folder) as (index, questions):
            index.warm_up()
            rows = list(cited(index, questions, arguments.limit, arguments.seed))
            tables.append(np.mean(np.array(rows, dtype=float), axis=0))
    mean = np.mean(tables, axis=0)
    for distance, figures in zip(DISTANCES, np.stack([*tables, mean], axis=1), strict=True):
        each = "  ".join(f"{share:.3f} {count:.2f}" for share, count in figures)
        print(f"{distance:.2f}: share cited, citations an answer: {each}")
    reached = DISTANCES[np.min(tables, axis=0)[:, 0] >= arguments.share]
    print(f"ALTERNATIVE_WITHIN = {reached[0] if reached.size else 'none reaches it'}")


if __name__ == "__main__":
    main()
