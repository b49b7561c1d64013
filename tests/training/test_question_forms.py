"""Questions as people type them, and questions with something exchanged."""

import importlib
import random
import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.question import FUNCTION_WORDS

TRAINING = Path(__file__).parents[2] / "training"
QUESTIONS = [
    "Who steered the first crossing to Norwick?",
    "How many passengers did the blue ferry carry in 1901?",
    "When was the southern pier closed?",
    "Why?",
]
WAYS = ("NO_QUESTION_MARK", "TYPING_ERROR", "STATEMENT", "KEYWORDS")


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """training/question_forms.py, found as its neighbours find it."""
    monkeypatch.syspath_prepend(TRAINING)
    return importlib.import_module("question_forms")


def only(forms: ModuleType, monkeypatch: pytest.MonkeyPatch, way: str | None) -> None:
    """Let `as_typed` change questions in this way alone, and always."""
    for name in WAYS:
        monkeypatch.setattr(forms, name, float(name == way))


def typed(forms: ModuleType, question: str, times: int = 300) -> list[str]:
    return [forms.as_typed(question, random.Random(seed)) for seed in range(times)]


def is_slip(before: str, after: str) -> bool:
    """Whether one letter is dropped, doubled, or swapped with the next."""
    return any(
        after in (before[:n] + before[n + 1 :], before[:n] + before[n] + before[n:])
        or after == before[:n] + before[n : n + 2][::-1] + before[n + 2 :]
        for n in range(len(before))
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_stays_as_it_is_or_is_changed_in_one_of_four_ways(
    forms: ModuleType, question: str
) -> None:
    bare = question.rstrip("?")
    content = " ".join(w for w in bare.split() if w.lower() not in FUNCTION_WORDS)
    kinds = Counter[str]()
    for text in typed(forms, question, 2000):
        if text in (question, bare):
            kinds["as it was" if text == question else "without question mark"] += 1
        elif text == content:
            kinds["keywords"] += 1
        elif text.endswith(" " + bare[0].lower() + bare[1:]):
            kinds["statement"] += 1
        elif is_slip(bare, text.rstrip("?")):
            kinds["typing error"] += 1
        else:
            pytest.fail(f"{question!r} became {text!r}")
    assert kinds["as it was"] > 1000, "most stay as they were written"
    assert kinds["without question mark"]
    assert kinds["statement"]
    assert bool(kinds["typing error"]) == bool(kinds["keywords"]) == (question != "Why?")


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_changed_where_nothing_is_to_be(
    forms: ModuleType, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    only(forms, monkeypatch, None)
    assert set(typed(forms, question)) == {question}


def test_each_way_alone(forms: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    question = QUESTIONS[0]
    only(forms, monkeypatch, "NO_QUESTION_MARK")
    assert set(typed(forms, question)) == {"Who steered the first crossing to Norwick"}
    only(forms, monkeypatch, "KEYWORDS")
    assert set(typed(forms, question)) == {"steered first crossing Norwick"}
    assert set(typed(forms, "Who sailed to Norwick?")) == {"Who sailed to Norwick?"}, "too few"
    only(forms, monkeypatch, "STATEMENT")
    statements = set(typed(forms, question))
    assert len(statements) > 3
    assert all(s.endswith(" who steered the first crossing to Norwick") for s in statements)
    only(forms, monkeypatch, "TYPING_ERROR")
    assert all(is_slip(question, text) for text in typed(forms, question))
    assert set(typed(forms, "Why?")) == {"Why?"}, "short words stay"


def test_a_typing_error_leaves_first_letters_and_short_words_alone(forms: ModuleType) -> None:
    question = "Who steered the first crossing to Norwick?"
    seen = set()
    for seed in range(500):
        text = forms.with_typing_error(question, random.Random(seed))
        changed = [
            (old, new)
            for old, new in zip(question.split(), text.split(), strict=True)
            if old != new
        ]
        assert len(changed) <= 1
        for old, new in changed:
            assert len(old.rstrip("?")) >= 5
            assert old[0] == new[0]
            seen.add((old, len(new) - len(old)))
    words = {"steered", "first", "crossing", "Norwick?"}
    assert seen == {(word, longer) for word in words for longer in (-1, 0, 1)}


def test_the_same_seed_gives_the_same_forms(forms: ModuleType) -> None:
    def draw(seed: int) -> list[str | None]:
        randomness = random.Random(seed)
        made: list[str | None] = [forms.as_typed(q, randomness) for q in QUESTIONS * 25]
        names = [("name", name) for name in ("Ole Berg", "Eastham", "Anna Lund")]
        passage = "The blue ferry carried 400 passengers to Norwick in 1901."
        return made + [forms.exchanged(q, passage, names, randomness) for q in QUESTIONS * 25]

    assert draw(7) == draw(7)
    assert draw(7) != draw(8)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("by May 1,250 people came.", {("month", "May"), ("number", "1,250")}),
        (
            "the Bank of England lent Ida Holm 3.5 million",
            {("name", "Bank of England"), ("name", "Ida Holm"), ("number", "3.5")},
        ),
        ("it rained.", set()),
        ("the year 1901, or 7.", {("number", "1901"), ("number", "7")}),
        ("by Ida Holm's ferry", {("name", "Ida Holm's")}),
        ("it Is not a name, nor is The", set()),
    ],
)
def test_names_numbers_and_months_are_found(
    forms: ModuleType, text: str, found: set[tuple[str, str]]
) -> None:
    assert set(forms.names_and_numbers(text)) == found


PASSAGE = (
    "In June 1901 Captain Ida Holm carried 1,250 passengers from Norwick to Eastham in 7 hours."
)
OTHERS = [
    ("name", "Ole Berg"),
    ("name", "Ida Holm"),
    ("name", "Westport"),
    ("number", "88"),
    ("month", "June"),
]


@pytest.mark.parametrize(
    ("question", "kind", "old"),
    [
        ("When did Ida Holm sail?", "name", "Ida Holm"),
        ("How many passengers were carried in June?", "month", "June"),
        ("Who carried 1,250 passengers?", "number", "1,250"),
        ("What happened in 1901?", "number", "1901"),
        ("Which crossing took 7 hours?", "number", "7"),
    ],
)
def test_what_is_exchanged_differs_and_keeps_its_kind(
    forms: ModuleType, question: str, kind: str, old: str
) -> None:
    seen = set()
    before, after = question.split(old)
    for seed in range(100):
        changed = forms.exchanged(question, PASSAGE, OTHERS, random.Random(seed))
        assert changed is not None
        assert changed.startswith(before)
        assert changed.endswith(after)
        new = changed[len(before) : len(changed) - len(after)]
        assert new != old
        assert new.lower() not in PASSAGE.lower(), "else the passage might answer it"
        assert (kind, new) in forms.names_and_numbers("x " + changed[len(before) :])
        seen.add(new)
    if kind == "name":
        assert seen == {"Ole Berg", "Westport"}
    else:
        assert len(seen) > 2
    if old == "1901":
        assert all(re.fullmatch(r"\d{4}", year) for year in seen), "a year stays a year"


@pytest.mark.parametrize(
    ("question", "passage", "others"),
    [
        ("What happened then?", PASSAGE, OTHERS),  # nothing to exchange
        ("When did Anna Lund sail?", PASSAGE, OTHERS),  # it does not stand in the passage
        ("Norwick was left by whom?", PASSAGE, OTHERS),  # the first word is left alone
        ("When did Ida Holm sail?", PASSAGE, [("name", "Eastham"), ("number", "88")]),
        ("When did Ida Holm sail?", PASSAGE, []),
        ("Who paid 3.5 million?", "Ida Holm paid 3.5 million.", OTHERS),  # no whole number
        ("Who sailed in the 1900s?", "Ida Holm sailed in the 1900s.", OTHERS),  # part of a word
    ],
)
def test_where_nothing_can_be_exchanged_there_is_no_question(
    forms: ModuleType, question: str, passage: str, others: list[tuple[str, str]]
) -> None:
    for seed in range(20):
        assert forms.exchanged(question, passage, others, random.Random(seed)) is None


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(number=st.integers(0, 10**7), commas=st.booleans(), seed=st.integers(0, 1000))
def test_any_whole_number_becomes_another_whole_number(
    forms: ModuleType, number: int, commas: bool, seed: int
) -> None:
    old = f"{number:,}" if commas else str(number)
    passage = f"There were {old} of them."
    changed = forms.exchanged(f"Who saw {old} birds?", passage, [], random.Random(seed))
    assert changed is not None
    match = re.fullmatch(r"Who saw ([\d,]+) birds\?", changed)
    assert match
    assert int(match[1].replace(",", "")) != number
    assert match[1] not in passage
    assert ("," in match[1]) <= commas


def test_a_number_with_a_comma_is_no_year(forms: ModuleType) -> None:
    passage = "The ferry carried 1,250 passengers."
    changed = forms.exchanged("Who counted 1,250 passengers?", passage, [], random.Random(0))
    assert "," in changed


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80), seed=st.integers(0, 100))
def test_any_text_can_be_typed_and_exchanged(forms: ModuleType, text: str, seed: int) -> None:
    randomness = random.Random(seed)
    assert isinstance(forms.as_typed(text, randomness), str)
    changed = forms.exchanged(text, text, OTHERS, randomness)
    assert changed is None or changed != text
