"""Fit the weights in `qa/ranking.py`.

    python training/fit_ranking.py DEV.json.gz [--index FOLDER] [--limit 3000] [--seed 1]

The weights maximise the probability of the right sentence among all candidates of its question
(softmax over the weighted sums, with a little L2). `--index` keeps the index for the next run.
Printed are the weights, the scale and offset that turn a sum into a probability, and the figures
of two-fold cross-validation by article, which no question of the same article has influenced.
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

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        sums = signals @ weights + absent
        normaliser = logsumexp(sums, axis=1, keepdims=True)
        expected = np.einsum("qc,qcs->qs", np.exp(sums - normaliser), signals)
        value = float(np.mean(normaliser[:, 0] - right @ weights))
        gradient = (expected - right).mean(axis=0)
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


def ranks(data: list[Example], weights: np.ndarray, columns: list[int]) -> np.ndarray:
    """Position of the right sentence for each question, from 0."""
    result = []
    for example in data:
        sums = example.signals[:, columns] @ weights
        result.append(int(np.sum(sums > sums[example.right])))
    return np.array(result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--limit", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with collection(arguments.file, arguments.index) as (index, questions):
        data = examples(index, questions, arguments.limit, arguments.seed)
    share = len(data) / min(arguments.limit, len(questions))
    print(f"{len(data)} questions, right sentence among the candidates: {share:.4f}")
    names = list(WEIGHTS)
    every = list(range(len(names)))
    for label, columns in [("all signals", every)] + [
        (f"without {name}", [c for c in every if names[c] != name]) for name in names
    ]:
        found = np.concatenate(
            [
                ranks(held_out, fit(training, columns), columns)
                for half in (0, 1)
                for training in [[e for e in data if e.article % 2 == half]]
                for held_out in [[e for e in data if e.article % 2 != half]]
            ]
        )
        print(
            f"{label:30s} MRR {share * np.mean(1 / (found + 1)):.4f}"
            f"  recall@1 {share * np.mean(found < 1):.4f}  @5 {share * np.mean(found < 5):.4f}"
            f"  @10 {share * np.mean(found < 10):.4f}",
            flush=True,
        )
    weights = fit(data, every)
    scale, offset = fit_probability(data, weights)
    for name, weight in zip(names, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f"SCALE = {scale:.3f}\nOFFSET = {offset:.2f}")
    certain = np.concatenate([expit(scale * (e.signals @ weights) + offset) for e in data])
    print(f"probabilities sum to {certain.sum():.0f}, right sentences are {len(data)}")


if __name__ == "__main__":
    main()
