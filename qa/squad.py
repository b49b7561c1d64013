"""Files in the format of SQuAD 1.1 and 2.0, and the measures that go with them.

Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text"; 2018,
"Know What You Don't Know".
"""

import gzip
import json
import re
import string
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import Article, InvalidArticle

_SEPARATOR = "\n\n"


@dataclass(frozen=True, slots=True)
class SquadAnswer:
    """A reference answer and where it begins in the text of its article."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """One question.

    Attributes:
        uri: of the article that it is about.
        answers: what counts as right; empty where the article does not answer it.
        context: where the paragraph that it was asked about begins and ends in the text of the
            article; None where the file does not say.
    """

    id: str
    text: str
    uri: str
    answers: tuple[SquadAnswer, ...]
    context: tuple[int, int] | None = None


def read_squad(path: Path) -> tuple[list[Article], list[SquadQuestion]]:
    """Each of the file's articles as one article, its contexts as the paragraphs.

    Args:
        path: JSON, or JSON packed with gzip where the name ends in `.gz`.

    Raises:
        InvalidArticle: the file is not in this format; the message says where.
    """
    articles: list[Article] = []
    questions: list[SquadQuestion] = []
    try:
        for number, item in enumerate(read_json(path)["data"]):
            uri = f"squad:{number}:{item['title']}"
            text = ""
            for paragraph in item["paragraphs"]:
                text += _SEPARATOR if text else ""
                offset = len(text)
                text += paragraph["context"]
                context = (offset, len(text))
                questions += [_question(qa, uri, context) for qa in paragraph["qas"]]
            articles.append(Article(uri, item["title"].replace("_", " "), text))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise InvalidArticle(
            f"{path} is not in the format of SQuAD ({type(error).__name__}: {error}); it needs "
            '"data", "paragraphs", "context" and "qas".'
        ) from error
    return articles, questions


def exact_match(prediction: str, answers: tuple[SquadAnswer, ...]) -> float:
    """1 where the prediction equals an answer but for case, punctuation and articles, else 0."""
    return float(any(_normal(prediction) == _normal(answer.text) for answer in answers))


def f1(prediction: str, answers: tuple[SquadAnswer, ...]) -> float:
    """Harmonic mean of the precision and the recall of words, of the best answer; 0 to 1."""
    return max((_f1(prediction, answer.text) for answer in answers), default=0.0)


def _question(qa: dict[str, Any], uri: str, context: tuple[int, int]) -> SquadQuestion:
    answers = () if qa.get("is_impossible") else qa["answers"]
    return SquadQuestion(
        str(qa["id"]),
        qa["question"],
        uri,
        tuple(SquadAnswer(a["text"], context[0] + a["answer_start"]) for a in answers),
        context,
    )


def read_json(path: Path) -> Any:
    """The content of a JSON file, or of one packed with gzip (`.gz`).

    Raises:
        InvalidArticle: it cannot be read.
    """
    try:
        content = path.read_bytes()
        return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    except OSError as error:  # gzip.BadGzipFile is one too
        raise InvalidArticle(f"{path} cannot be read: {error}") from error
    except ValueError as error:
        raise InvalidArticle(f"{path} is not JSON: {error}") from error


def _normal(text: str) -> list[str]:
    lowered = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", lowered).split()


def _f1(prediction: str, answer: str) -> float:
    predicted, wanted = _normal(prediction), _normal(answer)
    shared = sum((Counter(predicted) & Counter(wanted)).values())
    if not shared:
        return float(predicted == wanted)
    return 2 * shared / (len(predicted) + len(wanted))
