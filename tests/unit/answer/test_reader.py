"""The reader of units: what it is given, what it says, and whose weights it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from answer.extractive.packing import pack
from answer.extractive.reader import FARTHEST, Reader, load_weights, save_reader
from answer.extractive.units import Unit, chunk_units
from core.errors import DataInvalid
from core.types import Chunk

_TEXT = "The kettle holds 1.7 litres. It boils in four minutes. The lid opens with a button."


@pytest.fixture(scope="module")
def weights(embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last layer as it is, under a head drawn by chance."""
    layers = embedder.layers()
    first = layers.depth - 1
    held = {n: t.float().numpy() for n, t in layers.above(first).state_dict().items()}
    chance = np.random.default_rng(0)
    held["head.weight"] = chance.normal(0, 0.1, (2, layers.width)).astype(np.float32)
    held["head.bias"] = np.zeros(2, np.float32)
    path = tmp_path_factory.mktemp("reader") / "weights.npz"
    save_reader(path, held, first, embedder.fingerprint)
    return path


def units(text: str = _TEXT) -> list[Unit]:
    return chunk_units(Chunk("c", "d", "v", 0, text, title="Kettle K2"))


def test_what_is_read_holds_the_question_the_title_and_every_unit(embedder: Any) -> None:
    layers = embedder.layers()
    given = units()
    packed = pack("How much does it hold?", given, layers.pieces, layers.marks)
    assert packed.units == (0, 1, 2)
    for unit, (first, last) in zip(given, packed.spans, strict=True):
        assert list(packed.ids[first:last]) == layers.pieces([unit.text])[0]
    (title,) = layers.pieces(["Kettle K2"])
    assert list(packed.ids[packed.spans[0][0] - 1 - len(title) :])[: len(title)] == title


def test_units_that_came_first_are_read_where_there_is_no_room_for_all(embedder: Any) -> None:
    layers = embedder.layers()
    last_first = units()[::-1]
    packed = pack("How much?", last_first, layers.pieces, layers.marks, room=30)
    assert 0 in packed.units
    assert len(packed.units) < 3
    assert len(packed.ids) <= 30


def test_what_no_unit_answers_and_what_each_answers_add_up_to_one(
    embedder: Any, weights: Path
) -> None:
    held = load_weights(weights, embedder.fingerprint)
    assert held is not None
    reading = Reader(embedder.layers(), held).read("How much does it hold?", units())
    shares = [1 / (1 + np.exp(-odds)) for odds in (*reading.odds, reading.none)]
    assert reading.read == 3
    assert sum(shares) == pytest.approx(1.0, abs=1e-3)
    assert len(set(reading.odds)) == 3


def test_nothing_to_read_is_no_answer(embedder: Any, weights: Path) -> None:
    held = load_weights(weights, embedder.fingerprint)
    assert held is not None
    reading = Reader(embedder.layers(), held).read("How much does it hold?", [])
    assert (reading.odds, reading.none, reading.read) == ((), FARTHEST, 0)


def test_a_reader_learnt_for_another_embedder_is_not_used(weights: Path) -> None:
    assert load_weights(weights, "another-384-00000000") is None


def test_a_damaged_reader_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.npz").write_bytes(b"nothing")
    with pytest.raises(DataInvalid):
        load_weights(tmp_path / "bad.npz", "any")


def test_a_paragraph_that_introduces_a_list_answers_with_what_it_says_before() -> None:
    text = "The kettle holds 1.7 litres. In the box you find:\n- the kettle\n- a filter"
    kinds = [(unit.kind.value, unit.text) for unit in units(text)]
    assert kinds[:2] == [
        ("sentence", "The kettle holds 1.7 litres."),
        ("lead", "In the box you find:"),
    ]
