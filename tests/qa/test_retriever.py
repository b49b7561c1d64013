"""Retrieval over a real index, with the hashing embedder."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Article, ArticleIndex, HashingEmbedder
from qa import Filters, Retriever

FERRY = Article(
    "ferry",
    "Ferry service returns",
    "The blue ferry sails to Norwick at noon. Tickets cost four euros.\n"
    "Captain Ida Holm steered the first crossing on Monday.",
    published=datetime(2024, 5, 1, tzinfo=UTC),
    source="Harbour Post",
)
BRIDGE = Article(
    "bridge",
    "Bridge closed",
    "The old bridge closed after the storm. Engineers found cracks in two pillars.\n"
    "Repairs begin in June and cost nine million euros.",
    published=datetime(2024, 6, 1, tzinfo=UTC),
    source="City News",
)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("retriever")
    with ArticleIndex.open(folder, embedder=HashingEmbedder()) as index:
        index.add([FERRY, BRIDGE])
        yield Retriever(index)


def first_quote(retriever: Retriever, question: str) -> str:
    return retriever.search(question)[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "Who steered the first crossing?",
        "who steered the first crossing",
        "WHO STEERED THE FIRST CROSSING???",
        "Who steerd the frist crosing?",
        "tell me who steered the first crossing",
    ],
)
def test_case_punctuation_and_typing_errors_do_not_matter(
    retriever: Retriever, question: str
) -> None:
    assert first_quote(retriever, question).startswith("Captain Ida Holm")


def test_a_passage_is_the_sentence_with_its_neighbours(retriever: Retriever) -> None:
    [passage] = retriever.search("What did engineers find in the pillars?", k=1)
    assert passage.quote == "Engineers found cracks in two pillars."
    assert passage.text == BRIDGE.text.split("\n")[0]
    assert [BRIDGE.text[s.start : s.end] for s in passage.sentences] == [
        "The old bridge closed after the storm.",
        "Engineers found cracks in two pillars.",
    ]
    assert passage.article == BRIDGE


def test_the_kind_of_question_tells_equal_sentences_apart(retriever: Retriever) -> None:
    best = retriever.search("When do repairs of the bridge begin?", k=1)[0]
    assert best.quote.startswith("Repairs begin in June")
    assert best.scores["offers_time"] == 1


def test_scores_fall_and_lie_between_0_and_1(retriever: Retriever) -> None:
    scores = [p.score for p in retriever.search("ferry to Norwick", k=10)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_k_and_minimum_score_bound_the_result(retriever: Retriever) -> None:
    every = retriever.search("ferry to Norwick", k=10)
    assert [p.quote for p in retriever.search("ferry to Norwick", k=2)] == [
        p.quote for p in every[:2]
    ]
    bar = every[1].score
    assert all(
        p.score >= bar for p in retriever.search("ferry to Norwick", k=10, minimum_score=bar)
    )


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        (Filters(sources=("harbour post",)), {"ferry"}),
        (Filters(uris=("bridge",)), {"bridge"}),
        (Filters(published_from=datetime(2024, 5, 15)), {"bridge"}),
        (Filters(published_until=datetime(2024, 5, 1, tzinfo=UTC)), {"ferry"}),
        (Filters(sources=("nobody",)), set()),
        (Filters(sources=("City News",), uris=("ferry",)), set()),
        (Filters(), {"ferry", "bridge"}),
    ],
)
def test_filters(retriever: Retriever, filters: Filters, allowed: set[str]) -> None:
    found = retriever.search("What does the ferry or the bridge cost?", k=10, filters=filters)
    assert {p.article.uri for p in found} == allowed


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_finds_nothing(retriever: Retriever, question: str) -> None:
    assert retriever.search(question) == []


def test_wrong_arguments_are_named(retriever: Retriever) -> None:
    with pytest.raises(ValueError, match="k is 0"):
        retriever.search("ferry", k=0)
    with pytest.raises(ValueError, match="minimum_score"):
        retriever.search("ferry", minimum_score=2)


def test_words_of_the_query_language_are_only_words(retriever: Retriever) -> None:
    for question in ['"ferry', "ferry AND NOT (", "text : *", "NEAR(ferry)", "ferry\0bridge", "-"]:
        retriever.search(question)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=200))
def test_any_text_is_a_question(retriever: Retriever, question: str) -> None:
    for passage in retriever.search(question):
        text = passage.article.text
        assert passage.start <= passage.sentence.start < passage.sentence.end <= passage.end
        assert passage.text == text[passage.start : passage.end]


def test_a_removed_article_is_found_no_more(tmp_path: Path) -> None:
    with ArticleIndex.open(tmp_path, embedder=HashingEmbedder()) as index:
        index.add([FERRY, BRIDGE])
        index.remove("ferry")
        found = Retriever(index).search("When does the blue ferry sail?", k=10)
        assert {p.article.uri for p in found} == {"bridge"}
