"""Reading alone: each question with the paragraph that it was asked about, as papers report it."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index import Article, InvalidArticle, Sentence, split_sentences
from qa.answer import Span
from qa.measures import mean, percentile
from qa.onnx_reader import OnnxReader
from qa.reader import Reader, Window
from qa.squad import exact_match, f1, read_squad

# As many sentences as a window has when passages are read.
_SENTENCES = 3


def evaluate_gold_passages(
    path: Path,
    *,
    limit: int | None = None,
    seed: int = 0,
    reader: Reader | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> dict[str, Any]:
    """Exact match and F1 of the words found in the right paragraph.

    Args:
        path: a file in the format of SQuAD 1.1 or 2.0.
        limit: ask so many questions, drawn without repetition; None for all.
        seed: of the drawing.
        reader: None for the one that ships.
        progress: told how far it is.

    Returns:
        `reading` has `exact_match` and `f1`; in a file with unanswerable questions (2.0) these
        count as right where the reader finds no answer, in one without (1.1) the reader must
        answer. `no_answer_accuracy` is the share of questions for which it is right about
        whether the paragraph answers.

    Raises:
        InvalidArticle: the file is not in this format.
        ValueError: `limit` is below 1.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}; ask at least 1 question.")
    if path.suffix == ".jsonl":
        raise InvalidArticle(
            f"{path} does not say which paragraph a question is about; reading gold passages "
            "needs a file in the format of SQuAD."
        )
    reader = reader or OnnxReader()
    articles, questions = read_squad(path)
    article_of = {article.uri: article for article in articles}
    order = np.random.default_rng(seed).permutation(len(questions))[:limit]
    asked = [questions[number] for number in order]
    must_answer = all(question.answers for question in questions)
    reader.warm_up()
    exact, overlap, decided, milliseconds = [], [], [], []
    for done, question in enumerate(asked, 1):
        article = article_of[question.uri]
        assert question.context
        windows = windows_of(article, *question.context)
        before = time.perf_counter()
        words, found = best_words(reader, question.text, article, windows)
        milliseconds.append((time.perf_counter() - before) * 1000)
        decided.append(float(found == bool(question.answers)))
        if question.answers and (found or must_answer):
            exact.append(exact_match(words, question.answers))
            overlap.append(f1(words, question.answers))
        else:
            exact.append(float(not question.answers and not found))
            overlap.append(exact[-1])
        progress("reading", done, len(asked))
    return {
        "file": path.name,
        "questions": len(asked),
        "reading": {
            "exact_match": mean(exact),
            "f1": mean(overlap),
            "no_answer_accuracy": mean(decided),
        },
        "milliseconds": {"reading_median": percentile(milliseconds, 50)},
    }


def windows_of(article: Article, start: int, end: int) -> list[Window]:
    """A paragraph as windows of three sentences, each a sentence further."""
    sentences = [
        Sentence(number, article.uri, start + span.start, start + span.end, 0)
        for number, span in enumerate(split_sentences(article.text[start:end], article.language))
    ]
    return [
        Window(article, tuple(sentences[first : first + _SENTENCES]))
        for first in range(max(1, len(sentences) - _SENTENCES + 1))
        if sentences
    ]


def best_words(
    reader: Reader, question: str, article: Article, windows: Sequence[Window]
) -> tuple[str, bool]:
    """The likeliest words of all windows, and whether they are likelier than no answer."""
    best: tuple[float, Span] | None = None
    for reading in reader.read(question, windows):
        for span in reading.spans:
            if span and (best is None or span.score - reading.no_answer > best[0]):
                best = span.score - reading.no_answer, span
    if best is None:
        return "", False
    score, span = best
    return article.text[span.start : span.end], score > 0
