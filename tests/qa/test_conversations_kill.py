"""A process that is killed while it keeps a turn loses at most that turn."""

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from qa.conversations import Conversations

ROOT = Path(__file__).parents[2]
APPENDER = Path(__file__).with_name("appender.py")
KILLS = int(os.environ.get("KILLS", "15"))
SEED = os.environ.get("KILL_SEED") or str(random.SystemRandom().randrange(10**9))


def append_until_killed(folder: Path, seed: str, delay: float) -> list[list[str]]:
    """What the process said until `delay` seconds after its first word."""
    with subprocess.Popen(
        [sys.executable, str(APPENDER), str(folder), seed],
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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.timeout(60 + 20 * KILLS)
def test_no_turn_that_was_kept_is_lost(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    with Conversations.open(tmp_path) as kept:
        turns = {kept.begin("", f"Conversation {number}").id: 0 for number in range(3)}
    for kill in range(KILLS):
        which = f"KILL_SEED={SEED}, kill {kill}"
        begun: str | None = None
        for words in append_until_killed(tmp_path, str(rng.random()), rng.uniform(0.0, 0.4)):
            if words[0] == "begin":
                begun = words[1]
                assert int(words[2]) == turns[begun] + 1, which
            else:
                assert begun
                turns[begun] += 1
                begun = None
        with Conversations.open(tmp_path) as kept:
            for id, count in turns.items():
                found = kept.get(id, "").turns
                assert len(found) in ({count, count + 1} if id == begun else {count}), which
                turns[id] = len(found)
                asked = [turn.question for turn in found]
                assert asked == [f"Question {n}?" for n in range(1, len(found) + 1)], which
    assert sum(turns.values()) > KILLS, "the processes were killed before they did anything"
