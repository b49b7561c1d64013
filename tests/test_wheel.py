"""What `pip install article-qa` puts on a computer."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    [file] = folder.glob("*.whl")
    return zipfile.ZipFile(file)


def test_holds_all_of_the_packages_and_the_seeds_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    expected = {
        file.relative_to(ROOT).as_posix()
        for package in ("index", "qa")
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    } | {
        f"qa/seeds/{file.relative_to(ROOT / 'seeds').as_posix()}"
        for file in (ROOT / "seeds").rglob("*")
        if file.is_file()
    }
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == expected


def test_carries_the_command_and_the_licence(wheel: zipfile.ZipFile) -> None:
    [entry_points] = [n for n in wheel.namelist() if n.endswith("entry_points.txt")]
    assert "article-qa = qa.cli:main" in wheel.read(entry_points).decode()
    [licence] = [n for n in wheel.namelist() if n.endswith("licenses/LICENSE")]
    assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_says_that_it_has_types(wheel: zipfile.ZipFile) -> None:
    assert {"index/py.typed", "qa/py.typed"} <= set(wheel.namelist())
