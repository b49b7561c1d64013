"""Quality as numbers: how well sentences are found, answers given, and refusals made."""

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index import Article, ArticleIndex, Embedder
from qa.bot import Bot
from qa.questions_file import read_questions
from qa.retriever import RankedSentence, Retriever
from qa.squad import SquadQuestion, exact_match, f1, read_squad

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and of how much."""

# Each of these ranks alone too, so that what joining them is worth can be seen.
_ALONE = ("context_similarity", "paragraph_similarity", "sentence_bm25", "context_bm25")


def evaluate_file(
    path: Path,
    *,
    limit: int | None = None,
    seed: int = 0,
    unanswerable: bool = False,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Measure everything on one file in the format of SQuAD 1.1 or 2.0.

    Each article of the file becomes one article of a temporary index, always the whole
    collection. A question counts as unanswerable where the file says so (2.0).

    Args:
        path: JSON, or JSON packed with gzip; or questions of one's own, see `qa.questions_file`.
        limit: ask so many questions, drawn without repetition; None for all.
        seed: of the drawing.
        unanswerable: also ask each question of a collection without its article: the articles
            are split into two halves, and the questions about one are asked of the other.
        embedder: None for the default model.
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
    reader = read_questions if path.suffix == ".jsonl" else read_squad
    articles, questions = reader(path)
    order = np.random.default_rng(seed).permutation(len(questions))[:limit]
    asked = [questions[number] for number in order]
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole")
        with ArticleIndex.open(whole, embedder=embedder) as index:
            index.add(articles, progress=lambda p: progress("indexing", p.articles, len(articles)))
            indexed = time.perf_counter()
            outcomes = _ask_all(index, asked, "asking", progress)
            statistics = index.statistics()
        if unanswerable:
            outcomes += _ask_without_article(whole, articles, asked, embedder, progress)
    answerable = [o for o in outcomes if o.answerable]
    return {
        "file": path.name,
        "questions": len(asked),
        "articles": statistics.articles,
        "sentences": statistics.sentences,
        "seconds": round(time.perf_counter() - started, 1),
        "indexing_seconds": round(indexed - started, 1),
        "retrieval": _retrieval_figures([o.rank for o in answerable]),
        "signals_alone": {
            name: _retrieval_figures([o.ranks_alone[name] for o in answerable]) for name in _ALONE
        },
        "answers": {
            "exact_match": _mean([o.exact_match for o in answerable]),
            "f1": _mean([o.f1 for o in answerable]),
            "cited": _mean([float(o.cited) for o in answerable]),
        },
        "refusal": _refusal_figures(outcomes),
        "milliseconds": {
            "retrieval_median": _percentile([o.retrieval_ms for o in outcomes], 50),
            "retrieval_p95": _percentile([o.retrieval_ms for o in outcomes], 95),
            "answer_median": _percentile([o.answer_ms for o in outcomes], 50),
        },
    }


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one question. Ranks count from 0; None: not among the candidates."""

    answerable: bool
    rank: int | None
    ranks_alone: dict[str, int | None]
    exact_match: float
    f1: float
    cited: bool
    abstained: bool
    confidence: float
    retrieval_ms: float
    answer_ms: float


def _ask_all(
    index: ArticleIndex,
    questions: Sequence[SquadQuestion],
    stage: str,
    progress: Progress,
) -> list[_Outcome]:
    retriever = Retriever(index)
    bot = Bot(retriever)
    index.warm_up()
    outcomes = []
    for done, question in enumerate(questions, 1):
        answers = question.answers
        before = time.perf_counter()
        ranked = retriever.rank(retriever.read(question.text))
        retriever.passages(ranked[:5])
        retrieved = time.perf_counter()
        answer = bot.ask(question.text)
        finished = time.perf_counter()
        outcomes.append(
            _Outcome(
                answerable=bool(answers),
                rank=_rank(ranked, question),
                ranks_alone={name: _rank(_ordered_by(name, ranked), question) for name in _ALONE},
                exact_match=0.0 if answer.abstained else exact_match(answer.text, answers),
                f1=0.0 if answer.abstained else f1(answer.text, answers),
                cited=any(
                    citation.uri == question.uri and citation.start <= a.start < citation.end
                    for citation in answer.citations
                    for a in answers
                ),
                abstained=answer.abstained,
                confidence=answer.confidence,
                retrieval_ms=(retrieved - before) * 1000,
                answer_ms=(finished - retrieved) * 1000,
            )
        )
        progress(stage, done, len(questions))
    return outcomes


def _ask_without_article(
    whole: Path,
    articles: Sequence[Article],
    questions: Sequence[SquadQuestion],
    embedder: Embedder | None,
    progress: Progress,
) -> list[_Outcome]:
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
            outcomes += _ask_all(index, unanswered, "refusing", progress)
    return outcomes


def _tell_nobody(_stage: str, _done: int, _total: int) -> None:
    """Progress for those who do not ask for it."""


def _ordered_by(signal: str, ranked: Sequence[RankedSentence]) -> list[RankedSentence]:
    return sorted(ranked, key=lambda r: (-r.signals[signal], r.stored.sentence.id))


def _rank(ranked: Sequence[RankedSentence], question: SquadQuestion) -> int | None:
    for position, candidate in enumerate(ranked):
        sentence = candidate.stored.sentence
        if sentence.article_uri == question.uri and any(
            sentence.start <= answer.start < sentence.end for answer in question.answers
        ):
            return position
    return None


def _retrieval_figures(ranks: Sequence[int | None]) -> dict[str, float | None]:
    figures: dict[str, float | None] = {
        f"recall_at_{k}": _mean([float(rank is not None and rank < k) for rank in ranks])
        for k in (1, 3, 5, 10)
    }
    figures["mrr"] = _mean([0.0 if rank is None else 1 / (rank + 1) for rank in ranks])
    return figures


def _refusal_figures(outcomes: Sequence[_Outcome]) -> dict[str, float | None]:
    """Refusing is the positive class: right where the articles do not answer."""
    unanswerable = [o for o in outcomes if not o.answerable]
    answerable = [o for o in outcomes if o.answerable]
    refused = sum(o.abstained for o in outcomes)
    rightly = sum(o.abstained for o in unanswerable)
    figures: dict[str, float | None] = {
        "wrongly_refused": _mean([float(o.abstained) for o in answerable]),
        "precision": None,
        "recall": None,
        "f1": None,
        "auroc": None,
    }
    if unanswerable and answerable:
        precision = rightly / refused if refused else 0.0
        recall = rightly / len(unanswerable)
        figures["precision"], figures["recall"] = round(precision, 4), round(recall, 4)
        figures["f1"] = round(2 * precision * recall / max(precision + recall, 1e-9), 4)
        figures["auroc"] = round(
            auroc([o.confidence for o in answerable], [o.confidence for o in unanswerable]), 4
        )
    return figures


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """Area under the receiver operating characteristic.

    The probability that a value drawn from `higher` exceeds one drawn from `lower`; ties count
    half (the Mann-Whitney statistic).
    """
    values = np.concatenate([higher, lower])
    sorted_values = np.sort(values)
    first = np.searchsorted(sorted_values, values, side="left")
    last = np.searchsorted(sorted_values, values, side="right")
    ranks = (first + last + 1) / 2
    surplus = ranks[: len(higher)].sum() - len(higher) * (len(higher) + 1) / 2
    return float(surplus / (len(higher) * len(lower)))


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _percentile(values: Sequence[float], percent: float) -> float | None:
    return round(float(np.percentile(values, percent)), 1) if values else None
