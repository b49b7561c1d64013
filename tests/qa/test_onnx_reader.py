"""The reader that ships, with its real model.

What it answers is for the evaluation to judge. Here: where its words stand, that nothing is left
out, and that it always does the same. Two questions are so easy that any model must know them.
"""

import math
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index import Article, ModelDamaged, ModelNotFound, Sentence, split_sentences
from qa.onnx_reader import MODEL, OnnxReader
from qa.reader import Reading, Window

ROOT = Path(__file__).parents[2]
OPENED = "When was the bridge opened?"
BRIDGE = Article(
    "bridge",
    "The bridge of Varn",
    "The bridge was opened in 1932. It cost 1,000.5 million euros. Ida Holm drew it.\n"
    "A storm closed it for a week. Nobody was hurt, said the harbour master of Norwick.",
)
FERRY = Article(
    "ferry",
    "Ferry",
    "It rained all day. The blue ferry sails to Norwick at noon, and comes back before dark. "
    "Captain Ida Holm steers it. Tickets cost four euros.",
)


@pytest.fixture(scope="module")
def reader() -> OnnxReader:
    return OnnxReader(threads=1)


def window(article: Article, first: int = 0, last: int | None = None) -> Window:
    """Some of the sentences of an article."""
    spans = split_sentences(article.text, "en")
    sentences = [Sentence(n, article.uri, s.start, s.end, 0) for n, s in enumerate(spans)]
    return Window(article, tuple(sentences[first:last]))


def whole(text: str, uri: str = "a") -> Window:
    """A text as one sentence."""
    return Window(Article(uri, "Title", text), (Sentence(0, uri, 0, len(text), 0),))


WINDOWS = [window(BRIDGE, n, n + 3) for n in range(3)] + [window(FERRY, n, n + 2) for n in range(3)]


def words(reading: Reading, sentence: int = 0) -> str:
    span = reading.spans[sentence]
    assert span is not None
    return reading.window.article.text[span.start : span.end]


def best_words(readings: Sequence[Reading]) -> str:
    _, best, number = max(
        (span.score, place, number)
        for place, reading in enumerate(readings)
        for number, span in enumerate(reading.spans)
        if span
    )
    return words(readings[best], number)


def check(readings: Sequence[Reading], windows: Sequence[Window]) -> None:
    """Spans in the order of sentences, each inside its own, of whole words, with finite scores."""
    assert [reading.window for reading in readings] == list(windows)
    for reading in readings:
        text = reading.window.article.text
        assert reading.no_answer == 0
        for sentence, span in zip(reading.window.sentences, reading.spans, strict=True):
            if span is None:
                continue
            assert sentence.start <= span.start < span.end <= sentence.end
            assert math.isfinite(span.score)
            assert span.score <= span.sentence_score < math.inf
            for place in (span.start, span.end):
                if sentence.start < place < sentence.end:
                    assert not (text[place - 1].isalnum() and text[place].isalnum())


def scores(readings: Sequence[Reading]) -> list[float]:
    spans = [span for reading in readings for span in reading.spans]
    return [score for span in spans if span for score in (span.score, span.sentence_score)]


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (OPENED, "The bridge was opened in 1932.", "1932"),
        ("Who is the captain of the ferry?", "Ida Holm is the captain of the ferry.", "Ida Holm"),
    ],
)
def test_very_easy_questions(reader: OnnxReader, question: str, text: str, answer: str) -> None:
    [reading] = reader.read(question, [whole(text)])
    assert words(reading) == answer
    assert reading.spans[0] is not None
    assert reading.spans[0].score > 0, "likelier than no answer"


def test_every_sentence_has_words_of_its_own(reader: OnnxReader) -> None:
    readings = reader.read(OPENED, WINDOWS)
    check(readings, WINDOWS)
    assert all(span is not None for reading in readings for span in reading.spans)
    assert best_words(readings) == "1932"


@settings(max_examples=25)
@given(before=st.text("é😀 \n.ש", max_size=40), first=st.integers(0, 3))
def test_wherever_a_window_begins_the_words_are_slices(
    reader: OnnxReader, before: str, first: int
) -> None:
    """What stands before a window moves its offsets and changes nothing else."""
    here = window(BRIDGE, first)
    shift = len(before)
    moved = replace(BRIDGE, text=before + BRIDGE.text)
    sentences = tuple(replace(s, start=s.start + shift, end=s.end + shift) for s in here.sentences)
    there = Window(moved, sentences)
    assert there.text == here.text
    # Read apart, as windows that are read together touch each other a little.
    [a], [b] = reader.read(OPENED, [here]), reader.read(OPENED, [there])
    check([a, b], [here, there])
    for x, y in zip(a.spans, b.spans, strict=True):
        assert x is not None
        assert y == replace(x, start=x.start + shift, end=x.end + shift)


def test_the_title_is_read_too(reader: OnnxReader) -> None:
    named = whole("It was opened in 1932.")
    other = Window(replace(named.article, title="The bridge of Varn"), named.sentences)
    [a], [b] = reader.read(OPENED, [named]), reader.read(OPENED, [other])
    assert scores([a]) != scores([b])


def test_nothing_to_read(reader: OnnxReader) -> None:
    assert reader.read(OPENED, []) == []


def test_the_same_question_gets_the_same_readings(reader: OnnxReader) -> None:
    assert reader.read(OPENED, WINDOWS) == reader.read(OPENED, WINDOWS)


def test_beside_copies_of_itself_a_window_is_read_as_alone(reader: OnnxReader) -> None:
    for one in WINDOWS:
        [alone] = reader.read(OPENED, [one])
        for among in reader.read(OPENED, [one] * 5):
            assert among.spans == alone.spans or scores([among]) == pytest.approx(
                scores([alone]), abs=0.01
            )


def test_windows_that_are_read_together_touch_each_other_only_a_little(
    reader: OnnxReader,
) -> None:
    """The model's 8-bit numbers share one scale for all that is read at once.

    So scores move with the company they are in: by up to 2 on texts without sense, by less on
    these. What must not happen is that a window gets another one's scores, of which the best
    and the worst here are further apart than that.
    """
    together = reader.read(OPENED, WINDOWS)
    alone = [reading for one in WINDOWS for reading in reader.read(OPENED, [one])]
    assert scores(together) == pytest.approx(scores(alone), abs=3)
    assert max(scores(alone)) - min(scores(alone)) > 6
    assert best_words(together) == best_words(alone)
    order = sorted(range(len(WINDOWS)), key=lambda n: -n)
    turned = reader.read(OPENED, [WINDOWS[n] for n in order])
    assert [reading.window for reading in turned] == [WINDOWS[n] for n in order]
    assert scores(turned[::-1]) == pytest.approx(scores(together), abs=3)


def test_more_windows_than_fit_one_batch_come_back_in_order(reader: OnnxReader) -> None:
    texts = ["ferry " * (7 * n % 90 + 1) + f"number {n}." for n in range(40)]
    windows = [whole(text, f"a{n}") for n, text in enumerate(texts)]
    readings = reader.read("Which number?", windows)
    check(readings, windows)
    assert all(reading.spans[0] is not None for reading in readings)


@pytest.mark.parametrize("count", [100, 107, 150, 320, 500])
def test_no_sentence_of_a_long_window_is_left_out(reader: OnnxReader, count: int) -> None:
    """One sentence has 3 tokens, so these go a little or far beyond what is read at once."""
    text = " ".join(["It rained."] * count)
    sentences = [Sentence(n, "a", 11 * n, 11 * n + 10, 0) for n in range(count)]
    long = Window(Article("a", "Rain", text), tuple(sentences))
    [reading] = reader.read("When did it rain?", [long])
    check([reading], [long])
    assert all(span is not None for span in reading.spans)


@pytest.mark.parametrize("count", [40, 90, 200])
def test_a_long_sentence_is_read_to_its_end(reader: OnnxReader, count: int) -> None:
    text = "It rained and " * count + "the bridge was opened in 1932."
    [reading] = reader.read(OPENED, [whole(text)])
    check([reading], [whole(text)])
    assert words(reading) == "1932"


def test_a_long_sentence_and_its_neighbours_keep_their_places(reader: OnnxReader) -> None:
    long = "It rained and " * 150 + "rained."
    text = f"Ida left. {long} The bridge was opened in 1932."
    bounds = [(0, 9), (10, 10 + len(long)), (11 + len(long), len(text))]
    sentences = tuple(Sentence(n, "a", *pair, 0) for n, pair in enumerate(bounds))
    together = Window(Article("a", "Rain", text), sentences)
    [reading] = reader.read(OPENED, [together])
    check([reading], [together])
    assert words(reading, 2) == "1932"


def test_long_questions_and_titles_leave_room_for_the_text(reader: OnnxReader) -> None:
    article = replace(BRIDGE, title="Bridge " * 500, text="It rained. " * 200)
    long = window(article)
    check(reader.read("when " * 1000, [long]), [long])
    assert all(span is not None for span in reader.read("漢" * 1000, [long])[0].spans)


ODD = [
    "",
    " ",
    "?",
    "\0",
    "\ud800",
    "When \udfff was it?",
    "😀👍🏽",
    "متى افتتح الجسر؟",
    "\u202e",
    "e\u0301",
]


@pytest.mark.parametrize("question", ODD, ids=ascii)
def test_any_text_is_a_question(reader: OnnxReader, question: str) -> None:
    check(reader.read(question, WINDOWS), WINDOWS)


@settings(max_examples=40)
@given(question=st.text(st.characters(), max_size=60), text=st.text(max_size=120))
@example(question=OPENED, text="\0The\0 bri\0dge opened\0.")
@example(question=OPENED, text="😀👍🏽 The bridge 👩‍👩‍👧 opened in 1932 😀.")
@example(question="متى?", text="افتتح الجسر عام 1932. \u202ehello\u202c שלום")
@example(question="?", text="\u0301")
@example(question="?", text="x" * 3000)
@example(question="?", text="(((")
@example(question="?", text="İstanbul’da ﬁnd ß ǅ ①② e\u0301e\u0301")
def test_any_text_can_be_read(reader: OnnxReader, question: str, text: str) -> None:
    if text.strip():
        check(reader.read(question, [whole(text)]), [whole(text)])


@pytest.mark.parametrize("text", ["Le cafe\u0301 est vieux", "हिन्दी में लिखा है"])
def test_letters_of_several_characters_are_not_cut(reader: OnnxReader, text: str) -> None:
    """Each word, asked for alone, comes back with its accents and vowel signs."""
    for word in text.split():
        [reading] = reader.read(word, [whole(word)])
        assert words(reading) == word


def test_a_sentence_without_tokens_has_no_words(reader: OnnxReader) -> None:
    article = Article("a", "Marks", "It rained. \u200d\u200b It sank.")
    bounds = [(0, 10), (11, 13), (14, 22)]
    sentences = tuple(Sentence(n, "a", *pair, 0) for n, pair in enumerate(bounds))
    readings = reader.read("When?", [Window(article, sentences), whole("\u200d", "b")])
    assert [span is None for span in readings[0].spans] == [False, True, False]
    assert readings[1].spans == (None,)


def test_many_threads_read_what_one_reads() -> None:
    """Also when they all want the model at once, before it is there."""
    fresh = OnnxReader(threads=2)
    questions = [OPENED, "Who steers the ferry?", "", "What does a ticket cost?"] * 5

    def read(question: str) -> list[Reading]:
        return fresh.read(question, WINDOWS)

    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(read, questions))
    assert together == [read(question) for question in questions]


def test_threads_do_not_change_what_is_read(reader: OnnxReader) -> None:
    assert scores(OnnxReader(threads=2).read(OPENED, WINDOWS)) == pytest.approx(
        scores(reader.read(OPENED, WINDOWS)), abs=0.01
    )


def test_less_than_no_thread() -> None:
    with pytest.raises(ValueError, match="threads is -1; give 0 or more"):
        OnnxReader(threads=-1)


def test_the_same_model_from_another_place(reader: OnnxReader) -> None:
    """The one that ships is held to be the published one; its hash is the one in the source."""
    reader.warm_up()
    assert OnnxReader(MODEL, threads=1).read(OPENED, WINDOWS) == reader.read(OPENED, WINDOWS)


# What a message may tell people to do.
DO = "(?i)give|install|choose|fetch|export"


@pytest.mark.parametrize("name", ["absent.onnx", "."])
def test_a_model_that_is_not_there(tmp_path: Path, name: str) -> None:
    missing = OnnxReader(tmp_path / name)
    with pytest.raises(ModelNotFound) as raised:
        missing.read(OPENED, WINDOWS)
    assert str(tmp_path / name) in str(raised.value)
    with pytest.raises(ModelNotFound, match=DO):
        missing.warm_up()


@pytest.mark.parametrize("kept", [0, 1, 1_000, 1_000_000])
def test_a_model_that_is_cut_off(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "cut.onnx"
    with MODEL.open("rb") as model:
        path.write_bytes(model.read(kept))
    with pytest.raises(ModelDamaged) as raised:
        OnnxReader(path).warm_up()
    assert str(path) in str(raised.value)


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "text.onnx"
    path.write_text("The bridge was opened in 1932.")
    with pytest.raises(ModelDamaged, match=r"text\.onnx is not an ONNX model") as raised:
        OnnxReader(path).read(OPENED, WINDOWS)
    with pytest.raises(ModelDamaged, match=DO):
        raise raised.value


def test_the_model_that_ships_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One wrong byte among the weights would still load, and answer something."""
    content = bytearray(MODEL.read_bytes())
    content[len(content) // 2] ^= 1
    path = tmp_path / "reader.onnx"
    path.write_bytes(content)
    monkeypatch.setattr("qa.onnx_reader.MODEL", path)
    with pytest.raises(ModelDamaged, match=r"SHA-256 .*; install article-qa again"):
        OnnxReader().warm_up()
    path.unlink()
    with pytest.raises(ModelNotFound, match=DO):
        OnnxReader().warm_up()


def test_reading_needs_neither_torch_nor_transformers() -> None:
    code = """
import sys
from index import Article, Sentence
from qa.onnx_reader import OnnxReader
from qa.reader import Window
text = "The bridge was opened in 1932."
window = Window(Article("a", "Bridge", text), (Sentence(0, "a", 0, len(text), 0),))
[reading] = OnnxReader().read("When was the bridge opened?", [window])
assert reading.spans[0]
print(*sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules)))
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == ""
