"""Sentences and questions to vectors of unit length, so that an inner product is a cosine."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.sentences import SentenceSpan

Vectors = npt.NDArray[np.float32]

POOLED_IN_CONTEXT = "mean of the sentence's tokens within its encoded paragraph"
SENTENCE_AFTER_CONTEXT = "sentence encoded after the sentence before it"


@dataclass(frozen=True, slots=True)
class EmbeddingIdentity:
    """What must be equal for two vectors to be comparable.

    Attributes:
        model: name of the model, for people; the same weights under another name are equal.
        fingerprint: SHA-256 of the weights, in hexadecimal.
        dimension: numbers in a vector.
        method: how a sentence becomes a vector.
    """

    model: str = field(compare=False)
    fingerprint: str
    dimension: int
    method: str

    def __str__(self) -> str:
        return f"{self.model} ({self.dimension} numbers, weights {self.fingerprint[:12]})"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph to embed; the spans are offsets into its own text, in characters."""

    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ParagraphVectors:
    """The vectors of one paragraph, each of unit length, or zero where there is no word.

    Attributes:
        sentences: shape (sentences, dimension).
        paragraph: shape (dimension,).
    """

    sentences: Vectors
    paragraph: Vectors


class Embedder(Protocol):
    """Makes vectors of paragraphs and of questions. Safe to call from many threads."""

    @property
    def identity(self) -> EmbeddingIdentity:
        """The model and method, cheap to ask for where the model is the default one."""

    def embed_paragraphs(self, paragraphs: Sequence[Paragraph]) -> list[ParagraphVectors]:
        """One result for each paragraph, in order. Nothing is cut off, however long."""

    def embed_question(self, question: str) -> Vectors:
        """A vector of shape (dimension,)."""

    def warm_up(self) -> None:
        """Do now what the first call would wait for."""


def paragraphs_of(text: str, spans: Sequence[SentenceSpan]) -> list[tuple[int, int, Paragraph]]:
    """Start, end and content of each paragraph: from its first sentence to the end of its last."""
    grouped: dict[int, list[SentenceSpan]] = {}
    for span in spans:
        grouped.setdefault(span.paragraph, []).append(span)
    result = []
    for members in grouped.values():
        start, end = members[0].start, members[-1].end
        sentences = tuple((span.start - start, span.end - start) for span in members)
        result.append((start, end, Paragraph(text[start:end], sentences)))
    return result


def unit_length(vectors: Vectors) -> Vectors:
    """Scale vectors along the last axis to length 1; zero stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return result


class HashingEmbedder:
    """Vectors from hashed words: no model, instant, the same everywhere. For tests and demos.

    Texts that share words are similar; it knows nothing of meaning. A sentence is mixed with a
    little of its paragraph, as the real embedder does.
    """

    def __init__(self, dimension: int = 256) -> None:
        self._dimension = dimension

    @property
    def identity(self) -> EmbeddingIdentity:
        fingerprint = hashlib.sha256(f"hashing {self._dimension}".encode()).hexdigest()
        return EmbeddingIdentity("hashing", fingerprint, self._dimension, POOLED_IN_CONTEXT)

    def embed_paragraphs(self, paragraphs: Sequence[Paragraph]) -> list[ParagraphVectors]:
        results = []
        for paragraph in paragraphs:
            whole = self.embed_question(paragraph.text)
            sentences = [
                self.embed_question(paragraph.text[start:end]) + 0.2 * whole
                for start, end in paragraph.sentences
            ]
            results.append(ParagraphVectors(unit_length(np.stack(sentences)), whole))
        return results

    def embed_question(self, question: str) -> Vectors:
        vector = np.zeros(self._dimension, dtype=np.float32)
        for word in re.findall(r"\w+", question.lower()):
            digest = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
            vector[digest % self._dimension] += 1 if digest >> 63 else -1
        return unit_length(vector)

    def warm_up(self) -> None:
        """Nothing to do."""
