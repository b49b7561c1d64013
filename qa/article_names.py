"""The names that an article has, and how its words are written within a sentence."""

import re
from collections import defaultdict

from qa.english import COMMON_CAPITALS, PERSON_NOUNS, TITLES
from qa.question import FUNCTION_WORDS

# More than this of an article is not looked at: enough for its names, and bounded in time.
_LOOKED_AT = 100_000
_INNER_WORD = re.compile(r"(?<=[^\W\d_] )[^\W\d_][\w’'-]*")
_RUN = re.compile(
    r"\b[A-Z][^\W\d_]+(?:[-’'][A-Z]?[^\W\d_]+)*(?: [A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)*)*"
)
# At least this share of the words of an English text are function words; in a German, French or
# Spanish one hardly any are.
_ENGLISH_FROM = 0.25
_WORD = re.compile(r"[^\W\d_]+")

_TITLES = "|".join(re.escape(title) for title in sorted(TITLES, key=len, reverse=True))
_NOUNS = "|".join(sorted(PERSON_NOUNS))
# Bounded, and only from the beginning of a word: hostile text must not take long.
_NAME = r"(?<![\w’-])[A-Z][\w’-]{1,40}(?: [A-Z][\w’-]{1,40}){0,2}"
_PERSON_EVIDENCE = (
    re.compile(rf"\b(?:{_TITLES}|{_NOUNS}|Secretary of State) (?P<name>{_NAME})"),
    re.compile(rf"(?P<name>{_NAME}) \((?:[^()]{{0,80}}; ?)?(?:born|[^()]{{0,40}}\d{{4}} ?[–-])"),
    re.compile(
        rf"(?P<name>{_NAME})(?:,| was| is) (?:the|an?)(?: [\w-]{{1,40}}){{0,4}}? (?:{_NOUNS})(?=\W)"
    ),
    re.compile(rf"(?P<name>{_NAME}) (?:wrote|was born|died|told|married|resigned)\b"),
)


class ArticleNames:
    """What can be learned of names by looking through a whole article.

    Args:
        title, text: of the article.
    """

    def __init__(self, title: str, text: str) -> None:
        shown = f"{title} . {text[:_LOOKED_AT]}"
        self._inner = frozenset(_INNER_WORD.findall(shown))
        self._runs = frozenset(run.removesuffix("’s") for run in _RUN.findall(shown))
        self._people = self._known_people(shown)
        self._by_surname: defaultdict[str, set[str]] = defaultdict(set)
        surnames = {name.split()[-1] for name in self._people}
        for run in self._runs:
            words = without_titles(run.split())
            if 2 <= len(words) <= 4 and words[-1] in surnames and words[0] not in COMMON_CAPITALS:
                self._by_surname[words[-1]].add(" ".join(words))

    def _known_people(self, shown: str) -> frozenset[str]:
        """Full names of which the article tells that they are of people."""
        found = set()
        for pattern in _PERSON_EVIDENCE:
            for match in pattern.finditer(shown):
                words = without_titles(match["name"].removesuffix("’s").split())
                if len(words) >= 2 and not {words[0], words[-1]} & COMMON_CAPITALS:
                    found.add(" ".join(words))
        return frozenset(found)

    def is_person(self, name: str) -> bool:
        """Whether the article tells that this whole name is of a person."""
        return name in self._people

    def full_name(self, surname: str) -> str | None:
        """The whole name where the article has one; None where two people share the surname.

        A word that is not known for a surname comes back as it is.
        """
        names = self._by_surname.get(surname)
        if not names:
            return surname
        # "Martin Luther King" and "Martin King" are one person.
        if len({name.split()[0] for name in names}) > 1:
            return None
        return max(sorted(names & self._people) or sorted(names), key=len)

    def within_sentence(self, first: str, second: str) -> str | None:
        """The first word of a sentence as it is written within one; None where that is unsure.

        Args:
            first, second: the first two words of the sentence.
        """
        lowered = first[:1].lower() + first[1:]
        if lowered in FUNCTION_WORDS or lowered in self._inner:
            return lowered if first not in self._inner or lowered in FUNCTION_WORDS else None
        if first in self._inner or any(c.isupper() or c.isdigit() for c in first[1:]):
            return first
        bare = first.removesuffix("’s").removesuffix("'s")
        if bare in self._inner:
            return first
        if f"{first} {second}" in self._runs and second[:1].isupper():
            return first
        return None


def without_titles(words: list[str]) -> list[str]:
    """A name without what stands before it: "President Joe Biden" is "Joe Biden"."""
    for position in range(len(words) - 1, -1, -1):
        if words[position] in TITLES or words[position] in COMMON_CAPITALS:
            return words[position + 1 :]
    return words


def is_english(text: str, language: str | None) -> bool:
    """Whether a text is English: by its language where that is known, else by its small words."""
    if language:
        return language.lower().split("-")[0] == "en"
    words = [word.lower() for word in _WORD.findall(text[:5000])]
    small = sum(word in FUNCTION_WORDS for word in words)
    return bool(words) and small / len(words) >= _ENGLISH_FROM
