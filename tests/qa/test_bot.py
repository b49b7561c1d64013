"""The bot over a real index, with the hashing embedder and a working point to suit it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Article, ArticleIndex, HashingEmbedder
from qa import AbstentionReason, Answer, Bot, Filters, Retriever, Step, Turn
from qa.bot import MAXIMUM_QUESTION_CHARACTERS

TEXT = (
    "The blue ferry sails to Norwick at noon. Tickets cost four euros.\n"
    "Captain Ida Holm steered the first crossing on Monday. She has sailed for thirty years.\n"
    "The harbour master closed the southern pier after the storm."
)
ARTICLE = Article("ferry", "Ferry service returns", TEXT, datetime(2024, 5, 1, tzinfo=UTC), "Post")


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    folder = tmp_path_factory.mktemp("bot")
    with ArticleIndex.open(folder, embedder=HashingEmbedder()) as index:
        index.add([ARTICLE])
        yield Bot(Retriever(index))


def test_an_answer_cites_exact_sentences(bot: Bot) -> None:
    answer = bot.ask("Who steered the first crossing?")
    assert not answer.abstained
    assert answer.reason is None
    [citation, *_] = answer.citations
    assert citation.quote == "Captain Ida Holm steered the first crossing on Monday."
    assert citation.quote in answer.text
    assert TEXT[citation.start : citation.end] == citation.quote
    assert (citation.number, citation.uri, citation.source) == (1, "ferry", "Post")
    assert citation.content_hash == ARTICLE.content_hash
    assert set(answer.timings) == {"searching", "answering"}


def test_a_question_about_something_else_is_refused_with_reasons(bot: Bot) -> None:
    answer = bot.ask("What is the capital of Mongolia?")
    assert answer.reason is AbstentionReason.NOTHING_RELEVANT
    assert answer.abstained
    assert answer.citations == ()
    assert answer.unknown_words == ("capital", "Mongolia")
    assert "Mongolia" in answer.text
    assert answer.passages, "the nearest sentences are shown"


def test_a_question_about_it_without_an_answer_is_refused(bot: Bot) -> None:
    answer = bot.ask("How many passengers can the ferry company insure against piracy?")
    assert answer.reason is AbstentionReason.NOT_ANSWERED


def test_refusing_does_not_stop_after_a_good_answer(bot: Bot) -> None:
    good = bot.ask("Who steered the first crossing?")
    history = [Turn(good.question, good.standalone_question, good)]
    assert bot.ask("What is the capital of Mongolia?", history).abstained


def test_a_follow_up_is_completed(bot: Bot) -> None:
    good = bot.ask("Who steered the first crossing to Norwick?")
    history = [Turn(good.question, good.standalone_question, good)]
    answer = bot.ask("And when?", history)
    assert answer.question == "And when?"
    assert "crossing" in answer.standalone_question
    assert any("on Monday" in p.quote for p in answer.passages[:2])


def test_corrections_are_said(bot: Bot) -> None:
    answer = bot.ask("Who steerd the first crossing?")
    assert answer.corrections == {"steerd": "steered"}
    assert answer.citations[0].quote.startswith("Captain Ida Holm")


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", AbstentionReason.EMPTY_QUESTION),
        (" \n", AbstentionReason.EMPTY_QUESTION),
        ("ferry " * 2000, AbstentionReason.QUESTION_TOO_LONG),
    ],
)
def test_what_is_no_question_gets_a_clear_answer(
    bot: Bot, question: str, reason: AbstentionReason
) -> None:
    answer = bot.ask(question)
    assert answer.reason is reason
    assert answer.text


def test_the_longest_question_is_still_read(bot: Bot) -> None:
    question = "Who steered the first crossing? " * 40
    assert (
        bot.ask(question[:MAXIMUM_QUESTION_CHARACTERS]).reason
        is not AbstentionReason.QUESTION_TOO_LONG
    )


def test_an_empty_index_says_so(tmp_path: Path) -> None:
    with ArticleIndex.open(tmp_path, embedder=HashingEmbedder()) as index:
        assert Bot(Retriever(index)).ask("Who?").reason is AbstentionReason.EMPTY_INDEX


def test_filters_that_let_nothing_through_say_so(bot: Bot) -> None:
    answer = bot.ask("Who steered the first crossing?", filters=Filters(sources=("Nobody",)))
    assert answer.reason is AbstentionReason.NO_MATCHING_ARTICLE


def test_the_working_point_can_be_moved(bot: Bot) -> None:
    question = "Who steered the first crossing?"
    assert Bot(bot.retriever, refuse_below=1.0).ask(question).abstained
    assert not Bot(bot.retriever, refuse_below=0.0).ask("What is Mongolia?").abstained
    with pytest.raises(ValueError, match="refuse_below"):
        Bot(bot.retriever, refuse_below=2)
    with pytest.raises(ValueError, match="passages"):
        Bot(bot.retriever, passages=1)


def test_two_sentences_about_as_likely_are_both_cited_in_the_order_of_the_text(
    tmp_path: Path,
) -> None:
    text = "Repairs in June. The storm broke pillars.\nThe storm broke windows. Nobody slept."
    with ArticleIndex.open(tmp_path, embedder=HashingEmbedder()) as index:
        index.add([Article("storm", "Weather", text)])
        answer = Bot(Retriever(index), refuse_below=0).ask("What did the storm break?")
    assert [c.quote for c in answer.citations] == [
        "The storm broke pillars.",
        "The storm broke windows.",
    ]
    assert [c.number for c in answer.citations] == [1, 2]


def test_stream_ends_with_the_answer_of_ask(bot: Bot) -> None:
    *steps, last = bot.stream("Who steered the first crossing?")
    assert steps == [Step("searching"), Step("answering")]
    assert isinstance(last, Answer)
    assert last.text == bot.ask("Who steered the first crossing?").text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=300))
def test_nothing_that_is_typed_raises(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert answer.text
    assert 0 <= answer.confidence <= 1
    for citation in answer.citations:
        assert TEXT[citation.start : citation.end] == citation.quote
