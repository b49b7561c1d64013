"""Fit the weights in `qa/ranking.py`.

    python training/fit_ranking.py FILE... [--index FOLDER] [--limit 2000] [--seed 1]

The weights maximise the probability of the right sentence among all candidates of its question
(softmax over the weighted sums, with a little L2); each file counts as much as the others,
however many questions it has. `--index` keeps the index for the next run.

Printed are, for each file, the figures of two-fold cross-validation by article, which no question
of the same article has influenced; then the weights, the scale and offset that turn a sum into a
probability, and how often the second sentence is right, by its distance from the first.
"""

import argparse
from pathlib import Path

import numpy as np
from ranking_data import Example, collection, examples
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from qa.ranking import WEIGHTS

REGULARISATION = 1e-5


def padded(data: list[Example], columns: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Signals, shape (questions, most candidates, columns); minus infinity where there is none."""
    most = max(len(example.signals) for example in data)
    signals = np.zeros((len(data), most, len(columns)))
    absent = np.zeros((len(data), most))
    for row, example in enumerate(data):
        signals[row, : len(example.signals)] = example.signals[:, columns]
        absent[row, len(example.signals) :] = -np.inf
    return signals, absent


def fit(data: list[Example], columns: list[int]) -> np.ndarray:
    """Weights of these signals, shape (columns,)."""
    signals, absent = padded(data, columns)
    right = signals[np.arange(len(data)), [example.right for example in data]]
    files = np.array([example.file for example in data])
    share = 1 / np.bincount(files)[files]
    share /= share.sum()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        sums = signals @ weights + absent
        normaliser = logsumexp(sums, axis=1, keepdims=True)
        expected = np.einsum("qc,qcs->qs", np.exp(sums - normaliser), signals)
        value = float(share @ (normaliser[:, 0] - right @ weights))
        gradient = share @ (expected - right)
        return (
            value + REGULARISATION * float(weights @ weights),
            gradient + 2 * REGULARISATION * weights,
        )

    return minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B").x


def fit_probability(data: list[Example], weights: np.ndarray) -> tuple[float, float]:
    """Scale and offset of the logistic curve from a sum to "this is the right sentence"."""
    sums = np.concatenate([example.signals @ weights for example in data])
    right = np.concatenate([np.arange(len(e.signals)) == e.right for e in data])
    middle = sums.mean()

    def loss(parameters: np.ndarray) -> float:
        margin = parameters[0] * (sums - middle) + parameters[1]
        return float(np.mean(np.logaddexp(0, np.where(right, -margin, margin))))

    scale, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return scale, offset - scale * middle


def rank(example: Example, weights: np.ndarray, columns: list[int]) -> int:
    """Position of the right sentence, from 0."""
    sums = example.signals[:, columns] @ weights
    return int(np.sum(sums > sums[example.right]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--limit", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    data: list[Example] = []
    shares = []
    for number, file in enumerate(arguments.files):
        folder = arguments.index / str(number) if arguments.index else None
        with collection(file, folder) as (index, questions):
            found = examples(index, questions, arguments.limit, arguments.seed, number)
        shares.append(len(found) / min(arguments.limit, len(questions)))
        print(f"{file.name}: right sentence among the candidates: {shares[-1]:.4f}")
        data += found
    names = list(WEIGHTS)
    every = list(range(len(names)))
    for label, columns in [("all signals", every)] + [
        (f"without {name}", [c for c in every if names[c] != name]) for name in names
    ]:
        weights_of = {
            half: fit([e for e in data if e.article % 2 == half], columns) for half in (0, 1)
        }
        for number, share in enumerate(shares):
            tested = [e for e in data if e.file == number]
            found_at = np.array([rank(e, weights_of[1 - e.article % 2], columns) for e in tested])
            print(
                f"{label:30s} file {number}  MRR {share * np.mean(1 / (found_at + 1)):.4f}"
                f"  recall@1 {share * np.mean(found_at < 1):.4f}"
                f"  @5 {share * np.mean(found_at < 5):.4f}"
                f"  @10 {share * np.mean(found_at < 10):.4f}",
                flush=True,
            )
    weights = fit(data, every)
    scale, offset = fit_probability(data, weights)
    for name, weight in zip(names, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f"SCALE = {scale:.3f}\nOFFSET = {offset:.2f}")
    certain = np.concatenate([expit(scale * (e.signals @ weights) + offset) for e in data])
    for low in np.arange(0, 5, 0.5):
        right = []
        for example in data:
            sums = example.signals @ weights
            first, second = np.argsort(-sums)[:2]
            if low <= sums[first] - sums[second] < low + 0.5:
                right.append((example.right == first, example.right == second))
        shares = np.mean(right, axis=0)
        print(
            f"second behind by {low:.1f}-{low + 0.5:.1f}: {len(right)} questions, "
            f"first right {shares[0]:.2f}, second right {shares[1]:.2f}"
        )
    print(f"probabilities sum to {certain.sum():.0f}, right sentences are {len(data)}")


if __name__ == "__main__":
    main()
