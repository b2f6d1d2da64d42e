"""A late interaction that was never trained, for an embedder of 384 numbers."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from retrieval.interaction.model import LateInteraction, load_interaction, save_interaction

_DIMENSION = 8


def interaction(fingerprint: str) -> LateInteraction:
    """Return it as it would be read from its file."""
    rng = np.random.default_rng(7)
    query, passage = (np.linalg.qr(rng.normal(size=(384, _DIMENSION)))[0] for _ in range(2))
    made = LateInteraction(
        "random",
        query.astype(np.float32),
        passage.astype(np.float32),
        np.zeros(384, np.float32),
        1.0,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random.npz"
        save_interaction(path, made, fingerprint)
        found = load_interaction(path, fingerprint)
    assert found is not None
    return found
