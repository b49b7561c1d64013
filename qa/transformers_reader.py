"""A reader from any question answering model of Hugging Face, for those who have one."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index import ModelDamaged, ModelNotFound
from qa.reader import Reading, Window, encodable
from qa.spans import Scores, best_spans

_LENGTH = 384
_BATCH = 16


class TransformersReader:
    """Reads with an extractive question answering model, by PyTorch.

    Scores are relative to the model's own score for "no answer" (its first token), so a model
    trained on SQuAD 2.0 is wanted. The weights that join reading with retrieval, and the
    confidence, were fitted to the reader that ships: with another model, order stays useful, but
    the confidence is not calibrated.

    Args:
        model: a folder, or a name on the Hugging Face hub (looked for in the local cache first).
            Only safetensors are loaded, and no code that comes with a model.

    Raises:
        ModelNotFound: there is no such model.
        ModelDamaged: it is not a question answering model with a fast tokenizer.
    """

    def __init__(self, model: str | Path) -> None:
        from safetensors import SafetensorError
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        options: dict[str, Any] = {"trust_remote_code": False}
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(str(model), **options)
            self._model: Any
            self._model, loaded = AutoModelForQuestionAnswering.from_pretrained(
                str(model), use_safetensors=True, output_loading_info=True, **options
            )
        except OSError as error:
            raise ModelNotFound(
                f"There is no question answering model {str(model)!r} ({error}); give the path of "
                "a folder with config.json, model.safetensors and tokenizer.json."
            ) from error
        except (ValueError, KeyError, SafetensorError) as error:
            raise ModelDamaged(
                f"{model} is not a question answering model ({error}); choose another."
            ) from error
        self._model.eval()
        if loaded["missing_keys"]:
            raise ModelDamaged(
                f"{model} is not a question answering model: its file lacks "
                f"{', '.join(sorted(loaded['missing_keys']))}; choose another."
            )
        if not self._tokenizer.is_fast:
            raise ModelDamaged(
                f"{model} has no fast tokenizer, without which words cannot be located; "
                "choose another model."
            )
        self._length = min(_LENGTH, int(self._tokenizer.model_max_length))
        # Fast tokenizers keep padding and truncation as state: not for two threads at once.
        self._tokenizing = threading.Lock()

    def warm_up(self) -> None:
        """Nothing to do: the model is loaded when the reader is made."""

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        result: list[Reading] = []
        for begin in range(0, len(windows), _BATCH):
            result += self._read_batch(question, windows[begin : begin + _BATCH])
        return result

    def _read_batch(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        import torch

        part = self._length // 6
        with self._tokenizing:
            # Room for the text: of a longer question, the beginning is read.
            asked: Any = self._tokenizer(
                encodable(question),
                add_special_tokens=False,
                max_length=part,
                truncation=True,
                return_offsets_mapping=True,
            )
            read = max((end for _, end in asked["offset_mapping"]), default=0)
            encoded: Any = self._tokenizer(
                [encodable(question)[:read]] * len(windows),
                [encodable(window.text) for window in windows],
                max_length=self._length,
                truncation="only_second",
                stride=part,
                padding=True,
                return_overflowing_tokens=True,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
        inputs = {n: encoded[n] for n in self._tokenizer.model_input_names if n in encoded}
        with torch.inference_mode():
            output = self._model(**inputs)
        starts, ends = output.start_logits.numpy(), output.end_logits.numpy()
        found: list[dict[tuple[int, int], tuple[float, float]]] = [{} for _ in windows]
        for row, number in enumerate(encoded["overflow_to_sample_mapping"].tolist()):
            for place, of_text in enumerate(encoded.sequence_ids(row)):
                if of_text != 1:
                    continue
                first, last = encoded["offset_mapping"][row, place].tolist()
                scores = (
                    float(starts[row, place] - starts[row, 0]),
                    float(ends[row, place] - ends[row, 0]),
                )
                before = found[number].get((first, last), (-np.inf, -np.inf))
                found[number][first, last] = max(before, scores)
        return [_reading(window, scores) for window, scores in zip(windows, found, strict=True)]


def _reading(window: Window, scores: dict[tuple[int, int], tuple[float, float]]) -> Reading:
    offsets = sorted(scores)
    start: Scores = np.array([scores[o][0] for o in offsets], dtype=np.float32)
    end: Scores = np.array([scores[o][1] for o in offsets], dtype=np.float32)
    moved = [(first + window.start, last + window.start) for first, last in offsets]
    spans = best_spans(start, end, moved, window.article.text, window.sentences)
    return Reading(window, spans)
