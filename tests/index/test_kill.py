"""A process that is killed at any moment loses at most the change it was making."""

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index import ArticleIndex, HashingEmbedder

ROOT = Path(__file__).parents[2]
ADDER = Path(__file__).with_name("adder.py")
KILLS = int(os.environ.get("KILLS", "12"))
SEED = os.environ.get("KILL_SEED") or str(random.SystemRandom().randrange(10**9))


def change_until_killed(folder: Path, seed: str, mode: str, delay: float) -> list[list[str]]:
    """What the process said that changed the index until `delay` seconds after its first word."""
    with subprocess.Popen(
        [sys.executable, str(ADDER), str(folder), seed, mode],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        killer = threading.Timer(delay, process.kill)
        killer.start()
        said += process.stdout
        killer.join()
    assert process.returncode == -9, f"the process failed by itself, seed {seed}"
    # The kill may come in the middle of a line: then it was not said.
    return [line.split() for line in said if line.endswith("\n")]


def follow(said: list[list[str]], known: dict[str, str]) -> tuple[str, str | None] | None:
    """Apply what is done to `known`; the change that was begun and not reported, if any."""
    pending = None
    for words in said:
        if words[0] == "begin":
            pending = (words[1], None if words[2] == "-" else words[2])
            continue
        assert pending
        uri, content_hash = pending
        if content_hash is None:
            known.pop(uri)
        else:
            known[uri] = content_hash
        pending = None
    return pending


@pytest.mark.parametrize("mode", ["stay", "reopen"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.timeout(60 + 10 * KILLS)
def test_nothing_that_was_reported_is_lost(mode: str, tmp_path: Path) -> None:
    rng = random.Random(f"{SEED} {mode}")
    known: dict[str, str] = {}
    for kill in range(KILLS // 2):
        which = f"KILL_SEED={SEED}, mode {mode}, kill {kill}"
        seed = str(rng.random())
        pending = follow(change_until_killed(tmp_path, seed, mode, rng.uniform(0.0, 1.5)), known)
        with ArticleIndex.open(tmp_path, embedder=HashingEmbedder()) as index:
            found = {summary.uri: summary.content_hash for summary in index.articles()}
            if pending and found != known:
                uri, content_hash = pending
                known.pop(uri, None)
                if content_hash:
                    known[uri] = content_hash
            assert found == known, which
            assert index.check().problems == (), which
            for uri in found:
                assert index.article(uri).content_hash == found[uri], which
