"""Questions that a reader may ask next, each of which the bot has answered before it is shown."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index import Article, Filters, split_sentences
from qa.answer import Answer, Citation, Passage, Turn
from qa.article_names import ArticleNames, is_english
from qa.bot import Bot
from qa.english import PRONOUNS
from qa.made_question import MadeQuestion
from qa.question import content_words, words_of
from qa.question_making import questions_of

# Higher than what the bot answers at: a suggestion must not lead to a doubtful answer.
CONFIDENT = 0.4
# Questions that are asked to find the good ones: each takes as long as an answer does.
MOST_CHECKS = 12
# Sentences before and after those that were found, of which questions are made.
NEIGHBOURHOOD = 60
# In sentences: how much nearer a question counts that has a word of the one before, and how much
# farther one of a kind that was suggested already.
SHARED = 4
REPEATED = 5
# The same of a sentence of another article than the answer is from.
ELSEWHERE = 15
# Above this share of common content words two questions are one.
SAME_QUESTION = 0.7
# Of an article longer than this, in characters, only the passages are used: splitting takes time.
LONGEST_SPLIT = 300_000


# The uri of an article and the offsets of a sentence in it.
_Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Candidate:
    question: MadeQuestion
    place: _Place
    cost: float


def suggest(
    bot: Bot,
    turns: Sequence[Turn],
    *,
    filters: Filters | None = None,
    at_most: int = 3,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """Questions in English that may be asked next, one by one as each is found to be good.

    They are made from sentences near those that the last answer cites, or, after a refusal, from
    the nearest sentences. Each stands alone, and the bot answers it from the sentence that it was
    made from, which the conversation has not cited yet. The same turns and articles give the same
    questions.

    Args:
        bot: what will be asked; it is asked up to `MOST_CHECKS` questions.
        turns: the conversation, oldest first; without turns there are no suggestions.
        filters: only articles that these let through.
        at_most: how many.
        stop: asked before each check, which takes as long as a question; true ends it.

    Raises:
        ValueError: `at_most` is below 1.
    """
    if at_most < 1:
        raise ValueError(f"at_most is {at_most}; ask for at least 1 suggestion.")
    return _suggestions(bot, turns, filters, at_most, stop)


def _suggestions(
    bot: Bot, turns: Sequence[Turn], filters: Filters | None, at_most: int, stop: Callable[[], bool]
) -> Iterator[str]:
    if not turns:
        return
    asked = [text for turn in turns for text in (turn.question, turn.standalone_question)]
    cited = {_place(c) for turn in turns for c in turn.answer.citations}
    told = {_normal(turn.answer.text) for turn in turns if not turn.answer.abstained}
    waiting = _candidates(turns[-1].answer, cited)
    kinds: list[str] = []
    found = checks = 0
    while waiting and found < at_most and checks < MOST_CHECKS:
        candidate = min(waiting, key=lambda c: _cost(c, kinds))
        waiting.remove(candidate)
        text = candidate.question.text
        if any(_alike(text, other) for other in asked):
            continue
        checks += 1
        if stop():
            return
        answer = bot.ask(text, filters=filters)
        if not _is_good(candidate, answer) or _normal(answer.text) in told:
            continue
        places = {_place(citation) for citation in answer.support}
        if places & cited:
            continue
        yield text
        found += 1
        kinds.append(candidate.question.kind)
        asked.append(text)
        cited |= places
        told.add(_normal(answer.text))
        waiting = [c for c in waiting if c.place not in cited]


def _candidates(answer: Answer, cited: set[_Place]) -> list[_Candidate]:
    """Questions made near what the answer rests on, or near what was found for a refusal."""
    about = set(content_words(answer.standalone_question))
    result: dict[str, _Candidate] = {}
    for article, found in _found_in(answer):
        if not is_english(article.text, article.language):
            continue
        names = ArticleNames(article.title, article.text)
        for (start, end), distance in _sentences_near(article, found):
            if (article.uri, start, end) in cited:
                continue
            for question in questions_of(article.text[start:end], names):
                shared = about & set(content_words(question.text))
                cost = distance + 2 * question.rank - (SHARED if shared else 0)
                before = result.get(question.text)
                if before is None or before.cost > cost:
                    place = (article.uri, start, end)
                    result[question.text] = _Candidate(question, place, cost)
    return list(result.values())


def _found_in(answer: Answer) -> list[tuple[Article, list[tuple[Passage, float]]]]:
    """The passages of an answer by their articles, with what each counts as farther away."""
    home = {citation.uri for citation in answer.citations}
    found: dict[str, list[tuple[Passage, float]]] = {}
    for citation in answer.citations:
        found.setdefault(citation.uri, []).append((citation.passage, 0.0))
    for rank, passage in enumerate(answer.passages, 1):
        elsewhere = ELSEWHERE if home and passage.article.uri not in home else 0
        found.setdefault(passage.article.uri, []).append((passage, float(rank + elsewhere)))
    return [(passages[0][0].article, passages) for passages in found.values()]


def _sentences_near(
    article: Article, found: Sequence[tuple[Passage, float]]
) -> list[tuple[tuple[int, int], float]]:
    """The offsets of sentences around those that were found, and how far they are, in sentences."""
    if len(article.text) <= LONGEST_SPLIT:
        spans = [(span.start, span.end) for span in split_sentences(article.text, "en")]
    else:
        spans = sorted({(s.start, s.end) for passage, _ in found for s in passage.sentences})
    distances: dict[int, float] = {}
    for passage, penalty in found:
        middle = bisect_right(spans, (passage.sentence.start, len(article.text))) - 1
        for n in range(max(0, middle - NEIGHBOURHOOD), min(len(spans), middle + NEIGHBOURHOOD + 1)):
            distance = penalty + abs(n - middle)
            distances[n] = min(distances.get(n, distance), distance)
    return [(spans[n], distance) for n, distance in sorted(distances.items())]


def _cost(candidate: _Candidate, kinds: Sequence[str]) -> tuple[float, _Place]:
    """What is checked first: near, of a kind readers ask, and not like those shown already."""
    repeated = kinds.count(candidate.question.kind)
    return candidate.cost + REPEATED * repeated, candidate.place


def _is_good(candidate: _Candidate, answer: Answer) -> bool:
    """Whether the answer is the one that the question was made for, beyond doubt."""
    if answer.abstained or answer.confidence < CONFIDENT or answer.corrections:
        return False
    if _place(answer.citations[0]) != candidate.place:
        return False
    words = words_of(answer.text)
    if candidate.question.kind == "who is" and PRONOUNS & set(words[:1]):
        return False  # "his uncle": nobody knows whose
    if candidate.question.kind in ("who is", "what is") and len(words) < 2:
        return False  # "author" tells too little to be worth a question
    wanted = set(content_words(candidate.question.answer))
    return bool(wanted & set(words))


def _place(citation: Citation) -> _Place:
    return citation.uri, citation.start, citation.end


def _normal(text: str) -> str:
    return " ".join(words_of(text))


def _alike(one: str, other: str) -> bool:
    """Whether two questions ask the same, but for small words."""
    first, second = set(content_words(one)), set(content_words(other))
    return len(first & second) > SAME_QUESTION * min(len(first), len(second))
