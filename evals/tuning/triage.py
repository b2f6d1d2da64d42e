"""Fitting triage: one multinomial logistic regression for each thing that is told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answer.triage.features import HEADS

Array = NDArray[np.float32]
_ROUNDS = 200
_RAREST = 0.5
"""The power by which rare labels count for more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard the weights are held back, for meaning and for signals, and meaning's spread."""

    ridge: float = 8.0
    spread: float = 6.0


def fit_heads(
    rows: NDArray[np.float32], labels: Mapping[str, Sequence[int]], ridge: float
) -> dict[str, NDArray[np.float32]]:
    """Return a matrix (labels, features) for each head; a label below 0 is left out of it."""
    heads = {}
    for head, names in HEADS.items():
        wanted = np.asarray(labels[head])
        known = wanted >= 0
        heads[head] = _fit(rows[known], wanted[known], len(names), ridge)
    return heads


def _fit(rows: Array, wanted: NDArray[np.int_], classes: int, ridge: float) -> NDArray[np.float32]:
    """Minimise the weighted loss with a ridge on all but the constant, by Nesterov's steps."""
    truth = np.eye(classes, dtype=np.float32)[wanted]
    counts = np.maximum(truth.sum(0), 1.0)
    each = ((len(rows) / (classes * counts)) ** _RAREST)[wanted][:, None].astype(np.float32)
    held = np.full(rows.shape[1], ridge, np.float32)
    held[-1] = 1e-3
    step = np.float32(1.0 / (0.5 * each.max() * float(np.linalg.norm(rows, 2)) ** 2 + ridge))
    weights = np.zeros((classes, rows.shape[1]), np.float32)
    ahead, pace = weights, np.float32(1.0)
    for _ in range(_ROUNDS):
        said = rows @ ahead.T
        chances = np.exp(said - said.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        slope = (each * (chances - truth)).T @ rows + held * ahead
        after = ahead - step * slope
        next_pace = np.float32((1 + np.sqrt(1 + 4 * pace * pace)) / 2)
        ahead = after + (pace - 1) / next_pace * (after - weights)
        weights, pace = after, next_pace
    return weights.astype(np.float32)
