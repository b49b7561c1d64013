"""How well questions about invented news, in other words than its own, are read and refused.

    python benchmarks/news.py training/news/dev/questions.jsonl [--reader READER.onnx]

The questions are asked of the article that they are about alone, and of all articles together.
Printed for both: how often the right sentence is first after reading, and how well the questions
that are answered are told from the near misses (AUROC), by the reader's score and by the
confidence; what shares of both the working point refuses; how many of the others that have an
answer cite it, and how many sentences each of these cites; and how often an answer is right that
the confidence takes for likely, before `HIGHEST_WITHOUT_YES_OR_NO` bounds it. Questions for yes or
no are printed alone too.

Another reader is ranked with the weights of the one that ships.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "training"))

from news_data import read_news

from index import Article, ArticleIndex
from qa import AnswerForm, Bot, Retriever
from qa.abstention import confidence, evidence
from qa.bot import REFUSE_BELOW
from qa.forms import form_of
from qa.measures import auroc, mean
from qa.onnx_reader import OnnxReader
from qa.squad import SquadQuestion

SURE = 0.5


@dataclass(frozen=True)
class Asked:
    """A question's reader score and confidence, and what its answer would cite.

    Attributes:
        first, rests, cited: whether the right sentence is the best one, one that the answer rests
            on, and one of those that are cited.
        citations: how many are.
    """

    yes_or_no: bool
    answerable: bool
    reading: float
    confidence: float
    first: bool
    rests: bool
    cited: bool
    citations: int


def ask(
    articles: Sequence[Article], questions: Sequence[tuple[str, SquadQuestion]], reader: OnnxReader
) -> list[Asked]:
    """Each question, asked of all the articles; those that find nothing are left out."""
    asked = []
    with tempfile.TemporaryDirectory() as folder, ArticleIndex.open(folder) as index:
        index.add(articles)
        retriever = Retriever(index, reader=reader)
        bot = Bot(retriever, refuse_below=0)
        for uri, question in questions:
            read = retriever.read(question.text)
            ranked = retriever.rerank(read, retriever.rank(read))
            if not ranked:
                continue
            found = evidence(ranked)
            answer = bot.answer(read, ranked, retriever.passages(ranked[: bot.passages]))
            right = {
                c.number
                for c in answer.citations
                if c.uri == uri and any(c.start <= a.start < c.end for a in question.answers)
            }
            best = ranked[0].stored.sentence
            asked.append(
                Asked(
                    yes_or_no=form_of(question.text) is AnswerForm.YES,
                    answerable=bool(question.answers),
                    reading=found["reading"],
                    confidence=confidence(found),
                    first=best.article_uri == uri
                    and any(best.start <= a.start < best.end for a in question.answers),
                    rests=any(c.number in right for c in answer.citations if not c.alternative),
                    cited=bool(right),
                    citations=len(answer.citations),
                )
            )
    return asked


def report(name: str, asked: Sequence[Asked]) -> None:
    answered = [a for a in asked if a.answerable]
    missed = [a for a in asked if not a.answerable]
    by_reader = auroc([a.reading for a in answered], [a.reading for a in missed])
    by_confidence = auroc([a.confidence for a in answered], [a.confidence for a in missed])
    print(
        f"{name}: {len(answered)} answered, {len(missed)} near misses\n"
        f"  right sentence first: {mean([float(a.first) for a in answered]):.3f}\n"
        f"  AUROC: {by_reader:.3f} by the reader's score, {by_confidence:.3f} by the confidence"
    )
    refused = [
        mean([float(a.confidence < REFUSE_BELOW) for a in kind]) for kind in (answered, missed)
    ]
    print(f"  refused below {REFUSE_BELOW}: {refused[0]:.3f} and {refused[1]:.3f}")
    kept = [a for a in answered if a.confidence >= REFUSE_BELOW]
    print(
        f"  right sentence cited by the other answers: {mean([float(a.cited) for a in kept]):.3f},"
        f" {mean([float(a.citations) for a in kept]):.2f} citations each"
    )
    sure = [a for a in asked if a.confidence >= SURE]
    print(
        f"  confidence of {SURE} or more: {len(sure)} answers, of which"
        f" {sum(a.rests for a in sure)} rest on the right sentence"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--reader", type=Path, help="instead of the one that ships")
    arguments = parser.parse_args()
    reader = OnnxReader(arguments.reader) if arguments.reader else OnnxReader()
    articles, questions = read_news(arguments.file)
    alone: list[Asked] = []
    for article in articles:
        alone += ask([article], [(u, q) for u, q in questions if u == article.uri], reader)
    together = ask(articles, questions, reader)
    for name, asked in (("each article alone", alone), ("all articles", together)):
        report(name, asked)
        report(f"{name}, yes or no", [a for a in asked if a.yes_or_no])


if __name__ == "__main__":
    main()
