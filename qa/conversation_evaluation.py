"""How well questions of a conversation are completed, judged by what they then find."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import Article, ArticleIndex, Embedder, InvalidArticle
from qa.answer import Answer, Turn
from qa.evaluation import Progress
from qa.followup import Wording, standalone_question, wordings
from qa.measures import ranking_figures
from qa.retriever import Retriever
from qa.squad import read_json


@dataclass(frozen=True, slots=True)
class AskedTurn:
    """One question of a conversation.

    Attributes:
        question: as it was asked.
        rewritten: as a person wrote it so that it stands alone.
        response: what it was answered with, which it should find.
        before: the turns before it, oldest first.
    """

    question: str
    rewritten: str
    response: str
    before: "tuple[AskedTurn, ...]"


def read_conversations(path: Path) -> list[AskedTurn]:
    """Every question of a file of TREC CAsT 2022 that has a response, once.

    Args:
        path: JSON: a list of conversations, each with the turns `turn`, each of these with
            `utterance`, `manual_rewritten_utterance` and `response`. Turns without a response
            are left out.

    Raises:
        InvalidArticle: the file cannot be read, or is not in this format.
    """
    turns: dict[AskedTurn, None] = {}
    try:
        for conversation in read_json(path):
            before: tuple[AskedTurn, ...] = ()
            for row in conversation["turn"]:
                if "response" not in row:
                    continue
                turn = AskedTurn(
                    row["utterance"].strip(),
                    row["manual_rewritten_utterance"].strip(),
                    row["response"].strip(),
                    before,
                )
                turns[turn] = None
                before = (*before, turn)
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidArticle(
            f"{path} is not a file of conversations ({type(error).__name__}: {error}); each needs "
            '"turn", and each turn "utterance" and "manual_rewritten_utterance".'
        ) from error
    return list(turns)


def evaluate_conversations(
    path: Path, *, embedder: Embedder | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Measure how well follow-up questions find the responses that they were answered with.

    Every response of the file becomes an article of a temporary index. Each question is asked of
    it as a person rewrote it, as the bot completes it, alone, and together with all before it.

    Args:
        embedder: None for the default model.
        progress: told how far it is.

    Returns:
        For each way of asking, the rank of the right article as recall@k and MRR, for all turns
        and for those after the first of a conversation; counts and seconds. JSON-ready.

    Raises:
        InvalidArticle: the file is not in this format.
    """
    started = time.perf_counter()
    turns = read_conversations(path)
    uris = {text: f"response:{n}" for n, text in enumerate({t.response: None for t in turns})}
    ways: dict[str, Callable[[AskedTurn], Sequence[Wording]]] = {
        "rewritten_by_hand": lambda turn: [Wording(turn.rewritten, 1.0)],
        "completed": completed,
        "alone": lambda turn: [Wording(turn.question, 1.0)],
        "all_joined": lambda turn: [
            Wording(" ".join([t.question for t in (*turn.before, turn)]), 1.0)
        ],
    }
    ranks: dict[str, list[int | None]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder, ArticleIndex.open(folder, embedder=embedder) as i:
        i.add(Article(uri, uri, text) for text, uri in uris.items())
        retriever = Retriever(i)
        for done, turn in enumerate(turns, 1):
            for name, way in ways.items():
                found = list(articles_found(retriever, way(turn)))
                uri = uris[turn.response]
                ranks[name].append(found.index(uri) if uri in found else None)
            if progress:
                progress("asking", done, len(turns))
    follow_ups = [number for number, turn in enumerate(turns) if turn.before]
    figures = {
        kind: {name: ranking_figures([ranks[name][n] for n in numbers]) for name in ways}
        for kind, numbers in (("every_turn", range(len(turns))), ("follow_up_turns", follow_ups))
    }
    best, reached = (figures["every_turn"][n]["mrr"] for n in ("rewritten_by_hand", "completed"))
    return {
        "file": path.name,
        "turns": len(turns),
        "follow_ups": len(follow_ups),
        "articles": len(uris),
        "seconds": round(time.perf_counter() - started, 1),
        **figures,
        "share_of_rewritten_by_hand": reached / best if reached is not None and best else None,
    }


def completed(turn: AskedTurn) -> tuple[Wording, ...]:
    """The question as the bot searches it after the turns before."""
    history: list[Turn] = []
    for earlier in turn.before:
        standalone = standalone_question(earlier.question, history)
        answer = Answer(earlier.question, standalone, earlier.response)
        history.append(Turn(earlier.question, standalone, answer))
    return wordings(turn.question, history)


def articles_found(retriever: Retriever, worded: Sequence[Wording]) -> Iterator[str]:
    """The uris of the articles of the sentences found, best first, each once."""
    seen = set()
    for item in retriever.rank_wordings([(retriever.read(w.text), w.share) for w in worded]):
        uri = item.stored.sentence.article_uri
        if uri not in seen:
            seen.add(uri)
            yield uri
