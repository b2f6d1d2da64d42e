"""The reader: how likely each of some units holds the answer, and how likely none of them does.

It reads a question and a few units in one pass through the default embedder's encoder, whose
upper layers and a head on the tokens were learnt for this (``answer/extractive/learning``; the
card beside it says from what). With another embedding model there is no reader, and the features
of words and vectors decide alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from answer.extractive.packing import ROOM, Packed, pack
from answer.extractive.units import Unit
from core.errors import DataInvalid
from retrieval.embedding.layers import Layers, one_thread

FARTHEST = 8.0
"""Log-odds beyond which the reader says no more."""
_MOST_UNITS = 16
_STEPS = 127.0
_BELOW, _HEAD, _SCALE = "below", "head.", ".scale"

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader made of a question and some units."""

    odds: tuple[float, ...]
    """Log-odds that a unit holds the answer, by the order in which units were given."""
    none: float
    """Log-odds that none of them does."""
    read: int
    """How many units there was room for."""


class Reader:
    """Reads with learnt upper layers; safe for several threads."""

    def __init__(self, layers: Layers, weights: Weights) -> None:
        import torch

        self._layers = layers
        self._below = int(weights[_BELOW])
        above = layers.above(self._below)
        # In the precision that the encoder runs in.
        kind = next(above.parameters()).dtype
        held = {
            name: torch.from_numpy(_whole(name, weights)) for name in weights if _is_tensor(name)
        }
        above.load_state_dict({n: t for n, t in held.items() if not n.startswith(_HEAD)})
        self._above = above.to(kind).eval()
        self._head = held[f"{_HEAD}weight"], held[f"{_HEAD}bias"]

    def read(self, question: str, units: Sequence[Unit], room: int = ROOM) -> Reading:
        """Return what is made of units, which come in the order in which they should be read."""
        given = list(units[:_MOST_UNITS])
        packed = pack(question, given, self._layers.pieces, self._layers.marks, room)
        if not packed.units:
            return Reading((-FARTHEST,) * len(units), FARTHEST, 0)
        likely, none = _shares(self._logits(packed), packed)
        least = min(likely)
        found = dict(zip(packed.units, likely, strict=True))
        # What was not read was less worth it than what was.
        odds = tuple(_log_odds(found.get(i, least / 2)) for i in range(len(units)))
        return Reading(odds, _log_odds(none), len(packed.units))

    def _logits(self, packed: Packed) -> NDArray[np.float64]:
        """For each token how likely the answer begins and ends there, shape (tokens, 2)."""
        import torch

        with torch.inference_mode(), one_thread():
            states = self._layers.states(torch.tensor([packed.ids]), None, self._below)
            for layer in self._above:
                states = layer(states, None)
            weight, bias = self._head
            found = states[0].float() @ weight.T + bias
        return np.asarray(found.numpy(), np.float64)


def _shares(logits: NDArray[np.float64], packed: Packed) -> tuple[list[float], float]:
    """The share of each unit, and of none of them, where all add up to 1."""
    sides = [_side(logits[:, side], packed) for side in (0, 1)]
    total = (sides[0] + sides[1]) / 2
    exact = np.exp(total - total.max())
    exact /= exact.sum()
    return [float(share) for share in exact[1:]], float(exact[0])


def _side(logits: NDArray[np.float64], packed: Packed) -> NDArray[np.float64]:
    pieces = [logits[:1], *(logits[first:last] for first, last in packed.spans)]
    return np.array([np.logaddexp.reduce(piece) for piece in pieces])


def _log_odds(share: float) -> float:
    inside = min(max(share, 1e-9), 1 - 1e-9)
    return float(np.clip(np.log(inside / (1 - inside)), -FARTHEST, FARTHEST))


def save_reader(
    path: Path, tensors: Mapping[str, NDArray[np.float32]], below: int, of: str
) -> None:
    """Write what was learnt for one embedder: matrices as whole numbers in -127..127 by row."""
    parts: dict[str, Any] = {_BELOW: below, "fingerprint": of}
    for name, tensor in tensors.items():
        if tensor.ndim < 2 or name.startswith(_HEAD):
            parts[name] = tensor.astype(np.float16)
            continue
        scale = np.maximum(np.abs(tensor).max(axis=1, keepdims=True), 1e-8) / _STEPS
        parts[name] = np.round(tensor / scale).astype(np.int8)
        parts[f"{name}{_SCALE}"] = scale.astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, **parts)


def load_weights(path: Path, fingerprint: str) -> Weights | None:
    """Read what was learnt; None where it was learnt for another embedder.

    Raises:
        DataInvalid: the file holds something else.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            if str(held["fingerprint"]) != fingerprint:
                return None
            parts = {name: np.asarray(held[name]) for name in held.files}
            return parts if parts[f"{_HEAD}weight"].ndim == 2 and parts[_BELOW] > 0 else None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as exc:
        raise DataInvalid(f"{path.name} holds no reader.", "Install the product again.") from exc


@lru_cache(maxsize=2)
def _shipped(fingerprint: str) -> Weights | None:
    if not re.fullmatch(r"[a-z0-9-]+", fingerprint):
        return None
    held = files("answer.extractive").joinpath("readers").joinpath(f"{fingerprint}.npz")
    return load_weights(Path(str(held)), fingerprint) if held.is_file() else None


def reader_for(embedder: object) -> Reader | None:
    """Return the reader that comes with the product for an embedder, if there is one."""
    fingerprint, take_apart = (getattr(embedder, n, None) for n in ("fingerprint", "layers"))
    if not isinstance(fingerprint, str) or take_apart is None:
        return None
    weights = _shipped(fingerprint)
    layers = take_apart() if weights is not None else None
    return Reader(layers, weights) if weights is not None and layers is not None else None


def _is_tensor(name: str) -> bool:
    return name not in (_BELOW, "fingerprint") and not name.endswith(_SCALE)


def _whole(name: str, weights: Weights) -> NDArray[np.float32]:
    held = weights[name].astype(np.float32)
    scale = weights.get(f"{name}{_SCALE}")
    return held if scale is None else np.asarray(held * scale, np.float32)
