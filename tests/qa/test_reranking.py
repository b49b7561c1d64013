"""Windows around sentences, and what readings do to an order."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, Sentence, StoredSentence
from qa.answer import Span
from qa.ranking import WEIGHTS, weighted_sum
from qa.reader import Reading, Window
from qa.reranking import (
    ARTICLE,
    LONGEST_WINDOW,
    LOWEST_READING,
    OFFSET,
    READING,
    RETRIEVAL,
    SCALE,
    UNREAD,
    RankedSentence,
    reranked,
    window_around,
)

NO_VECTOR = np.zeros(1, dtype=np.float32)
FERRY = Article("a", "Ferry", "The ferry sails. " * 50)


def paragraph(lengths: Sequence[int]) -> tuple[Article, list[Sentence]]:
    """An article of sentences so long, a space between them."""
    sentences, start = [], 0
    for number, length in enumerate(lengths):
        sentences.append(Sentence(number, "a", start, start + length, 0))
        start += length + 1
    return Article("a", "Ferry", "x" * start), sentences


def candidate(id: int, strength: float = 0.5, uri: str = "a") -> RankedSentence:
    """A sentence all of whose signals of retrieval are so strong."""
    sentence = Sentence(id, uri, 17 * id, 17 * id + 16, 0)
    stored = StoredSentence(sentence, "The ferry sails.", "", NO_VECTOR, NO_VECTOR)
    return RankedSentence(stored, 0.5, dict.fromkeys(WEIGHTS, strength), 0.0)


def reading(scores: dict[int, float | None], no_answer: float = 0.0) -> Reading:
    """One window of these sentences, by their ids, with the score of each; None: no words."""
    sentences = tuple(candidate(id).stored.sentence for id in scores)
    spans = tuple(
        None if score is None else Span(s.start, s.start + 3, score - 1, score)
        for s, score in zip(sentences, scores.values(), strict=True)
    )
    return Reading(Window(FERRY, sentences), spans, no_answer)


def ids(items: Sequence[RankedSentence]) -> list[int]:
    return [item.stored.sentence.id for item in items]


@pytest.mark.parametrize(
    ("count", "position", "expected"),
    [
        (1, 0, [0]),
        (2, 0, [0, 1]),
        (2, 1, [0, 1]),
        (5, 0, [0, 1]),
        (5, 2, [1, 2, 3]),
        (5, 4, [3, 4]),
    ],
)
def test_a_window_is_a_sentence_with_its_neighbours(
    count: int, position: int, expected: list[int]
) -> None:
    article, near = paragraph([20] * count)
    window = window_around(article, near, near[position])
    assert [s.id for s in window.sentences] == expected
    assert window.article is article


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([LONGEST_WINDOW, 20, 20], [1, 2]),
        ([20, 20, LONGEST_WINDOW], [0, 1]),
        ([LONGEST_WINDOW, 20, LONGEST_WINDOW], [1]),
        ([20, LONGEST_WINDOW, 20], [1]),
        ([20, 2 * LONGEST_WINDOW, 20], [1]),
        # As long as it may be, a space between two; and one character longer.
        ([LONGEST_WINDOW - 21, 20], [0, 1]),
        ([LONGEST_WINDOW - 20, 20], [1]),
        # There is room for either neighbour but not for both: the one before says who "he" is.
        ([LONGEST_WINDOW // 2, 20, LONGEST_WINDOW // 2], [0, 1]),
    ],
)
def test_neighbours_that_are_too_long_are_left_out(lengths: list[int], expected: list[int]) -> None:
    article, near = paragraph(lengths)
    assert [s.id for s in window_around(article, near, near[1]).sentences] == expected


@given(
    lengths=st.lists(st.integers(1, LONGEST_WINDOW + 50), min_size=1, max_size=6),
    data=st.data(),
)
def test_a_window_holds_its_sentence_and_as_many_neighbours_as_fit(
    lengths: list[int], data: st.DataObject
) -> None:
    article, near = paragraph(lengths)
    position = data.draw(st.integers(0, len(near) - 1))
    window = window_around(article, near, near[position])
    numbers = [s.id for s in window.sentences]
    assert position in numbers
    assert set(numbers) <= {position - 1, position, position + 1}
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert window.text == article.text[window.start : window.end]
    if len(numbers) > 1:
        assert window.end - window.start <= LONGEST_WINDOW
    if position > 0 and position - 1 not in numbers:
        assert near[position].end - near[position - 1].start > LONGEST_WINDOW
    if position + 1 < len(near) and position + 1 not in numbers:
        assert near[position + 1].end - window.start > LONGEST_WINDOW


def test_a_sentence_in_two_windows_counts_as_it_was_read_best() -> None:
    readings = [reading({0: 1.0, 1: 2.0}), reading({1: 5.0, 2: 0.0}), reading({1: 3.0})]
    for order in (readings, readings[::-1]):
        found = reranked([candidate(n) for n in range(3)], order)
        [second] = [item for item in found if item.stored.sentence.id == 1]
        assert second.signals["reading"] == 5.0
        assert second.span is not None
        assert second.span.score == 4.0


def test_best_is_measured_against_no_answer_in_the_same_window() -> None:
    """5 beside a "no answer" of 4 is less than 2 beside one of 0."""
    found = reranked([candidate(0)], [reading({0: 5.0}, no_answer=4.0), reading({0: 2.0})])
    assert found[0].signals["reading"] == 2.0
    found = reranked([candidate(0)], [reading({0: 5.0}, no_answer=4.0)])
    assert found[0].signals["reading"] == 1.0
    assert found[0].span == Span(0, 3, 0.0, 1.0)


def test_the_better_one_was_read_the_higher_it_stands() -> None:
    found = reranked([candidate(n) for n in range(4)], [reading({0: -3.0, 1: 4.0, 2: 0.0, 3: 7.0})])
    assert ids(found) == [3, 1, 2, 0]


def test_retrieval_counts_still() -> None:
    found = reranked([candidate(0, 0.2), candidate(1, 0.9)], [reading({0: 1.0, 1: 1.0})])
    assert ids(found) == [1, 0]


def test_what_was_not_read_keeps_the_order_of_retrieval() -> None:
    found = reranked([candidate(n, s) for n, s in enumerate([0.9, 0.8, 0.8, 0.1])], [])
    assert ids(found) == [0, 1, 2, 3]
    assert all(item.span is None and "reading" not in item.signals for item in found)


def test_equals_stand_in_the_order_of_the_text() -> None:
    found = reranked([candidate(n) for n in (2, 0, 1)], [])
    assert ids(found) == [0, 1, 2]
    found = reranked([candidate(n) for n in (2, 0, 1)], [reading(dict.fromkeys(range(3), 1.0))])
    assert ids(found) == [0, 1, 2]


def test_a_sentence_without_words_counts_as_not_read() -> None:
    with_none, unread = (reranked([candidate(0)], r) for r in ([reading({0: None})], []))
    assert with_none[0].span is None
    assert "reading" not in with_none[0].signals
    assert with_none[0].total == unread[0].total


def test_far_below_is_no_worse_than_the_lowest() -> None:
    found = reranked(
        [candidate(n) for n in range(2)],
        [reading({0: LOWEST_READING - 1, 1: 10 * LOWEST_READING})],
    )
    assert [item.signals["reading"] for item in found] == [LOWEST_READING] * 2
    assert found[0].total == found[1].total
    assert found[1].span is not None
    assert found[1].span.sentence_score == 10 * LOWEST_READING, "what was read is kept"


def test_windows_of_other_sentences_change_nothing() -> None:
    assert reranked([candidate(0)], [reading({7: 9.0})]) == reranked([candidate(0)], [])
    assert reranked([], [reading({7: 9.0})]) == []


def test_what_was_given_is_left_as_it_was() -> None:
    given_ones = [candidate(0)]
    reranked(given_ones, [reading({0: 3.0})])
    assert "reading" not in given_ones[0].signals
    assert given_ones[0].span is None


@given(
    strengths=st.dictionaries(st.integers(0, 40), st.floats(0, 1), max_size=12),
    read=st.lists(
        st.tuples(
            st.dictionaries(st.integers(0, 40), st.none() | st.floats(-40, 30), max_size=5),
            st.floats(-10, 10),
        ),
        max_size=6,
    ),
)
def test_every_sentence_once_best_first_by_both_together(
    strengths: dict[int, float], read: list[tuple[dict[int, float | None], float]]
) -> None:
    given_ones = [candidate(id, strength, str(id % 3)) for id, strength in strengths.items()]
    found = reranked(given_ones, [reading(scores, no_answer) for scores, no_answer in read])
    assert sorted(ids(found)) == sorted(strengths)
    for item in found:
        id = item.stored.sentence.id
        scores = [s - none for window, none in read if (s := window.get(id)) is not None]
        best_near = max(strength for other, strength in strengths.items() if other % 3 == id % 3)
        article = weighted_sum(dict.fromkeys(WEIGHTS, best_near))
        own = weighted_sum(dict.fromkeys(WEIGHTS, strengths[id]))
        retrieval = ARTICLE * article + RETRIEVAL * own
        assert item.signals["article"] == pytest.approx(article)
        if scores:
            best = max(LOWEST_READING, *scores)
            assert item.signals["reading"] == pytest.approx(best)
            assert item.total == pytest.approx(retrieval + READING * best)
            assert item.span is not None
            assert item.span.sentence_score == pytest.approx(max(scores))
        else:
            assert item.span is None
            assert item.total == pytest.approx(retrieval + UNREAD)
        assert item.score == pytest.approx(1 / (1 + math.exp(-(SCALE * item.total + OFFSET))))
        assert {name: item.signals[name] for name in WEIGHTS} == dict.fromkeys(
            WEIGHTS, strengths[id]
        )
    assert found == sorted(found, key=lambda r: (-r.total, r.stored.sentence.id))
    grades = [item.score for item in found]
    assert grades == sorted(grades, reverse=True)
    assert all(0 <= grade <= 1 for grade in grades)
