"""Questions about what something is, has, is made of: no verb changes but "has" and "-s"."""

import re
from collections.abc import Iterator

from qa.article_names import ArticleNames
from qa.english import (
    BE,
    COUNT,
    NOT_COUNTED,
    NUMBER,
    OUT_OF_PLACE,
    PERSON_NOUNS,
    PREPOSITIONS,
    PRESENT,
    PRONOUNS,
    TITLES,
    date_after,
    is_past,
)
from qa.made_question import MadeQuestion
from qa.phrases import Clause, joined, names_something, phrase_at, points_back, tokens_of


def definition(clause: Clause, names: ArticleNames) -> Iterator[MadeQuestion]:
    """ "X is a ..." """
    yield from with_preposition(clause)
    if clause.adverb or clause.lead or len(clause.rest) < 3:
        return
    if clause.rest[0] in ("a", "an", "the") and clause.verb in ("is", "was"):
        yield from _superlative(clause, names)
        yield from what_is(clause, names)
    yield from _state(clause)


def what_is(clause: Clause, names: ArticleNames) -> Iterator[MadeQuestion]:
    """ "X is a ...": who or what is X?"""
    end = next(
        (
            n
            for n, word in enumerate(clause.rest)
            if n
            and (word in PREPOSITIONS or word in _ENDS_HEAD or is_past(word) or _is_adverb(word))
        ),
        len(clause.rest),
    )
    head = list(clause.rest[:end])
    if len(head) < 2 or head[0] not in ("a", "an", "the") or set(head) & OUT_OF_PLACE:
        return
    if names.is_person(clause.subject):
        if PERSON_NOUNS & set(head):
            text = f"Who {clause.verb} {clause.subject}?"
            yield MadeQuestion(text, "who is", " ".join(head), 1)
        return
    if _is_about_person(clause.subject, head) or _says_little(head):
        return
    if " and " in clause.subject or _LITTLE & set(clause.subject.split()[:2]):
        return
    if names_something(clause.subject) and not points_back(clause.subject):
        text = f"What {clause.verb} {clause.subject}?"
        yield MadeQuestion(text, "what is", " ".join(head), 2)
    elif (
        clause.verb == "is"
        and head[0] != "the"
        and _is_generic(clause.subject.removeprefix("a ").removeprefix("an "))
    ):
        yield MadeQuestion(f"What is {clause.subject}?", "what is", " ".join(head), 2)


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") and word not in ("family", "monthly", "weekly", "daily", "assembly")


_ENDS_HEAD = frozenset(", ; : that which who whom whose where when and or but".split())

# Heads of phrases that say how something stands to another, not what it is.
_LITTLE = frozenset(
    """part factor home member members sponsor descendant example result case time place way reason
    source sort kind one number matter difference subject fact problem issue favorite favourite
    destination cause rival winner supporter failure success indicator segment subset
    benefit aspect""".split()
)


def _is_about_person(subject: str, head: list[str]) -> bool:
    """Whether "What is" would ask for a person."""
    words = [word.lower() for word in subject.split()]
    return (
        bool(PERSON_NOUNS & {word.lower() for word in head})
        or bool(PERSON_NOUNS & set(words))
        or "head" in words
        or any(word in TITLES for word in subject.split())
        or head[-1].endswith(("ist", "ian"))
        or head[-1][:1].isupper()  # "a Canadian", "an African American"
        or len(words) > 6
    )


def _says_little(head: list[str]) -> bool:
    return head[-1] in _LITTLE or _SUPERLATIVE.match(" ".join(head)) is not None


_MEASURES = {
    "tall": "How tall",
    "long": "How long",
    "high": "How high",
    "wide": "How wide",
    "deep": "How deep",
}


def _state(clause: Clause) -> Iterator[MadeQuestion]:
    """ "X is 300 metres tall", "X is located in", "X is known for"."""
    if not names_something(clause.subject) or points_back(clause.subject):
        return
    rest = joined(clause.rest)
    match = re.match(
        rf"(?P<size>(?:(?:about|around|approximately|nearly|over) )?{NUMBER} [a-z]+) (?P<how>"
        rf"{'|'.join(_MEASURES)})\b",
        rest,
    )
    if match:
        how = _MEASURES[match["how"]]
        yield MadeQuestion(f"{how} {clause.verb} {clause.subject}?", "how", match["size"], 0)
    match = re.match(r"(?P<how>located|situated|based|headquartered) (?:in|at) (?P<a>[^,;]+)", rest)
    if match:
        text = f"Where {clause.verb} {clause.subject} {match['how']}?"
        yield MadeQuestion(text, "where", match["a"], 1)
    match = re.match(r"(?:best |also |well |widely )?known (?P<how>for|as) (?P<a>[^,;]+)", rest)
    if match:
        text = f"What {clause.verb} {clause.subject} known {match['how']}?"
        yield MadeQuestion(text, "known", match["a"], 1)


# Participles and adjectives with the preposition that a question about them may end in.
_PREPOSITION_ENDINGS = {
    "named": "after",
    "influenced": "by",
    "caused": "by",
    "measured": "in",
    "absorbed": "by",
    "produced": "by",
    "defined": "as",
    "regarded": "as",
    "surrounded": "by",
    "bordered": "by",
    "inspired": "by",
    "dominated": "by",
    "powered": "by",
    "owned": "by",
    "operated": "by",
    "ruled": "by",
    "governed": "by",
    "replaced": "by",
    "founded": "by",
    "divided": "into",
    "composed": "of",
    "comprised": "of",
    "made": "of up",
    "used": "for in as",
    "associated": "with",
    "based": "on",
    "accused": "of",
    "charged": "with",
    "connected": "to",
    "linked": "to",
    "related": "to",
    "derived": "from",
    "converted": "into to",
    "described": "as",
    "classified": "as",
    "designed": "for",
    "famous": "for",
    "responsible": "for",
    "notable": "for",
    "renowned": "for",
    "home": "to",
    "part": "of",
    "similar": "to",
    "rich": "in",
    "capable": "of",
}


def with_preposition(clause: Clause) -> Iterator[MadeQuestion]:
    """ "X is divided into Y", "X is responsible for Y"."""
    if len(clause.rest) < 3 or clause.adverb or points_back(clause.subject):
        return
    if not names_something(clause.subject) and not (
        _is_generic(clause.subject) and clause.verb in ("is", "are")
    ):
        return
    word, preposition = clause.rest[:2]
    if preposition not in _PREPOSITION_ENDINGS.get(word, "").split():
        return
    rest = list(clause.rest[2:])
    if word == "made" and preposition == "up":
        if rest[:1] != ["of"]:
            return
        preposition, rest = "up of", rest[1:]
    after = re.split(r" ?[,;:] ?", joined(rest))[0]
    if after and not after.startswith("not "):
        text = f"What {clause.verb} {clause.subject} {word} {preposition}?"
        if preposition == "by" and after[:1].isupper():
            return  # "what" may ask for a person here
        yield MadeQuestion(text, "preposition", after, 1)


_SUPERLATIVE = re.compile(
    r"the (?:(?:[a-z]+-)?(?:largest|biggest|smallest|oldest|tallest|longest|highest|deepest|richest"
    r"|poorest|fastest|youngest|earliest|busiest|wealthiest|strongest|lowest|first|only|capital|most"
    r" (?:populous|popular|important|famous|successful|common|visited|expensive))"
    r"|(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)[ -](?:largest|oldest|tallest"
    r"|longest|highest))\b[^,;:“”\"]*"
)


def _superlative(clause: Clause, names: ArticleNames) -> Iterator[MadeQuestion]:
    """ "X is the largest city in Y": what is?"""
    rest = joined(clause.rest)
    match = _SUPERLATIVE.match(rest)
    if not match or clause.verb not in ("is", "was") or not names_something(clause.subject):
        return
    phrase, after = phrase_at(clause.rest)
    if len(phrase.split()) < 4 or not names_something(phrase) or _lacks_noun(phrase):
        return
    if points_back(phrase.removeprefix("the ")):
        return
    person = names.is_person(clause.subject)
    if bool(PERSON_NOUNS & set(phrase.split())) != person:
        return
    date = date_after(joined(after))
    ending = f" {date['date']}" if date else ""
    asks = "Who" if person else "What"
    yield MadeQuestion(f"{asks} {clause.verb} {phrase}{ending}?", "superlative", clause.subject, 0)


def _lacks_noun(phrase: str) -> bool:
    """Whether it says nothing of what is the first or the largest: "the largest in Europe"."""
    words = phrase.split()
    at = next((n for n, word in enumerate(words) if word in PREPOSITIONS), len(words))
    return words[1] != "capital" and _SUPERLATIVE.match(" ".join(words[: at - 1])) is None


_BESIDE = re.compile(
    r"(?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+){0,3}), (?P<what>(?:the capital|the (?:second |third )?"
    r"(?:largest|oldest|tallest|longest|highest|smallest)) [^,;:“”\"]+),"
)


def superlative_beside(text: str, names: ArticleNames) -> Iterator[MadeQuestion]:
    """ "..., X, the capital of Y, ..." """
    for match in _BESIDE.finditer(text):
        phrase, after = phrase_at(tokens_of(match["what"]))
        if after or len(phrase.split()) < 4 or _lacks_noun(phrase) or not names_something(phrase):
            continue
        if not names.is_person(match["name"]) and not PERSON_NOUNS & set(phrase.split()):
            yield MadeQuestion(f"What is {phrase}?", "superlative", match["name"], 0)


def present(clause: Clause) -> Iterator[MadeQuestion]:
    """ "X consists of Y", "X provides Y"."""
    if not (names_something(clause.subject) or _is_generic(clause.subject)) or clause.lead:
        return
    base, preposition = PRESENT[clause.verb]
    rest = list(clause.rest)
    if preposition:
        if rest[:1] != [preposition]:
            return
        rest = rest[1:]
    if not rest or points_back(clause.subject):
        return
    first = rest[0]
    if not first[0].isalnum() or first in PREPOSITIONS | BE | PRONOUNS | _ENDS_HEAD:
        return
    if _is_generic(clause.subject) and base not in ("consist", "contain", "refer", "produce"):
        return
    text = " ".join(f"What does {clause.subject} {base} {preposition}".split()) + "?"
    yield MadeQuestion(text, "what does", joined(rest), 1)


def _is_generic(subject: str) -> bool:
    """Whether it is about all of a kind: "peer pressure", "solar cells"."""
    words = subject.split()
    return subject.islower() and words[0] not in ("the", "a", "an") and len(words) <= 4


_POPULATION = re.compile(rf"a (?:total |estimated )?population of (?:[a-z]+ )*(?P<n>{NUMBER})")
_AREA = re.compile(rf"an? (?:total |land )?area of (?:[a-z]+ )*(?P<n>{NUMBER})")


def has(clause: Clause) -> Iterator[MadeQuestion]:
    """ "X has 12 members"."""
    if not names_something(clause.subject) or points_back(clause.subject):
        return
    rest = joined(clause.rest)
    be = "was" if clause.verb == "had" else "is"
    ending = f" {clause.lead}" if clause.lead else ""
    for pattern, noun in ((_POPULATION, "population"), (_AREA, "area")):
        match = pattern.match(rest)
        if match:
            text = f"What {be} the {noun} of {clause.subject}{ending}?"
            yield MadeQuestion(text, "number", match["n"], 0)
    match = COUNT.match(rest)
    if match and match["things"].split()[-1] not in NOT_COUNTED:
        do = {"has": "does", "have": "do", "had": "did"}[clause.verb]
        text = f"How many {match['things']} {do} {clause.subject} have{ending}?"
        yield MadeQuestion(text, "number", match["n"], 0)


_COUNTED_FIRST = re.compile(
    rf"(?:(?:About|Around|Approximately|Nearly|Over|Some|Almost|More than|At least|An estimated) )?"
    rf"(?P<n>{NUMBER}) (?P<things>(?:[a-z-]+ ){{0,2}}(?:[a-z]{{3,}}s|people|men|women|children))"
    r" (?P<verb>were [a-z]+ed|live|lived|died|attended|took part|voted|participated)"
    r" (?P<rest>[^,;:]+)",
    re.IGNORECASE,
)
_THERE_ARE = re.compile(
    rf"There (?P<be>are|were) (?:[a-z]+ )?(?P<n>{NUMBER}) (?P<things>(?:[a-z-]+ ){{0,2}}"
    r"(?:[a-z]{3,}s|people)) (?P<rest>(?:in|at|on) [^,;:]+)"
)


def counted(text: str) -> Iterator[MadeQuestion]:
    """ "Some 300 people attended the ..." """
    match = _COUNTED_FIRST.match(text)
    if match and names_something(match["rest"]):
        phrase, after = phrase_at(tokens_of(match["rest"]))
        date = date_after(joined(after))
        if phrase and not points_back(phrase):
            ending = f" {date['date']}" if date else ""
            yield MadeQuestion(
                f"How many {match['things']} {match['verb']} {phrase}{ending}?",
                "number",
                match["n"],
                0,
            )
    match = _THERE_ARE.match(text)
    if match and names_something(match["rest"]):
        phrase, _ = phrase_at(tokens_of(match["rest"]))
        if phrase and not points_back(phrase):
            yield MadeQuestion(
                f"How many {match['things']} {match['be']} there {phrase}?", "number", match["n"], 0
            )
