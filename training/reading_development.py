"""Development figures of a reader in training, by PyTorch."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from reader_model import LONGEST_ANSWER_TOKENS, NEVER, ReaderModel
from reading_data import Group, Window
from reading_tensors import encode_groups, tensors
from tokenizers import Tokenizer

from index import Article, split_sentences
from qa.squad import SquadAnswer, SquadQuestion, exact_match, f1, read_squad


@dataclass(frozen=True)
class Asked:
    """A question, what answers it, and the windows to read."""

    question: str
    answers: tuple[SquadAnswer, ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Found:
    """The best words of all windows: their score, and the number of their window."""

    score: float
    words: str
    window: int


def development_questions(path: Path, count: int) -> list[tuple[SquadQuestion, Article]]:
    """So many questions of the file, always the same, each with its article."""
    articles, questions = read_squad(path)
    article_of = {article.uri: article for article in articles}
    return [(q, article_of[q.uri]) for q in random.Random(0).sample(questions, count)]


def right_paragraph(question: SquadQuestion, article: Article) -> tuple[Window, ...]:
    """The paragraph of the answer in windows of three sentences, each a sentence further on."""
    start = article.text.rfind("\n\n", 0, question.answers[0].start) + 1
    end = article.text.find("\n\n", question.answers[0].start)
    paragraph = article.text[start : end if end > 0 else None].strip()
    spans = [(s.start, s.end) for s in split_sentences(paragraph, None)]
    return tuple(
        Window(article.title, paragraph[first[0] : last[1]])
        for first, last in zip(spans, spans[2:] or spans[-1:], strict=False)
    )


@torch.no_grad()
def read_all(
    model: ReaderModel, tokenizer: Tokenizer, device: torch.device, asked: Sequence[Asked]
) -> list[Found | None]:
    """What the reader finds for each question; None where no window can be read."""
    reads = []
    for number, one in enumerate(asked):
        groups = [Group(one.question, (window,)) for window in one.windows]
        for window, group in enumerate(groups):
            reads += [(number, window, r) for r in encode_groups(tokenizer, [group])]
    reads.sort(key=lambda item: len(item[2][0].ids))
    best: list[Found | None] = [None] * len(asked)
    model.eval()
    for begin in range(0, len(reads), 32):
        part = reads[begin : begin + 32]
        ids, mask, kinds, readable, *_ = tensors([r for _, _, r in part])
        start, end = (
            x.float().cpu().masked_fill(~readable, NEVER)
            for x in model.read(ids.to(device), mask.to(device), kinds.to(device))
        )
        size = start.shape[1]
        ones = torch.ones(size, size, dtype=torch.bool)
        spans = (start[:, :, None] + end[:, None, :]).masked_fill(
            ~(ones.triu() & ~ones.triu(LONGEST_ANSWER_TOKENS)), NEVER
        )
        scores, places = spans.flatten(1).max(1)
        for (number, window, [read]), score, place in zip(
            part, scores.tolist(), places.tolist(), strict=True
        ):
            before = best[number]
            if before is None or score > before.score:
                text = asked[number].windows[window].text
                offsets = tokenizer.encode(text, add_special_tokens=False).offsets
                first, last = place // size - read.readable_from, place % size - read.readable_from
                best[number] = Found(score, text[offsets[first][0] : offsets[last][1]], window)
    model.train()
    return best


def reading_figures(asked: Sequence[Asked], found: Sequence[Found | None]) -> dict[str, float]:
    """Exact match, F1, and the share read as having an answer."""
    pairs = [(f, a.answers) for f, a in zip(found, asked, strict=True) if f]
    return {
        "exact_match": float(np.mean([exact_match(f.words, answers) for f, answers in pairs])),
        "f1": float(np.mean([f1(f.words, answers) for f, answers in pairs])),
        "answered": float(np.mean([f.score > 0 for f, _ in pairs])),
    }
