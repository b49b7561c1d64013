"""How well the confidence tells questions that are answered from near misses.

    python benchmarks/refusing.py dev.json.gz [--clapnq FOLDER] [--limit 500] [--seed 5]

- Exchanged: development questions, asked of the whole collection as they are, and with one name,
  number or date exchanged (`exchanged` in training/question_forms.py) so that nothing answers.
- ClapNQ: all passages of the development files as one collection; the answerable questions
  against the unanswerable, each of which has a passage about it there.

Printed is the area under the curve (AUROC), and what share of both is refused at each step.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "training"))

from clapnq_data import read_clapnq
from question_forms import exchanged, names_and_numbers

from index import Article, ArticleIndex
from qa import Bot, Retriever
from qa.bot import REFUSE_BELOW
from qa.measures import auroc
from qa.squad import read_squad

STEPS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)


def confidences(bot: Bot, questions: Sequence[str]) -> list[float]:
    return [bot.ask(question).confidence for question in questions]


def report(name: str, answered: list[float], unanswered: list[float]) -> None:
    print(
        f"{name}: {len(answered)} answerable, {len(unanswered)} not: "
        f"AUROC {auroc(answered, unanswered):.3f}"
    )
    for threshold in sorted({REFUSE_BELOW, *STEPS}):
        refused = [sum(c < threshold for c in part) / len(part) for part in (answered, unanswered)]
        ships = "  as shipped" if threshold == REFUSE_BELOW else ""
        print(f"  refused below {threshold:.2f}: {refused[0]:.3f} and {refused[1]:.3f}{ships}")
    sys.stdout.flush()


def exchanged_pairs(
    path: Path, limit: int, seed: int
) -> tuple[list[Article], list[str], list[str]]:
    """Articles, questions, and the same questions about something else."""
    articles, questions = read_squad(path)
    randomness = random.Random(seed)
    texts = {article.uri: article.text for article in articles}
    names = {uri: names_and_numbers(text) for uri, text in texts.items()}
    right, wrong = [], []
    for question in randomness.sample(questions, len(questions)):
        assert question.context
        first, last = question.context
        changed = exchanged(
            question.text, texts[question.uri][first:last], names[question.uri], randomness
        )
        if changed and len(right) < limit:
            right.append(question.text)
            wrong.append(changed)
    return articles, right, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--clapnq", type=Path)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    sets = [("exchanged", *exchanged_pairs(arguments.file, arguments.limit, arguments.seed))]
    if arguments.clapnq:
        articles, questions = read_clapnq(arguments.clapnq)
        answerable, unanswerable = (
            [q.text for q in questions if bool(q.answers) is answered] for answered in (True, False)
        )
        sets.append(("ClapNQ", articles, answerable, unanswerable))
    for name, articles, answerable, unanswerable in sets:
        with tempfile.TemporaryDirectory() as folder, ArticleIndex.open(folder) as index:
            index.add(articles)
            bot = Bot(Retriever(index), refuse_below=0)
            report(name, confidences(bot, answerable), confidences(bot, unanswerable))


if __name__ == "__main__":
    main()
