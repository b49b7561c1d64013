"""The sources below an answer as HTML: each a sentence of an article, and what ranked it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa import words
from qa.answer import Answer, Citation, Passage
from qa.chat.escaping import CUT, LONGEST_QUOTE, facts, shortened
from qa.escaping import escaped

NEAREST = 3
"""Sentences that are shown with a refusal."""

CONTEXT = 500
"""Characters of the text that are shown before the words that answer in a very long sentence."""


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that is shown with an answer.

    Attributes:
        position: its place among those of the answer, from 1; citations have their number.
        passage: where it stands.
        words: offsets, into the text of the article, of its words that answer; None where all
            of it does, or none.
        used: whether the answer rests on it.
    """

    position: int
    passage: Passage
    words: tuple[int, int] | None = None
    used: bool = False


def sources_of(answer: Answer) -> list[Source]:
    """What can be opened from an answer: its citations, then what else was read.

    Of a refusal, the nearest sentences.
    """
    used = [Source(c.number, c.passage, answering(c), True) for c in answer.citations]
    cited = {source.passage.sentence.id for source in used}
    others = [p for p in answer.passages if p.sentence.id not in cited]
    if answer.abstained:
        others = others[:NEAREST]
    return [*used, *(Source(n, p) for n, p in enumerate(others, len(used) + 1))]


def source_list(turn: int, answer: Answer) -> str:
    """The sources below an answer; those that were read and not used are folded away."""
    sources = sources_of(answer)
    if answer.abstained:
        if not sources:
            return f'<p class="qa-note">{words.NOTHING_NEAR}</p>' if answer.passages else ""
        heading, label = words.NEAREST, words.NEAREST_OF
        cards = "".join(card(turn, source) for source in sources)
    else:
        heading, label = words.SOURCES, words.SOURCES_OF
        cards = "".join(card(turn, source) for source in sources if source.used)
        cards += _others(turn, [source for source in sources if not source.used])
    return (
        f'<section class="qa-turn-sources" id="qa-sources-{turn}" '
        f'aria-label="{label.format(number=turn)}"><h3>{heading}</h3>{cards}</section>'
    )


def card(turn: int, source: Source) -> str:
    """One sentence, with the article that it is from; choosing its title opens that.

    Args:
        turn: number of the question.
    """
    passage, position = source.passage, source.position
    article = passage.article
    here = f"qa-source-{turn}-{position}"
    number = f'<span class="qa-number" aria-hidden="true">{position}</span>' if source.used else ""
    score = f"{words.SCORE} {passage.score:.2f}"
    signals = "" if source.used else _signals(f"qa-signals-{turn}-{position}", passage.scores)
    return (
        f'<article class="{"qa-card" if source.used else "qa-card qa-near"}" id="{here}" '
        f'aria-labelledby="{here}-title"><header>{number}<div><h4 id="{here}-title" dir="auto">'
        f'<a href="#qa-article" {opens(turn, position)}><bdi>{shortened(article.title)}</bdi></a>'
        f'</h4><p class="qa-facts">{facts(article.source, article.published, score)}</p></div>'
        f'</header><blockquote dir="auto">{sentence(passage, source.words)}</blockquote>'
        f"{signals}</article>"
    )


def opens(turn: int, position: int) -> str:
    """Attributes of an element that opens a source in its article when it is chosen."""
    return f'data-qa-do="open" data-turn="{turn}" data-position="{position}"'


def sentence(passage: Passage, strong: tuple[int, int] | None = None) -> str:
    """The sentence, with the words of it that answer as <strong>: slices of the article's text.

    Of a long sentence `LONGEST_QUOTE` characters stay: the first, or, where the words that
    answer do not end within these, those from `CONTEXT` characters before the words.
    """
    text = passage.article.text
    start, end = passage.sentence.start, passage.sentence.end
    first = start
    if strong and strong[1] > start + LONGEST_QUOTE:
        first = max(start, strong[0] - CONTEXT)
    last = min(end, first + LONGEST_QUOTE)
    shown = with_strong(text, first, last, strong)
    return f"{CUT if first > start else ''}{shown}{CUT if last < end else ''}"


def with_strong(text: str, first: int, last: int, strong: tuple[int, int] | None) -> str:
    """`text[first:last]`, with what lies in `strong` as <strong>."""
    begin, end = strong or (last, last)
    begin, end = min(max(begin, first), last), min(max(end, first), last)
    if begin == end:
        return escaped(text[first:last])
    return (
        f"{escaped(text[first:begin])}<strong>{escaped(text[begin:end])}</strong>"
        f"{escaped(text[end:last])}"
    )


def answering(citation: Citation) -> tuple[int, int] | None:
    """Offsets of the words of the quote that answer; None where all of it does."""
    if citation.answer_start is None or citation.answer_end is None:
        return None
    return citation.answer_start, citation.answer_end


def _others(turn: int, others: Sequence[Source]) -> str:
    """What was read besides the sources, folded away."""
    if not others:
        return ""
    told = words.READ_NOT_USED.format(count=words.count(len(others), "other sentence"))
    cards = "".join(card(turn, source) for source in others)
    return (
        f'<details class="qa-others" id="qa-others-{turn}"><summary>{told}</summary>{cards}'
        "</details>"
    )


def _signals(id: str, scores: Mapping[str, float]) -> str:
    """The signals that ranked a sentence, for those who ask why it is not higher."""
    rows = "".join(
        f'<tr><th scope="row">{escaped(words.SIGNAL_NAMES.get(name, name))}</th>'
        f"<td>{value:.2f}</td></tr>"
        for name, value in scores.items()
    )
    if not rows:
        return ""
    return (
        f'<details class="qa-signals" id="{id}"><summary>{words.SIGNALS}</summary>'
        f"<table><tbody>{rows}</tbody></table></details>"
    )
