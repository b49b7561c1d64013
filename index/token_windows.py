"""Texts of any length in windows that a model can read, and these in batches."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids of a text, and at which character each begins and ends."""

    ids: list[int]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens `first:last` of a text are encoded, `keep_from:keep_to` are taken from it.

    `text` is the number of the text among those encoded together.
    """

    text: int
    first: int
    last: int
    keep_from: int
    keep_to: int


def windows_of(text: int, length: int, room: int) -> list[Window]:
    """Cut the `length` tokens of a text into windows of at most `room` that overlap by half.

    What each window gives covers every token once.
    """
    if length <= room:
        return [Window(text, 0, length, 0, length)] if length else []
    step = max(1, room // 2)
    firsts = [*range(0, length - room, step), length - room]
    result = []
    keep_from = 0
    for number, first in enumerate(firsts):
        last = first + room
        following = firsts[number + 1] if number + 1 < len(firsts) else None
        keep_to = length if following is None else (following + last) // 2
        result.append(Window(text, first, last, keep_from, keep_to))
        keep_from = keep_to
    return result


def in_batches(windows: Sequence[Window], batch_tokens: int) -> list[list[Window]]:
    """Group windows so that each batch has at most `batch_tokens`, padding and markers included.

    Texts of like length go together, so that little of a batch is padding.
    """
    batches: list[list[Window]] = []
    for window in sorted(windows, key=lambda window: window.last - window.first):
        size = window.last - window.first + 2  # with the start and the end marker
        if not batches or (len(batches[-1]) + 1) * size > batch_tokens:
            batches.append([])
        batches[-1].append(window)
    return batches
