"""Retrieval over a real index, with the hashing embedder and a reader that does as it is told."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Article, ArticleIndex, HashingEmbedder
from qa import Filters, Passage, Retriever
from qa.reader import Window
from qa.reranking import LONGEST_WINDOW
from qa.retriever import ENOUGH_SENTENCES
from tests.qa.word_reader import WordReader

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
# So high that the order by retrieval cannot outweigh it, whatever the weights are.
SURE = 1000.0
WHO_STEERED = "Who steered the first crossing?"
# One paragraph of three, one of five and one of a single sentence.
LOG = Article(
    "log",
    "Log of the ferry",
    "The ferry left. The ferry turned. The ferry came back.\n"
    "The crew slept. The crew ate. The crew sang. The crew rowed. The crew left.\n"
    "The ferry crew was paid.",
)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("retriever")
    with ArticleIndex.open(folder, embedder=HashingEmbedder()) as index:
        index.add([FERRY, BRIDGE])
        yield Retriever(index, reader=WordReader({}))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleIndex]:
    folder = tmp_path_factory.mktemp("log")
    with ArticleIndex.open(folder, embedder=HashingEmbedder()) as index:
        index.add([LOG, FERRY])
        yield index


def reading(retriever: Retriever, phrases: Mapping[str, float]) -> tuple[Retriever, WordReader]:
    reader = WordReader(phrases)
    return Retriever(retriever.index, reader=reader), reader


def words_of_span(passage: Passage) -> str | None:
    span = passage.span
    return span and passage.article.text[span.start : span.end]


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
@given(question=st.text(max_size=200), rerank=st.booleans())
def test_any_text_is_a_question(retriever: Retriever, question: str, rerank: bool) -> None:
    reads, _ = reading(retriever, {"noon": 1.0})
    for passage in reads.search(question, rerank=rerank):
        text = passage.article.text
        assert passage.start <= passage.sentence.start < passage.sentence.end <= passage.end
        assert passage.text == text[passage.start : passage.end]
        assert (passage.span is not None) == rerank


def test_a_removed_article_is_found_no_more(tmp_path: Path) -> None:
    with ArticleIndex.open(tmp_path, embedder=HashingEmbedder()) as index:
        index.add([FERRY, BRIDGE])
        index.remove("ferry")
        found = Retriever(index, reader=WordReader({})).search(
            "When does the blue ferry sail?", k=10
        )
        assert {p.article.uri for p in found} == {"bridge"}


def test_reading_orders_anew_and_marks_the_words(retriever: Retriever) -> None:
    reads, reader = reading(retriever, {"Engineers": SURE})
    best, *others = reads.search(WHO_STEERED, k=10, rerank=True)
    assert best.quote == "Engineers found cracks in two pillars."
    assert words_of_span(best) == "Engineers"
    assert best.span is not None
    assert best.span.score == best.scores["reading"] == SURE
    for passage in others:
        assert passage.span is not None
        assert passage.sentence.start <= passage.span.start
        assert passage.span.end <= passage.sentence.end
        assert passage.scores["reading"] < SURE
    assert [question for question, _ in reader.asked] == [WHO_STEERED]


def test_reading_orders_what_was_found_and_finds_nothing_else(retriever: Retriever) -> None:
    reads, _ = reading(retriever, {"nine million": SURE, "noon": 2.0})
    plain = reads.search(WHO_STEERED, k=10)
    again = reads.search(WHO_STEERED, k=10, rerank=True)
    assert {p.sentence for p in plain} == {p.sentence for p in again}
    assert [p.sentence for p in plain] != [p.sentence for p in again]
    scores = [p.score for p in again]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_nothing_is_read_unless_it_is_wanted(retriever: Retriever) -> None:
    reads, reader = reading(retriever, {"Engineers": SURE})
    passages = reads.search(WHO_STEERED, k=10)
    assert passages[0].quote.startswith("Captain Ida Holm")
    assert all(p.span is None and "reading" not in p.scores for p in passages)
    assert reads.search("", rerank=True) == []
    nobody = Filters(sources=("nobody",))
    assert reads.search(WHO_STEERED, filters=nobody, rerank=True) == []
    assert reader.asked == []


def test_the_mended_question_is_read(retriever: Retriever) -> None:
    reads, reader = reading(retriever, {})
    reads.search("Who steerd the first crossing?", rerank=True)
    assert [question for question, _ in reader.asked] == [WHO_STEERED]


def test_only_what_the_filters_let_through_is_read(retriever: Retriever) -> None:
    reads, reader = reading(retriever, {"Engineers": SURE})
    found = reads.search(WHO_STEERED, k=10, filters=Filters(uris=("ferry",)), rerank=True)
    assert {p.article for p in found} == {FERRY}
    [(_, windows)] = reader.asked
    assert {window.article for window in windows} == {FERRY}


def test_k_and_minimum_score_bound_what_was_read_too(retriever: Retriever) -> None:
    reads, _ = reading(retriever, {"noon": 2.0})
    every = reads.search("ferry to Norwick", k=10, rerank=True)
    first_two = reads.search("ferry to Norwick", k=2, rerank=True)
    assert [p.sentence for p in first_two] == [p.sentence for p in every[:2]]
    bar = every[1].score
    above = reads.search("ferry to Norwick", k=10, minimum_score=bar, rerank=True)
    assert [p.sentence for p in above] == [p.sentence for p in every if p.score >= bar]


@pytest.mark.parametrize("windows", [1, 2, 3])
def test_so_many_windows_are_read_the_best_ones_first(log: ArticleIndex, windows: int) -> None:
    question = "When did the ferry crew come back?"
    few, many = WordReader({}), WordReader({})
    found = Retriever(log, reader=few, windows=windows).search(question, k=50, rerank=True)
    Retriever(log, reader=many, windows=50).search(question, rerank=True)
    [(_, read)] = few.asked
    [(_, every)] = many.asked
    assert len(read) == windows < len(every)
    assert read == every[:windows]
    seen = {sentence for window in read for sentence in window.sentences}
    assert all((p.span is not None) == (p.sentence in seen) for p in found)


@pytest.mark.parametrize("windows", [0, -3])
def test_fewer_than_one_window_cannot_be_read(log: ArticleIndex, windows: int) -> None:
    with pytest.raises(ValueError, match=f"windows is {windows}"):
        Retriever(log, reader=WordReader({}), windows=windows)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.sampled_from("ferry crew left sang slept rowed paid noon turned".split())),
    limit=st.integers(1, 12),
)
def test_each_of_the_best_sentences_is_in_a_window_and_none_gets_a_second_one(
    log: ArticleIndex, words: list[str], limit: int
) -> None:
    retriever = Retriever(log, reader=WordReader({}), windows=limit)
    ranked = retriever.rank(retriever.read("Where is the " + " ".join(words)))
    windows = retriever.windows(ranked)
    covered: set[int] = set()
    best = iter(item.stored.sentence for item in ranked)
    for window in windows:
        # The next one that no window has yet, in the middle of this one.
        sentence = next(s for s in best if s.id not in covered)
        assert sentence in window.sentences
        number = sentence.paragraph
        near = [log.paragraph(sentence.article_uri, n) for n in (number - 1, number, number + 1)]
        readable = near[1] if len(near[1]) >= ENOUGH_SENTENCES else [s for p in near for s in p]
        position = readable.index(sentence)
        assert list(window.sentences) == readable[max(0, position - 1) : position + 2]
        assert window.text == window.article.text[window.start : window.end]
        covered.update(s.id for s in window.sentences)
    assert len(windows) <= limit
    if len(windows) < limit:
        assert all(s.id in covered for s in best)


def test_a_short_paragraph_is_read_with_those_around_it(index: ArticleIndex) -> None:
    """In news a paragraph is a sentence or two, and "he" was named in the one before."""
    text = "Ole Berg met the press.\n\nHe sold the ferry.\n\nNobody asked why."
    index.add([Article("a", "Sale", text), Article("b", "Rain", "It rained all day.")])
    reader = WordReader({})
    Retriever(index, reader=reader, windows=1).search("Who sold the ferry?", rerank=True)
    [(_, [window])] = reader.asked
    assert window.text == text


def test_long_neighbours_are_left_out_of_a_window(index: ArticleIndex) -> None:
    short = "The ferry sails at noon."
    long = "It " + "rained and " * (LONGEST_WINDOW // 11) + "rained."
    index.add([Article("a", "Rain", f"{long} {short} {long}")])
    reader = WordReader({})
    best = Retriever(index, reader=reader).search("When does the ferry sail?", k=1, rerank=True)
    assert best[0].quote == short
    [(_, [first, *_])] = reader.asked
    assert isinstance(first, Window)
    assert first.text == short


def test_a_sentence_longer_than_any_window_is_read_whole(index: ArticleIndex) -> None:
    text = "The ferry " + "sails and " * (LONGEST_WINDOW // 10) + "sinks."
    index.add([Article("a", "Ferry", text)])
    reader = WordReader({"sinks": SURE})
    [passage] = Retriever(index, reader=reader).search("When does it sink?", k=1, rerank=True)
    assert passage.quote == text
    assert words_of_span(passage) == "sinks"


def test_many_threads_read_what_one_reads(log: ArticleIndex) -> None:
    retriever = Retriever(log, reader=WordReader({"sang": 4.0, "noon": 3.0}), windows=3)
    questions = [WHO_STEERED, "Who sang?", "When does the ferry sail?", "Who was paid?"] * 8

    def search(question: str) -> list[Passage]:
        return retriever.search(question, k=10, rerank=True)

    alone = [search(question) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(search, questions)) == alone


def test_each_wording_of_a_question_has_its_say(retriever: Retriever) -> None:
    ferry, bridge = (retriever.read(q) for q in ("When does the ferry sail?", "Bridge cracks?"))

    def best(share: float) -> str:
        ranked = retriever.rank_wordings([(ferry, 1 - share), (bridge, share)])
        return ranked[0].stored.sentence.article_uri

    assert (best(0.1), best(0.9)) == ("ferry", "bridge")
    twice = retriever.rank_wordings([(ferry, 0.5), (ferry, 0.5)])
    once = retriever.rank(ferry)
    assert [item.total for item in twice] == pytest.approx([item.total for item in once])
    assert retriever.rank_wordings([]) == []
