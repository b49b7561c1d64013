"""What each choice of the training is worth: short runs, each without one of them.

    python training/ablate_reader.py --mined WORK/mined --qamr ../shared/data/qamr \\
        --dev ../shared/data/squad/dev.json.gz [--groups 6000] [--questions 600]

Every run begins from the weights of all-MiniLM-L6-v2 and reads so many groups, with the same seed
and the rate falling to zero at its end. The figures of one run are those of a reader that has only
begun to learn: compare them with each other, not with the reader that ships. The development
questions are read in their right paragraph as they are and as people type them; with one name,
number or date exchanged; and beside windows of their article that share most words with them.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from question_forms import as_typed, exchanged, names_and_numbers
from reader_model import ReaderModel
from reading_data import Recipe, Window, qamr_groups, squad_groups
from reading_development import (
    Asked,
    development_questions,
    read_all,
    reading_figures,
    right_paragraph,
)
from reading_tensors import batches, encode_groups
from tokenizers import Tokenizer
from train_reader import build, learn, optimiser_of, rate, tokenizer_of

from index import Article, split_sentences
from index.model_files import default_model_folder
from qa.measures import auroc
from qa.question import content_words, words_of
from qa.squad import SquadQuestion

RATE = 1.5e-4
TOKENS = 2048
DECOYS = 7


class Battery:
    """Development questions in every guise."""

    def __init__(self, path: Path, count: int) -> None:
        randomness = random.Random(0)
        self.plain: list[Asked] = []
        self.typed: list[Asked] = []
        self.exchangeable: list[Asked] = []
        self.exchanged: list[Asked] = []
        self.among: list[Asked] = []
        for question, article in development_questions(path, count):
            windows = right_paragraph(question, article)
            asked = Asked(question.text, question.answers, windows)
            paragraph = " ".join(window.text for window in windows)
            self.plain.append(asked)
            self.typed.append(replace(asked, question=as_typed(question.text, randomness)))
            names = names_and_numbers(article.text)
            changed = exchanged(question.text, paragraph, names, randomness)
            if changed:
                self.exchangeable.append(asked)
                self.exchanged.append(replace(asked, question=changed))
            # The window of the answer comes first.
            right = [w for w in windows if question.answers[0].text in w.text][:1]
            if right:
                decoys = lookalikes(question, article)
                self.among.append(replace(asked, windows=(*right, *decoys)))

    def figures(
        self, model: ReaderModel, tokenizer: Tokenizer, device: torch.device
    ) -> dict[str, float]:
        def scores(asked: Sequence[Asked]) -> list[float]:
            return [f.score for f in read_all(model, tokenizer, device, asked) if f]

        figures = {}
        for name, asked in (
            ("as written", self.plain),
            ("as typed", self.typed),
        ):
            reading = reading_figures(asked, read_all(model, tokenizer, device, asked))
            figures[f"{name}, exact match"] = reading["exact_match"]
            figures[f"{name}, F1"] = reading["f1"]
        figures["exchanged, AUROC"] = auroc(scores(self.exchangeable), scores(self.exchanged))
        first = [f.window == 0 for f in read_all(model, tokenizer, device, self.among) if f]
        figures["right of eight windows first"] = sum(first) / len(first)
        return figures


def lookalikes(question: SquadQuestion, article: Article) -> list[Window]:
    """Windows without the answer whose middle sentences share most words with the question."""
    asked = set(content_words(question.text))
    spans = split_sentences(article.text, article.language)
    shared = [len(asked & set(words_of(article.text[s.start : s.end]))) for s in spans]
    found: list[Window] = []
    taken: set[int] = set()
    for number in sorted(range(len(spans)), key=lambda n: -shared[n]):
        first, last = max(0, number - 1), min(len(spans) - 1, number + 1)
        text = article.text[spans[first].start : spans[last].end]
        if question.answers[0].text not in text and not taken & set(range(first, last + 1)):
            taken |= set(range(first, last + 1))
            found.append(Window(article.title, text))
        if len(found) == DECOYS:
            break
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mined", type=Path, required=True)
    parser.add_argument("--qamr", type=Path, required=True)
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--groups", type=int, default=6000, help="that a run reads")
    parser.add_argument("--questions", type=int, default=600, help="of the development file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bfloat16", action="store_true")
    arguments = parser.parse_args()
    battery = Battery(arguments.dev, arguments.questions)
    everything = Recipe()
    tokenizer = tokenizer_of(default_model_folder())
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    for name, recipe, shared_softmax in (
        ("nothing", everything, True),
        ("windows: whole paragraphs", replace(everything, windows=False), True),
        ("hard negatives: any window", replace(everything, hard_negatives=False), True),
        ("exchanged questions", replace(everything, exchanged=False), True),
        ("one softmax: each window alone", everything, False),
        ("question forms", replace(everything, question_forms=False), True),
    ):
        torch.manual_seed(arguments.seed)
        model, _ = build(default_model_folder())
        model.to(device)
        groups = [
            *squad_groups(arguments.mined, arguments.seed, recipe),
            *qamr_groups(arguments.qamr, arguments.seed, recipe),
        ]
        # Some are too long to be read.
        chosen = random.Random(arguments.seed).sample(groups, arguments.groups * 21 // 20)
        encoded = encode_groups(tokenizer, chosen)[: arguments.groups]
        optimiser = optimiser_of(model, RATE)
        done = 0
        for numbers in batches(encoded, TOKENS, arguments.seed):
            learn(
                model,
                optimiser,
                [encoded[n] for n in numbers],
                RATE * rate(done, len(encoded), 0.5, with_moments=False),
                arguments.bfloat16 or device.type == "cuda",
                shared_softmax=shared_softmax,
            )
            done += len(numbers)
        figures = battery.figures(model, tokenizer, device)
        print(f"without {name}, {done} groups", flush=True)
        print("   " + "; ".join(f"{k} {v:.3f}" for k, v in figures.items()), flush=True)


if __name__ == "__main__":
    main()
