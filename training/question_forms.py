"""Questions as people type them, and questions with one name, number or date exchanged."""

import random
import re
from collections.abc import Sequence

from qa.question import FUNCTION_WORDS

# How often a training question is changed in each way; the ways exclude each other but for the
# question mark. Chosen by hand: most questions stay as they were written.
NO_QUESTION_MARK = 0.3
TYPING_ERROR = 0.08
STATEMENT = 0.06
KEYWORDS = 0.05

_OPENINGS = (
    "tell me",
    "please tell me",
    "i want to know",
    "do you know",
    "can you tell me",
    "find out",
    "explain",
)
_WORD = re.compile(r"[A-Za-z]{5,}")
# A run of capitalised words (joined by "of", "the", "de"), or a number with its commas.
_NAME = re.compile(r"[A-Z][\w'’.-]*(?: (?:of|the|de|von|and) (?=[A-Z])| (?=[A-Z])|[\w'’-])*")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_MONTH = re.compile(r"\b(" + "|".join(_MONTHS) + r")\b")


def as_typed(question: str, randomness: random.Random) -> str:
    """The question with, at times, a typing error, no question mark, or as a statement."""
    if randomness.random() < NO_QUESTION_MARK:
        question = question.rstrip("? ")
    chance = randomness.random()
    if chance < TYPING_ERROR:
        return with_typing_error(question, randomness)
    chance -= TYPING_ERROR
    if chance < STATEMENT:
        return f"{randomness.choice(_OPENINGS)} {question[:1].lower()}{question[1:].rstrip('? ')}"
    chance -= STATEMENT
    if chance < KEYWORDS:
        words = question.rstrip("? ").split()
        kept = [word for word in words if word.lower() not in FUNCTION_WORDS]
        if len(kept) >= 3:
            return " ".join(kept)
    return question


def with_typing_error(question: str, randomness: random.Random) -> str:
    """One letter of a longer word dropped, doubled, or swapped with the next."""
    words = list(_WORD.finditer(question))
    if not words:
        return question
    place = randomness.choice(words)
    at = randomness.randrange(place.start() + 1, place.end() - 1)
    kind = randomness.randrange(3)
    if kind == 0:
        return question[:at] + question[at + 1 :]
    if kind == 1:
        return question[:at] + question[at] + question[at:]
    return question[:at] + question[at + 1] + question[at] + question[at + 2 :]


def names_and_numbers(text: str) -> list[tuple[str, str]]:
    """Kind ("name", "number", "month") and words of what could be exchanged."""
    found = [("month", match.group()) for match in _MONTH.finditer(text)]
    found += [("number", match.group()) for match in _NUMBER.finditer(text)]
    for match in _NAME.finditer(text):
        name = match.group().strip(" .'’-")
        if name and not _MONTH.fullmatch(name) and name.lower() not in FUNCTION_WORDS:
            found.append(("name", name))
    return found


def exchanged(
    question: str, passage: str, replacements: Sequence[tuple[str, str]], randomness: random.Random
) -> str | None:
    """The question about another person, number or date, so that the passage does not answer it.

    Args:
        question: what the passage answers.
        passage: what is exchanged must stand in it, so that a reader can tell; the first word
            of the question is left alone.
        replacements: names, numbers and months to put in, as `names_and_numbers` gives them.

    Returns:
        None if the question has nothing of the kind.
    """
    first = len(question.split(" ", 1)[0])
    lowered = passage.lower()
    places = [
        (kind, words)
        for kind, words in names_and_numbers(question[first:])
        if words.lower() in lowered
    ]
    if not places:
        return None
    kind, words = randomness.choice(places)
    if kind == "month":
        choices = [month for month in _MONTHS if month != words]
    elif kind == "number":
        choices = _other_numbers(words, randomness)
    else:
        choices = [other for other_kind, other in replacements if other_kind == "name"]
    known = lowered + " " + question.lower()
    choices = [c for c in choices if c.lower() not in known]
    if not choices:
        return None
    rest = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", randomness.choice(choices), question[first:])
    return question[:first] + rest if rest != question[first:] else None


def _other_numbers(number: str, randomness: random.Random) -> list[str]:
    digits = number.replace(",", "")
    if not digits.isdigit():
        return []
    value = int(digits)
    if "," not in number and 1000 <= value <= 2100:  # a year
        return [str(value + step) for step in (-40, -17, -6, -3, 4, 9, 23, 50)]
    other = [value + 1, value + 3, value * 2 + 1, value * 10, max(0, value - 2)]
    return [f"{n:,}" if "," in number else str(n) for n in other if n != value]
