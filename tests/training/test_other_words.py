"""Questions in other words: which words are exchanged, and in which form."""

import importlib
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TRAINING = Path(__file__).parents[2] / "training"
# Lemma and kind (1 noun, 2 verb), synset, number of the sense, how often WordNet met it.
INDEX_SENSE = """\
meet%2:38:01:: 02026953 1 49
encounter%2:38:00:: 02026953 1 18
run_across%2:38:00:: 02026953 1 2
see%2:38:01:: 02026953 9 11
come_upon%2:38:01:: 02026953 1 0
meet%2:41:01:: 02492581 2 38
gather%2:41:00:: 02492581 1 30
police%1:14:00:: 08226335 1 74
police_force%1:14:00:: 08226335 1 12
balloon%1:06:00:: 02785766 1 5
state%1:15:01:: 08178547 1 90
state%2:32:00:: 01011273 1 30
nation%1:15:00:: 08178547 1 34
say%2:32:00:: 01011273 1 20
"""
PASSAGE = "The ministers met near the old harbour before the balloon rose."


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TRAINING)
    return importlib.import_module("other_words")


@pytest.fixture
def words(module: ModuleType, tmp_path: Path) -> Any:
    (tmp_path / "index.sense").write_text(INDEX_SENSE)
    return module.OtherWords(tmp_path / "index.sense")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("meet", {"encounter", "run across"}),
        ("met", {"encountered", "ran across"}),
        ("meeting", {"encountering", "running across"}),
        ("meets", {"encounters", "runs across"}),
        # The likelier part of speech decides.
        ("states", {"nations"}),
        ("police", {"police force"}),
        ("balloon", set()),
        ("qwertyuiop", set()),
    ],
)
def test_synonyms_have_the_form_of_the_word(words: Any, word: str, expected: set[str]) -> None:
    assert {synonym for synonym, _ in words.synonyms(word)} == expected


def test_rare_senses_and_senses_never_met_are_left_out(words: Any) -> None:
    found = {synonym for synonym, _ in words.synonyms("meet")}
    assert not found & {"see", "come upon", "gather"}


def asked(words: Any, question: str, passage: str = PASSAGE) -> list[str]:
    return [words.question(question, passage, random.Random(seed)) for seed in range(300)]


def test_words_of_the_passage_are_exchanged_more_often(module: ModuleType, words: Any) -> None:
    question = "Which people did ministers meet or the police watch?"
    found = asked(words, question, "They meet.")
    shared = sum("meet" not in one for one in found) / len(found)
    other = sum("police force" in one for one in found) / len(found)
    assert shared == pytest.approx(module.SHARED, abs=0.08)
    assert other == pytest.approx(module.NOT_SHARED, abs=0.06)


def test_names_and_the_first_word_stay(words: Any) -> None:
    for one in asked(words, "State Police met whom in Meet Harbour?"):
        assert one.startswith("State Police ")
        assert one.endswith("whom in Meet Harbour?")


def test_another_opening(module: ModuleType, words: Any) -> None:
    found = asked(words, "When did the balloon rise?")
    others = {one.removesuffix(" the balloon rise?") for one in found}
    assert others == {"When did", *(o.capitalize() for o in module._OPENINGS["when did"])}
    changed = sum(not one.startswith("When") for one in found) / len(found)
    assert changed == pytest.approx(module.OTHER_OPENING, abs=0.08)


def test_a_question_without_anything_to_exchange_stays(words: Any) -> None:
    assert set(asked(words, "Whose balloon?")) == {"Whose balloon?"}
    assert set(asked(words, "")) == {""}
