"""Groups of windows as the tensors that the reader learns from."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from reading_data import Group, Window
from tokenizers import Tokenizer

LONGEST_TOKENS = 224


@dataclass
class Read:
    """A window as tokens; `spans` are first and last tokens of the answer."""

    ids: list[int]
    readable_from: int
    spans: list[tuple[int, int]]


def encode(
    tokenizer: Tokenizer, question: list[int], window: Window, texts: dict[str, object]
) -> Read | None:
    """[CLS] question [SEP] title [SEP] text [SEP]; None if it is too long or cuts an answer."""
    title = texts[window.title].ids if window.title else []
    text = texts[window.text]
    before = [101, *question, 102, *title, 102]
    spans = []
    for start, end in window.answers:
        inside = [n for n, (a, b) in enumerate(text.offsets) if a < end and b > start]
        if inside:
            spans.append((inside[0] + len(before), inside[-1] + len(before)))
    ids = [*before, *text.ids, 102]
    if len(ids) > LONGEST_TOKENS or len(spans) < len(window.answers):
        return None
    return Read(ids, len(before), spans)


def encode_groups(tokenizer: Tokenizer, groups: Sequence[Group]) -> list[list[Read]]:
    """Groups as tokens; those with a window that is too long lose it."""
    texts = {t for g in groups for w in g.windows for t in (w.title, w.text)}
    ordered = sorted(texts)
    encoded = dict(
        zip(ordered, tokenizer.encode_batch(ordered, add_special_tokens=False), strict=True)
    )
    questions = tokenizer.encode_batch([g.question for g in groups], add_special_tokens=False)
    result = []
    for group, question in zip(groups, questions, strict=True):
        read = [encode(tokenizer, question.ids[:60], w, encoded) for w in group.windows]
        if read[0] is not None:
            result.append([r for r in read if r is not None])
    return result


def batches(groups: list[list[Read]], tokens: int, seed: int) -> list[list[int]]:
    """Numbers of groups, shuffled, those of like length together; so many tokens in a batch."""
    randomness = random.Random(seed)
    order = list(range(len(groups)))
    randomness.shuffle(order)
    longest = [max(len(r.ids) for r in group) for group in groups]
    result = []
    for begin in range(0, len(order), 1024):
        made: list[list[int]] = [[]]
        room = tokens
        for n in sorted(order[begin : begin + 1024], key=longest.__getitem__):
            size = sum(len(r.ids) for r in groups[n])
            if made[-1] and size > room:
                made.append([])
                room = tokens
            made[-1].append(n)
            room -= size
        randomness.shuffle(made)
        result += made
    return result


def tensors(groups: Sequence[list[Read]]) -> tuple[torch.Tensor, ...]:
    """Inputs of the model and of the loss."""
    reads = [r for group in groups for r in group]
    longest = max(len(r.ids) for r in reads)
    ids = np.zeros((len(reads), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    kinds = np.zeros_like(ids)
    for row, read in enumerate(reads):
        ids[row, : len(read.ids)] = read.ids
        mask[row, : len(read.ids)] = 1
        kinds[row, read.readable_from : len(read.ids)] = 1
    readable = kinds.astype(bool)
    for row, read in enumerate(reads):
        readable[row, len(read.ids) - 1] = False
    group = np.array([n for n, g in enumerate(groups) for _ in g])
    gold = [(row, a, b) for row, read in enumerate(reads) for a, b in read.spans]
    return (
        *(torch.from_numpy(a) for a in (ids, mask, kinds, readable, group)),
        torch.tensor(gold, dtype=torch.long).reshape(-1, 3),
    )
