import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import sentencex  # type: ignore[import-untyped]
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.sentences import LONG_QUOTATION, MAX_SENTENCE, split_sentences

DATA = Path(__file__).parent.parent / "data" / "sentences"
GOLDEN = json.loads((DATA / "languages.json").read_text(encoding="utf-8"))

LANGUAGES = st.sampled_from([None, "", "en", "de", "fr", "ja", "ru", "pt-BR", "xx", "é", "zh_TW"])
LETTERS = "aZ.!?…。।؟'\"“”‘’«»„()[]「」\n\r\t\0\x85\u2028\u200d😀\u0301\u202eاש漢"
PIECES = st.sampled_from([*LETTERS, "Mr. ", ". A", "\r\n", "1. ", "\n\n"])


def sentences(text: str, language: str | None = "en") -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text, language)]


def paragraphs(text: str) -> list[tuple[int, str]]:
    return [(span.paragraph, text[span.start : span.end]) for span in split_sentences(text)]


def assert_spans_cover(text: str, language: str | None) -> None:
    position = paragraph = 0
    for span in split_sentences(text, language):
        assert position <= span.start < span.end
        assert text[position : span.start].strip() == ""
        sentence = text[span.start : span.end]
        assert sentence == sentence.strip()
        assert len(sentence) <= MAX_SENTENCE
        assert span.paragraph in (paragraph, paragraph + 1)
        position, paragraph = span.end, span.paragraph
    assert text[position:].strip() == ""


@given(st.text() | st.lists(PIECES, max_size=60).map("".join), LANGUAGES)
@example("\ud800. A", "en")
@example("『本。』", "ja")
@example("a. 」 B", "en")
@settings(deadline=None, max_examples=400)
def test_spans_leave_out_only_white_space(text: str, language: str | None) -> None:
    assert_spans_cover(text, language)


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.integers(400, 3000))
@settings(deadline=None, max_examples=60)
def test_spans_of_long_texts_leave_out_only_white_space(piece: str, times: int) -> None:
    assert_spans_cover(piece * times, "en")


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_golden_sentences(case: dict[str, object]) -> None:
    expected = case["sentences"]
    assert isinstance(expected, list)
    separator = case.get("joined_by", " ")
    assert isinstance(separator, str)
    language = case["language"]
    assert language is None or isinstance(language, str)
    assert sentences(separator.join(expected), language) == expected


def test_golden_wrapped_text() -> None:
    text = (DATA / "wrapped.txt").read_text(encoding="utf-8")
    expected = json.loads((DATA / "wrapped.json").read_text(encoding="utf-8"))
    assert paragraphs(text) == [tuple(pair) for pair in expected]


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\u2028"])
def test_wrapped_text_with_other_line_breaks(line_break: str) -> None:
    text = (DATA / "wrapped.txt").read_text(encoding="utf-8").replace("\n", line_break)
    expected = json.loads((DATA / "wrapped.json").read_text(encoding="utf-8"))
    assert paragraphs(text) == [(n, quote.replace("\n", line_break)) for n, quote in expected]


def test_wrapped_text_without_blank_lines() -> None:
    text = (
        "The council of Varn has voted to keep the ferry for another year, but\n"
        "the fare will rise. Islanders had asked for two boats a day.\n"
        "Nobody expects a second boat before spring, said the harbor master on\n"
        "Friday.\n"
    )
    lines = text.splitlines()
    assert paragraphs(text) == [
        (0, f"{lines[0]}\nthe fare will rise."),
        (0, "Islanders had asked for two boats a day."),
        (1, f"{lines[2]}\nFriday."),
    ]


WRAPPED = (
    "the council of Varn has voted to keep the ferry for another year, but\nthe fare will rise"
)


@pytest.mark.parametrize(
    ("line", "following"),
    [
        ("# What the islanders of Varn asked the council for at its meeting", "a second boat"),
        ("- a second boat, for which the islanders of Varn have been asking us", "- a new dock"),
        (
            "The islanders of Varn have been asking for a second boat since May.",
            "   Afterwards a boat came.",
        ),
    ],
    ids=["heading", "list item", "indented first line"],
)
def test_full_lines_in_wrapped_text_that_are_not_continued(line: str, following: str) -> None:
    found = sentences(f"{WRAPPED}\n\n{line}\n{following}")
    assert found == [WRAPPED, line, following.strip()]


def test_an_indented_line_begins_a_paragraph() -> None:
    text = f"{WRAPPED}, the harbor master said on Sunday evening to us.\n   Afterwards a boat came."
    assert paragraphs(text)[-1] == (1, "Afterwards a boat came.")


def test_each_line_is_a_paragraph_where_there_are_no_blank_lines() -> None:
    text = "Ferry stays\nThe ferry stays. Fares rise.\nNobody is happy\nThe end."
    assert paragraphs(text) == [
        (0, "Ferry stays"),
        (1, "The ferry stays."),
        (1, "Fares rise."),
        (2, "Nobody is happy"),
        (3, "The end."),
    ]


def test_long_lines_are_paragraphs_even_beside_blank_lines() -> None:
    long = "The ferry between the two islands of Varn stays for another year, they said " * 2
    text = f"Ferry stays\n\n{long}\nFares rise.\n\nThe end."
    assert [paragraph for paragraph, _ in paragraphs(text)] == [0, 1, 2, 3]


def test_verse_is_not_taken_for_wrapped_text() -> None:
    text = (
        "the boats come in at evening when the light\n"
        "is low\n"
        "and nobody has counted what they bring to us\n"
        "or lost\n"
        "until the harbor bell has rung the hour\n"
        "again"
    )
    assert sentences(text) == text.splitlines()


def test_headings_and_list_items_are_sentences_of_their_own() -> None:
    items = "* first the boat\n* then the fare. It rises.\n1) the crew\n2. the dock"
    text = f"# Ferry\n\n{items}\n\nUntitled"
    assert paragraphs(text) == [
        (0, "# Ferry"),
        (1, "* first the boat"),
        (1, "* then the fare."),
        (1, "It rises."),
        (1, "1) the crew"),
        (1, "2. the dock"),
        (2, "Untitled"),
    ]


def test_a_sentence_never_crosses_a_paragraph() -> None:
    assert sentences("An open “quotation. It goes on\n\nand ends here.” Yes.") == [
        "An open “quotation.",
        "It goes on",
        "and ends here.”",
        "Yes.",
    ]


@pytest.mark.parametrize(("opening", "closing"), ["“”", '""', "„“", "«»"])
def test_a_long_quotation_is_parted_into_its_sentences(opening: str, closing: str) -> None:
    inner = [f"Sentence number {n} was spoken by the keeper of the tower." for n in range(12)]
    text = f"He said: {opening}{' '.join(inner)}{closing} Then Dr. Lund left."
    assert len(" ".join(inner)) > LONG_QUOTATION
    assert sentences(text) == [
        f"He said: {opening}{inner[0]}",
        *inner[1:-1],
        f"{inner[-1]}{closing}",
        "Then Dr. Lund left.",
    ]


def test_too_long_sentences_are_cut_at_white_space() -> None:
    word = "lighthouse"
    text = " ".join([word] * 1000)
    spans = sentences(text)
    assert len(spans) < 1.01 * len(text) / MAX_SENTENCE + 1
    assert " ".join(spans) == text
    assert all(set(span.split()) == {word} for span in spans)


def test_too_long_words_are_cut_between_visible_characters() -> None:
    family = "👩\u200d👩\u200d👧"
    for letter in ("e\u0301", family, "👍🏽"):
        for before in range(len(letter)):
            text = "x" * before + letter * MAX_SENTENCE
            spans = sentences(text)
            assert "".join(spans) == text
            assert all(span.startswith(letter[0]) for span in spans[1:])
            assert not any(span.endswith("\u200d") for span in spans)


@pytest.mark.parametrize("piece", ["so, ", "-", "“a ", "「。", "He left. ", "(", "A. ", "a. B! "])
def test_work_grows_with_length_only(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = []

    def boundaries(language: str, text: str) -> list[dict[str, int]]:
        lengths.append(len(text))
        found: list[dict[str, int]] = sentencex.get_sentence_boundaries(language, text)
        return found

    monkeypatch.setattr(
        "index.sentences.sentencex", SimpleNamespace(get_sentence_boundaries=boundaries)
    )
    text = (piece * 200_000)[:200_000]
    assert_spans_cover(text, "en")
    assert max(lengths) <= 2 * MAX_SENTENCE
    assert sum(lengths) <= 5 * len(text)


def test_a_huge_line_without_a_full_stop() -> None:
    text = "no stop " * 1_250_000
    assert len(split_sentences(text)) <= 1.01 * len(text) / MAX_SENTENCE


def test_no_text_has_no_sentences() -> None:
    assert split_sentences("") == []
    assert split_sentences(" \r\n\u2028\t\u3000") == []


def test_seed_article() -> None:
    [path] = (Path(__file__).parents[2] / "seeds").glob("*.txt")
    found = paragraphs(path.read_text(encoding="utf-8"))
    assert len(found) == 18
    assert found[-1][0] == 12
    assert any("Brig. Gen. Pat Ryder said in the statement." in sentence for _, sentence in found)
