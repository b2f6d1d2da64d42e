"""Texts to vectors: the default model out of an installed package, or any other by name or path."""

from __future__ import annotations

from pathlib import Path

from retrieval.embedding.base import Embedder

__all__ = ["Embedder", "load_embedder"]


def load_embedder(models_dir: Path, model: str = "") -> Embedder:
    """Return the embedder that a setting names; an empty setting is the default model.

    Takes about 6 s, 20 s the first time, when the default model is written to ``models_dir``.

    Raises:
        ModelMissing: the model is nowhere to be found.
        ModelInvalid: its files are damaged.
        HomeUnwritable: ``models_dir`` cannot take the default model.
    """
    from retrieval.embedding.locate import locate
    from retrieval.embedding.precision import prefers_bf16
    from retrieval.embedding.sentence_transformer import SentenceTransformerEmbedder

    folder = locate(model, models_dir)
    return SentenceTransformerEmbedder(folder, bf16=prefers_bf16(models_dir))
