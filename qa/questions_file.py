"""Questions of one's own: `questions.jsonl` beside the articles that it asks about.

Each line is a JSON object with `id`, `question`, `answerable`, and `sentences`: those of which
any one holds the answer, word for word as in an article. `answer` may name the exact words.
"""

import json
from pathlib import Path
from typing import Any

from index import Article, InvalidArticle, load_articles
from qa.squad import SquadAnswer, SquadQuestion


def read_questions(path: Path) -> tuple[list[Article], list[SquadQuestion]]:
    """The articles in the folder of the file, and its questions.

    Raises:
        InvalidArticle: an article cannot be read, a line is not in this format, or a sentence
            stands in none of the articles.
    """
    articles = []
    for item in load_articles(path.parent):
        if not isinstance(item, Article):
            raise InvalidArticle(f"{item.uri}: {item.reason}")
        articles.append(item)
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArticle(f"{path} cannot be read: {error}") from error
    questions = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(_question(json.loads(line), articles))
            except (ValueError, KeyError, TypeError) as error:
                raise InvalidArticle(
                    f"{path}, line {number} is not a question ({type(error).__name__}: {error}); "
                    'it needs "id", "question", "answerable" and "sentences".'
                ) from error
    return articles, questions


def _question(row: dict[str, Any], articles: list[Article]) -> SquadQuestion:
    answers = []
    uri = ""
    for sentence in row["sentences"] if row["answerable"] else ():
        uri, start = next(
            ((a.uri, a.text.index(sentence)) for a in articles if sentence in a.text), ("", -1)
        )
        if start < 0:
            raise ValueError(f"no article holds the sentence {sentence!r}")
        exact = row.get("answer") or sentence
        answers.append(SquadAnswer(exact if exact in sentence else sentence, start))
    return SquadQuestion(str(row["id"]), row["question"], uri, tuple(answers))
