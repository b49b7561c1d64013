"""From scores of tokens to words: whole ones, of one sentence, and the likeliest."""

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index import Sentence
from qa.spans import LONGEST_ANSWER, best_spans, whole_words

PIECES = st.sampled_from(
    ["ferry", "sails", " ", "1,000.5", "3.2", ".", ",", "“", "”", "(", ")", "’s", "é", "-", "$"]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=30).map("".join)


@given(text=TEXTS, data=st.data())
def test_a_span_is_widened_to_whole_words_and_no_further(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = whole_words(text, start, end, 0, len(text))
    assert 0 <= first < last <= len(text)
    words = text[first:last]
    if any(c.isalnum() for c in words):
        assert words == words.strip(" .,;:!?…\"'“”‘’«»")
    for place in (first, last):
        if 0 < place < len(text):
            assert not (text[place - 1].isalnum() and text[place].isalnum())
    for number in re.finditer(r"\d[\d.,]*\d", text):
        for place in (first, last):
            assert not number.start() < place < number.end()
    # What was asked for is there, but for the punctuation around it.
    inside = [n for n in range(start, end) if text[n].isalnum()]
    assert all(first <= n < last for n in inside)


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("It cost 1,250.75 euros.", "250", "1,250.75"),
        ("The Norwick ferry sailed.", "wick fer", "Norwick ferry"),
        ("He said “no comment”.", "“no comment”.", "no comment"),
        ("The ferry (built in 1932) sank.", "(built in 1932)", "(built in 1932)"),
        ("The ferry (built in 1932) sank.", "(built", "built"),
        ("The ferry (built in 1932) sank.", "1932)", "1932"),
        ("It ended in 1932.", "1932.", "1932"),
        ("Well … yes.", "…", "…"),
        ("Anna’s boat", "Anna", "Anna"),
    ],
)
def test_words_of(text: str, part: str, whole: str) -> None:
    start = text.index(part)
    first, last = whole_words(text, start, start + len(part), 0, len(text))
    assert text[first:last] == whole


def test_a_word_is_not_widened_over_the_end_of_its_sentence() -> None:
    assert whole_words("one.Two", 0, 3, 0, 4) == (0, 3)
    assert whole_words("abcdef", 1, 2, 1, 3) == (1, 3)


def tokens_of(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]


SCORES = st.floats(-20, 20, width=32)


@given(data=st.data(), sizes=st.lists(st.integers(1, LONGEST_ANSWER + 5), min_size=1, max_size=3))
def test_the_best_span_is_that_of_a_search_through_all(
    data: st.DataObject, sizes: list[int]
) -> None:
    parts, sentences, place = [], [], 0
    for number, size in enumerate(sizes):
        part = " ".join(f"w{n}" for n in range(size)) + "."
        sentences.append(Sentence(number, "a", place, place + len(part), 0))
        parts.append(part)
        place += len(part) + 1
    text = " ".join(parts)
    offsets = tokens_of(text)
    draw = st.lists(SCORES, min_size=len(offsets), max_size=len(offsets))
    start = np.array(data.draw(draw), dtype=np.float32)
    end = np.array(data.draw(draw), dtype=np.float32)
    found = best_spans(start, end, offsets, text, sentences)
    for sentence, span in zip(sentences, found, strict=True):
        own = [n for n, (a, _) in enumerate(offsets) if sentence.start <= a < sentence.end]
        allowed = {
            (a, b): float(start[a] + end[b])
            for a, b in itertools.product(own, own)
            if 0 <= b - a < LONGEST_ANSWER
        }
        assert span is not None
        best = max(allowed.values())
        assert span.score == pytest.approx(best, abs=1e-4)
        total = math.log(sum(math.exp(v - best) for v in allowed.values())) + best
        assert span.sentence_score == pytest.approx(total, abs=1e-3)
        assert sentence.start <= span.start < span.end <= sentence.end
        likeliest = [pair for pair, value in allowed.items() if value == best]
        assume(len(likeliest) == 1)
        [(a, b)] = likeliest
        words = text[offsets[a][0] : offsets[b][1]]
        assert text[span.start : span.end].strip(".") == words.strip(".")


def test_a_sentence_without_tokens_has_no_span() -> None:
    text = "One. \u200b"
    sentences = [Sentence(0, "a", 0, 4, 0), Sentence(1, "a", 5, 6, 0)]
    scores = np.zeros(2, dtype=np.float32)
    first, second = best_spans(scores, scores, [(0, 3), (3, 4)], text, sentences)
    assert first is not None
    assert second is None
