"""Questions of one's own: `questions.jsonl` beside the articles that it asks about.

Each line is a JSON object with `id`, `question`, `answerable`, and `sentences`: those of which
any one holds the answer, word for word as in an article. `answer` may name the exact words.

A line with `good` is a rated answer, as `article-qa feedback export` writes it. A good one is
asked again, complete by itself, and its quotes are the sentences that hold the answer; a good
refusal is a question that no article answers. Nothing is known of the right answer where the
given one was not good, so that is left out.
"""

import json
import logging
from pathlib import Path
from typing import Any

from index import Article, InvalidArticle, load_articles
from qa.squad import SquadAnswer, SquadQuestion

_log = logging.getLogger("qa.questions_file")


def read_questions(
    path: Path, collection: Path | None = None
) -> tuple[list[Article], list[SquadQuestion]]:
    """The articles that a file asks about, and its questions.

    A rated answer whose quotes stand in none of the articles any more is left out, with a
    warning to the logger "qa.questions_file".

    Args:
        collection: file or folder of the articles; None for the folder of `path`.

    Raises:
        InvalidArticle: an article cannot be read, a line is not in this format, a sentence
            stands in none of the articles, or every line was left out.
    """
    articles = _articles(path, collection)
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArticle(f"{path} cannot be read: {error}") from error
    questions = []
    left_out = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rated = "good" in row
            question = _rated_question(row, articles) if rated else _question(row, articles)
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidArticle(
                f"{path}, line {number} is not a question ({type(error).__name__}: {error}); "
                'it needs "id", "question", "answerable" and "sentences".'
            ) from error
        if question:
            questions.append(question)
            continue
        left_out += 1
        if row["good"]:
            _log.warning(
                "%s, line %d is left out: no article says any more what the answer quotes.",
                path,
                number,
            )
    if left_out and not questions:
        raise InvalidArticle(
            f"{path} has no rated answer to measure by: none is good, or the articles that the "
            "good ones quote are missing. Name the folder of the articles with --articles."
        )
    return articles, questions


def _articles(path: Path, collection: Path | None) -> list[Article]:
    own = f"{path.resolve().as_uri()}#"
    articles = []
    for item in load_articles(collection or path.parent):
        if isinstance(item, Article):
            articles.append(item)
        elif not item.uri.startswith(own):  # the questions lie among the articles
            raise InvalidArticle(f"{item.uri}: {item.reason}")
    return articles


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


def _rated_question(row: dict[str, Any], articles: list[Article]) -> SquadQuestion | None:
    """None where it says nothing about the right answer."""
    if not row["good"]:
        return None
    id, text = str(row["id"]), row["standalone_question"]
    if not row["answerable"]:
        return SquadQuestion(id, text, "", ())
    uri = ""
    answers: list[SquadAnswer] = []
    for citation in row["citations"]:
        if citation["alternative"]:
            continue
        article, start = _place(citation, articles)
        if article is None or (uri and article.uri != uri):
            continue  # a question is about one article: that of the first quote
        if not uri:
            uri = article.uri
            answers.append(SquadAnswer(row["answer"], start))
        if citation["answer_start"] is not None:
            offset = citation["start"]
            words = citation["quote"][
                citation["answer_start"] - offset : citation["answer_end"] - offset
            ]
        else:
            words = citation["quote"]
        answers.append(SquadAnswer(words, start))
    return SquadQuestion(id, text, uri, tuple(answers)) if answers else None


def _place(citation: dict[str, Any], articles: list[Article]) -> tuple[Article | None, int]:
    """Where a quote stands now: where it stood, elsewhere in its article, or in another one."""
    quote, start = citation["quote"], citation["start"]
    cited_first = sorted(articles, key=lambda article: article.uri != citation["uri"])
    for article in cited_first:
        if article.uri == citation["uri"] and article.text.startswith(quote, start):
            return article, start
        if (place := article.text.find(quote)) >= 0:
            return article, place
    return None, -1
