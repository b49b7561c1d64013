"""Fit the weights in `qa/abstention.py`, and show what each working point means.

    python training/fit_abstention.py FILE... [--clapnq FOLDER] [--news FOLDER...]
        [--hard-news FOLDER...] [--index FOLDER] [--limit 800]

A bot must refuse in collections of every size, and in news most of all. So the articles of the
files are cut into short ones of about twenty sentences, in paragraphs of one to three as news has
them, and questions are asked

- of all of them: with the answer there, with the sentence of the answer taken out, with the
  whole original article taken out, and with one name, number or date of the question exchanged;
- of one short article: their own, another cut from the same original, and a foreign one.

They are also asked of the articles as they are, uncut, with their own article and without it.

With `--clapnq`, the questions of ClapNQ are asked of all its passages: real ones, half of which
have a passage about them that does not answer.

With `--news` and `--hard-news`, questions about invented news are asked of their own article
alone: of all articles, many do not say which they mean. Their near misses share more words with
the text than many of the questions that it answers, so they teach how much reading tells; in the
regression they count for `NEWS_SHARE`. The hard ones, which nobody asks as often, have no part in
the calibration.

The label is whether the cited sentences hold the answer. The regression's probability is then
calibrated on questions as they are asked of collections as they are: of whole articles with their
own and without it, of ClapNQ's passages, and of a news article. The cut ones and the other near
misses teach what to look at, but nobody asks so many. Printed are the weights and figures
of two-fold cross-validation by original article.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import cycle, pairwise
from pathlib import Path

import numpy as np
from clapnq_data import read_clapnq
from news_data import read_news
from question_forms import exchanged, names_and_numbers
from ranking_data import collection, temporary_index
from scipy.optimize import minimize
from scipy.special import expit

from index import Article, ArticleIndex, Filters, Sentence, StoredSentence, Vectors, split_sentences
from qa import Retriever
from qa.abstention import WEIGHTS, evidence
from qa.composing import compose
from qa.measures import auroc
from qa.onnx_reader import OnnxReader
from qa.question import Question
from qa.reranking import RankedSentence
from qa.squad import SquadQuestion, read_squad

SENTENCES_EACH = 18
NEWS = ("news, answered", "news, nearly", "hard news, answered", "hard news, nearly")
# As many as an answer of `qa.Bot` carries.
PASSAGES = 5
REGULARISATION = 1e-4
# How much of the regression is news: docs/quality.md has what more and less of it do.
NEWS_SHARE = 0.1
# Questions as people ask them of articles as they are.
AS_ASKED = (
    "whole, answered", "whole, gone", "ClapNQ, answered", "ClapNQ, nearly",
    "news, answered", "news, nearly",
)  # fmt: skip

# Kind of question, number of its original, evidence, whether what would be cited answers it.
Row = tuple[str, int, np.ndarray, bool]


@dataclass(frozen=True)
class ShortQuestion:
    """A question with the short article that answers it, and which original that was cut from.

    `changed` is the question with one name, number or date exchanged; None where that cannot be.
    """

    question: SquadQuestion
    uri: str
    original: int
    changed: str | None


class OneArticle:
    """An index as if it held a single article."""

    def __init__(self, index: ArticleIndex, uri: str) -> None:
        self._index = index
        self._only = Filters(uris=(uri,))

    def reading(self) -> AbstractContextManager[None]:
        return self._index.reading()

    def embed_question(self, question: str) -> Vectors:
        return self._index.embed_question(question)

    def search_vectors(
        self, vector: Vectors, k: int, filters: Filters | None = None
    ) -> list[tuple[int, float]]:
        return self._index.search_vectors(vector, k, filters or self._only)

    def search_text(
        self,
        words: Sequence[str],
        k: int,
        *,
        with_context: bool = False,
        filters: Filters | None = None,
    ) -> list[tuple[int, float]]:
        return self._index.search_text(
            words, k, with_context=with_context, filters=filters or self._only
        )

    def sentences(self, ids: Sequence[int]) -> dict[int, StoredSentence]:
        return self._index.sentences(ids)

    def paragraph(self, uri: str, number: int) -> list[Sentence]:
        return self._index.paragraph(uri, number)

    def article(self, uri: str) -> Article:
        return self._index.article(uri)

    def matches_any(self, filters: Filters) -> bool:
        return True

    def contains_word(self, word: str) -> bool:
        return bool(self.search_text([word], 1, with_context=True))

    def similar_word(self, word: str) -> str | None:
        return None


def short_articles(path: Path, file: int) -> tuple[list[Article], list[ShortQuestion]]:
    """The articles of a SQuAD file cut into short ones, and the questions about each."""
    articles, questions = read_squad(path)
    randomness = random.Random(file)
    shorts: list[Article] = []
    asked: list[ShortQuestion] = []
    # Numbers of the originals that no other file has; even and odd ones are kept apart.
    for original, article in enumerate(articles, file * 1_000_000):
        bounds, start, sentences = [], 0, 0
        spans = split_sentences(article.text, article.language)
        for before, after in zip(spans, [*spans[1:], None], strict=True):
            sentences += 1
            ends_paragraph = after is None or after.paragraph != before.paragraph
            if ends_paragraph and (sentences >= SENTENCES_EACH or after is None):
                bounds.append((start, before.end))
                start, sentences = (after.start if after else 0), 0
        about = [q for q in questions if q.uri == article.uri]
        names = names_and_numbers(article.text)
        for number, (first, last) in enumerate(bounds):
            uri = f"{file}:{article.uri}#{number}"
            shorts.append(Article(uri, article.title, like_news(article.text[first:last])))
            for question in about:
                moved = tuple(
                    replace(answer, start=answer.start - first)
                    for answer in question.answers
                    if first <= answer.start < last
                )
                if moved:
                    assert question.context
                    paragraph = article.text[slice(*question.context)]
                    changed = exchanged(question.text, paragraph, names, randomness)
                    moved_question = replace(question, answers=moved)
                    asked.append(ShortQuestion(moved_question, uri, original, changed))
    return shorts, asked


def like_news(text: str) -> str:
    """The same characters at the same offsets, in paragraphs of one to three sentences."""
    spans = split_sentences(text)
    characters = list(text.replace("\n\n", " \n"))
    sizes = cycle((1, 2, 1, 3, 2))
    left = next(sizes)
    for before, after in pairwise(spans):
        left -= 1
        if not left:
            left = next(sizes)
            if before.end < after.start:
                characters[before.end] = "\n"
    return "".join(characters)


def holds_answer(item: RankedSentence, question: ShortQuestion) -> bool:
    sentence = item.stored.sentence
    return sentence.article_uri == question.uri and any(
        sentence.start <= answer.start < sentence.end for answer in question.question.answers
    )


def example(
    retriever: Retriever, question: ShortQuestion, *, answerable: bool,
    without_sentence: bool = False, filters: Filters | None = None,
) -> tuple[np.ndarray, bool] | None:  # fmt: skip
    """Evidence, and whether what would be cited holds the answer; None where nothing is found."""
    read = retriever.read(question.question.text)
    ranked = retriever.rank(read, filters=filters)
    if without_sentence:
        answer = question.question.answers[0].text
        ranked = [
            r for r in ranked if not holds_answer(r, question) and answer not in r.stored.text
        ]
    if not ranked:
        return None
    ranked = retriever.rerank(read, ranked)
    right = answerable and any(holds_answer(r, question) for r in cited(retriever, read, ranked))
    return features_of(ranked), right


def cited(
    retriever: Retriever, question: Question, ranked: Sequence[RankedSentence]
) -> list[RankedSentence]:
    """What an answer from these sentences would cite."""
    ranked = ranked[:PASSAGES]
    texts = [retriever.index.article(r.stored.sentence.article_uri).text for r in ranked]
    return [ranked[position] for position in compose(question.text, ranked, texts).positions]


def features_of(ranked: Sequence[RankedSentence]) -> np.ndarray:
    found = evidence(ranked)
    return np.array([found[name] for name in WEIGHTS])


def whole_examples(
    path: Path, folder: Path | None, file: int, limit: int, draw: np.random.Generator,
    reader: OnnxReader,
) -> Iterator[Row]:  # fmt: skip
    """Questions of a file, asked of all its articles as they are, and of all but their own."""
    with collection(path, folder) as (index, questions):
        retriever = Retriever(index, reader=reader)
        uris = list(dict.fromkeys(article.uri for article in index.articles()))
        for number in draw.permutation(len(questions))[:limit]:
            question = questions[number]
            asked = ShortQuestion(
                question, question.uri, file * 1_000_000 + uris.index(question.uri), None
            )
            others = Filters(uris=tuple(uri for uri in uris if uri != question.uri))
            for kind, found in (
                ("whole, answered", example(retriever, asked, answerable=True)),
                ("whole, gone", example(retriever, asked, answerable=False, filters=others)),
            ):
                if found:
                    yield kind, asked.original, *found


def clapnq_examples(folder: Path, reader: OnnxReader) -> Iterator[Row]:
    """Questions of ClapNQ, each asked of all its passages."""
    articles, questions = read_clapnq(folder)
    with temporary_index(articles) as index:
        retriever = Retriever(index, reader=reader)
        for number, asked in enumerate(questions, 1_000_000_000):
            read = retriever.read(asked.text)
            ranked = retriever.rerank(read, retriever.rank(read))
            places = [r.stored.sentence for r in cited(retriever, read, ranked)]
            right = any(
                s.article_uri == asked.uri and s.start < end and s.end > start
                for s in places
                for start, end in asked.answers
            )
            kind = "ClapNQ, answered" if asked.answers else "ClapNQ, nearly"
            yield kind, number, features_of(ranked), right


def news_examples(folder: Path, family: str, first: int, reader: OnnxReader) -> Iterator[Row]:
    """Questions about invented news, each asked of its own article; `first` is its number."""
    articles, questions = read_news(folder / "questions.jsonl")
    for number, article in enumerate(articles, first):
        with temporary_index([article]) as index:
            retriever = Retriever(index, reader=reader)
            for uri, question in questions:
                if uri == article.uri:
                    answerable = bool(question.answers)
                    asked = ShortQuestion(question, uri, number, None)
                    if found := example(retriever, asked, answerable=answerable):
                        kind = f"{family}, {'answered' if answerable else 'nearly'}"
                        yield kind, number, *found


def fit(features: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Coefficients and, last, the offset, of a logistic regression."""
    centre, spread = features.mean(0), features.std(0) + 1e-9
    scaled = np.c_[(features - centre) / spread, np.ones(len(features))]

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        margin = scaled @ parameters
        value = np.average(np.logaddexp(0, margin) - labels * margin, weights=weights)
        gradient = scaled.T @ (weights * (expit(margin) - labels)) / weights.sum()
        return (
            float(value + REGULARISATION * parameters @ parameters),
            gradient + 2 * REGULARISATION * parameters,
        )

    found = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    coefficients = found[:-1] / spread
    return np.append(coefficients, found[-1] - coefficients @ centre)


def gather(arguments: argparse.Namespace) -> list[Row]:
    """Ask and read all questions: minutes."""
    draw = np.random.default_rng(arguments.seed)
    shorts: list[Article] = []
    drawn: list[ShortQuestion] = []
    of_original: dict[int, list[str]] = {}
    for number, file in enumerate(arguments.files):
        more, questions = short_articles(file, number)
        shorts += more
        for q in questions:
            if q.uri not in of_original.setdefault(q.original, []):
                of_original[q.original].append(q.uri)
        drawn += [questions[i] for i in draw.permutation(len(questions))[: arguments.limit]]
    rows: list[Row] = []
    reader = OnnxReader()
    with (
        tempfile.TemporaryDirectory() as temporary,
        ArticleIndex.open(
            arguments.index / "short" if arguments.index else Path(temporary)
        ) as index,
    ):
        print(f"indexing {len(shorts)} short articles", file=sys.stderr)
        index.add(shorts)
        whole = Retriever(index, reader=reader)
        for q in drawn:
            siblings = [uri for uri in of_original[q.original] if uri != q.uri]
            foreign = [u for o, uris in of_original.items() if o != q.original for u in uris]
            kinds = {
                "all, answered": example(whole, q, answerable=True),
                "all, sentence gone": example(whole, q, answerable=False, without_sentence=True),
                "all, article gone": example(
                    whole, q, answerable=False, filters=Filters(uris=tuple(foreign))
                ),
                "one, answered": example(
                    Retriever(OneArticle(index, q.uri), reader=reader), q, answerable=True
                ),
                "one, foreign": example(
                    Retriever(OneArticle(index, str(draw.choice(foreign))), reader=reader),
                    q,
                    answerable=False,
                ),
            }
            if siblings:
                sibling = OneArticle(index, str(draw.choice(siblings)))
                kinds["one, sibling"] = example(
                    Retriever(sibling, reader=reader), q, answerable=False
                )
            if q.changed:
                other = replace(q, question=replace(q.question, text=q.changed))
                kinds["all, exchanged"] = example(whole, other, answerable=False)
            rows += [(kind, q.original, *e) for kind, e in kinds.items() if e]
    for number, file in enumerate(arguments.files):
        folder = arguments.index / str(number) if arguments.index else None
        rows += whole_examples(file, folder, number, arguments.limit, draw, reader)
    if arguments.clapnq:
        rows += clapnq_examples(arguments.clapnq, reader)
    folders = [("news", folder) for folder in arguments.news]
    folders += [("hard news", folder) for folder in arguments.hard_news]
    for number, (family, folder) in enumerate(folders, 2_000_000):
        rows += news_examples(folder, family, number * 1000, reader)
    return rows


def calibrated(margins: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Probabilities of the regression's margins, as `qa.abstention.confidence` has them."""
    for_it, against, offset = parameters
    return expit(-for_it * np.logaddexp(0, -margins) + against * np.logaddexp(0, margins) + offset)


def fit_calibration(margins: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The three numbers of beta calibration (Kull, Silva Filho and Flach 2017)."""

    def loss(parameters: np.ndarray) -> float:
        sure = calibrated(margins, parameters).clip(1e-9, 1 - 1e-9)
        each = -np.log(np.where(labels == 1, sure, 1 - sure))
        return float(np.average(each, weights=weights))

    bounds = ((0, None), (0, None), (None, None))
    return minimize(loss, np.array([1.0, 1.0, 0.0]), method="L-BFGS-B", bounds=bounds).x


def balanced(answered: np.ndarray) -> np.ndarray:
    """Weights that make questions that are answered count as much as the others together."""
    return np.where(answered, 1 / answered.sum(), 1 / (~answered).sum()) * len(answered) / 2


def print_reliability(title: str, sure: np.ndarray, labels: np.ndarray) -> None:
    """How near the confidence is to the share that is right, by tenths of it."""
    tenth = np.minimum((sure * 10).astype(int), 9)
    found = [
        (sure[tenth == n].mean(), labels[tenth == n].mean(), (tenth == n).sum())
        for n in np.unique(tenth)
    ]
    error = sum(count * abs(mean - right) for mean, right, count in found) / len(sure)
    print(f"{title}: expected calibration error {error:.3f}")
    print("    " + "; ".join(f"{mean:.2f} {right:.2f} {count}" for mean, right, count in found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--clapnq", type=Path, help="folder of its files")
    parser.add_argument("--news", type=Path, nargs="*", default=[], help="folders of invented news")
    parser.add_argument("--hard-news", type=Path, nargs="*", default=[], help="not calibrated to")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--limit", type=int, default=800, help="questions of each file")
    parser.add_argument("--seed", type=int, default=2)
    arguments = parser.parse_args()
    rows = gather(arguments)
    kinds_of = np.array([row[0] for row in rows])
    originals = np.array([row[1] for row in rows])
    features = np.stack([row[2] for row in rows])
    labels = np.array([row[3] for row in rows], dtype=float)
    answered = np.char.endswith(kinds_of, "answered")
    news = np.isin(kinds_of, NEWS)
    weights = balanced(answered)
    if news.any():
        weights[news] = balanced(answered[news]) / news.sum() * NEWS_SHARE
        weights[~news] = balanced(answered[~news]) / (~news).sum() * (1 - NEWS_SHARE)
    halves = [originals % 2 == half for half in (0, 1)]
    margins = np.zeros(len(rows))
    for half in halves:
        found = fit(features[~half], labels[~half], weights[~half])
        margins[half] = features[half] @ found[:-1] + found[-1]
    asked_so = np.isin(kinds_of, AS_ASKED)
    sure = np.zeros(len(rows))
    for half in halves:
        known = asked_so & ~half
        sure[half] = calibrated(
            margins[half], fit_calibration(margins[known], labels[known], balanced(answered[known]))
        )
    right, wrong = sure[~news & (labels == 1)], sure[~news & (labels == 0)]
    print(f"held out: AUROC of right against not {auroc(right, wrong):.3f}")
    names = sorted(set(kinds_of))
    for name in names:
        if not name.endswith("answered"):
            beside = f"{name.split(',')[0]}, answered"
            area = auroc(sure[kinds_of == beside], sure[kinds_of == name])
            print(f"AUROC of {name} against {beside}: {area:.3f}")
    print("share refused below each confidence\n" + " " * 6 + "  ".join(f"{n:>18s}" for n in names))
    for threshold in np.arange(0.05, 0.75, 0.05):
        shares = [np.mean(sure[kinds_of == name] < threshold) for name in names]
        print(f"{threshold:.2f}  " + "  ".join(f"{share:18.3f}" for share in shares))
    print("reliability: mean confidence, share right, questions of each tenth")
    for title, chosen in (
        ("short articles", np.isin(kinds_of, ("all, answered", "all, article gone"))),
        ("whole articles", np.char.startswith(kinds_of, "whole")),
        ("ClapNQ", np.char.startswith(kinds_of, "ClapNQ")),
        ("news", news),
        ("every kind", np.ones(len(rows), dtype=bool)),
    ):
        if chosen.any():
            print_reliability(title, sure[chosen], labels[chosen])
    found = fit(features, labels, weights)
    for name, weight in zip(WEIGHTS, found, strict=False):
        print(f'    "{name}": {weight:.2f},')
    print(f"OFFSET = {found[-1]:.2f}")
    calibration = fit_calibration(margins[asked_so], labels[asked_so], balanced(answered[asked_so]))
    print(f"CALIBRATION = ({', '.join(f'{n:.2f}' for n in calibration)})")


if __name__ == "__main__":
    main()
