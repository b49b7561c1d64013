"""Quality as numbers: how well sentences are found, answers given, and refusals made."""

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from index import Article, ArticleIndex, Embedder
from qa.answer import Citation
from qa.bot import REFUSE_BELOW, Bot
from qa.measures import (
    Outcome,
    expected_calibration_error,
    mean,
    percentile,
    ranking_figures,
    refusal_figures,
    reliability,
)
from qa.onnx_reader import OnnxReader
from qa.questions_file import read_questions
from qa.reader import Reader
from qa.reranking import RankedSentence
from qa.retriever import Retriever
from qa.squad import SquadQuestion, exact_match, f1, read_squad

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and of how much."""

_STAGES = ("searching", "reading", "answering")
# Each of these ranks alone too, so that what joining them is worth can be seen.
_ALONE = ("context_similarity", "paragraph_similarity", "sentence_bm25", "context_bm25")


def evaluate_file(
    path: Path,
    *,
    collection: Path | None = None,
    limit: int | None = None,
    seed: int = 0,
    unanswerable: bool = False,
    embedder: Embedder | None = None,
    reader: Reader | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Measure everything on one file in the format of SQuAD 1.1 or 2.0.

    Each article of the file becomes one article of a temporary index, always the whole
    collection. A question counts as unanswerable where the file says so (2.0).

    Args:
        path: JSON, or JSON packed with gzip; or questions of one's own, see `qa.questions_file`.
        collection: file or folder of the articles that questions of one's own are about; None
            for the folder that they lie in.
        limit: ask so many questions, drawn without repetition; None for all.
        seed: of the drawing.
        unanswerable: also ask each question of a collection without its article: the articles
            are split into two halves, and the questions about one are asked of the other.
        embedder: None for the default model.
        reader: None for the one that ships.
        progress: told how far it is.

    Returns:
        Figures between 0 and 1 (None where the file gives nothing to measure), counts, seconds
        and milliseconds; JSON-ready.

    Raises:
        InvalidArticle: the file is not in this format.
        ValueError: `limit` is below 1.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}; ask at least 1 question.")
    progress = progress or _tell_nobody
    started = time.perf_counter()
    reader = reader or OnnxReader()
    if path.suffix == ".jsonl":
        articles, questions = read_questions(path, collection)
    else:
        articles, questions = read_squad(path)
    order = np.random.default_rng(seed).permutation(len(questions))[:limit]
    asked = [questions[number] for number in order]
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole")
        with ArticleIndex.open(whole, embedder=embedder) as index:
            index.add(articles, progress=lambda p: progress("indexing", p.articles, len(articles)))
            indexed = time.perf_counter()
            outcomes = _ask_all(index, asked, reader, "asking", progress)
            statistics = index.statistics()
        if unanswerable:
            outcomes += _ask_without_article(whole, articles, asked, embedder, reader, progress)
    answerable = [o for o in outcomes if o.answerable]
    return {
        "file": path.name,
        "questions": len(asked),
        "articles": statistics.articles,
        "sentences": statistics.sentences,
        "seconds": round(time.perf_counter() - started, 1),
        "indexing_seconds": round(indexed - started, 1),
        "retrieval": ranking_figures([o.rank_before for o in answerable]),
        "reranked": ranking_figures([o.rank for o in answerable]),
        "signals_alone": {
            name: ranking_figures([o.ranks_alone[name] for o in answerable]) for name in _ALONE
        },
        "answers": {
            "exact_match": mean([o.exact_match for o in answerable]),
            "f1": mean([o.f1 for o in answerable]),
            "cited": mean([float(o.cited_at_all) for o in answerable]),
            "cited_without_alternatives": mean([float(o.cited) for o in answerable]),
            "citations_per_answer": mean([o.citations for o in outcomes if not o.abstained]),
            "exact_match_never_refusing": mean([o.best_exact_match for o in answerable]),
            "f1_never_refusing": mean([o.best_f1 for o in answerable]),
        },
        "refusal": refusal_figures(outcomes),
        "calibration": {
            "expected_calibration_error": expected_calibration_error(outcomes),
            "reliability": reliability(outcomes),
        },
        "milliseconds": _milliseconds(outcomes),
    }


def _milliseconds(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Median of each stage; median and 95th percentile of all of them together."""
    whole = [sum(o.milliseconds.values()) for o in outcomes]
    return {
        **{
            f"{stage}_median": percentile([o.milliseconds[stage] for o in outcomes], 50)
            for stage in _STAGES
        },
        "answer_median": percentile(whole, 50),
        "answer_p95": percentile(whole, 95),
    }


def _ask_all(
    index: ArticleIndex,
    questions: Sequence[SquadQuestion],
    reader: Reader,
    stage: str,
    progress: Progress,
) -> list[Outcome]:
    retriever = Retriever(index, reader=reader)
    bot = Bot(retriever, refuse_below=0.0)
    index.warm_up()
    retriever.reader.warm_up()
    outcomes = []
    for done, question in enumerate(questions, 1):
        moments = [time.perf_counter()]
        read = retriever.read(question.text)
        found = retriever.rank(read)
        moments.append(time.perf_counter())
        ranked = retriever.rerank(read, found)
        moments.append(time.perf_counter())
        # It never refuses here, so that what it would have said can be measured too.
        answer = bot.answer(read, ranked, retriever.passages(ranked[: bot.passages]))
        moments.append(time.perf_counter())
        abstained = answer.abstained or answer.confidence < REFUSE_BELOW
        answers = question.answers
        exact, overlap = exact_match(answer.text, answers), f1(answer.text, answers)
        right = _holding(answer.support, question)
        outcomes.append(
            Outcome(
                answerable=bool(answers),
                rank=_rank(ranked, question),
                rank_before=_rank(found, question),
                ranks_alone={name: _rank(_ordered_by(name, found), question) for name in _ALONE},
                exact_match=0.0 if abstained else exact,
                f1=0.0 if abstained else overlap,
                best_exact_match=exact,
                best_f1=overlap,
                cited=right and not abstained,
                cited_at_all=not abstained and _holding(answer.citations, question),
                best_cited=right,
                citations=0 if abstained else len(answer.citations),
                abstained=abstained,
                confidence=answer.confidence,
                milliseconds={
                    stage: (after - before) * 1000
                    for stage, (before, after) in zip(_STAGES, pairwise(moments), strict=True)
                },
            )
        )
        progress(stage, done, len(questions))
    return outcomes


def _ask_without_article(
    whole: Path,
    articles: Sequence[Article],
    questions: Sequence[SquadQuestion],
    embedder: Embedder | None,
    reader: Reader,
    progress: Progress,
) -> list[Outcome]:
    """Ask the questions of each half of the articles while only the other half is there."""
    outcomes = []
    for half in (0, 1):
        absent = {article.uri for article in articles[half::2]}
        copy = whole.with_name(f"half{half}")
        shutil.copytree(whole, copy)
        with ArticleIndex.open(copy, embedder=embedder) as index:
            for uri in absent:
                index.remove(uri)
            unanswered = [replace(q, answers=()) for q in questions if q.uri in absent]
            outcomes += _ask_all(index, unanswered, reader, "refusing", progress)
    return outcomes


def _tell_nobody(_stage: str, _done: int, _total: int) -> None:
    """Progress for those who do not ask for it."""


def _ordered_by(signal: str, ranked: Sequence[RankedSentence]) -> list[RankedSentence]:
    return sorted(ranked, key=lambda r: (-r.signals[signal], r.stored.sentence.id))


def _holding(citations: Sequence[Citation], question: SquadQuestion) -> bool:
    """Whether one of these is of a sentence with the answer."""
    return any(
        citation.uri == question.uri and citation.start <= answer.start < citation.end
        for citation in citations
        for answer in question.answers
    )


def _rank(ranked: Sequence[RankedSentence], question: SquadQuestion) -> int | None:
    for position, candidate in enumerate(ranked):
        sentence = candidate.stored.sentence
        if sentence.article_uri == question.uri and any(
            sentence.start <= answer.start < sentence.end for answer in question.answers
        ):
            return position
    return None
