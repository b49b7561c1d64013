"""Train the reader from the weights of all-MiniLM-L6-v2.

    python training/mine_passages.py ../shared/data/squad/train.json.gz --out WORK/mined
    python training/train_reader.py --mined WORK/mined --qamr ../shared/data/qamr \\
        --dev ../shared/data/squad/dev.json.gz --out WORK/reader

One pass over the mined questions. It is seeded, prints loss and development figures, writes a
checkpoint every few minutes and goes on from it when started again with the same arguments; it
uses a GPU where there is one. The learning rate warms up, stays, and falls to zero over the last
part (`--decay`), so that a run can be ended sooner or made longer. `--begin` takes up the weights
that another run ended with: its checkpoint, which leaves the warm-up out, or the folder that
`import_reader.py` made of a reader that ships. `qa/model/README.md` says how it came about.

With `--body`, a larger reader is trained, which does not ship; with `--teacher`, what that one
holds likely counts beside the marked answers (distillation: Hinton, Vinyals and Dean 2015), which
tells which of the wrong ones are nearly right:

    python training/train_reader.py ... --body WORK/all-mpnet-base-v2 --rate 4e-5 --out WORK/teacher
    python training/train_reader.py ... --teacher WORK/teacher --begin WORK/before --out WORK/taught

With `--news`, invented news is read as well (see `news_data.py`), each folder as often as
`--copies` says, with other windows each time, and of the other questions only a `--share`:

    python training/mine_passages.py training/news/train/questions.jsonl --out WORK/news
    python training/train_reader.py ... --news WORK/news --share 0.06 --begin WORK/before \\
        --out WORK/after

The result is `model.safetensors` with `config.json`; `export_reader.py` makes the file that ships.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from reader_model import ReaderModel, distilling_loss, reading_loss
from reading_data import NEWS_COPIES, Recipe, news_groups, qamr_groups, squad_groups
from reading_development import (
    Asked,
    development_questions,
    read_all,
    reading_figures,
    right_paragraph,
)
from reading_tensors import Read, batches, encode_groups, tensors
from safetensors.torch import load_file, save_file
from teacher_model import TeacherModel
from tokenizers import Tokenizer
from transformers import BertConfig, MPNetConfig

from index.model_files import default_model_folder

HEAD_RATE = 8
WARM_UP_GROUPS = 2500
WEIGHT_DECAY = 0.01
# How much of the loss is the teacher's, where there is one.
TEACHER_SHARE = 0.7
CHECKPOINT_SECONDS = 300
DEV_QUESTIONS = 400


def rate(groups_done: int, groups_all: int, decay: float, with_moments: bool) -> float:
    """Share of the highest learning rate."""
    if groups_done < WARM_UP_GROUPS and not with_moments:
        return groups_done / WARM_UP_GROUPS
    return min(1.0, (groups_all - groups_done) / (decay * groups_all))


def build(folder: Path) -> tuple[ReaderModel | TeacherModel, BertConfig | MPNetConfig]:
    """The untrained reader over the weights of a folder: all-MiniLM-L6-v2 or all-mpnet-base-v2."""
    large = json.loads((folder / "config.json").read_text())["model_type"] == "mpnet"
    config = (MPNetConfig if large else BertConfig).from_json_file(str(folder / "config.json"))
    # One pass over the data: nothing is seen twice, so there is nothing to drop.
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    model = TeacherModel(config) if large else ReaderModel(config)
    weights = load_file(folder / "model.safetensors")
    weights = {key.removeprefix("bert."): value for key, value in weights.items()}
    missing, _ = model.bert.load_state_dict(weights, strict=False)
    if [key for key in missing if "position_ids" not in key]:
        raise SystemExit(f"The weights lack {missing}.")
    return model, config


def tokenizer_of(folder: Path) -> Tokenizer:
    """The tokenizer of the reader that ships, which the larger one shares."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def teacher_of(folder: Path) -> TeacherModel:
    """The larger reader that a run with `--body` wrote."""
    teacher = TeacherModel(MPNetConfig.from_json_file(str(folder / "config.json")))
    teacher.load_state_dict(load_file(folder / "model.safetensors"))
    return teacher.eval()


def optimiser_of(model: ReaderModel | TeacherModel, rate: float) -> torch.optim.AdamW:
    """For all weights but the embeddings of words, which stay.

    They are half of the weights, and one pass hardly moves them.
    """
    model.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    body = [p for n, p in model.named_parameters() if n.startswith("bert") and p.requires_grad]
    head = [p for n, p in model.named_parameters() if not n.startswith("bert")]
    return torch.optim.AdamW(
        [{"params": body, "scale": 1.0}, {"params": head, "scale": HEAD_RATE}],
        lr=rate,
        betas=(0.9, 0.98),
        weight_decay=WEIGHT_DECAY,
        fused=True,
    )


def learn(
    model: ReaderModel | TeacherModel,
    optimiser: torch.optim.AdamW,
    batch: Sequence[list[Read]],
    rate: float,
    sixteen_bits: bool,
    *,
    shared_softmax: bool = True,
    teacher: TeacherModel | None = None,
) -> float:
    """One step; the loss before it.

    Args:
        rate: of the body; the head learns faster.
        sixteen_bits: compute the passes in bfloat16.
        shared_softmax: the windows of a group and "no answer" compete; otherwise each window
            competes with "no answer" alone.
        teacher: a larger reader, whose judgement counts beside the marked answers.
    """
    for part in optimiser.param_groups:
        part["lr"] = rate * part["scale"]
    device = model.span.weight.device
    ids, mask, kinds, readable, group, gold = (t.to(device) for t in tensors(batch))
    groups = len(batch)
    if not shared_softmax:
        group, groups = torch.arange(len(ids), device=device), len(ids)
    with torch.autocast(device.type, torch.bfloat16, enabled=sixteen_bits):
        scores = model.read(ids, mask, kinds)
        if teacher:
            with torch.no_grad():
                teacher_scores = teacher.read(ids, mask, kinds)
    loss = reading_loss(*scores, readable, group, groups, gold)
    if teacher:
        told = distilling_loss(*scores, *teacher_scores, readable, group, groups)
        loss = (1 - TEACHER_SHARE) * loss + TEACHER_SHARE * told
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    learning = [p for part in optimiser.param_groups for p in part["params"]]
    torch.nn.utils.clip_grad_norm_(learning, 1.0)
    optimiser.step()
    return loss.item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mined", type=Path, required=True)
    parser.add_argument("--qamr", type=Path)
    parser.add_argument(
        "--news",
        type=Path,
        nargs="+",
        default=[],
        help="folders of mined news, all of which is read",
    )
    parser.add_argument("--copies", type=int, nargs="+", help="how often each of these is read")
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="checkpoint or folder to begin from")
    parser.add_argument(
        "--body", type=Path, help="folder of all-mpnet-base-v2, for a reader that teaches another"
    )
    parser.add_argument("--teacher", type=Path, help="folder that a run with --body wrote")
    parser.add_argument(
        "--bfloat16",
        action="store_true",
        help="compute in 16 bits, as on a GPU: twice as fast on processors with avx512_bf16",
    )
    parser.add_argument("--share", type=float, default=1.0, help="of the questions")
    parser.add_argument(
        "--taken-out",
        type=float,
        default=0.0,
        help="share of the questions that are read once more without the sentence that answers",
    )
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--decay", type=float, default=0.5, help="share of the run")
    parser.add_argument("--tokens", type=int, default=2048, help="in a batch")
    parser.add_argument("--figures", type=int, default=12, help="how often they are computed")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    copies = arguments.copies or [NEWS_COPIES] * len(arguments.news)
    if len(copies) != len(arguments.news):
        parser.error(f"{len(arguments.news)} folders with --news, so give --copies as many numbers")
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    sixteen_bits = arguments.bfloat16 or device.type == "cuda"
    model, config = build(arguments.body or default_model_folder())
    tokenizer = tokenizer_of(default_model_folder())
    model.to(device)
    teacher = teacher_of(arguments.teacher).to(device) if arguments.teacher else None
    recipe = Recipe(taken_out=arguments.taken_out)
    groups = encode_groups(tokenizer, list(squad_groups(arguments.mined, arguments.seed, recipe)))
    if arguments.qamr:
        groups += encode_groups(tokenizer, list(qamr_groups(arguments.qamr, arguments.seed)))
    total = int(arguments.share * len(groups))
    if arguments.news:
        groups = random.Random(arguments.seed).sample(groups, total)
        for folder, times in zip(arguments.news, copies, strict=True):
            read = list(news_groups(folder, arguments.seed, recipe, times))
            groups += encode_groups(tokenizer, read)
        total = len(groups)
    plan = batches(groups, arguments.tokens, arguments.seed)
    lengths = [len(r.ids) for g in groups for r in g]
    print(
        f"{len(groups)} groups, {len(lengths)} windows of {np.mean(lengths):.0f} tokens, "
        f"{total} groups are read",
        flush=True,
    )
    development = [
        Asked(question.text, question.answers, right_paragraph(question, article))
        for question, article in development_questions(arguments.dev, DEV_QUESTIONS)
    ]
    optimiser = optimiser_of(model, arguments.rate)
    step = done = 0
    checkpoint = arguments.out / "checkpoint.pt"
    begin = checkpoint if checkpoint.exists() else arguments.begin
    if begin and begin.is_file():
        state = torch.load(begin, weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
    elif begin:
        model.load_state_dict(load_file(begin / "model.safetensors"))
    # Without them the first steps would be too long.
    with_moments = arguments.begin is not None and arguments.begin.is_file()
    if checkpoint.exists():
        step, done = state["step"], state["done"]
        print(f"goes on after {done} groups", flush=True)
    log = (arguments.out / "log.jsonl").open("a")
    losses: list[float] = []
    started = saved = time.monotonic()
    begun_at = done
    next_figures = done + total // arguments.figures
    model.train()
    while done < total and step < len(plan):
        batch = [groups[n] for n in plan[step]]
        share = rate(done, total, arguments.decay, with_moments)
        losses.append(
            learn(model, optimiser, batch, arguments.rate * share, sixteen_bits, teacher=teacher)
        )
        done += len(batch)
        step += 1
        if step % 50 == 0:
            speed = (done - begun_at) / (time.monotonic() - started)
            print(
                f"{done}/{total} loss {np.mean(losses[-200:]):.3f} {speed:.1f} groups/s, "
                f"{(total - done) / speed / 60:.0f} min left",
                flush=True,
            )
        if done >= next_figures or done >= total:
            next_figures = done + total // arguments.figures
            with torch.autocast(device.type, torch.bfloat16, enabled=sixteen_bits):
                found = read_all(model, tokenizer, device, development)
            record = {
                "groups": done,
                "loss": round(float(np.mean(losses[-400:])), 4),
                "seconds": round(time.monotonic() - started),
                **reading_figures(development, found),
            }
            print(json.dumps(record), flush=True)
            log.write(json.dumps(record) + "\n")
            log.flush()
        if time.monotonic() - saved > CHECKPOINT_SECONDS or done >= total:
            saved = time.monotonic()
            unfinished = checkpoint.with_suffix(".part")
            torch.save(
                {
                    "model": model.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step,
                    "done": done,
                },
                unfinished,
            )
            unfinished.rename(checkpoint)
    weights = {k: v.detach().cpu().contiguous() for k, v in model.state_dict().items()}
    save_file(weights, arguments.out / "model.safetensors")
    (arguments.out / "config.json").write_text(config.to_json_string())


if __name__ == "__main__":
    main()
