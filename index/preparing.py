"""An article to what is stored of it: split and embedded."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from index.article import Article
from index.embedding import Embedder, paragraphs_of
from index.records import NewParagraph, NewSentence
from index.sentences import split_sentences

# Paragraphs embedded between two reports of progress, and two chances to stop.
_PARAGRAPHS_AT_ONCE = 64


class Stopped(Exception):
    """The caller's `stop` said so, in the middle of an article."""


class PreparedArticle(NamedTuple):
    """The parts of an article, in the order of the text, ready to be stored."""

    paragraphs: list[NewParagraph]
    sentences: list[NewSentence]


def prepare(
    article: Article,
    embedder: Embedder,
    *,
    report: Callable[[int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> PreparedArticle:
    """Split and embed: all the slow work, done before the database is touched.

    Args:
        article: without sentences if it holds only white space.
        embedder: makes the vectors.
        report: called after every step with how many sentences are embedded.
        stop: asked before every step.

    Raises:
        Stopped: `stop` said True.
    """
    spans = split_sentences(article.text, article.language)
    paragraphs = paragraphs_of(article.text, spans)
    prepared = PreparedArticle([], [])
    for first in range(0, len(paragraphs), _PARAGRAPHS_AT_ONCE):
        if stop and stop():
            raise Stopped
        group = paragraphs[first : first + _PARAGRAPHS_AT_ONCE]
        embedded = embedder.embed_paragraphs([content for _, _, content in group])
        for (start, end, content), vectors in zip(group, embedded, strict=True):
            number = len(prepared.paragraphs)
            prepared.paragraphs.append(NewParagraph(number, start, end, vectors.paragraph))
            prepared.sentences.extend(
                NewSentence(
                    start + sentence_start,
                    start + sentence_end,
                    number,
                    _context(article.title, content.text, content.sentences, position),
                    vectors.sentences[position],
                )
                for position, (sentence_start, sentence_end) in enumerate(content.sentences)
            )
        if report:
            report(len(prepared.sentences))
    return prepared


def _context(
    title: str, paragraph: str, sentences: Sequence[tuple[int, int]], position: int
) -> str:
    """What full text finds a sentence by, apart from its own words."""
    neighbours = [sentences[i] for i in (position - 1, position + 1) if 0 <= i < len(sentences)]
    return "\n".join([title, *(paragraph[start:end] for start, end in neighbours)])
