"""The reader for models of Hugging Face: a tiny random one, which keeps to the contract."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index import Article, ModelDamaged, ModelNotFound, Sentence, split_sentences
from qa import TransformersReader
from qa.onnx_reader import VOCABULARY
from qa.reader import Reading, Window

FERRY = Article(
    "ferry",
    "Ferry",
    "It rained. The ferry sails to Norwick at noon. Tickets cost 1,000.5 euros. Ida steers.",
)
LONG = Article("long", "Log", "It rained. " + "the ferry sails and " * 300 + "it sank at noon.")


def window(article: Article, first: int = 0, last: int | None = None) -> Window:
    """Some of the sentences of an article."""
    spans = split_sentences(article.text, "en")
    sentences = [Sentence(n, article.uri, s.start, s.end, 0) for n, s in enumerate(spans)]
    return Window(article, tuple(sentences[first:last]))


@pytest.fixture(scope="module", autouse=True)
def offline() -> Iterator[None]:
    """No name is asked for on the network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        yield


def save(folder: Path, kind: str = "BertForQuestionAnswering") -> Path:
    """A model of this class with random weights, and a tokenizer with the shipped vocabulary."""
    import torch
    import transformers

    with VOCABULARY.open(encoding="utf-8") as lines:
        size = sum(1 for _ in lines)
    config = transformers.BertConfig(
        vocab_size=size,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=1.0,
    )
    torch.manual_seed(0)
    model: Any = getattr(transformers, kind)(config)
    model.save_pretrained(folder)
    tokenizer: Any = transformers.BertTokenizerFast(vocab=str(VOCABULARY), model_max_length=512)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def reader(folder: Path) -> TransformersReader:
    made = TransformersReader(folder)
    made.warm_up()
    return made


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    """The model's files, to be damaged."""
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def check(readings: Sequence[Reading], windows: Sequence[Window]) -> None:
    """Spans in the order of sentences, each inside its own, of whole words."""
    assert [reading.window for reading in readings] == list(windows)
    for reading in readings:
        text = reading.window.article.text
        assert reading.no_answer == 0
        for sentence, span in zip(reading.window.sentences, reading.spans, strict=True):
            assert span is not None
            assert sentence.start <= span.start < span.end <= sentence.end
            assert span.score <= span.sentence_score
            words = text[span.start : span.end]
            assert words == words.strip()
            for place in (span.start, span.end):
                if sentence.start < place < sentence.end:
                    assert not (text[place - 1].isalnum() and text[place].isalnum())


@pytest.mark.parametrize("question", ["When does the ferry sail?", "", "x" * 300, "漢字?", "\0😀"])
def test_spans_lie_in_their_sentences(reader: TransformersReader, question: str) -> None:
    windows = [window(FERRY), window(FERRY, 1), window(FERRY, 2, 3), window(FERRY, 3)]
    check(reader.read(question, windows), windows)


def test_nothing_to_read(reader: TransformersReader) -> None:
    assert reader.read("When?", []) == []


def test_a_window_is_read_alike_alone_and_among_others(reader: TransformersReader) -> None:
    windows = [window(FERRY, n, n + 2) for n in range(3)] * 7
    together = reader.read("When does the ferry sail?", windows)
    for one, whole in zip(windows, together, strict=True):
        [alone] = reader.read("When does the ferry sail?", [one])
        for a, b in zip(alone.spans, whole.spans, strict=True):
            assert a is not None
            assert b is not None
            assert (a.start, a.end) == (b.start, b.end)
            assert (a.score, a.sentence_score) == pytest.approx(
                (b.score, b.sentence_score), abs=1e-3
            )


def test_other_windows_of_one_article_do_not_mix(reader: TransformersReader) -> None:
    """The same words at another place are read the same, but for where they stand."""
    moved = Article("moved", "Ferry", "Nothing of note here. " * 5 + FERRY.text)
    here, there = window(FERRY, 1, 2), window(moved, 6, 7)
    assert here.text == there.text
    a, b = (reading.spans[0] for reading in reader.read("When?", [here, there]))
    assert a is not None
    assert b is not None
    assert a.score == pytest.approx(b.score, abs=1e-3)
    assert b.start - a.start == b.end - a.end == there.start - here.start


def test_a_window_longer_than_the_model_reads_is_read_to_its_end(
    reader: TransformersReader,
) -> None:
    many = Article("many", "Log", " ".join(f"Ferry {n} sails." for n in range(400)))
    windows = [window(LONG), window(many)]
    assert len(windows[1].sentences) == 400
    check(reader.read("When does it sail?", windows), windows)


def test_a_sentence_without_tokens_has_no_words(reader: TransformersReader) -> None:
    article = Article("a", "Marks", "It rained. \u200d\u200b It sank.")
    sentences = [Sentence(n, "a", *span, 0) for n, span in enumerate([(0, 10), (11, 13), (14, 22)])]
    [reading] = reader.read("When?", [Window(article, tuple(sentences))])
    assert [span is None for span in reading.spans] == [False, True, False]


def test_many_threads_read_what_one_reads(reader: TransformersReader) -> None:
    windows = [window(FERRY), window(FERRY, 2)]
    questions = ["When?", "Who steers the ferry?", "", "How much does a ticket cost?"] * 4
    alone = [reader.read(question, windows) for question in questions]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda question: reader.read(question, windows), questions))
    for one, other in zip(alone, together, strict=True):
        for a, b in zip(one, other, strict=True):
            for x, y in zip(a.spans, b.spans, strict=True):
                assert x is not None
                assert y is not None
                assert (x.start, x.end) == (y.start, y.end)
                assert x.score == pytest.approx(y.score, abs=1e-3)


@pytest.mark.parametrize("question", ["\ud800", "When \udfff?"], ids=ascii)
def test_half_a_character_is_a_question(reader: TransformersReader, question: str) -> None:
    check(reader.read(question, [window(FERRY)]), [window(FERRY)])


@pytest.mark.parametrize("length", [330, 1000])
def test_a_question_of_many_tokens_is_read(reader: TransformersReader, length: int) -> None:
    """The bot lets questions of 1,000 characters through, and each of these is a token."""
    check(reader.read("漢" * length, [window(LONG)]), [window(LONG)])


@pytest.mark.parametrize("name", ["absent", "no-such-owner/no-such-model"])
def test_a_model_that_is_not_there(tmp_path: Path, name: str) -> None:
    model = tmp_path / name if name == "absent" else name
    with pytest.raises(ModelNotFound, match=r"(?s)There is no .*; give the path of a folder"):
        TransformersReader(model)


def test_a_folder_without_weights(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    with pytest.raises(ModelNotFound, match=r"give the path of a folder with config\.json"):
        TransformersReader(copied)


def test_weights_that_are_pickled_are_not_opened(copied: Path) -> None:
    (copied / "model.safetensors").rename(copied / "pytorch_model.bin")
    with pytest.raises(ModelNotFound, match=r"model\.safetensors"):
        TransformersReader(copied)


def test_a_folder_of_something_else(copied: Path) -> None:
    (copied / "config.json").write_text("{}")
    with pytest.raises(ModelDamaged, match=r"is not a question answering model(?s:.*); choose"):
        TransformersReader(copied)


@pytest.mark.parametrize("kept", [0, 100, 20_000])
def test_damaged_weights(copied: Path, kept: int) -> None:
    weights = copied / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:kept])
    with pytest.raises(ModelDamaged, match="choose another"):
        TransformersReader(copied)


def test_a_model_that_never_learned_to_answer_is_refused(tmp_path: Path) -> None:
    """Else its answers would be drawn by lot: the last layer is not in the file."""
    with pytest.raises(ModelDamaged, match="choose another"):
        TransformersReader(save(tmp_path, "BertForMaskedLM"))
