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
    without it nobody could tell what a question that is not answered is about. The first answer of
    a question stands where its words do, the others where their sentences begin.
    """
    articles, questions = read_questions(path)
    uri_of = {article.uri.rsplit("/", 1)[-1]: article.uri for article in articles}
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    about = []
    for line, question in zip(lines, questions, strict=True):
        if question.answers:
            first, *others = question.answers
            start = first.start + line["sentences"][0].index(first.text)
            question = replace(question, answers=(replace(first, start=start), *others))
        about.append((uri_of[line["article"]], question))
    return articles, about
