"""A linear map of query vectors towards the passages that answer them.

An embedder puts texts that are about the same thing near each other, and a question lies as near
to other questions as to its answer, and nearer to texts of its own language. The map moves the
query alone: stored vectors stay as they are, and no re-index is needed. It was learnt for the
default embedder by ``retrieval/training/adapter.py``; the card beside it says from what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.errors import DataInvalid
from retrieval.embedding.base import Vectors

_HINT = "Run citedesk tune again, or remove the file."


@dataclass(frozen=True, slots=True, eq=False)
class QueryAdapter:
    """What is added to a query's vector: ``matrix`` has shape (dimension, dimension)."""

    matrix: NDArray[np.float32]
    name: str = ""
    """Which map it is, for explanations and for the fingerprint of a run."""

    def apply(self, query: Vectors) -> Vectors:
        """Return the moved unit vector of a query, shape (dimension,)."""
        moved = query + query @ self.matrix
        return np.asarray(moved / max(float(np.linalg.norm(moved)), 1e-9), np.float32)


def save_adapter(path: Path, matrix: NDArray[np.float32], fingerprint: str) -> None:
    """Write a map for one embedder's vectors; half precision is enough for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, matrix=matrix.astype(np.float16), fingerprint=fingerprint)


def load_adapter(path: Path, fingerprint: str) -> QueryAdapter | None:
    """Read a map; None where it was learnt for another embedder.

    Raises:
        DataInvalid: the file holds no map.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            matrix, made_for = np.asarray(held["matrix"], np.float32), str(held["fingerprint"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as exc:
        raise DataInvalid(f"{path.name} holds no query adapter.", _HINT) from exc
    if made_for != fingerprint:
        return None
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise DataInvalid(f"{path.name} holds no square matrix.", _HINT)
    return QueryAdapter(matrix, path.stem)


@lru_cache(maxsize=4)
def default_adapter(fingerprint: str) -> QueryAdapter | None:
    """Return the map that comes with the product for an embedder, if there is one for it."""
    if not re.fullmatch(r"[a-z0-9-]+", fingerprint):
        return None
    held = files("retrieval.embedding").joinpath("adapters").joinpath(f"{fingerprint}.npz")
    return load_adapter(Path(str(held)), fingerprint) if held.is_file() else None
