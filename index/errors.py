"""Every exception that `index` and `qa` raise on purpose.

    ArticleQAError
    ├── InvalidArticle          an article, or a file that should become one, cannot be used
    │   └── UnsupportedFormat   no loader reads files of this kind
    ├── ArticleNotFound         the index holds no article of this uri
    ├── ModelError              a model cannot be used
    │   ├── ModelNotFound       no model at this path or of this name
    │   └── ModelDamaged        the weights are not the ones expected
    └── StorageError            the index on disk cannot be used
        ├── IndexNotFound       there is no index at this path
        ├── IndexBusy           another process writes to the index
        ├── IndexDamaged        the index is not readable, or contradicts itself
        ├── IndexTooNew         the index was written by a newer version of article-qa
        └── EmbeddingMismatch   the index was made with another embedding model

Each message says what happened and what to do next. Wrong arguments (a negative `k`, say)
raise the built-in `ValueError`.
"""


class ArticleQAError(Exception):
    """The base of all errors below; catch it to catch them all."""


class InvalidArticle(ArticleQAError, ValueError):
    """An article, or a file that should become one, cannot be used."""


class UnsupportedFormat(InvalidArticle):
    """No loader reads files of this kind."""


class ArticleNotFound(ArticleQAError, KeyError):
    """The index holds no article of this uri."""

    def __str__(self) -> str:  # KeyError would print the message's repr
        return str(self.args[0]) if self.args else ""


class ModelError(ArticleQAError):
    """A model cannot be used."""


class ModelNotFound(ModelError):
    """No model at this path or of this name."""


class ModelDamaged(ModelError):
    """The weights are not the ones expected."""


class StorageError(ArticleQAError):
    """The index on disk cannot be used."""


class IndexNotFound(StorageError):
    """There is no index at this path."""


class IndexBusy(StorageError):
    """Another process writes to the index."""


class IndexDamaged(StorageError):
    """The index is not readable, or contradicts itself."""


class IndexTooNew(StorageError):
    """The index was written by a newer version of article-qa."""


class EmbeddingMismatch(StorageError):
    """The index was made with another embedding model."""
