"""How a vector is stored: as 16-bit floats.

They keep a cosine to three digits, at half the size.
"""

import numpy as np

from index.embedding import Vectors

VECTOR_BYTES = 2  # for each number of a vector
_FORMAT = "<f2"


def to_bytes(vector: Vectors) -> bytes:
    """What is stored of a vector."""
    return vector.astype(_FORMAT).tobytes()


def from_bytes(content: bytes) -> Vectors:
    """The numbers that were stored; those of many vectors in a row, if they lie in a row."""
    return np.frombuffer(content, dtype=_FORMAT).astype(np.float32)


def as_stored(vectors: Vectors) -> Vectors:
    """The same vectors, rounded as storing rounds them."""
    return vectors.astype(_FORMAT).astype(np.float32)
