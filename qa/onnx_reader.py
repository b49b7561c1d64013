"""The reader that ships: a small model, run by ONNX Runtime."""

import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index import ModelDamaged, ModelNotFound
from qa.known_words import VOCABULARY
from qa.reader import Reading, Window, encodable
from qa.spans import Scores, best_spans

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import BertWordPieceTokenizer, Encoding

MODEL = Path(__file__).with_name("model") / "reader.onnx"
# Of the file that `training/export_reader.py` made; docs and card: qa/model/README.md.
MODEL_SHA256 = "d814e3d5176c9fed2eedc1662bea1d2d7f4df9adc6b4280ca562736185ee59c2"

# Markers of the vocabulary: [CLS] and [SEP].
_BEGIN, _SEPARATOR = 101, 102
# What the model was trained with; positions end at 512.
_QUESTION_TOKENS = 60
_TITLE_TOKENS = 40
_TEXT_TOKENS = 320
_OVERLAP = 64
# Tokens that go through the model at once, padding included: more is no faster.
_BATCH_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class _Piece:
    """Tokens `first:last` of a window's text, with what is read before them."""

    window: int
    first: int
    last: int
    before: list[int]
    ids: list[int]

    def __len__(self) -> int:
        return len(self.before) + len(self.ids) + 1


class OnnxReader:
    """Reads with a model of 22 million parameters in int8, on the processor.

    It imports neither torch nor transformers. A sentence longer than the model's window is read
    in pieces that overlap, and nothing is cut off in silence.

    Args:
        model: the model file; None for the one that ships, which is checked against its SHA-256.
        threads: of one reading; 0 lets ONNX Runtime choose, which is one for each core.

    Raises:
        ValueError: `threads` is negative.
        ModelNotFound, ModelDamaged: when first read, or by `warm_up`.
    """

    def __init__(self, model: str | Path | None = None, *, threads: int = 0) -> None:
        if threads < 0:
            raise ValueError(f"threads is {threads}; give 0 or more.")
        self._path = Path(model) if model else MODEL
        self._sha256 = None if model else MODEL_SHA256
        self._threads = threads
        self._loading = threading.Lock()
        self._loaded: tuple[InferenceSession, BertWordPieceTokenizer] | None = None

    def warm_up(self) -> None:
        self._load()

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        session, tokenizer = self._load()
        asked = tokenizer.encode(encodable(question), add_special_tokens=False)
        titles = _titles(tokenizer, windows)
        texts: list[Encoding] = tokenizer.encode_batch(
            [encodable(window.text) for window in windows], add_special_tokens=False
        )
        pieces = []
        for number, (window, text) in enumerate(zip(windows, texts, strict=True)):
            title = titles[window.article.title]
            before = [_BEGIN, *asked.ids[:_QUESTION_TOKENS], _SEPARATOR, *title, _SEPARATOR]
            for first, last in _cuts(len(text.ids)):
                pieces.append(_Piece(number, first, last, before, text.ids[first:last]))
        starts = [np.full(len(text.ids), -np.inf, dtype=np.float32) for text in texts]
        ends = [scores.copy() for scores in starts]
        for batch in _batches(pieces):
            for piece, start, end in zip(batch, *_run(session, batch), strict=True):
                skipped = len(piece.before)
                for scores, found in ((starts, start), (ends, end)):
                    place = scores[piece.window][piece.first : piece.last]
                    np.maximum(place, found[skipped : skipped + len(piece.ids)], out=place)
        return [
            Reading(
                window,
                best_spans(
                    start,
                    end,
                    [(a + window.start, b + window.start) for a, b in text.offsets],
                    window.article.text,
                    window.sentences,
                ),
            )
            for window, text, start, end in zip(windows, texts, starts, ends, strict=True)
        ]

    def _load(self) -> "tuple[InferenceSession, BertWordPieceTokenizer]":
        with self._loading:
            if self._loaded is None:
                self._loaded = _open(self._path, self._sha256, self._threads)
            return self._loaded


def _open(
    path: Path, sha256: str | None, threads: int
) -> "tuple[InferenceSession, BertWordPieceTokenizer]":
    from onnxruntime import InferenceSession, SessionOptions
    from onnxruntime.capi.onnxruntime_pybind11_state import (
        Fail,
        InvalidArgument,
        InvalidGraph,
        InvalidProtobuf,
    )
    from tokenizers import BertWordPieceTokenizer

    advice = "install article-qa again" if sha256 else "give the path of an ONNX file"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelNotFound(f"The reader {path} cannot be read ({error}); {advice}.") from error
    found = hashlib.sha256(content).hexdigest()
    if sha256 is not None and found != sha256:
        raise ModelDamaged(f"The reader {path} has SHA-256 {found}, not {sha256}; {advice}.")
    options = SessionOptions()
    options.intra_op_num_threads = threads or (os.cpu_count() or 1)
    # Waiting threads sleep: other work, an answer being searched for, needs the cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        session = InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf) as error:
        raise ModelDamaged(
            f"The reader {path} is not an ONNX model ({error}); {advice}."
        ) from error
    return session, BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)


def _titles(tokenizer: "BertWordPieceTokenizer", windows: Sequence[Window]) -> dict[str, list[int]]:
    titles = list({window.article.title for window in windows})
    encoded = tokenizer.encode_batch([encodable(t) for t in titles], add_special_tokens=False)
    return {title: found.ids[:_TITLE_TOKENS] for title, found in zip(titles, encoded, strict=True)}


def _cuts(length: int) -> list[tuple[int, int]]:
    """Parts of at most `_TEXT_TOKENS`, each beginning `_OVERLAP` before the end of the last."""
    if length <= _TEXT_TOKENS:
        return [(0, length)] if length else []
    step = _TEXT_TOKENS - _OVERLAP
    firsts = range(0, length - _OVERLAP, step)
    return [(first, min(length, first + _TEXT_TOKENS)) for first in firsts]


def _batches(pieces: list[_Piece]) -> list[list[_Piece]]:
    """Those of like length together, so that little of a batch is padding."""
    batches: list[list[_Piece]] = []
    for piece in sorted(pieces, key=len):
        if not batches or (len(batches[-1]) + 1) * len(piece) > _BATCH_TOKENS:
            batches.append([])
        batches[-1].append(piece)
    return batches


def _run(session: "InferenceSession", batch: list[_Piece]) -> tuple[Scores, Scores]:
    """Scores of each token as first and as last, each of shape (pieces, tokens)."""
    longest = max(len(piece) for piece in batch)
    ids = np.zeros((len(batch), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    kinds = np.zeros_like(ids)
    for row, piece in enumerate(batch):
        ids[row, : len(piece)] = [*piece.before, *piece.ids, _SEPARATOR]
        mask[row, : len(piece)] = 1
        kinds[row, len(piece.before) : len(piece)] = 1
    start, end = session.run(
        ["start", "end"], {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds}
    )
    return start, end
