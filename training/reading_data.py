"""Groups of windows that the reader is trained on: what the retriever gave, and what to say of it.

A group is one question with its windows. The answer is marked in the windows that hold it; in a
group without one, "no answer" is right.
"""

import csv
import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from question_forms import as_typed, exchanged, names_and_numbers

from qa.question import content_words, words_of

# Share of questions that also come with one name, number or date exchanged, without an answer.
EXCHANGED = 0.22
# How many windows that lack the answer are read beside the one that has it, and how often.
NEGATIVES = ((0, 0.25), (1, 0.4), (2, 0.35))
# Of the negatives: the share that are sentences beside the answer, and of other articles.
BESIDE = 0.25
ELSEWHERE = 0.05
# How many sentences a window has, and how often.
WINDOW_SIZES = ((1, 0.25), (2, 0.3), (3, 0.4), (6, 0.05))
# Titles are left out at times, since not every article has one that helps.
WITHOUT_TITLE = 0.15
NEGATIVES_FROM = 7
LONGEST_ANSWER_CHARACTERS = 160
# Of the questions of QAMR, which has 38 for each sentence.
QAMR_SHARE = 0.3
# How often each question about news is read, and with how many windows at most where none answers.
NEWS_COPIES = 3
MOST_UNANSWERED = 3


@dataclass(frozen=True)
class Recipe:
    """What a run may do without, to see what it is worth.

    Attributes:
        windows: of one to three sentences; otherwise whole paragraphs.
        hard_negatives: windows that the retriever ranks high, or beside the answer; otherwise any
            of the article.
        exchanged: questions about another name, number or date.
        question_forms: without a question mark, with typing errors, as statements, as keywords.
        taken_out: share of questions, 0 to 1, that are read once more without the sentence that
            answers: of what the retriever ranks next, nothing does.
    """

    windows: bool = True
    hard_negatives: bool = True
    exchanged: bool = True
    question_forms: bool = True
    taken_out: float = 0.0

    def typed(self, question: str, randomness: random.Random) -> str:
        return as_typed(question, randomness) if self.question_forms else question


@dataclass(frozen=True)
class Window:
    """Text that is read with a question; `answers` are offsets into it."""

    title: str
    text: str
    answers: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Group:
    """One question and the windows that are scored together."""

    question: str
    windows: tuple[Window, ...]


_EVERYTHING = Recipe()


class MinedArticle:
    """One file that `mine_passages.py` wrote."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text())
        self.title: str = data["title"]
        self.text: str = data["text"]
        self.sentences: list[tuple[int, int, int]] = [tuple(s) for s in data["sentences"]]
        self.questions: list[dict] = data["questions"]
        self.first_of: dict[int, int] = {}
        self.last_of: dict[int, int] = {}
        for number, (_, _, paragraph) in enumerate(self.sentences):
            self.first_of.setdefault(paragraph, number)
            self.last_of[paragraph] = number

    def words(self, sentence: int) -> str:
        start, end, _ = self.sentences[sentence]
        return self.text[start:end]

    def answer_sentence(self, question: dict) -> int | None:
        """The sentence that answers: of those with the words of the answer, the likest one."""
        start, end = question["answers"][0]
        pattern = _whole(self.text[start:end])
        given = next((n for n, s in enumerate(self.sentences) if s[0] <= start < s[1]), None)
        if given is None or end > self.sentences[given][1]:
            return None
        paragraph = self.sentences[given][2]
        asked = set(content_words(question["text"]))
        same = [
            n
            for n in range(self.first_of[paragraph], self.last_of[paragraph] + 1)
            if n == given or pattern.search(self.words(n))
        ]
        return max(same, key=lambda n: (len(asked & set(words_of(self.words(n)))), n == given))

    def answering(self, question: dict) -> set[int]:
        """The sentences in which the file has an answer begin."""
        return {
            n
            for start, _ in question["answers"]
            for n, (first, last, _) in enumerate(self.sentences)
            if first <= start < last
        }

    def window(
        self, sentence: int, randomness: random.Random, whole: bool, avoid: int | None = None
    ) -> tuple[int, int]:
        """First and last sentence of a window about a sentence, without the sentence `avoid`.

        Args:
            whole: the paragraph, or what `avoid` leaves of it.
        """
        sizes, shares = zip(*WINDOW_SIZES, strict=True)
        size = randomness.choices(sizes, shares)[0]
        paragraph = self.sentences[sentence][2]
        low, high = self.first_of[paragraph], self.last_of[paragraph]
        if avoid is not None and self.sentences[avoid][2] == paragraph:
            low, high = (low, avoid - 1) if avoid > sentence else (avoid + 1, high)
        if whole:
            return low, high
        first = max(low, sentence - randomness.randrange(size))
        return first, min(high, first + size - 1)

    def span(self, window: tuple[int, int]) -> tuple[int, int]:
        return self.sentences[window[0]][0], self.sentences[window[1]][1]


def squad_groups(folder: Path, seed: int, recipe: Recipe = _EVERYTHING) -> Iterator[Group]:
    """Groups of all mined questions, article by article."""
    articles = [MinedArticle(path) for path in sorted(folder.glob("*.json"))]
    for number, article in enumerate(articles):
        randomness = random.Random(f"{seed} {article.title}")
        names = _surely_names(article.text)
        for question in article.questions:
            yield from _groups_of(article, question, names, articles, number, randomness, recipe)


def news_groups(
    folder: Path, seed: int, recipe: Recipe = _EVERYTHING, copies: int = NEWS_COPIES
) -> Iterator[Group]:
    """Groups of mined news, each question several times with other windows.

    One that is not answered is read with the windows that the retriever ranks highest for it.
    """
    articles = [MinedArticle(path) for path in sorted(folder.glob("*.json"))]
    for copy in range(copies):
        for number, article in enumerate(articles):
            randomness = random.Random(f"{seed} {copy} {article.title}")
            names = _surely_names(article.text)
            for question in article.questions:
                if question["answers"]:
                    yield from _groups_of(
                        article, question, names, articles, number, randomness, recipe
                    )
                else:
                    yield _unanswered(article, question, randomness, recipe)


def _unanswered(
    article: MinedArticle, question: dict, randomness: random.Random, recipe: Recipe
) -> Group:
    title = "" if randomness.random() < WITHOUT_TITLE else article.title
    texts = {}
    for sentence in question["ranked"][: randomness.randint(1, MOST_UNANSWERED)]:
        first, last = article.span(article.window(sentence, randomness, False))
        texts[article.text[first:last]] = None
    asked = recipe.typed(question["text"], randomness)
    return Group(asked, tuple(Window(title, text) for text in texts))


def _taken_out(
    article: MinedArticle,
    question: dict,
    right: int,
    answer: str,
    title: str,
    randomness: random.Random,
    recipe: Recipe,
) -> Group | None:
    """The windows ranked highest that have neither the answer nor a sentence that gives it."""
    given = {right} | article.answering(question)
    texts: dict[str, None] = {}
    wanted = randomness.randint(1, MOST_UNANSWERED)
    for sentence in question["ranked"]:
        window = article.window(sentence, randomness, not recipe.windows)
        first, last = article.span(window)
        text = article.text[first:last]
        if not _holds(window, given) and answer.lower() not in text.lower():
            texts[text] = None
        if len(texts) == wanted:
            break
    if not texts:
        return None
    asked = recipe.typed(question["text"], randomness)
    return Group(asked, tuple(Window(title, text) for text in texts))


def _holds(window: tuple[int, int], sentences: set[int]) -> bool:
    return any(window[0] <= n <= window[1] for n in sentences)


def _surely_names(text: str) -> list[tuple[str, str]]:
    """Without what is capitalised only because it begins a sentence."""
    lowered = {word for word in re.findall(r"\w+", text) if word.islower()}
    return [
        (kind, words)
        for kind, words in names_and_numbers(text)
        if kind != "name" or words.split()[0].lower() not in lowered
    ]


def _groups_of(
    article: MinedArticle,
    question: dict,
    names: Sequence[tuple[str, str]],
    articles: list[MinedArticle],
    number: int,
    randomness: random.Random,
    recipe: Recipe,
) -> Iterator[Group]:
    right = article.answer_sentence(question)
    start, end = question["answers"][0]
    answer = article.text[start:end]
    if right is None or len(answer) > LONGEST_ANSWER_CHARACTERS:
        return
    pattern = _whole(answer)
    title = "" if randomness.random() < WITHOUT_TITLE else article.title
    first, last = article.span(article.window(right, randomness, not recipe.windows))
    text = article.text[first:last]
    spans = {match.span() for match in pattern.finditer(text)}
    if first <= start and end <= last:
        spans.add((start - first, end - first))
    if not spans:
        return
    positive = Window(title, text, tuple(sorted(spans)))
    counts, shares = zip(*NEGATIVES, strict=True)
    negatives: dict[str, Window] = {}
    for _ in range(randomness.choices(counts, shares)[0]):
        found = _negative(
            article, question, right, answer, articles, number, title, randomness, recipe
        )
        if found:
            negatives.setdefault(found.text, found)
    yield Group(recipe.typed(question["text"], randomness), (positive, *negatives.values()))
    if recipe.exchanged and randomness.random() < EXCHANGED:
        changed = exchanged(question["text"], f"{title} {text}", names, randomness)
        if changed:
            yield Group(recipe.typed(changed, randomness), (Window(title, text),))
    # Nothing is drawn for a share of 0, so that the runs without it stay the same.
    if recipe.taken_out and randomness.random() < recipe.taken_out:
        without = _taken_out(article, question, right, answer, title, randomness, recipe)
        if without:
            yield without


def _negative(
    article: MinedArticle,
    question: dict,
    right: int,
    answer: str,
    articles: list[MinedArticle],
    number: int,
    title: str,
    randomness: random.Random,
    recipe: Recipe,
) -> Window | None:
    given = article.answering(question)
    chance = randomness.random()
    if chance < ELSEWHERE and len(articles) > 1:
        other = articles[(number + randomness.randrange(1, len(articles))) % len(articles)]
        candidates = [randomness.randrange(len(other.sentences))]
        title = other.title if title else ""
    else:
        other = article
        ranked = [n for n in question["ranked"] if n != right][:NEGATIVES_FROM]
        if not recipe.hard_negatives:
            ranked = [n for n in range(len(article.sentences)) if n != right]
        beside = [n for n in (right - 1, right + 1) if 0 <= n < len(article.sentences)]
        randomness.shuffle(ranked)
        randomness.shuffle(beside)
        first_beside = recipe.hard_negatives and chance < ELSEWHERE + BESIDE
        candidates = beside + ranked if first_beside else ranked + beside
    for sentence in candidates:
        avoid = right if other is article else None
        window = other.window(sentence, randomness, not recipe.windows, avoid)
        first, last = other.span(window)
        text = other.text[first:last]
        answers = other is article and _holds(window, given)
        if not answers and answer.lower() not in text.lower():
            return Window(title, text)
    return None


def qamr_groups(folder: Path, seed: int, recipe: Recipe = _EVERYTHING) -> Iterator[Group]:
    """Groups of one sentence each; one share in twelve asks another sentence, in vain."""
    randomness = random.Random(seed)
    sentences = {}
    with gzip.open(folder / "wiki-sentences.tsv.gz", "rt", encoding="utf-8") as file:
        for key, tokens in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            sentences[key] = _joined(tokens.split(" "))
    keys = sorted(sentences)
    for name in ("dev.tsv.gz", "test.tsv.gz"):
        with gzip.open(folder / name, "rt", encoding="utf-8") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                positions = [int(n) for n in row[6].split()]
                contiguous = positions == list(range(positions[0], positions[-1] + 1))
                if randomness.random() > QAMR_SHARE or not contiguous or len(positions) > 20:
                    continue
                text, spans = sentences[row[0]]
                answer = (spans[positions[0]][0], spans[positions[-1]][1])
                question = recipe.typed(row[5], randomness)
                if randomness.random() < 1 / 12:
                    other = sentences[randomness.choice(keys)][0]
                    if other != text:
                        yield Group(question, (Window("", other),))
                        continue
                yield Group(question, (Window("", text, (answer,)),))


_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}
_CLOSING = re.compile(r"^([.,;:!?%)\]]|'s|n't|'re|'ve|'ll|'d|'m|')$")


def _joined(tokens: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The tokens as people write them, and where each stands."""
    text = ""
    spans = []
    opened = False
    glue = True
    for token in tokens:
        word = _BRACKETS.get(token, token)
        closing_quote = word == '"' and opened
        if not (glue or _CLOSING.match(word) or closing_quote):
            text += " "
        spans.append((len(text), len(text) + len(word)))
        text += word
        glue = word in "([$" or (word == '"' and not opened)
        if word == '"':
            opened = not opened
    return text, spans


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)
