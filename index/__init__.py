"""Articles to searchable sentences; knows nothing of questions."""

from index.article import Article, Loaded, LoadedArticles, LoadFailure, Sentence
from index.article_index import ArticleIndex
from index.checking import CheckReport, Problem
from index.embedding import (
    Embedder,
    EmbeddingIdentity,
    HashingEmbedder,
    Paragraph,
    ParagraphVectors,
    Vectors,
)
from index.errors import (
    ArticleNotFound,
    ArticleQAError,
    EmbeddingMismatch,
    IndexBusy,
    IndexDamaged,
    IndexNotFound,
    IndexTooNew,
    InvalidArticle,
    ModelDamaged,
    ModelError,
    ModelNotFound,
    StorageError,
    UnsupportedFormat,
)
from index.filters import Filters
from index.loaders import load_articles
from index.migrations import DatabaseSchema
from index.records import ArticleSummary, StoredSentence
from index.reports import AddProgress, AddReport, IndexStatistics
from index.sentence_transformer import SentenceTransformerEmbedder
from index.sentences import SentenceSpan, split_sentences
from index.sqlite import transaction

__all__ = [
    "AddProgress",
    "AddReport",
    "Article",
    "ArticleIndex",
    "ArticleNotFound",
    "ArticleQAError",
    "ArticleSummary",
    "CheckReport",
    "DatabaseSchema",
    "Embedder",
    "EmbeddingIdentity",
    "EmbeddingMismatch",
    "Filters",
    "HashingEmbedder",
    "IndexBusy",
    "IndexDamaged",
    "IndexNotFound",
    "IndexStatistics",
    "IndexTooNew",
    "InvalidArticle",
    "LoadFailure",
    "Loaded",
    "LoadedArticles",
    "ModelDamaged",
    "ModelError",
    "ModelNotFound",
    "Paragraph",
    "ParagraphVectors",
    "Problem",
    "Sentence",
    "SentenceSpan",
    "SentenceTransformerEmbedder",
    "StorageError",
    "StoredSentence",
    "UnsupportedFormat",
    "Vectors",
    "load_articles",
    "split_sentences",
    "transaction",
]
