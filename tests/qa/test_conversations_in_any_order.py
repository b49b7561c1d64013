"""Whatever is done with conversations, in any order: what is kept is what a dictionary holds."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from index import Article
from qa import Answer, Turn
from qa.conversations import Conversations
from tests.qa.turns import ARTICLE, TEXT, a_refusal, a_turn

SOME_TURNS = [
    a_turn(),
    a_refusal("\0 \ud800"),
    a_turn("Copied?", Article("x:copy", ARTICLE.title, TEXT, ARTICLE.published, "Outlet", "en")),
    *(a_turn(article=Article("x:ferry", f"Ferry {n}", f"{TEXT} \0 {n}")) for n in range(2)),
    Turn("", "", Answer("", "", "", timings={"reading": 0.1})),
]


class KeptAsTold(RuleBasedStateMachine):
    """What is kept is what a dictionary would hold."""

    ids = Bundle("ids")

    @initialize()
    def make(self) -> None:
        self.folder = TemporaryDirectory()
        self.kept = Conversations.open(self.folder.name)
        self.turns: dict[tuple[str, str], list[tuple[Turn, bool | None]]] = {}
        self.cut: dict[tuple[str, str], list[tuple[Turn, bool]]] = {}

    def teardown(self) -> None:
        if hasattr(self, "kept"):
            self.kept.close()
            self.folder.cleanup()

    @rule(target=ids, owner=st.sampled_from(["", "ada"]), title=st.sampled_from(["", "Title"]))
    def begin(self, owner: str, title: str) -> tuple[str, str]:
        key = self.kept.begin(owner, title).id, owner
        self.turns[key], self.cut[key] = [], []
        return key

    @rule(key=ids, turn=st.sampled_from(SOME_TURNS))
    def append(self, key: tuple[str, str], turn: Turn) -> None:
        self.kept.append(*key, turn)
        self.turns[key].append((turn, None))

    @rule(key=ids, keep=st.integers(0, 4))
    def truncate(self, key: tuple[str, str], keep: int) -> None:
        self.kept.truncate(*key, keep)
        self.cut[key] += [(turn, good) for turn, good in self.turns[key][keep:] if good is not None]
        del self.turns[key][keep:]

    @rule(key=ids, number=st.integers(1, 3), good=st.sampled_from([True, False, None]))
    def rate(self, key: tuple[str, str], number: int, good: bool | None) -> None:
        if number <= len(self.turns[key]):
            self.kept.rate(*key, number, good)
            self.turns[key][number - 1] = self.turns[key][number - 1][0], good

    @rule(key=consumes(ids))
    def delete(self, key: tuple[str, str]) -> None:
        self.kept.delete(*key)
        del self.turns[key], self.cut[key]

    @rule(target=ids)
    def reopen(self) -> object:
        self.kept.close()
        self.kept = Conversations.open(self.folder.name)
        return multiple()

    @invariant()
    def what_is_kept_is_what_was_told(self) -> None:
        if not hasattr(self, "kept"):
            return
        told = []
        for key, asked in self.turns.items():
            found = self.kept.get(*key)
            assert found.turns == tuple(turn for turn, _ in asked)
            assert found.summary.turns == len(asked)
            rated = {number: good for number, (_, good) in enumerate(asked, 1) if good is not None}
            assert self.kept.ratings(*key) == rated
            told += [(t, g) for t, g in [*asked, *self.cut[key]] if g is not None]
        feedback = [(feedback.turn, feedback.good) for feedback in self.kept.feedback()]
        assert sorted(map(repr, feedback)) == sorted(map(repr, told))
        quoted = {
            passage.article.content_hash
            for key, asked in self.turns.items()
            for turn, _ in [*asked, *self.cut[key]]
            for passage in [*turn.answer.passages, *(c.passage for c in turn.answer.citations)]
        }
        with closing(sqlite3.connect(Path(self.folder.name, "conversations.sqlite"))) as file:
            kept = file.execute("SELECT content_hash FROM texts").fetchall()
        assert {content_hash for (content_hash,) in kept} == quoted


KeptAsTold.TestCase.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
TestKeptAsTold = KeptAsTold.TestCase
