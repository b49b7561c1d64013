"""A question that leans on the turns before it: made to stand alone, and worded for a search."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

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
# "don't", "they're": built of function words. O'Brien is none.
_CONTRACTION = re.compile(r"(?:n't|'(?:d|ll|m|re|ve))$")
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)\W*(\w+)")
# More words than this of the earlier questions would drown the new one.
_CARRIED = 5
# What a word of an earlier question counts, compared with one of the question after it.
_FADING = 0.6
# Words of the last answer that are searched with the question, and what a name among them counts.
_FROM_ANSWER = 3
_NAME = 2
# A question of more words of its own than this says what it is about.
_FEW = 3
# How much each wording of a follow-up decides. What is carried may be the wrong words; what was
# asked never is. Chosen on one half of the conversations of TREC CAsT 2022; the other half and
# other shares gave nearly the same (docs/quality.md).
_COMPLETED_SHARE, _ASKED_SHARE, _ANSWER_SHARE = 0.4, 0.4, 0.2


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to put a question to the index.

    Attributes:
        share: how much it decides; those of all wordings of a question sum to 1.
    """

    text: str
    share: float


def wordings(question: str, history: Sequence[Turn]) -> tuple[Wording, ...]:
    """What to search for a question: first the one that stands alone, which is read, too.

    A question that leans on earlier turns is searched as `standalone_question` completes it, as
    it was asked, and with the chief words of the last answer, which names what no question did.
    Any other is searched as it was asked alone.
    """
    standalone = standalone_question(question, history)
    if not history or not _leans_back(question):
        return (Wording(standalone, 1.0),)
    with_answer = _with_answer(question, history[-1])
    # Where nothing was carried, two of them are the same.
    shares: defaultdict[str, float] = defaultdict(float)
    shares[standalone] += _COMPLETED_SHARE
    shares[question] += _ASKED_SHARE
    shares[with_answer] += _ANSWER_SHARE
    return tuple(Wording(text, share) for text, share in shares.items())


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """The question, with the subject of the turns before it where it leans on them.

    It does so when it has few words of its own and names nobody ("And when?", "Was it shot
    down?"), has hardly a word at all ("What about Austin?"), or points back ("When did he
    announce it?") without naming anybody. Then the content words of the earlier questions are
    added, the newest first.
    """
    if not history or not _leans_back(question):
        return question
    weights: defaultdict[str, float] = defaultdict(float)
    for age, turn in enumerate(reversed(history)):
        for word in _own_content(turn.question):
            weights[word] += _FADING**age
        if _names(turn.question) and not _hardly_says_anything(turn.question):
            break  # what was talked about before it is another subject
    heaviest = sorted(weights, key=lambda word: -weights[word])
    said = " ".join(turn.question for turn in reversed(history))
    return _with_words(question, heaviest, _CARRIED, said)


def may_change_subject(question: str) -> bool:
    """Whether a question with few words of its own may yet be about something new.

    "What is a gastropub?" may be; "And when?" and "Where did they go?" cannot.
    """
    return len(_own_content(question)) > (_FEW if _points_back(question) else 0)


def _with_answer(question: str, turn: Turn) -> str:
    """The question with the words that the answer to the one before says most, names first."""
    if turn.answer.abstained:
        return question
    text = turn.answer.text
    times = Counter(word for word in words_of(_plain(text)) if _is_content(word))
    counts = {word: n * (_NAME if _is_name(word, text) else 1) for word, n in times.items()}
    chief = sorted(counts, key=lambda word: -counts[word])
    return _with_words(question, chief, _FROM_ANSWER, text)


def _with_words(question: str, words: Sequence[str], most: int, said: str) -> str:
    """The question and, in brackets, the first words that it lacks, as they were written."""
    present = set(words_of(_plain(question)))
    added = [_as_written(word, said) for word in words if word not in present][:most]
    return f"{question} ({' '.join(added)})" if added else question


def _leans_back(question: str) -> bool:
    if _hardly_says_anything(question):
        return True
    if _names(question):
        return False
    return _points_back(question) or len(_own_content(question)) <= _FEW


def _points_back(question: str) -> bool:
    return any(word in _POINTING for word in words_of(question))


def _hardly_says_anything(question: str) -> bool:
    return len(_own_content(question)) <= 1


def _names(question: str) -> list[str]:
    return [word for word in _own_content(question) if _is_name(word, question)]


def _own_content(question: str) -> list[str]:
    """The words that say what it is about, each once."""
    return list(dict.fromkeys(word for word in words_of(_plain(question)) if _is_content(word)))


def _is_content(word: str) -> bool:
    left_out = word in FUNCTION_WORDS or word in _POINTING or word in _TALK
    return not left_out and not _CONTRACTION.search(word)


def _is_name(word: str, text: str) -> bool:
    """Whether it has a capital that it would not have for beginning a sentence."""
    first = {match.group(1).lower() for match in _SENTENCE_START.finditer(text)}
    return _as_written(word, text)[:1].isupper() and word not in first


def _as_written(word: str, text: str) -> str:
    """The word with the capitals that it has in the text."""
    match = re.search(rf"\b{re.escape(word)}\b", _plain(text), re.IGNORECASE)
    return match.group() if match else word


def _plain(text: str) -> str:
    """The text with the apostrophe that the lists of words have."""
    return text.replace("’", "'")
