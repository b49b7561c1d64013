"""Invented news articles with questions, about half of them in other words than the article's."""

import json
from dataclasses import replace
from pathlib import Path

from index import Article
from qa.questions_file import read_questions
from qa.squad import SquadQuestion


def read_news(path: Path) -> tuple[list[Article], list[tuple[str, SquadQuestion]]]:
    """The articles beside a file of questions, and each question with the article it is about.

    Its lines are those that `article-qa eval` reads, with the file of the article as `article`:
    without it nobody could tell what a question that is not answered is about, nor which of two
    articles with the same sentence is meant. The first answer of a question stands where its words
    do, the others where their sentences begin.
    """
    articles, questions = read_questions(path)
    named = {article.uri.rsplit("/", 1)[-1]: article for article in articles}
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    about = []
    for line, question in zip(lines, questions, strict=True):
        article = named[line["article"]]
        if question.answers:
            first, *others = (
                replace(answer, start=article.text.index(sentence))
                for answer, sentence in zip(question.answers, line["sentences"], strict=True)
            )
            start = first.start + line["sentences"][0].index(first.text)
            answers = (replace(first, start=start), *others)
            question = replace(question, uri=article.uri, answers=answers)
        about.append((article.uri, question))
    return articles, about
