"""A question that leans on those before it, made to stand alone."""

import re
from collections import defaultdict
from collections.abc import Sequence

from qa.answer import Turn
from qa.question import FUNCTION_WORDS, words_of

# Words that point at something said before.
_POINTING = frozenset(
    """he him his she her hers they them their theirs it its this that these those there then
    one ones former latter same""".split()
)
# Words of talk, which say nothing of the subject; chosen by hand.
_TALK = frozenset(
    """actually agree ask asking bit cool curious different details else enough ever example
    explain fair first give good got great hear heard hello help hey hi hmm i'd i'll i'm i've
    information interested interesting just know last let let's like lot love many maybe mean
    means much need nice no oh ok okay other others please pretty question really remember right
    say said second sorry sort sound sounds still sure talk talking tell thank thanks that's
    thing things think third two use vague want way well what's who's wonder wondering wow yeah
    yep yes""".split()
)
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)\W*(\w+)")
# More words than this of the earlier questions would drown the new one.
_CARRIED = 5
# What a word of an earlier question counts, compared with one of the question after it.
_FADING = 0.6


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """The question, with the subject of the turns before it where it leans on them.

    It does so when it points back ("When did he go?") without naming anybody, or has hardly a
    word of its own ("And when?", "What about Austin?"). Then the content words of the earlier
    questions are added, the newest first.
    """
    if not history or not _leans_back(question):
        return question
    weights: defaultdict[str, float] = defaultdict(float)
    for age, turn in enumerate(reversed(history)):
        for word in _own_content(turn.question):
            weights[word] += _FADING**age
        if _names(turn.question) and not _leans_back(turn.question):
            break  # what was talked about before it is another subject
    present = set(words_of(question))
    heaviest = sorted(weights, key=lambda word: -weights[word])
    carried = [word for word in heaviest if word not in present][:_CARRIED]
    if not carried:
        return question
    said = " ".join(turn.question for turn in reversed(history))
    return f"{question} ({' '.join(_as_written(word, said) for word in carried)})"


def _leans_back(question: str) -> bool:
    own = _own_content(question)
    if len(own) <= 1:
        return True
    return not _names(question) and any(word in _POINTING for word in words_of(question))


def _names(question: str) -> list[str]:
    return [word for word in _own_content(question) if _is_name(word, question)]


def _own_content(question: str) -> list[str]:
    """The words that say what it is about, each once."""
    left_out = FUNCTION_WORDS | _POINTING | _TALK
    return list(dict.fromkeys(word for word in words_of(question) if word not in left_out))


def _is_name(word: str, text: str) -> bool:
    """Whether it has a capital that it would not have for beginning a sentence."""
    first = {match.group(1).lower() for match in _SENTENCE_START.finditer(text)}
    return _as_written(word, text)[:1].isupper() and word not in first


def _as_written(word: str, text: str) -> str:
    """The word with the capitals that it has in the text."""
    match = re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    return match.group() if match else word
