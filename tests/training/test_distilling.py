"""The larger reader that teaches, and what is learnt from it."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest
import torch

TRAINING = Path(__file__).parents[2] / "training"
WINDOWS, TOKENS = 5, 12
GROUP = torch.tensor([0, 0, 1, 2, 2])
# The answer may stand in these tokens.
FIRST, LAST = 4, 10


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """training/, whose modules find each other as neighbours."""
    monkeypatch.syspath_prepend(TRAINING)


@pytest.fixture
def reader_model(scripts: None) -> ModuleType:
    return importlib.import_module("reader_model")


@pytest.fixture
def teacher_model(scripts: None) -> ModuleType:
    return importlib.import_module("teacher_model")


def scores(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    start, end = torch.randn(2, WINDOWS, TOKENS, generator=generator)
    return start, end


def readable() -> torch.Tensor:
    result = torch.zeros(WINDOWS, TOKENS, dtype=torch.bool)
    result[:, FIRST : LAST + 1] = True
    return result


def outcomes(start: torch.Tensor, end: torch.Tensor, group: int) -> dict[str, torch.Tensor]:
    """Scores of everything that a group may be answered with, "no answer" first."""
    windows = [n for n in range(WINDOWS) if GROUP[n] == group]
    tokens = range(FIRST, LAST + 1)
    spans = [start[w, a] + end[w, b] for w in windows for a in tokens for b in tokens if a <= b]
    return {
        "start": torch.tensor([0.0, *(start[w, t] for w in windows for t in tokens)]),
        "end": torch.tensor([0.0, *(end[w, t] for w in windows for t in tokens)]),
        "span": torch.tensor([0.0, *spans]),
    }


def test_nothing_is_learnt_from_a_teacher_who_says_the_same(reader_model: ModuleType) -> None:
    start, end = scores(0)
    loss = reader_model.distilling_loss(start, end, start, end, readable(), GROUP, 3)
    assert abs(float(loss)) < 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_the_loss_is_the_divergence_of_all_outcomes(reader_model: ModuleType, seed: int) -> None:
    mine, theirs = scores(seed), scores(seed + 100)
    expected = 0.0
    for group in range(3):
        told = outcomes(*theirs, group)
        for kind, held in outcomes(*mine, group).items():
            likely = told[kind].softmax(0)
            divergence = (likely * (likely.log() - held.log_softmax(0))).sum()
            expected += (0.5 if kind == "span" else 0.25) * float(divergence) / 3
    loss = reader_model.distilling_loss(*mine, *theirs, readable(), GROUP, 3)
    assert float(loss) == pytest.approx(expected, rel=1e-4)


def test_what_cannot_be_read_teaches_nothing(reader_model: ModuleType) -> None:
    mine, theirs = scores(1), scores(2)
    before = reader_model.distilling_loss(*mine, *theirs, readable(), GROUP, 3)
    for part in (*mine, *theirs):
        part[:, :FIRST] += 7
    after = reader_model.distilling_loss(*mine, *theirs, readable(), GROUP, 3)
    assert float(before) == pytest.approx(float(after))


def test_the_teacher_reads_a_window_alike_alone_and_beside_longer_ones(
    teacher_model: ModuleType,
) -> None:
    from transformers import MPNetConfig

    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=300, hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
        intermediate_size=48, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    teacher = teacher_model.TeacherModel(config).eval()
    lengths = [9, 14, 5]
    ids = torch.zeros(3, max(lengths), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, length in enumerate(lengths):
        ids[row, :length] = torch.randint(110, 290, (length,))
        ids[row, 0], ids[row, length - 1] = 101, 102
        mask[row, :length] = 1
    with torch.no_grad():
        start, end = teacher.read(ids, mask, torch.zeros_like(ids))
        for row, length in enumerate(lengths):
            hidden = teacher.bert(
                input_ids=teacher_model.teachers_ids(ids[row : row + 1, :length])
            ).last_hidden_state
            both = teacher.span(hidden) + teacher.answered(hidden[:, :1]) / 2
            torch.testing.assert_close(start[row, :length], both[0, :, 0], atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(end[row, :length], both[0, :, 1], atol=1e-5, rtol=1e-4)
    assert start.std() > 0.01


def test_the_teacher_has_other_numbers_for_the_same_words(teacher_model: ModuleType) -> None:
    padding, start, end, unknown, word = 0, 101, 102, 100, 1996
    ids = torch.tensor([[start, word, unknown, end, padding]])
    assert teacher_model.teachers_ids(ids).tolist() == [[0, 2000, 104, 2, 1]]
