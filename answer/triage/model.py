"""Weights fitted on labelled messages, for the vectors of one embedder.

One multinomial logistic regression for each thing that is told apart, over the meaning of the
last message and the cues that were found. ``evals/bench/triage.py`` fits and measures them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from answer.triage.cues import CueBook
from answer.triage.features import HEADS, Seen, signals_of
from core.errors import DataInvalid

Matrix = NDArray[np.float32]
_HINT = "Fit it again with python -m evals.bench.triage --fit, or remove the file."
_NEW_CUE = 1.5
"""How many times its weight a cue moves the balance that the weights were not fitted with."""


@dataclass(frozen=True, slots=True, eq=False)
class TriageModel:
    """The fitted weights; ``heads`` holds a matrix (labels, features + 1) for each of HEADS."""

    cues: tuple[str, ...]
    centre: Matrix
    """What the embedder's vectors have in common."""
    spread: float
    """How much meaning counts beside cues."""
    heads: Mapping[str, Matrix]

    def likely(self, book: CueBook, seen: Seen, vector: Matrix) -> dict[str, dict[str, float]]:
        """Return the likelihood of each label, by what is told apart."""
        row = together(signals_of(book, seen, self.cues), vector, self.centre, self.spread)
        found = {}
        for head, labels in HEADS.items():
            said = self.heads[head] @ row + self._added(book, seen, head, labels)
            chances = np.exp(said - said.max())
            found[head] = dict(zip(labels, map(float, chances / chances.sum()), strict=True))
        return found

    def _added(self, book: CueBook, seen: Seen, head: str, labels: Sequence[str]) -> Matrix:
        """What cues weigh that were added to the rules after the weights were fitted."""
        added = np.zeros(len(labels), np.float32)
        for cue in book.cues:
            if cue.name in self.cues or cue.name not in seen.recent:
                continue
            if head in ("kind", "about", "emotion"):
                weights: Mapping[str, float] = getattr(cue, head)
                added += [_NEW_CUE * weights.get(label, 0.0) for label in labels]
            elif head in ("severity", "emergency"):
                added += [_NEW_CUE * (int(label) == getattr(cue, head) > 0) for label in labels]
            else:
                added[1] += _NEW_CUE * (head in cue.needs)
        return added


def together(signals: Matrix, vector: Matrix, centre: Matrix, spread: float) -> Matrix:
    """Return the features of one message: meaning, signals and a constant."""
    meaning = (vector - centre) * spread
    return np.concatenate([meaning, signals, np.ones(1, np.float32)]).astype(np.float32)


def save_model(path: Path, model: TriageModel, fingerprint: str) -> None:
    """Write weights for one embedder's vectors; half precision is enough for them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    heads = {f"head_{name}": matrix.astype(np.float16) for name, matrix in model.heads.items()}
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            fingerprint=fingerprint,
            cues=np.array(model.cues),
            centre=model.centre.astype(np.float16),
            spread=model.spread,
            **heads,  # type: ignore[arg-type]
        )


def load_model(path: Path, fingerprint: str) -> TriageModel | None:
    """Read weights; None where they were fitted for another embedder.

    Raises:
        DataInvalid: the file holds no such weights.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            if str(held["fingerprint"]) != fingerprint:
                return None
            cues, centre = tuple(map(str, held["cues"])), np.asarray(held["centre"], np.float32)
            heads = {name: np.asarray(held[f"head_{name}"], np.float32) for name in HEADS}
            spread = float(held["spread"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as exc:
        raise DataInvalid(f"{path.name} holds no weights for triage.", _HINT) from exc
    if any(heads[name].shape[0] != len(labels) for name, labels in HEADS.items()):
        raise DataInvalid(f"{path.name} holds weights for other labels.", _HINT)
    return TriageModel(cues, centre, spread, heads)


@lru_cache(maxsize=4)
def default_model(fingerprint: str) -> TriageModel | None:
    """Return the weights that come with the product for an embedder, if there are any."""
    if not re.fullmatch(r"[a-z0-9-]+", fingerprint):
        return None
    path = weights_folder() / f"{fingerprint}.npz"
    return load_model(path, fingerprint) if path.is_file() else None


def weights_folder() -> Path:
    """Return where the weights lie that come with the product."""
    return Path(str(files("answer.triage").joinpath("weights")))
