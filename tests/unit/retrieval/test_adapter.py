"""The map of query vectors: kept, read, and only for the embedder it was learnt for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import DataInvalid
from retrieval.embedding.adapter import QueryAdapter, default_adapter, load_adapter, save_adapter


def test_a_query_is_moved_and_stays_of_unit_length() -> None:
    # Moves what lies along the first axis halfway to the second.
    matrix = np.zeros((3, 3), np.float32)
    matrix[0, 1] = 1.0
    moved = QueryAdapter(matrix).apply(np.array([1.0, 0.0, 0.0], np.float32))
    assert moved == pytest.approx([0.5**0.5, 0.5**0.5, 0.0])
    still = np.array([0.0, 0.0, 1.0], np.float32)
    assert QueryAdapter(matrix).apply(still) == pytest.approx(still)


def test_a_map_is_read_as_it_was_written_and_for_its_own_embedder_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "map.npz"
    matrix = np.random.default_rng(0).normal(size=(4, 4)).astype(np.float32)
    save_adapter(path, matrix, "one-4-abc")
    held = load_adapter(path, "one-4-abc")
    assert held is not None
    assert held.matrix == pytest.approx(matrix, abs=2e-3)
    assert held.name == "map"
    assert load_adapter(path, "other-4-def") is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"plain text"])
def test_a_damaged_file_is_an_error_of_ours(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "map.npz"
    path.write_bytes(content)
    with pytest.raises(DataInvalid):
        load_adapter(path, "one")


def test_a_map_that_is_not_square_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.npz"
    save_adapter(path, np.zeros((4, 3), np.float32), "one")
    with pytest.raises(DataInvalid):
        load_adapter(path, "one")


def test_the_default_embedder_has_a_map_and_a_strange_one_has_none() -> None:
    held = default_adapter("multilingual-e5-small-384-a4676e46")
    assert held is not None
    assert held.matrix.shape == (384, 384)
    assert default_adapter("some-other-model-768-00000000") is None
    assert default_adapter("../../etc/passwd") is None
