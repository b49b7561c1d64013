"""Average the weights of readers that were trained one from the other.

    python training/average_readers.py WORK/two WORK/three --out WORK/mean

The mean of two runs reads a little better than either, and loses less when it is made into 8 bits
(Wortsman et al. 2022, "Model soups").
"""

import argparse
import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    readers = [load_file(folder / "model.safetensors") for folder in arguments.folders]
    if any(reader.keys() != readers[0].keys() for reader in readers):
        raise SystemExit("These are readers of different shapes.")
    mean = {
        name: sum(reader[name] for reader in readers) / len(readers)
        if weights.is_floating_point()
        else weights
        for name, weights in readers[0].items()
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file(mean, arguments.out / "model.safetensors")
    shutil.copy(arguments.folders[0] / "config.json", arguments.out)


if __name__ == "__main__":
    main()
