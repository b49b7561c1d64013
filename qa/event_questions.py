"""Questions about what was done: when, where, why, by whom, how many."""

import re
from collections.abc import Iterator

from qa.article_names import ArticleNames
from qa.definition_questions import with_preposition
from qa.english import (
    BASE_OF_PAST,
    COUNT,
    DETERMINERS,
    INCOMPLETE,
    NOT_COUNTED,
    PREPOSITIONS,
    WITH_OBJECT,
    WITHOUT_OBJECT,
    date_after,
)
from qa.made_question import MadeQuestion
from qa.phrases import Clause, joined, names_something, phrase_at, points_back, with_full_names
from qa.question import FUNCTION_WORDS

_AGENT_VERBS = {
    **{
        word: word
        for word in """designed founded built directed composed painted invented discovered
        developed introduced established created produced published recorded signed elected
        appointed assassinated murdered killed defeated destroyed attacked conquered abolished
        purchased acquired rejected approved launched replaced commissioned owned funded sponsored
        translated edited bought won led""".split()
    },
    "written": "wrote",
    "overthrown": "overthrew",
    "sung": "sang",
    "given": "gave",
    "stolen": "stole",
}
_REASON = re.compile(r"(?:because of|due to|owing to|in protest (?:of|at|against)|in order to) ")


def passive(clause: Clause) -> Iterator[MadeQuestion]:
    """ "X was built in 1890 by Y"."""
    yield from with_preposition(clause)
    participle, rest = clause.rest[0], clause.rest[1:]
    done = f"{clause.adverb} {participle}".strip()
    be, subject = clause.verb, clause.subject
    if not names_something(subject) or points_back(subject):
        return
    if participle == "born" and " " not in subject:
        return
    phrase, after = phrase_at(rest) if rest else ("", rest)
    following = joined(after)
    date = date_after(following)
    reason = _REASON.match(following)
    middle = f" {phrase}" if phrase else ""
    if rest and not phrase and not date and not reason:
        return
    if phrase and points_back(phrase):
        return
    when = date["date"] if date else clause.lead
    if not middle and participle in INCOMPLETE:
        return
    if when and not (participle == "born" and middle.startswith(" to ")):
        yield MadeQuestion(f"When {be} {subject} {done}{_short(middle)}?", "when", when, 0)
    if participle in ("born", "buried", "held", "educated", "raised"):
        place = re.match(r" (?:in|at|on) (?P<a>(?:the )?[A-Z][^,;]*)", middle)
        if place and clause.lead == "":
            ending = f" {when}" if date and participle == "held" else ""
            yield MadeQuestion(f"Where {be} {subject} {done}{ending}?", "where", place["a"], 0)
    agent = re.match(r" by (?P<a>(?:the )?[A-Z][^,;]*)", middle)
    if agent and participle in _AGENT_VERBS and not clause.adverb:
        yield MadeQuestion(f"Who {_AGENT_VERBS[participle]} {subject}?", "who did", agent["a"], 0)
    if participle in ("awarded", "given") and re.match(r" (?:the|a|an) [^,;]*[A-Z]", middle):
        ending = f" {when}" if when else ""
        yield MadeQuestion(f"What {be} {subject} {participle}{ending}?", "what", middle, 1)
    if reason:
        yield MadeQuestion(
            f"Why {be} {subject} {done}{middle}?", "why", following[reason.end() :], 0
        )


def _short(middle: str) -> str:
    """Without the agent, which a reader who asks when need not know."""
    return re.sub(r" by (?:the )?[A-Z].*", "", middle)


# When, why, what, who: what somebody did

_WHAT_DID = frozenset(
    """announced postponed rejected proposed published released launched introduced invented
    discovered created established founded won built developed suggested demanded wrote composed
    designed emphasized emphasised expressed denied wrote opened joined abolished
    condemned declared established adopted submitted requested declined refused acquired bought
    purchased captured conquered destroyed lost received recorded ratified restored signed
    revealed unveiled produced""".split()
)


# What somebody did is asked for without a date only where it is done once, or is an opinion.
_WITHOUT_DATE = frozenset(
    """announced postponed rejected proposed invented discovered founded suggested demanded
    emphasized emphasised expressed denied declined refused requested abolished
    condemned""".split()
)
# Of whom this is told is a person, who must have a full name to be known.
_OF_PEOPLE = frozenset("died emigrated graduated married resigned retired studied".split())
# What these verbs do is done "over" something.
_OVER = frozenset("postponed cancelled canceled resigned condemned criticized criticised".split())


def past(clause: Clause, names: ArticleNames) -> Iterator[MadeQuestion]:
    """ "X released Y in 1990"."""
    if not names_something(clause.subject) or points_back(clause.subject):
        return
    verb, rest = clause.verb, clause.rest
    base = f"{clause.adverb} {BASE_OF_PAST[verb]}".strip()
    subject = clause.subject
    if verb == "took":
        yield from _took_place(clause)
        return
    if verb in _OF_PEOPLE and " " not in subject:
        return
    over = ""
    if verb in _OVER and "over" in rest:
        position = rest.index("over")
        rest, over = rest[:position], joined(rest[position + 1 :])
    phrase, after = phrase_at(rest) if rest else ("", rest)
    following = joined(after)
    date = date_after(following)
    reason = _REASON.match(following) or re.match(r"because ", following)
    first = phrase.split()[0] if phrase else ""
    has_object = verb in WITH_OBJECT and (_begins_object(first) or _is_plural(phrase))
    no_object = verb in WITHOUT_OBJECT and (not first or first in _PLACES)
    if not (has_object or no_object) or (not phrase and rest and not date and not reason):
        return
    full = with_full_names(phrase.split(), names) if phrase else ""
    if full is None:
        return
    middle = f" {full}" if full else ""
    when = date["date"] if date else clause.lead
    if has_object and verb in _WHAT_DID and not first[:1].isupper():
        ending = f" {when}" if when else ""
        rank = 1 if when else 2
        if when or verb in _WITHOUT_DATE:
            text = f"What did {subject} {base}{ending}?"
            yield MadeQuestion(text, "what did", full, rank)
    if phrase and points_back(phrase):
        return
    if when and not re.fullmatch(r" an? \S+", middle):  # "a plan": which of many?
        yield MadeQuestion(f"When did {subject} {base}{middle}?", "when", when, 0)
    if (reason or over) and (middle or no_object):
        answer = following[reason.end() :] if reason else over
        yield MadeQuestion(f"Why did {subject} {base}{middle}?", "why", answer, 0)
    if no_object and not has_object:
        place = re.fullmatch(r" (?P<in>in|at) (?P<a>(?:the )?[A-Z].*)", middle)
        if place and verb in ("died", "graduated", "settled", "studied", "landed", "surrendered"):
            yield MadeQuestion(f"Where did {subject} {base}?", "where", place["a"], 0)
    count = COUNT.match(joined(rest))
    if count and has_object and count["things"].split()[-1] not in NOT_COUNTED:
        ending = f" {when}" if when else ""
        text = f"How many {count['things']} did {subject} {base}{ending}?"
        yield MadeQuestion(text, "number", count["n"], 0)
    if has_object and names.is_person(subject) and names_something(full):
        ending = f" {when}" if date else ""
        if ending or len(full.split()) > 1:
            yield MadeQuestion(f"Who {verb}{middle}{ending}?", "who did", subject, 1)


def had_done(clause: Clause) -> Iterator[MadeQuestion]:
    """ "X had rejected Y": the participle stays as it is."""
    if not names_something(clause.subject) or points_back(clause.subject):
        return
    if clause.rest and clause.rest[0] in _WITHOUT_DATE:
        phrase, _ = phrase_at(clause.rest[1:])
        if phrase and phrase.split()[0] in DETERMINERS:
            text = f"What had {clause.subject} {clause.rest[0]}?"
            yield MadeQuestion(text, "what did", phrase, 2)


def _took_place(clause: Clause) -> Iterator[MadeQuestion]:
    if clause.rest[:1] != ("place",):
        return
    phrase, after = phrase_at(clause.rest[1:]) if clause.rest[1:] else ("", ())
    date = date_after(joined(after))
    when = date["date"] if date else clause.lead
    if when:
        yield MadeQuestion(f"When did {clause.subject} take place?", "when", when, 0)
    place = re.match(r"(?:in|at) (?P<a>(?:the )?[A-Z].*)", phrase)
    if place:
        yield MadeQuestion(f"Where did {clause.subject} take place?", "where", place["a"], 0)


_PLACES = frozenset("in at from to for with on against".split())


def _begins_object(word: str) -> bool:
    return word in DETERMINERS or word[:1].isupper() or word[:1].isdigit()


def _is_plural(phrase: str) -> bool:
    """Whether a phrase is of a plural without a determiner: "industrial towns in Ohio"."""
    words = re.split(r" (?:of|for|in|from|at|with|on|to|by)\b", phrase)[0].split()
    return (
        bool(words)
        and words[0] not in FUNCTION_WORDS | PREPOSITIONS
        and all(word.isalpha() and word.islower() for word in words)
        and words[-1].endswith("s")
        and not words[-1].endswith("ss")
    )
