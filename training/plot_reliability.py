"""Plot the confidence against the share that is right, from a report of `article-qa eval`.

article-qa eval dev.json.gz --limit 1000 --unanswerable --json > report.json
python training/plot_reliability.py report.json --out docs/images/reliability.svg
"""

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("svg")
# Text stays text, and the file is the same each time.
matplotlib.rcParams["svg.fonttype"] = "none"
matplotlib.rcParams["svg.hashsalt"] = "article-qa"

from matplotlib import pyplot  # noqa: E402 - after the choice of what draws


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    report = json.loads(arguments.report.read_text())
    rows = report["calibration"]["reliability"]
    figure, axes = pyplot.subplots(figsize=(4.5, 4.5))
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--")
    axes.plot(
        [row["confidence"] for row in rows],
        [row["right"] for row in rows],
        marker="o",
        color="#1f5fbf",
    )
    for row in rows:
        axes.annotate(
            f"{row['questions']}",
            (row["confidence"], row["right"]),
            textcoords="offset points",
            xytext=(6, -10),
            fontsize=8,
        )
    axes.set(
        xlim=(0, 1),
        ylim=(0, 1),
        xlabel="confidence",
        ylabel="share that is right",
        title=f"{report['file']}: {sum(row['questions'] for row in rows):,} questions",
    )
    figure.tight_layout()
    figure.savefig(arguments.out, metadata={"Date": None})


if __name__ == "__main__":
    main()
