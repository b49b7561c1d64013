"""Phrases of an English sentence that can be moved into a question as they stand."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from qa.article_names import ArticleNames, without_titles
from qa.english import (
    BASE_OF_PAST,
    BE,
    COMMON_CAPITALS,
    DATE,
    DETERMINERS,
    HAVE,
    KEPT_ADVERBS,
    LOOSE_ADVERBS,
    MODALS,
    NUMBER,
    OUT_OF_PLACE,
    PREPOSITIONS,
    PRESENT,
    PRONOUNS,
    SAID,
    date_after,
    is_past,
)

LONGEST_SENTENCE = 600
LONGEST_PHRASE = 12

_PARENTHESES = re.compile(r" ?\([^()]*\)| ?\[[^\[\]]*\]")
_ASIDE = re.compile(r", (?:however|meanwhile|too|in turn|therefore|for example|for instance),? ")
_TOKEN = re.compile(r"(?:[^\s,;:]|(?<=\d)[,:](?=\d))+|[,;:]")
_WORD = re.compile(r"(?:[^\W_]|[$£€]\d)(?:[\w’'&/-]|[.,](?=\d))*(?:\.(?=[A-Z]))?[\w’'.%-]*")
_ENDED = re.compile(r"[^.!?…]\.[\"”’']*$")
_LEAD = re.compile(rf"(?P<date>(?:In|On|Around) {DATE}) ?,? (?=[A-Z\d]|the |an? )")
_LEADING_PHRASE = re.compile(
    r"(?:In|At|During|After|On|Under|Following|With|For|By|Since|As|From|Throughout)"
    r" (?:[^\s,;:]+ ){0,8}[^\s,;:]+, (?=[A-Z]|the )"
)
_INSERTED = re.compile(
    r"(?P<subject>(?:[^\s,;:]+ ){0,7}[^\s,;:]+), (?:who|which|whose|an?|the|then|former"
    r"|formerly|located|situated|based|born|also|along)\b[^,;:]*, (?P<verb>[a-z]+) "
)
_OPENING = re.compile(r"(?:However|Meanwhile|Moreover|Furthermore|Today|Later|But|And) ?,? ")
# Where a phrase ends: another clause or another item begins.
_CLAUSE_WORDS = frozenset(
    """, ; : – — - because when while who whom whose which that where and or but after before as
    although though since until if whether than so what how why using making killing becoming
    leaving giving including due following between according""".split()
)
_ABBREVIATIONS = frozenset("U.S. U.N. U.K. E.U. D.C. Jr. Sr. St. Mt. Inc. Co. Ltd.".split())


class Clause(NamedTuple):
    """A sentence at the place where its first verb stands.

    Attributes:
        lead: the date that it begins with, "in 1990"; "" where there is none.
        subject: what stands before the verb, as it is written within a sentence, with full names.
        adverb: "first" of "was first built"; mostly "".
        verb: the first verb, as it stands.
        rest: the words and commas after it.
    """

    lead: str
    subject: str
    adverb: str
    verb: str
    rest: tuple[str, ...]


def plain(sentence: str) -> str | None:
    """A sentence without parentheses and its full stop; None for what is no plain sentence."""
    if len(sentence) > LONGEST_SENTENCE:
        return None
    text = " ".join(_PARENTHESES.sub("", sentence).split())
    text = _ASIDE.sub(" ", text)
    if not _latin(text) or not _ENDED.search(text) or any(c in text for c in "()[]{}<>|*_#=\\@^~`"):
        return None
    return text.rstrip("\"”’'").removesuffix(".")


def tokens_of(text: str) -> list[str]:
    """The words of a text; commas, semicolons and colons are words of their own."""
    return _TOKEN.findall(text)


def joined(tokens: Sequence[str]) -> str:
    """Words put together again."""
    return re.sub(r" (?=[,;:])", "", " ".join(tokens))


def read_clause(text: str, names: ArticleNames) -> Clause | None:
    """The subject and the verb of a plain sentence; None where either is unsure."""
    opening = _OPENING.match(text)
    if opening:
        text = text[opening.end() :]
    lead = ""
    found = _LEAD.match(text)
    if found:
        lead = found["date"][0].lower() + found["date"][1:]
        text = text[found.end() :]
    else:
        phrase = _LEADING_PHRASE.match(text)
        if phrase and not PRONOUNS & set(phrase.group().lower().split()):
            found, text = phrase, text[phrase.end() :]
    inserted = _INSERTED.match(text)
    if inserted and _is_verb(inserted["verb"]):
        text = f"{inserted['subject']} {text[inserted.start('verb') :]}"
    tokens = tokens_of(text)
    position = next((n for n, token in enumerate(tokens) if _is_verb(token)), None)
    if not position or position > LONGEST_PHRASE:
        return None
    end, adverb = position, ""
    if tokens[end - 1] in KEPT_ADVERBS:
        end, adverb = end - 1, tokens[end - 1]
    elif tokens[end - 1] in LOOSE_ADVERBS:
        end -= 1
    subject = subject_of(tokens[:end], names, begins_sentence=not found)
    if not subject or (" and " in subject and tokens[position] in ("is", "was", "has")):
        return None  # 'the name "Oslo and Bergen" is', without its quotation marks
    verb, rest = tokens[position], tokens[position + 1 :]
    if rest and not adverb and rest[0] in KEPT_ADVERBS:
        adverb, rest = rest[0], rest[1:]
    elif rest and rest[0] in LOOSE_ADVERBS:
        rest = rest[1:]
    return Clause(lead, subject, adverb, verb, tuple(rest))


def subject_of(
    tokens: Sequence[str], names: ArticleNames, *, begins_sentence: bool = False
) -> str | None:
    """What stands before a verb, as it may stand in a question; None where it may not."""
    if not tokens:
        return None
    words = list(tokens)
    if begins_sentence:
        first = names.within_sentence(words[0], words[1] if len(words) > 1 else "")
        if first is None:
            return None
        words[0] = first
    if (
        words[0] in PREPOSITIONS
        or re.match(rf"{NUMBER}\b", words[0].lower())
        or not is_noun_phrase(words)
    ):
        return None
    bare = without_titles(words)
    if len(bare) < len(words) and names.is_person(" ".join(bare)):
        return " ".join(bare)
    return with_full_names(words, names)


def with_full_names(words: Sequence[str], names: ArticleNames) -> str | None:
    """The phrase with whole names for surnames; None where a surname may be of two people."""
    result = []
    for position, word in enumerate(words):
        alone = not any(
            other[:1].isupper() and other[-2:] not in ("’s", "'s")
            for other in words[max(0, position - 1) : position]
        ) and not any(other[:1].isupper() for other in words[position + 1 : position + 2])
        after_determiner = position > 0 and words[position - 1] in DETERMINERS
        bare, ending = (word[:-2], word[-2:]) if word.endswith(("’s", "'s")) else (word, "")
        if bare[:1].isupper() and (alone or ending) and not after_determiner:
            before = words[position - 1] if position else ""
            if before[:1].isupper():
                result.append(word)
                continue
            full = names.full_name(bare)
            if full is None:
                return None
            result.append(full + ending)
        else:
            result.append(word)
    return " ".join(result)


def phrase_at(tokens: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The phrase that tokens begin with, up to a date or another clause; and what is after it.

    The phrase is "" where it cannot be moved as it stands.
    """
    end = 0
    while end < len(tokens):
        token = tokens[end]
        if token in _CLAUSE_WORDS or token[0] in '"“‘':
            break
        if token in ("in", "on", "around", "circa") and date_after(joined(tokens[end : end + 9])):
            break
        end += 1
    phrase = tokens[:end]
    ended_well = end == len(tokens) or tokens[end] not in ("than", "as", "or", "-")
    if not phrase or not ended_well or not is_noun_phrase(phrase, leading_preposition=True):
        return "", tokens[end:]
    return " ".join(phrase), tokens[end:]


def is_noun_phrase(words: Sequence[str], *, leading_preposition: bool = False) -> bool:
    """Whether words are one phrase without a verb, a pronoun or an end that is missing."""
    if not 1 <= len(words) <= LONGEST_PHRASE:
        return False
    if not leading_preposition and words[0] in PREPOSITIONS:
        return False
    for position, word in enumerate(words):
        before = words[position - 1] if position else ""
        if not _WORD.fullmatch(word) or (word.endswith(".") and word not in _ABBREVIATIONS):
            return False
        if word.lower() in OUT_OF_PLACE and not (
            (word.isupper() and len(word) > 1) or _is_regnal(before, word)
        ):
            return False
        if word in BE or word in HAVE or word in MODALS or word in ("to", "not"):
            # "to" may begin a verb; before a name or a determiner it does not.
            after = words[position + 1] if position + 1 < len(words) else ""
            if word != "to" or not (after[:1].isupper() or after in DETERMINERS):
                return False
        if word.islower() and is_past(word):
            return False
        if word in DETERMINERS and before not in PREPOSITIONS and before not in ("", "and", "both"):
            return False
        if word.islower() and word.endswith("ly") and word not in ("family", "assembly", "supply"):
            return False
    last = words[-1]
    if last.endswith(("’s", "'s", "s'", "s’")) or words[0] == "part":
        return False
    if _is_half_a_name(words):
        return False
    return last not in PREPOSITIONS and last not in DETERMINERS and last not in ("and", "both")


def _is_half_a_name(words: Sequence[str]) -> bool:
    """Whether a lower-case word stands before a name: "nearby Oxford", "building Gamma"."""
    return (
        len(words) > 1
        and words[0].islower()
        and words[0].isalpha()
        and words[0] not in DETERMINERS
        and words[0] not in PREPOSITIONS
        and all(word[:1].isupper() for word in words[1:])
    )


def names_something(phrase: str) -> bool:
    """Whether a phrase has a name that says what is meant without what stands before it."""
    return any(
        (word[:1].isupper() and word.removesuffix("’s").removesuffix("'s") not in COMMON_CAPITALS)
        or any(c.isupper() for c in word[1:])
        for word in phrase.split()
    )


def points_back(phrase: str) -> bool:
    """Whether it has "the" with nothing that says which: "the request", "the city"."""
    words = phrase.split()
    for position, word in enumerate(words):
        if word != "the":
            continue
        following = words[position + 1 :]
        if following and following[0].islower() and following[0].endswith(("’s", "'s")):
            return True  # "the city’s Royal Hospital"
        stop = next((n for n, w in enumerate(following) if w in PREPOSITIONS), len(following))
        if stop < len(following) and following[stop] in ("of", "for", "between"):
            continue
        if not any(w[:1].isupper() or w[:1].isdigit() for w in following[:stop]):
            return True
        if all(w in COMMON_CAPITALS for w in following[:stop]) and stop == 1:
            return True
    return False


def _is_verb(token: str) -> bool:
    return (
        token in BE
        or token in HAVE
        or token in MODALS
        or token in BASE_OF_PAST
        or token in (*SAID, "told")
        or token in PRESENT
    )


def _is_regnal(before: str, word: str) -> bool:
    """Whether "I" is a number: of a king or of a war."""
    return word == "I" and before[:1].isupper()


def _latin(text: str) -> bool:
    """Whether every character is one that a sentence in English may have."""
    return all(
        (c.isascii() and c.isprintable())
        or c in "“”‘’–—…£€§°"
        or (c.isalpha() and ord(c) < 0x250)
        or unicodedata.category(c) == "Sc"
        for c in text
    )
