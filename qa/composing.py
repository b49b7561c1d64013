"""From sentences that were read to the words of an answer and its citations."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answer import AnswerForm, Citation, Passage
from qa.forms import form_of, yes_or_no
from qa.reranking import SCALE, RankedSentence
from qa.spans import comparable

# A second sentence is cited for why and how when it is this close to the first in their totals.
SECOND_WITHIN = 1.0
# What may be one more item of a list, or one more source of the same answer.
LISTED_WITHIN = 3.0
LONGEST_LIST = 6
MOST_SOURCES = 4
# Other sentences that are cited as alternatives: so close to the best one in their totals that
# nine in ten answers cite the right sentence, of SQuAD's development questions and of SelQA's
# (`training/fit_alternatives.py`).
ALTERNATIVE_WITHIN = 3.25
MOST_ALTERNATIVES = 2


@dataclass(frozen=True, slots=True)
class Composed:
    """Text of an answer, how it is put, and which sentences it cites, with the words that answer.

    `positions` are those of the sentences in the order they were given in; `words` the offsets
    of the answering words in each, None where all of it answers. `alternatives` are positions of
    sentences that may hold the right answer instead. `lacks_yes_or_no` where yes or no is asked and
    no sentence says either plainly.
    """

    text: str
    form: AnswerForm
    positions: tuple[int, ...]
    words: tuple[tuple[int, int] | None, ...]
    alternatives: tuple[int, ...] = ()
    lacks_yes_or_no: bool = False


def compose(question: str, ranked: Sequence[RankedSentence], texts: Sequence[str]) -> Composed:
    """The answer that ranked sentences give.

    Args:
        ranked: best first, at least one; those without a `span` are not cited but as a whole.
        texts: of the article of each.
    """
    form = form_of(question)
    composed = _composed(form, question, ranked, texts)
    lacks = form is AnswerForm.YES and composed.form not in (AnswerForm.YES, AnswerForm.NO)
    others = alternatives(composed, ranked, texts)
    return replace(composed, alternatives=others, lacks_yes_or_no=lacks)


def _composed(
    form: AnswerForm, question: str, ranked: Sequence[RankedSentence], texts: Sequence[str]
) -> Composed:
    first = ranked[0]
    if form is AnswerForm.YES:
        found = yes_or_no(question, first.stored.text)
        if found is not AnswerForm.SENTENCE:
            return Composed(found.value.capitalize() + ".", found, (0,), (None,))
        form = found
    if first.span is None:
        form = AnswerForm.SENTENCE
    if form is AnswerForm.SENTENCE:
        return _sentences(ranked)
    if form is AnswerForm.LIST:
        listed = _list(ranked, texts)
        if listed:
            return listed
    return _words(ranked, texts)


def citations(composed: Composed, passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """The citations of an answer; `passages` are those of the ranked sentences, in their order."""
    cited = [
        *zip(composed.positions, composed.words, strict=True),
        *((n, _words_of(passages[n], composed.form)) for n in composed.alternatives),
    ]
    result = []
    for number, (position, words) in enumerate(cited, 1):
        passage = passages[position]
        answer_start, answer_end = words or (None, None)
        article = passage.article
        result.append(
            Citation(
                number,
                article.uri,
                article.title,
                article.source,
                article.published,
                article.content_hash,
                passage.quote,
                passage.sentence.start,
                passage.sentence.end,
                passage,
                answer_start,
                answer_end,
                alternative=number > len(composed.positions),
            )
        )
    return tuple(result)


def alternatives(
    composed: Composed,
    ranked: Sequence[RankedSentence],
    texts: Sequence[str],
    *,
    within: float = ALTERNATIVE_WITHIN,
) -> tuple[int, ...]:
    """Positions of sentences nearly as good as the best, which say something else.

    Args:
        composed: the answer, whose own sentences are left out.
        within: how far their totals may be below the best one.
    """
    if composed.form not in (AnswerForm.WORDS, AnswerForm.SENTENCE):
        return ()
    said = comparable(composed.text)
    chosen = []
    for position, item in enumerate(ranked):
        if ranked[0].total - item.total > within or position in composed.positions:
            continue
        if composed.form is AnswerForm.SENTENCE or (
            item.span and comparable(texts[position][item.span.start : item.span.end]) != said
        ):
            chosen.append(position)
    return tuple(chosen[:MOST_ALTERNATIVES])


def _words_of(passage: Passage, form: AnswerForm) -> tuple[int, int] | None:
    """The words of an alternative that answer; None where all of it does."""
    if form is AnswerForm.SENTENCE or passage.span is None:
        return None
    return passage.span.start, passage.span.end


def _sentences(ranked: Sequence[RankedSentence]) -> Composed:
    """The best sentence, with the second where that is about as likely to be the right one."""
    close = len(ranked) > 1 and ranked[0].total - ranked[1].total <= SECOND_WITHIN
    chosen = [0, 1] if close else [0]
    if len({ranked[n].stored.sentence.article_uri for n in chosen}) == 1:
        chosen.sort(key=lambda n: ranked[n].stored.sentence.start)
    text = " ".join(ranked[n].stored.text for n in chosen)
    return Composed(text, AnswerForm.SENTENCE, tuple(chosen), (None,) * len(chosen))


def _words(ranked: Sequence[RankedSentence], texts: Sequence[str]) -> Composed:
    """The words in which the sentences agree most, citing those that have them."""
    candidates = _candidates(ranked, texts)
    groups: dict[str, list[int]] = {}
    for position, _, normal in candidates:
        groups.setdefault(normal, []).append(position)

    def weight(members: list[int]) -> float:
        # Each article counts once: a text that repeats itself is no second witness.
        best: dict[str, float] = {}
        for n in members:
            uri = ranked[n].stored.sentence.article_uri
            best[uri] = max(best.get(uri, 0.0), math.exp(SCALE * (ranked[n].total - top)))
        return sum(best.values())

    top = ranked[0].total
    members = max(groups.values(), key=weight)[:MOST_SOURCES]
    spans = [_span(ranked[n]) for n in members]
    start, end = spans[0]
    return Composed(texts[members[0]][start:end], AnswerForm.WORDS, tuple(members), tuple(spans))


def _list(ranked: Sequence[RankedSentence], texts: Sequence[str]) -> Composed | None:
    """Several answers, or None where there is only one."""
    chosen: dict[str, int] = {}
    words: dict[str, str] = {}
    for position, text, normal in _candidates(ranked, texts):
        item = ranked[position]
        known = any(
            f" {normal} " in f" {other} " or f" {other} " in f" {normal} " for other in chosen
        )
        if not known and item.span and item.span.sentence_score > 0:
            chosen[normal] = position
            words[normal] = text
    kept = list(chosen)[:LONGEST_LIST]
    if len(kept) < 2:
        return None
    return Composed(
        "\n".join(f"• {words[normal]}" for normal in kept),
        AnswerForm.LIST,
        tuple(chosen[normal] for normal in kept),
        tuple(_span(ranked[chosen[normal]]) for normal in kept),
    )


def _candidates(
    ranked: Sequence[RankedSentence], texts: Sequence[str]
) -> list[tuple[int, str, str]]:
    """Position, words, and words in a comparable form, of what is nearly as good as the best."""
    result = []
    for position, (item, text) in enumerate(zip(ranked, texts, strict=True)):
        if item.span is not None and ranked[0].total - item.total <= LISTED_WITHIN:
            words = text[item.span.start : item.span.end]
            result.append((position, words, comparable(words)))
    return result


def _span(item: RankedSentence) -> tuple[int, int]:
    assert item.span is not None
    return item.span.start, item.span.end
