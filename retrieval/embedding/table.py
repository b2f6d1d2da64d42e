"""The table of token vectors, left in the model's file.

Of the quarter of a million rows that a multilingual vocabulary has, a text needs a few. A table
that is stored with 16 bits a number is looked up where it lies and each row widened as it is read,
which gives the very numbers that widening the whole of it would; only the rows that were asked for
take memory. On the default model that is 370 MB less in every process.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

_FILE = "model.safetensors"
_LEAST_BYTES = 32 * 2**20
"""A smaller table is not worth it."""


class StoredTable(torch.nn.Module):
    """Looks token vectors up in a file that is mapped into memory."""

    def __init__(self, rows: torch.Tensor, dtype: torch.dtype) -> None:
        super().__init__()
        # Neither a parameter nor a buffer: whoever moves or casts the model would load all of it.
        self._rows = rows
        self._dtype = dtype

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the vectors of tokens, shape (..., dimension)."""
        found: torch.Tensor = torch.nn.functional.embedding(ids, self._rows)
        return found.to(self._dtype)


def leave_in_file(model: Any, folder: Path) -> bool:
    """Have a sentence-transformers model look its token vectors up in its file; say if it does.

    Models in several files, with a small table or one of 32 bits a number stay as they are.
    """
    from safetensors import safe_open

    path = folder / _FILE
    encoder = getattr(model[0], "auto_model", None) or getattr(model[0], "model", None)
    holder = getattr(encoder, "embeddings", None)
    table = getattr(holder, "word_embeddings", None)
    if not isinstance(table, torch.nn.Embedding) or holder is None or not path.is_file():
        return False
    with safe_open(path, "pt") as file:
        names = [n for n in file.keys() if n.endswith("embeddings.word_embeddings.weight")]  # noqa: SIM118
        if len(names) != 1:
            return False
        rows = file.get_tensor(names[0])
    if rows.element_size() != 2 or rows.nbytes < _LEAST_BYTES or rows.shape != table.weight.shape:
        return False
    holder.word_embeddings = StoredTable(rows, table.weight.dtype)
    return True
