"""Which word somebody meant who mistyped one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vocabulary import Vocabulary, nearest_form

STEMS = ("bridg", "ferri", "main", "secretari", "rate", "ran")


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("brigde", "bridg"),  # two neighbours exchanged
        ("Bridge", "bridg"),
        ("fery", "ferri"),
        ("sekretery", "secretari"),  # two mistakes, in a long word
        ("many", "main"),  # looks like it; that it is a word of its own, the question knows
        ("fairy", None),
        ("ridge", None),  # the first letter is seldom wrong
        ("rat", None),  # too short to guess
        ("r4te", None),
        ("", None),
    ],
)
def test_the_nearest_stem(word: str, stem: str | None) -> None:
    assert Vocabulary(STEMS).similar(word) == stem


def test_of_the_forms_in_a_text_only_one_of_that_stem() -> None:
    # "rain" is as near to "mainn" as "mains" is.
    assert nearest_form("mainn", "main", "The rain and its mains") == "mains"
    assert nearest_form("mainn", "main", "The rain and its rate") is None
    assert nearest_form("brigdes", "bridg", "A bridge of bridges") == "bridges"


def test_a_form_is_no_further_than_a_typing_error() -> None:
    # Their stems are one letter apart.
    assert nearest_form("Rushmore", "rumor", "Rumors of rumoring") is None
    assert nearest_form("rumers", "rumor", "Rumors of rumoring") == "Rumors"
    assert nearest_form("brideg", "bridg", "The bridges") is None


def test_of_two_equally_near_the_one_in_small_letters() -> None:
    assert nearest_form("brigde", "bridg", "Bridge and bridge") == "bridge"


@given(st.text(min_size=1), st.text())
def test_a_form_is_always_a_word_of_the_text(word: str, text: str) -> None:
    found = nearest_form(word, "bridg", text)
    assert found is None or found in text
