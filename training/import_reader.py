"""Take the reader that ships back into PyTorch, so that a run can begin from it.

    python training/import_reader.py qa/model/reader.onnx --out WORK/shipped
    python training/train_reader.py ... --begin WORK/shipped

The checkpoints of the runs before are too large to keep in the project; the file that ships is
theirs in 8 bits. The embeddings of words, which no run changes, are those of all-MiniLM-L6-v2.
Prints by how much the scores of some texts differ from those of the file.
"""

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from export_reader import INPUTS, example
from onnx import numpy_helper
from onnxruntime import InferenceSession
from reader_model import ReaderModel
from safetensors.torch import load_file, save_file
from transformers import BertConfig

from index.model_files import default_model_folder

EMBEDDINGS = (
    "bert.embeddings.position_embeddings.weight",
    "bert.embeddings.token_type_embeddings.weight",
    "bert.embeddings.LayerNorm.weight",
    "bert.embeddings.LayerNorm.bias",
)


def tensors_by_name(model: onnx.ModelProto) -> Callable[[str], np.ndarray]:
    """What gives a tensor of the file as numbers, taken out of its 8 bits where it has them."""
    stored = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}

    def tensor(name: str) -> np.ndarray:
        if name in stored:
            return stored[name].astype(np.float32)
        offset = stored[f"{name}_zero_point"].astype(np.float32)
        return (stored[f"{name}_quantized"].astype(np.float32) - offset) * stored[f"{name}_scale"]

    return tensor


def weights_of(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """The weights under the names that `ReaderModel` has for them."""
    tensor = tensors_by_name(model)
    names = {t.name for t in model.graph.initializer}
    found = {name: tensor(name) for name in names if name.endswith((".weight", ".bias"))}
    for name in EMBEDDINGS:
        found[name] = tensor(name)
    attention = 0
    for node in model.graph.node:
        if node.op_type in ("QAttention", "Attention"):
            prefix = f"bert.encoder.layer.{attention}.attention.self"
            parts = np.split(tensor(f"Attention_{attention}_qkv_weight"), 3, axis=1)
            biases = np.split(tensor(f"Attention_{attention}_qkv_bias"), 3)
            for part, weight, bias in zip(("query", "key", "value"), parts, biases, strict=True):
                found[f"{prefix}.{part}.weight"] = weight.T
                found[f"{prefix}.{part}.bias"] = bias
            attention += 1
        elif node.op_type in ("MatMulInteger", "MatMul"):
            # "/bert/encoder/layer.0/output/dense/MatMul_output_0…" multiplies by its weight.
            owner = node.output[0].split("/MatMul_output")[0].strip("/").replace("/", ".")
            found[f"{owner}.weight"] = tensor(node.input[1].removesuffix("_quantized")).T
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    found = weights_of(onnx.load(str(arguments.file)))
    reader = ReaderModel(BertConfig.from_json_file(str(default_model_folder() / "config.json")))
    words = "bert.embeddings.word_embeddings.weight"
    original = load_file(default_model_folder() / "model.safetensors")
    weights = {name: torch.from_numpy(np.ascontiguousarray(w)) for name, w in found.items()}
    weights[words] = next(w for n, w in original.items() if words.endswith(n))
    missing = [name for name in reader.state_dict() if name not in weights]
    if missing:
        raise SystemExit(f"{arguments.file} lacks {missing}.")
    reader.load_state_dict(weights)
    inputs = example(4, 60)
    with torch.no_grad():
        scores = [x.numpy() for x in reader.eval()(*inputs)]
    session = InferenceSession(str(arguments.file), providers=["CPUExecutionProvider"])
    stored = session.run(
        ["start", "end"], dict(zip(INPUTS, (x.numpy() for x in inputs), strict=True))
    )
    differences = [np.abs(a - b).max() for a, b in zip(scores, stored, strict=True)]
    print(f"differs by at most {max(differences):.5f}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file(weights, arguments.out / "model.safetensors")
    shutil.copy(default_model_folder() / "config.json", arguments.out)


if __name__ == "__main__":
    main()
