"""What can be read off a question before anything is searched."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from qa.known_words import known_words, mistyped

# Words that say how a sentence is built, not what it is about. Chosen by hand; the closed
# classes of English (articles, pronouns, prepositions, auxiliaries, question words).
FUNCTION_WORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been
    before being below between both but by can could did do does doing down during each few
    for from further had has have having he her here hers him his how i if in into is it its
    just me might many more most much must my no nor not of off on once only or other our out
    over own same shall she should so some such tell than that the their them then there these
    they this those through to too under until up upon us very was we were what when where
    which while who whom whose why will with would you your""".split()
)

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVES = ("'s", "’s", "'S", "’S")


class Kind(StrEnum):
    """What a question asks for, as far as its first words tell."""

    NUMBER = "number"
    TIME = "time"
    PERSON = "person"
    PLACE = "place"
    OTHER = "other"


_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            Kind.TIME,
            r"\bwhen\b|\b(what|which|whose) (year|date|day|month|century|decade|time|era|season)\b"
            r"|\bhow (long ago|recently|soon)\b",
        ),
        (
            Kind.NUMBER,
            r"\bhow (many|much|long|far|old|high|tall|large|big|fast|often|deep|wide|heavy)\b"
            r"|\bwhat (percent|percentage|number|age|share|population|size)\b",
        ),
        (
            Kind.PERSON,
            r"\bwho(m|se)?\b|\b(what|which) (person|man|woman|king|queen|president|minister|author"
            r"|official|spokesman|spokesperson|leader|diplomat|general|secretary)\b",
        ),
        (
            Kind.PLACE,
            r"\bwhere\b|\b(what|which) (city|country|state|place|region|town|area|river|continent"
            r"|island|province|county|location|capital|building|venue)\b",
        ),
    )
)

_TIME = re.compile(
    r"\b(1\d{3}|20\d\d)s?\b|\b\d+(st|nd|rd|th)\b|\b(january|february|march|april|may|june|july"
    r"|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday"
    r"|saturday|sunday|century|centuries|year|years|decade|decades|spring|summer|autumn|winter"
    r"|yesterday|today|tomorrow|weekend|week|month|morning|afternoon|evening|night)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?"
    r"|thousands?|millions?|billions?|half|twice|once|percent|several|both)\b",
    re.IGNORECASE,
)


class Words(Protocol):
    """What a collection knows of words."""

    def contains_word(self, word: str) -> bool: ...

    def similar_word(self, word: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read.

    Attributes:
        text: what is searched by meaning: the question with mistyped words mended.
        words: its content words in lower case, each once, in order; all words where it has
            none but function words.
        kind: what it asks for.
        unknown_words: content words, as typed, that no article has.
        corrections: words, as typed, and what is searched instead.
    """

    text: str
    words: tuple[str, ...]
    kind: Kind
    unknown_words: tuple[str, ...] = ()
    corrections: Mapping[str, str] = field(default_factory=dict)


def read_question(text: str, collection: Words) -> Question:
    """Find the content words, what is asked for, and what nobody wrote about.

    A word that no article has, and that is no common English word, is taken for a typing error
    where the articles have one that looks like it; both then appear in `corrections`.
    """
    unknown: list[str] = []
    corrections: dict[str, str] = {}
    for word in _WORD.findall(text):
        plain = _without_possessive(word)
        if plain.lower() in FUNCTION_WORDS or plain in corrections or plain in unknown:
            continue
        if collection.contains_word(plain):
            continue
        known = plain.lower() in known_words()
        similar = None if known else _meant(plain, collection)
        if similar is None:
            unknown.append(plain)
        else:
            corrections[plain] = similar
    mended = _replace(text, corrections.get)
    return Question(mended, content_words(mended), kind_of(mended), tuple(unknown), corrections)


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without possessive endings."""
    words = _WORD.findall(text.lower())
    if "'" in text or "’" in text:
        return [_without_possessive(word) for word in words]
    return words


def content_words(text: str) -> tuple[str, ...]:
    """The words that say what a text is about, each once; all words if there are no such."""
    words = words_of(text)
    content = [word for word in words if word not in FUNCTION_WORDS]
    return tuple(dict.fromkeys(content or words))


def kind_of(question: str) -> Kind:
    """What a question asks for."""
    lowered = question.lower()
    return next((kind for kind, pattern in _KINDS if pattern.search(lowered)), Kind.OTHER)


def offers(kind: Kind, sentence: str, question_words: frozenset[str]) -> bool:
    """Whether a sentence has anything of the kind that is asked for.

    For a person or a place: a capitalised word, not the first, that the question does not have.
    """
    if kind is Kind.TIME:
        return bool(_TIME.search(sentence))
    if kind is Kind.NUMBER:
        return bool(_NUMBER.search(sentence))
    if kind in (Kind.PERSON, Kind.PLACE):
        rest = (_without_possessive(word) for word in _WORD.findall(sentence)[1:])
        return any(
            word[0].isupper()
            and word.lower() not in question_words
            and word.lower() not in FUNCTION_WORDS
            for word in rest
        )
    return False


def _meant(word: str, collection: Words) -> str | None:
    """The word of the articles that somebody meant who typed this one.

    English words come first. The collection compares stems, which an error in the ending spoils:
    "presidnet" is not stemmed as "president" is. But of several it knows the one that is written,
    and how: "Beijing".
    """
    similar = collection.similar_word(word)
    english = [known for known in mistyped(word) if collection.contains_word(known)]
    return similar if similar and similar.lower() in english else next(iter(english), similar)


def _without_possessive(word: str) -> str:
    return word[:-2] if word.endswith(_POSSESSIVES) else word


def _replace(text: str, replacement: Callable[[str], str | None]) -> str:
    def mend(match: re.Match[str]) -> str:
        word = match.group()
        plain = _without_possessive(word)
        return (replacement(plain) or plain) + word[len(plain) :]

    return _WORD.sub(mend, text)
