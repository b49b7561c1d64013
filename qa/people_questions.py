"""Questions about people and what they say: who is, who holds an office, what did they say."""

import re
from collections.abc import Iterator

from qa.article_names import ArticleNames, without_titles
from qa.english import BASE_OF_PAST, DATE, PERSON_NOUNS, SAID, TITLES
from qa.made_question import MadeQuestion
from qa.phrases import (
    Clause,
    joined,
    names_something,
    points_back,
    subject_of,
    tokens_of,
    with_full_names,
)

# What somebody is to somebody else tells little of who it is.
_RELATIVES = frozenset("brother daughter father husband mother sister".split())
_ROLES = "|".join(sorted(PERSON_NOUNS - _RELATIVES))
# They stand before names of places, too, or say nothing of what somebody does.
_NO_ROLES = frozenset("Mr. Mrs. Ms. Dr. Sir Lord Lady Saint St. King Queen Prince Princess".split())
_TITLED = re.compile(
    rf"(?P<title>(?:\b(?:[a-z-]+ )?(?:{_ROLES})|\bSecretary of State"
    rf"|\b(?:{'|'.join(map(re.escape, sorted(TITLES - _NO_ROLES)))}))"
    r"(?: (?:Brig|Gen|Lt|Col|Maj|Adm|Dr)\.)*)"
    r" (?P<name>[A-Z][a-zé]+(?: [A-Z]\.)?(?: [A-Z][\w-]+){1,2})(?![\w’'-]| [A-Z])"
)
_APPOSED = re.compile(
    rf"(?P<name>[A-Z][\w-]+(?: [A-Z]\.)?(?: [A-Z][\w-]+){{1,2}}), (?P<what>(?:an?|the|former|then)"
    rf" (?:[\w’-]+ ){{0,4}}?(?:{_ROLES})(?! (?:of )?[a-z]+ed\b)\b[^,;:]*),"
)
# "China’s top diplomat, Wang Yi,", "China’s Minister of Defence Li Wei": who holds an office.
_OFFICE = re.compile(
    rf"\b(?P<role>[A-Z][\w-]+[’']s (?:(?:[a-z]+ ){{0,2}}(?:{_ROLES}),?"
    r"|(?:(?:Prime|Foreign|Defen[sc]e|Finance|Interior) )?Minister(?: of [A-Z]\w+(?: [A-Z]\w+)?)?))"
    r" (?P<name>[A-Z][\w-]+ [A-Z][\w-]+)(?=$|[,.]| [a-z])"
)


def about_people(text: str, names: ArticleNames) -> Iterator[MadeQuestion]:
    for pattern, group in ((_TITLED, "title"), (_APPOSED, "what")):
        for match in pattern.finditer(text):
            words = without_titles(match["name"].split())
            if len(words) >= 2 and names.is_person(" ".join(words)):
                yield MadeQuestion(f"Who is {' '.join(words)}?", "who is", match[group], 1)
    for match in _OFFICE.finditer(text):
        role = match["role"].strip(" ,")
        yield MadeQuestion(f"Who is {role}?", "who holds", match["name"], 0)


_AT_WHICH = re.compile(r"(?:(?:on|in|at|during) [\w ’-]{2,40}? (?=that )|(?:on )?[A-Z][a-z]+day )")


def said(clause: Clause, names: ArticleNames) -> Iterator[MadeQuestion]:
    """ "X said that Y is ..." """
    if not names_something(clause.subject) or clause.adverb:
        return
    rest = joined(clause.rest)
    if clause.verb == "told":
        told = re.match(r"(?:(?:the )?(?:[A-Z][\w-]* ){1,5}|reporters )(?=that )", rest)
        if not told:
            return
        rest = rest[told.end() :]
    where = _AT_WHICH.match(rest)
    if where:
        rest = rest[where.end() :]
    if not rest.startswith("that ") and clause.verb != "said":
        return
    tokens = tokens_of(rest.removeprefix("that "))
    position = next((n for n, token in enumerate(tokens) if _ends_topic(token)), None)
    if not position:
        return
    topic = subject_of(tokens[:position], names)
    if not topic or topic.split()[0] in ("a", "an"):
        return
    if points_back(topic) and (len(topic.split()) <= 2 or re.match(r"the [a-z]+[’']s\b", topic)):
        return
    text = f"What did {clause.subject} {SAID.get(clause.verb, 'say')} about {topic}?"
    yield MadeQuestion(text, "say about", joined(tokens[position:]), 0)


_TOLD_REPORTERS = re.compile(
    rf"[”\"] (?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+){{0,2}}) told reporters (?:on )?(?P<day>{DATE})"
)


def quoted(text: str, names: ArticleNames) -> Iterator[MadeQuestion]:
    """ "“...,” X told reporters Friday"."""
    match = _TOLD_REPORTERS.search(text + " ")
    speaker = match and with_full_names(match["name"].split(), names)
    if match and speaker:
        said = text[: match.start()]
        question = f"What did {speaker} tell reporters on {match['day']}?"
        yield MadeQuestion(question, "say about", said, 1)


def _ends_topic(token: str) -> bool:
    return token in _TOPIC_ENDS or token[0] in '“"' or token in BASE_OF_PAST


_TOPIC_ENDS = frozenset(
    """is are was were has have had can could will would should may might must do does did made
    needs remains""".split()
)
