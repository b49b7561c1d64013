"""A question made by rule, and what every such question must be."""

import re
from dataclasses import dataclass

from qa.english import PRONOUNS
from qa.phrases import names_something

LONGEST_QUESTION = 120


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question that a sentence answers.

    Attributes:
        text: the question.
        kind: the rule that made it.
        answer: words of the sentence, some of which any right answer has.
        rank: 0 for what readers ask most; higher is less.
    """

    text: str
    kind: str
    answer: str
    rank: int


# How questions begin that may be about a kind of things, without a name.
_GENERIC = (["What", "is"], ["What", "are"], ["What", "does"], ["What", "do"])
_SOUND = re.compile(r"[A-Z][\w $£€%&'’,./-]*[\w.]\?")


def is_sound(question: str) -> bool:
    """Whether it may be shown at all, whatever rule made it."""
    words = question[:-1].split(" ")
    return (
        len(question) <= LONGEST_QUESTION
        and len(words) >= 3
        and _SOUND.fullmatch(question) is not None
        and not any(_is_pronoun(words, n) for n in range(1, len(words)))
        and (words[:2] in _GENERIC or names_something(" ".join(words[1:])))
    )


def _is_pronoun(words: list[str], position: int) -> bool:
    word = words[position]
    if word == "I":
        return not words[position - 1][:1].isupper()
    return word.lower() in PRONOUNS and not (word.isupper() and len(word) > 1)
