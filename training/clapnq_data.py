"""ClapNQ: real questions to a search engine, each with a passage that answers it or only nearly."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from index import Article


@dataclass(frozen=True)
class ClapNQQuestion:
    """A question, and where in its passage the answer stands: nowhere if it is not answered."""

    text: str
    uri: str
    answers: tuple[tuple[int, int], ...]


def read_clapnq(folder: Path) -> tuple[list[Article], list[ClapNQQuestion]]:
    """The passages of the development files as articles, and the questions about them."""
    articles, questions = [], []
    for name in ("answerable", "unanswerable"):
        with gzip.open(folder / f"clapnq_dev_{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                [passage] = row["passages"]
                article = Article(row["id"], passage["title"], passage["text"].strip())
                selected = row["output"][0]["selected_sentences"]
                found = [(article.text.find(words), len(words)) for words in selected]
                spans = tuple((start, start + size) for start, size in found if start >= 0)
                articles.append(article)
                if name == "answerable" and not spans:
                    continue  # its sentences are not those of the passage
                questions.append(ClapNQQuestion(row["input"], article.uri, spans))
    return articles, questions
