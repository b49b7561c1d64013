"""Make the file that ships from a trained reader: ONNX, fused, int8.

    python training/export_reader.py WORK/reader --out qa/model/reader.onnx

Takes `model.safetensors`, or of an unfinished run `checkpoint.pt`. Prints the size and the
SHA-256, which belongs into `qa/onnx_reader.py`, and by how much the scores of some texts differ
from those of the model before. `--float` leaves out the quantization, for comparing.
"""

import argparse
import hashlib
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime import InferenceSession
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from reader_model import ReaderModel
from safetensors.torch import load_file
from transformers import BertConfig

from index.model_files import default_model_folder

OPSET = 17
INPUTS = ["input_ids", "attention_mask", "token_type_ids"]


def load(folder: Path) -> ReaderModel:
    """The trained reader; of an unfinished run, its last checkpoint."""
    config = BertConfig.from_json_file(str(default_model_folder() / "config.json"))
    config._attn_implementation = "eager"
    model = ReaderModel(config)
    weights = folder / "model.safetensors"
    if weights.exists():
        model.load_state_dict(load_file(weights))
    else:
        model.load_state_dict(torch.load(folder / "checkpoint.pt", weights_only=True)["model"])
    return model.eval()


def example(rows: int, tokens: int) -> tuple[torch.Tensor, ...]:
    """Inputs of the right shape; the second half of each row is the text to read."""
    ids = torch.randint(1000, 30000, (rows, tokens), generator=torch.Generator().manual_seed(0))
    mask = torch.ones_like(ids)
    kinds = torch.zeros_like(ids)
    kinds[:, tokens // 2 :] = 1
    return ids, mask, kinds


def export(model: ReaderModel, path: Path) -> None:
    """ONNX in float32, with the operators of attention and normalisation joined."""
    shape = {0: "windows", 1: "tokens"}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder, "plain.onnx")
        torch.onnx.export(
            model,
            example(2, 24),
            str(plain),
            input_names=INPUTS,
            output_names=["start", "end"],
            dynamic_axes=dict.fromkeys([*INPUTS, "start", "end"], shape),
            opset_version=OPSET,
            dynamo=False,
        )
        options = FusionOptions("bert")
        optimised = optimize_model(
            str(plain),
            model_type="bert",
            num_heads=model.bert.config.num_attention_heads,
            hidden_size=model.bert.config.hidden_size,
            optimization_options=options,
            opt_level=0,
        )
        fused = optimised.get_fused_operator_statistics()
        print({name: count for name, count in fused.items() if count})
        optimised.save_model_to_file(str(path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--float", action="store_true")
    parser.add_argument("--float-embeddings", action="store_true")
    arguments = parser.parse_args()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    model = load(arguments.folder)
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder, "float.onnx")
        export(model, exact)
        if arguments.float:
            arguments.out.write_bytes(exact.read_bytes())
        else:
            quantize_dynamic(
                exact,
                arguments.out,
                op_types_to_quantize=["MatMul", "Attention", "Gemm"]
                + ([] if arguments.float_embeddings else ["Gather", "EmbedLayerNormalization"]),
                per_channel=True,
                # Without VNNI, products of full 8-bit numbers overflow 16 bits.
                reduce_range=True,
                weight_type=QuantType.QInt8,
                extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
            )
        inputs = example(4, 60)
        with torch.no_grad():
            wanted = [x.numpy() for x in model(*inputs)]
        for path in (exact, arguments.out):
            session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
            feed = dict(zip(INPUTS, (x.numpy() for x in inputs), strict=True))
            found = session.run(["start", "end"], feed)
            differences = [np.abs(a - b).max() for a, b in zip(found, wanted, strict=True)]
            print(f"{path.name} differs by at most {max(differences):.5f}")
    content = arguments.out.read_bytes()
    print(f"{len(content) / 1e6:.1f} MB, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
