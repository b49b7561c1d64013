"""In what form a question wants its answer, and what a sentence says plainly."""

import re

from qa.answer import AnswerForm
from qa.question import words_of

# Possessive (`*+`): what is polite is not looked at again as a question of its own.
_OPENINGS = (
    r"(?:(?:please|kindly|tell me|i want to know|and|but|so"
    r"|(?:can|could|would|will) you(?= (?:please |kindly )?(?:tell|list|name|explain|describe)\b)"
    r"|do you know(?= (?:who|what|when|where|which|why|how|if|whether)\b))[ ,]+)*+"
)
_YES_OR_NO = re.compile(
    _OPENINGS + r"(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might"
    r"|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|hasn't|haven't|won't|if|whether)\b"
)
_SENTENCE = re.compile(
    _OPENINGS + r"(why\b|for what reason|what (is|was|were) the reasons?\b|explain\b|describe\b"
    r"|how (?!(many|much|long|far|old|high|tall|large|big|fast|often|deep|wide|heavy|soon|late"
    r"|close|strong|hot|cold|small|short|great|common|recently|quickly)\b)"
    r"|what happen(s|ed)\b|in what way\b"
    r"|(what |how )?about (?!(when|who|whom|whose|which|what|where|how)\b))"
)
_LIST = re.compile(
    _OPENINGS + r"(list\b"
    r"|name (all |the |some )*\w+s\b"
    # Not "What are the Everglades?", nor "What are such foods called?".
    r"|(what|who|which) (are|were) (all |the |some )*\w+s (?!.*\b(called|known|named)\b)\w"
    # "Which cities did …": a plural and a verb; words on -s that are no plurals are left out.
    r"|(which|what) (?!(is|was|has|does|percentage|series|species|news|business|process|class"
    r"|pass|address|status|basis|crisis|congress)\b)(\w+ )?\w{2,}[^s\W]s"
    r" (are|were|have|did|do|will|can|took|made|won|had|became|say|said|want|signed|voted|joined)\b"
    r")"
)
_CHOICE = re.compile(r"\bor\b(?! not\b)")
_NEGATION = re.compile(r"\b(not|no|never|none|nobody|nothing|neither|nor|without)\b|n't\b")
# Words under which a sentence does not say plainly that something is so; May is a month.
_HEDGES = re.compile(
    r"\b(if|whether|(?-i:may|MAY)|might|could|would|should|perhaps|possibly|probably|allegedly"
    r"|reportedly|denied|denies|deny|claim|claims|claimed|unless|unclear|considered|expected"
    r"|likely|refused|failed|almost|nearly|rumou?rs?|speculat\w+"
    r"|not (only|just|merely|necessarily))\b",
    re.IGNORECASE,
)
# Words of a question that need not stand in the sentence that says yes to it: auxiliary verbs,
# articles, pronouns. Small words like "before", "to", "all" and "more" are not among them.
_UNNEEDED = frozenset(
    "is are was were am be been being do does did has have had can could will would should may"
    " might isn't aren't wasn't weren't don't doesn't didn't hasn't haven't won't a an the there"
    " that it he she they this these those his her its their him them ever please tell me if"
    " whether so and but kindly you i".split()
)
_ENDING = re.compile(r"(?<=\w{3})(ing|ed|es|s|e)$")
_DOUBLED = re.compile(r"([^\W\d_])\1$")


def form_of(question: str) -> AnswerForm:
    """The form that the first words of a question ask for; YES stands for "yes or no"."""
    lowered = _lowered(question).strip()
    if _SENTENCE.match(lowered):
        return AnswerForm.SENTENCE
    if _LIST.match(lowered):
        return AnswerForm.LIST
    if _YES_OR_NO.match(lowered) and not _CHOICE.search(lowered):
        return AnswerForm.YES
    return AnswerForm.WORDS


def yes_or_no(question: str, sentence: str) -> AnswerForm:
    """YES or NO where the sentence says so plainly, else SENTENCE.

    Plainly: it has every word of the question but articles and the like, in the same order, and
    no word that makes it uncertain. It then says yes, or, with a negation that the question
    lacks, no.
    """
    asked = [_stem(word) for word in words_of(_lowered(question)) if word not in _UNNEEDED]
    if not asked or _HEDGES.search(sentence) or sentence.rstrip(" \"'”’").endswith("?"):
        return AnswerForm.SENTENCE
    said = [_stem(word) for word in words_of(_lowered(sentence))]
    place = -1
    for word in asked:
        if word not in said[place + 1 :]:
            return AnswerForm.SENTENCE
        place = said.index(word, place + 1)
        if said[place - 1 : place] == ["to"] and "to" not in asked:
            return AnswerForm.SENTENCE  # "threatened to invade" is no invasion
    if _NEGATION.search(_lowered(question)):
        return AnswerForm.SENTENCE
    return AnswerForm.NO if _NEGATION.search(_lowered(sentence)) else AnswerForm.YES


def _lowered(text: str) -> str:
    return text.lower().replace("’", "'")


def _stem(word: str) -> str:
    """Without its ending: enough to see that "postponed" is a form of "postpone"."""
    stem = _DOUBLED.sub(r"\1", _ENDING.sub("", word))
    return stem[:-1] + "i" if stem.endswith("y") else stem
