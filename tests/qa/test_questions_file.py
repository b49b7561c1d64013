"""Questions of one's own, and rated answers, as evaluation reads them."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index import Article, HashingEmbedder, InvalidArticle, load_articles
from qa import Turn
from qa.evaluation import evaluate_file
from qa.feedback import Feedback, feedback_as_line
from qa.questions_file import read_questions
from qa.squad import SquadAnswer, SquadQuestion
from tests.qa.turns import a_refusal, a_turn
from tests.qa.word_reader import WordReader

QUOTE = "The ferry sails at noon."
TEXT = f"Last week it rained. {QUOTE} It takes an hour."
# So high that neither the ranking nor the working point can outweigh it, whatever they are.
SURE = 1000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.txt").write_text("The bridge is closed. Nobody knows why.")
    (folder / "ferry.txt").write_text(TEXT)
    return folder


@pytest.fixture
def article(folder: Path) -> Article:
    [article] = list(load_articles(folder / "ferry.txt"))
    assert isinstance(article, Article)
    return article


def export(path: Path, *rated: tuple[Turn, bool]) -> Path:
    moment = datetime.now(UTC)
    lines = [
        feedback_as_line(Feedback(number, turn, good, None, moment))
        for number, (turn, good) in enumerate(rated, 1)
    ]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_rated_answers_become_questions(tmp_path: Path, folder: Path, article: Article) -> None:
    file = export(
        tmp_path / "feedback.jsonl",
        (a_turn("When?", article, quote=QUOTE), True),
        (a_turn("Wrong?", article, quote=QUOTE), False),
        (a_refusal("Who?"), True),
        (a_refusal("Why not?"), False),
    )
    articles, questions = read_questions(file, folder)
    assert article in articles
    assert len(articles) == 2
    start = TEXT.index(QUOTE)
    assert questions == [
        SquadQuestion(
            "feedback-1",
            "When? (the ferry)",
            article.uri,
            (SquadAnswer("noon", start), SquadAnswer("noon", start)),
        ),
        SquadQuestion("feedback-3", "Who?", "", ()),
    ]


def test_what_was_rated_good_counts_as_right(
    tmp_path: Path, folder: Path, article: Article
) -> None:
    file = export(
        tmp_path / "feedback.jsonl",
        (a_turn("When does the ferry sail?", article, quote=QUOTE), True),
        (a_turn("Is it wrong?", article, quote=QUOTE), False),
        (a_refusal("Who owns the zeppelin?"), True),
    )
    reader = WordReader({"noon": SURE})
    report = evaluate_file(file, collection=folder, embedder=HashingEmbedder(), reader=reader)
    assert (report["questions"], report["articles"]) == (2, 2)
    assert report["answers"]["exact_match"] == report["answers"]["cited"] == 1


def test_the_file_may_lie_among_the_articles(folder: Path, article: Article) -> None:
    file = export(folder / "feedback.jsonl", (a_turn("When?", article, quote=QUOTE), True))
    articles, questions = read_questions(file)
    assert [a.uri.rsplit("/", 1)[1] for a in articles] == ["bridge.txt", "ferry.txt"]
    assert len(questions) == 1
    (folder / "other.jsonl").write_text('{"no": "text"}\n')
    with pytest.raises(InvalidArticle, match=r"other\.jsonl"):
        read_questions(file)


@pytest.mark.parametrize("name", ["ferry.txt", "moved.txt"])
def test_a_quote_is_found_where_it_stands_now(
    tmp_path: Path, folder: Path, article: Article, name: str
) -> None:
    file = export(tmp_path / "feedback.jsonl", (a_turn("When?", article, quote=QUOTE), True))
    (folder / "ferry.txt").unlink()
    (folder / name).write_text(f"It was updated. {QUOTE}")
    (folder / "a copy.txt").write_text(QUOTE if name == "ferry.txt" else "Nothing.")
    _, [question] = read_questions(file, folder)
    assert question.uri == (folder / name).as_uri()
    assert {answer.start for answer in question.answers} == {len("It was updated. ")}


def test_of_the_same_words_twice_the_quoted_ones_count(tmp_path: Path, folder: Path) -> None:
    (folder / "twice.txt").write_text(f"{QUOTE} It was said again: {QUOTE}")
    [article] = list(load_articles(folder / "twice.txt"))
    assert isinstance(article, Article)
    turn = a_turn("When?", article, quote=QUOTE)
    [citation] = turn.answer.citations
    second = article.text.rindex(QUOTE)
    moved = replace(
        citation, start=second, end=len(article.text), answer_start=None, answer_end=None
    )
    turn = replace(turn, answer=replace(turn.answer, citations=(moved,)))
    file = export(tmp_path / "feedback.jsonl", (turn, True))
    _, [question] = read_questions(file, folder)
    assert question.answers == (SquadAnswer("noon", second), SquadAnswer(QUOTE, second))


def test_a_question_is_about_the_article_that_was_quoted_first(
    tmp_path: Path, folder: Path, article: Article
) -> None:
    [bridge] = list(load_articles(folder / "bridge.txt"))
    assert isinstance(bridge, Article)
    turn = a_turn("When?", article, quote=QUOTE)
    other = a_turn("x", bridge, quote="The bridge is closed.", words="closed").answer.citations
    turn = replace(turn, answer=replace(turn.answer, citations=turn.answer.citations + other))
    file = export(tmp_path / "feedback.jsonl", (turn, True))
    _, [question] = read_questions(file, folder)
    assert question.uri == article.uri
    assert {answer.text for answer in question.answers} == {"noon"}


def test_what_no_article_says_any_more_is_left_out_with_a_warning(
    tmp_path: Path, folder: Path, article: Article, caplog: pytest.LogCaptureFixture
) -> None:
    outdated = (a_turn("When?", article, quote=QUOTE), True)
    file = export(tmp_path / "feedback.jsonl", (a_refusal(), False), outdated, (a_refusal(), True))
    (folder / "ferry.txt").write_text("The ferry sails no more.")
    with caplog.at_level(logging.WARNING):
        _, questions = read_questions(file, folder)
    assert [question.id for question in questions] == ["feedback-3"]
    [record] = caplog.records
    assert "feedback.jsonl, line 2 is left out" in record.getMessage()

    file = export(tmp_path / "useless.jsonl", outdated, (a_turn(), False))
    with pytest.raises(InvalidArticle, match="no rated answer to measure by"):
        read_questions(file, folder)


@pytest.mark.parametrize(
    "change", [{"citations": [{}]}, {"citations": None}, {"standalone_question": ...}]
)
def test_a_damaged_line_is_named(
    tmp_path: Path, folder: Path, article: Article, change: dict[str, Any]
) -> None:
    file = export(tmp_path / "feedback.jsonl", (a_turn("When?", article, quote=QUOTE), True))
    row = {**json.loads(file.read_text()), **change}
    row = {name: value for name, value in row.items() if value is not ...}
    file.write_text(f"\n{json.dumps(row)}\n")
    with pytest.raises(InvalidArticle, match="line 2 is not a question"):
        read_questions(file, folder)


def test_questions_written_by_hand_are_read_as_before(folder: Path) -> None:
    rows = [
        {"id": 1, "question": "When?", "answerable": True, "sentences": [QUOTE], "answer": "noon"},
        {"id": 2, "question": "Who?", "answerable": False, "sentences": []},
    ]
    file = folder / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    _, questions = read_questions(file)
    uri = (folder / "ferry.txt").as_uri()
    assert questions == [
        SquadQuestion("1", "When?", uri, (SquadAnswer("noon", TEXT.index(QUOTE)),)),
        SquadQuestion("2", "Who?", "", ()),
    ]
    file.write_text(json.dumps({**rows[0], "sentences": ["Not there."]}))
    with pytest.raises(InvalidArticle, match="no article holds the sentence"):
        read_questions(file)
