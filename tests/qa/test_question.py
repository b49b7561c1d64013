"""Reading a question: words, kinds, typing errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.question import Kind, content_words, kind_of, offers, read_question, words_of


class Collection:
    """Knows a few words, and one mistake."""

    def contains_word(self, word: str) -> bool:
        return word.lower() in {"blinken", "postpone", "trip", "beijing", "café"}

    def similar_word(self, word: str) -> str | None:
        return {"Blinkn": "Blinken", "beijng": "Beijing"}.get(word)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did it happen?", Kind.TIME),
        ("in what year was it", Kind.TIME),
        ("How many people came?", Kind.NUMBER),
        ("how much did it cost", Kind.NUMBER),
        ("Who said so?", Kind.PERSON),
        ("Which official said so?", Kind.PERSON),
        ("Where is it?", Kind.PLACE),
        ("Which city was it in?", Kind.PLACE),
        ("Why did he go?", Kind.OTHER),
        ("Whole numbers?", Kind.OTHER),
    ],
)
def test_kind_of_question(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind


def test_content_words_leave_out_function_words_and_possessives() -> None:
    assert content_words("Why did China’s minister refuse the minister's call?") == (
        "china",
        "minister",
        "refuse",
        "call",
    )


def test_a_question_of_function_words_keeps_them_all() -> None:
    assert content_words("Who are you?") == ("who", "are", "you")


def test_words_are_mended_or_reported_unknown() -> None:
    read = read_question("Why did Blinkn postpone his beijng trip to Tokyo?", Collection())
    assert read.text == "Why did Blinken postpone his Beijing trip to Tokyo?"
    assert read.corrections == {"Blinkn": "Blinken", "beijng": "Beijing"}
    assert read.unknown_words == ("Tokyo",)
    assert read.words == ("blinken", "postpone", "beijing", "trip", "tokyo")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("presidnet", "president"),  # its stem is not like that of "president"
        ("presidet", "president"),
        ("prezidnet", None),  # two errors
        ("resident", None),  # a word
        ("trpi", None),  # too short to guess
    ],
)
def test_an_error_in_the_ending_is_mended_to_an_english_word(typed: str, meant: str | None) -> None:
    class Stems(Collection):
        """Compares stems: finds nothing."""

        def contains_word(self, word: str) -> bool:
            return word.lower() in {"president", "trip"}

        def similar_word(self, word: str) -> str | None:
            return None

    read = read_question(f"What of the {typed}?", Stems())
    assert read.corrections == ({typed: meant} if meant else {})


def test_of_several_english_words_the_one_that_is_written_is_meant() -> None:
    class Written(Collection):
        """Has "Steered", and knows it by any form."""

        def contains_word(self, word: str) -> bool:
            return word.lower() in {"steer", "steered", "steers"}

        def similar_word(self, word: str) -> str | None:
            return "Steered"

    assert read_question("Who steerd?", Written()).corrections == {"steerd": "Steered"}


def test_english_words_are_not_taken_for_typing_errors() -> None:
    class Lookalikes(Collection):
        def similar_word(self, word: str) -> str | None:
            return {"spent": "spend", "Score": "Store", "scroe": "store"}.get(word)

    read = read_question("How many trips were spent, scroe or Score?", Lookalikes())
    assert read.corrections == {"scroe": "store"}
    assert read.unknown_words == ("trips", "spent", "Score")
    assert read.kind is Kind.NUMBER


def test_possessive_of_a_mistyped_word_is_kept() -> None:
    assert read_question("Blinkn’s trip", Collection()).text == "Blinken’s trip"


def test_a_correct_question_is_not_touched() -> None:
    text = "postpone  the trip,\tBlinken… café?"
    read = read_question(text, Collection())
    assert (read.text, read.unknown_words, read.corrections) == (text, (), {})


@pytest.mark.parametrize(
    ("kind", "sentence", "offered"),
    [
        (Kind.TIME, "It left on Friday.", True),
        (Kind.TIME, "It left in 1998.", True),
        (Kind.TIME, "It left in haste.", False),
        (Kind.NUMBER, "Twelve jets flew.", True),
        (Kind.NUMBER, "Some jets flew.", False),
        (Kind.PERSON, "Then Austin called.", True),
        (Kind.PERSON, "Then Wei called.", False),
        (Kind.PERSON, "Nobody called.", False),
        (Kind.OTHER, "Then Austin called.", False),
    ],
)
def test_offers(kind: Kind, sentence: str, offered: bool) -> None:
    assert offers(kind, sentence, frozenset({"who", "called", "wei"})) is offered


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    read = read_question(text, Collection())
    assert set(read.words) <= set(words_of(read.text))
