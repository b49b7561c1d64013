"""A question that leans on the one before it, made to stand alone."""

import re
from collections.abc import Sequence

from qa.answer import Turn
from qa.question import FUNCTION_WORDS, content_words, words_of

# Words that point at something said before.
_POINTING = frozenset(
    """he him his she her hers they them their theirs it its this that these those there then
    one ones former latter same""".split()
)
_ELLIPSIS = re.compile(r"^\s*(and|but|or|so|also|what about|how about|then|why|when|where)\b", re.I)
# More words than this of the earlier question would drown the new one.
_CARRIED = 8


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """The question, with the subject of the turn before it where it leans on that.

    It does so when it points back ("When did he go?") without naming anybody, or is too short
    to say what it is about ("And when?", "What about Austin?"). Then the names of the earlier
    question are added, or all its content words if it has no names or the new question has no
    content of its own.
    """
    if not history or not _leans_back(question):
        return question
    earlier = history[-1].standalone_question
    present = set(words_of(question))
    content = [word for word in content_words(earlier) if word not in present]
    names = [word for word in content if _is_name(word, earlier)]
    short = len(_own_content(question)) <= 1
    carried = (content if short or not names else names)[:_CARRIED]
    return f"{question} ({' '.join(_as_written(word, earlier) for word in carried)})"


def _leans_back(question: str) -> bool:
    own = _own_content(question)
    if len(own) <= 1 and (_ELLIPSIS.search(question) or not own):
        return True
    names = [word for word in own if _is_name(word, question)]
    return not names and any(word in _POINTING for word in words_of(question))


def _own_content(question: str) -> list[str]:
    return [w for w in words_of(question) if w not in FUNCTION_WORDS and w not in _POINTING]


def _is_name(word: str, text: str) -> bool:
    return _as_written(word, text)[:1].isupper()


def _as_written(word: str, text: str) -> str:
    """The word with the capitals that it has in the text."""
    match = re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    return match.group() if match else word
