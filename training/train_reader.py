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

The result is `model.safetensors` with `config.json`; `export_reader.py` makes the file that ships.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from reader_model import ReaderModel, reading_loss
from reading_data import Group, Window, qamr_groups, squad_groups
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertConfig

from index import split_sentences
from index.model_files import default_model_folder
from qa.squad import SquadAnswer, exact_match, f1, read_squad

LONGEST_TOKENS = 224
HEAD_RATE = 8
WARM_UP_GROUPS = 2500
WEIGHT_DECAY = 0.01
CHECKPOINT_SECONDS = 300
DEV_QUESTIONS = 400


@dataclass
class Read:
    """A window as tokens; `spans` are first and last tokens of the answer."""

    ids: list[int]
    readable_from: int
    spans: list[tuple[int, int]]


def encode(
    tokenizer: Tokenizer, question: list[int], window: Window, texts: dict[str, object]
) -> Read | None:
    """[CLS] question [SEP] title [SEP] text [SEP]; None if it is too long or cuts an answer."""
    title = texts[window.title].ids if window.title else []
    text = texts[window.text]
    before = [101, *question, 102, *title, 102]
    spans = []
    for start, end in window.answers:
        inside = [n for n, (a, b) in enumerate(text.offsets) if a < end and b > start]
        if inside:
            spans.append((inside[0] + len(before), inside[-1] + len(before)))
    ids = [*before, *text.ids, 102]
    if len(ids) > LONGEST_TOKENS or len(spans) < len(window.answers):
        return None
    return Read(ids, len(before), spans)


def encode_groups(tokenizer: Tokenizer, groups: Sequence[Group]) -> list[list[Read]]:
    """Groups as tokens; those with a window that is too long lose it."""
    texts = {t for g in groups for w in g.windows for t in (w.title, w.text)}
    ordered = sorted(texts)
    encoded = dict(
        zip(ordered, tokenizer.encode_batch(ordered, add_special_tokens=False), strict=True)
    )
    questions = tokenizer.encode_batch([g.question for g in groups], add_special_tokens=False)
    result = []
    for group, question in zip(groups, questions, strict=True):
        read = [encode(tokenizer, question.ids[:60], w, encoded) for w in group.windows]
        if read[0] is not None:
            result.append([r for r in read if r is not None])
    return result


def batches(groups: list[list[Read]], tokens: int, seed: int) -> list[list[int]]:
    """Numbers of groups, shuffled, those of like length together; so many tokens in a batch."""
    randomness = random.Random(seed)
    order = list(range(len(groups)))
    randomness.shuffle(order)
    longest = [max(len(r.ids) for r in group) for group in groups]
    result = []
    for begin in range(0, len(order), 1024):
        made: list[list[int]] = [[]]
        room = tokens
        for n in sorted(order[begin : begin + 1024], key=longest.__getitem__):
            size = sum(len(r.ids) for r in groups[n])
            if made[-1] and size > room:
                made.append([])
                room = tokens
            made[-1].append(n)
            room -= size
        randomness.shuffle(made)
        result += made
    return result


def tensors(groups: list[list[Read]]) -> tuple[torch.Tensor, ...]:
    """Inputs of the model and of the loss."""
    reads = [r for group in groups for r in group]
    longest = max(len(r.ids) for r in reads)
    ids = np.zeros((len(reads), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    kinds = np.zeros_like(ids)
    for row, read in enumerate(reads):
        ids[row, : len(read.ids)] = read.ids
        mask[row, : len(read.ids)] = 1
        kinds[row, read.readable_from : len(read.ids)] = 1
    readable = kinds.astype(bool)
    for row, read in enumerate(reads):
        readable[row, len(read.ids) - 1] = False
    group = np.array([n for n, g in enumerate(groups) for _ in g])
    gold = [(row, a, b) for row, read in enumerate(reads) for a, b in read.spans]
    return (
        *(torch.from_numpy(a) for a in (ids, mask, kinds, readable, group)),
        torch.tensor(gold, dtype=torch.long).reshape(-1, 3),
    )


class Development:
    """Reads the right paragraph of development questions: exact match, F1, and how often the
    first window of another paragraph of the article wins over "no answer"."""

    def __init__(self, path: Path, tokenizer: Tokenizer, count: int) -> None:
        articles, questions = read_squad(path)
        text_of = {article.uri: article for article in articles}
        chosen = random.Random(0).sample(questions, count)
        self.answers: list[tuple[SquadAnswer, ...]] = []
        self.texts: list[str] = []
        groups = []
        for question in chosen:
            article = text_of[question.uri]
            start = article.text.rfind("\n\n", 0, question.answers[0].start) + 1
            end = article.text.find("\n\n", question.answers[0].start)
            paragraph = article.text[start : end if end > 0 else None].strip()
            spans = [(s.start, s.end) for s in split_sentences(paragraph, None)]
            for first in range(max(1, len(spans) - 2)):
                last = min(len(spans), first + 3) - 1
                window = Window(article.title, paragraph[spans[first][0] : spans[last][1]])
                groups.append(Group(question.text, (window,)))
                self.answers.append(question.answers)
                self.texts.append(window.text)
        self.owner = {}
        self.reads = []
        for number, group in enumerate(groups):
            read = encode_groups(tokenizer, [group])
            if read:
                self.owner[len(self.reads)] = number
                self.reads.append(read[0])
        self.tokenizer = tokenizer

    @torch.no_grad()
    def figures(self, model: ReaderModel, device: torch.device) -> dict[str, float]:
        model.eval()
        best: dict[tuple, tuple[float, str]] = {}
        order = sorted(range(len(self.reads)), key=lambda n: len(self.reads[n][0].ids))
        for begin in range(0, len(order), 32):
            part = order[begin : begin + 32]
            ids, mask, kinds, readable, *_ = tensors([self.reads[n] for n in part])
            start, end = (
                x.float().cpu().masked_fill(~readable, -1e4)
                for x in model.read(ids.to(device), mask.to(device), kinds.to(device))
            )
            size = start.shape[1]
            ones = torch.ones(size, size, dtype=torch.bool)
            spans = (start[:, :, None] + end[:, None, :]).masked_fill(
                ~(ones.triu() & ~ones.triu(30)), -1e4
            )
            values, places = spans.flatten(1).max(1)
            for n, value, place in zip(part, values.tolist(), places.tolist(), strict=True):
                read = self.reads[n][0]
                text = self.texts[self.owner[n]]
                offsets = self.tokenizer.encode(text, add_special_tokens=False).offsets
                first, last = place // size - read.readable_from, place % size - read.readable_from
                key = self.answers[self.owner[n]]
                found = (value, text[offsets[first][0] : offsets[last][1]])
                best[key] = max(best.get(key, found), found)
        model.train()
        return {
            "exact_match": float(np.mean([exact_match(t, a) for a, (_, t) in best.items()])),
            "f1": float(np.mean([f1(t, a) for a, (_, t) in best.items()])),
            "answered": float(np.mean([v > 0 for v, _ in best.values()])),
        }


def rate(groups_done: int, groups_all: int, decay: float, with_moments: bool) -> float:
    """Share of the highest learning rate."""
    if groups_done < WARM_UP_GROUPS and not with_moments:
        return groups_done / WARM_UP_GROUPS
    return min(1.0, (groups_all - groups_done) / (decay * groups_all))


def build(folder: Path) -> tuple[ReaderModel, Tokenizer, BertConfig]:
    """The untrained reader over the checked weights."""
    config = BertConfig.from_json_file(str(folder / "config.json"))
    # One pass over the data: nothing is seen twice, so there is nothing to drop.
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    model = ReaderModel(config)
    weights = load_file(folder / "model.safetensors")
    weights = {key.removeprefix("bert."): value for key, value in weights.items()}
    missing, _ = model.bert.load_state_dict(weights, strict=False)
    if [key for key in missing if "position_ids" not in key]:
        raise SystemExit(f"The weights lack {missing}.")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return model, tokenizer, config


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mined", type=Path, required=True)
    parser.add_argument("--qamr", type=Path)
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="checkpoint or folder to begin from")
    parser.add_argument(
        "--bfloat16",
        action="store_true",
        help="compute in 16 bits, as on a GPU: twice as fast on processors with avx512_bf16",
    )
    parser.add_argument("--share", type=float, default=1.0, help="of the questions")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--decay", type=float, default=0.5, help="share of the run")
    parser.add_argument("--tokens", type=int, default=2048, help="in a batch")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    sixteen_bits = arguments.bfloat16 or device.type == "cuda"
    model, tokenizer, config = build(default_model_folder())
    model.to(device)
    groups = encode_groups(tokenizer, list(squad_groups(arguments.mined, arguments.seed)))
    if arguments.qamr:
        groups += encode_groups(tokenizer, list(qamr_groups(arguments.qamr, arguments.seed)))
    plan = batches(groups, arguments.tokens, arguments.seed)
    total = int(arguments.share * len(groups))
    lengths = [len(r.ids) for g in groups for r in g]
    print(
        f"{len(groups)} groups, {len(lengths)} windows of {np.mean(lengths):.0f} tokens, "
        f"{total} groups are read",
        flush=True,
    )
    development = Development(arguments.dev, tokenizer, DEV_QUESTIONS)
    # The embeddings of words stay: they are half of the weights, and one pass hardly moves them.
    model.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    body = [p for n, p in model.named_parameters() if n.startswith("bert") and p.requires_grad]
    head = [p for n, p in model.named_parameters() if not n.startswith("bert")]
    optimiser = torch.optim.AdamW(
        [{"params": body, "scale": 1.0}, {"params": head, "scale": HEAD_RATE}],
        lr=arguments.rate,
        betas=(0.9, 0.98),
        weight_decay=WEIGHT_DECAY,
        fused=True,
    )
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
    next_figures = done + total // 12
    model.train()
    while done < total and step < len(plan):
        batch = [groups[n] for n in plan[step]]
        share = rate(done, total, arguments.decay, with_moments)
        for part in optimiser.param_groups:
            part["lr"] = arguments.rate * share * part["scale"]
        ids, mask, kinds, readable, group, gold = (t.to(device) for t in tensors(batch))
        with torch.autocast(device.type, torch.bfloat16, enabled=sixteen_bits):
            start, end = model.read(ids, mask, kinds)
        loss = reading_loss(start.float(), end.float(), readable, group, len(batch), gold)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body + head, 1.0)
        optimiser.step()
        losses.append(loss.item())
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
            next_figures = done + total // 12
            record = {
                "groups": done,
                "loss": round(float(np.mean(losses[-400:])), 4),
                "seconds": round(time.monotonic() - started),
                **development.figures(model, device),
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
