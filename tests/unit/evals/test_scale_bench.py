"""The bench of size builds a house that can be searched, out of real passages and their copies."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from core.types import Chunk
from evals.bench.copies import Moves, changed, likeness, vocabulary_of
from evals.bench.scale_base import Base
from evals.bench.scale_search import measure
from evals.bench.scale_store import build, records_at
from retrieval.keyword import KEYWORD_INDEXES

TEXTS = (
    "E-0x51 表示滤芯堵塞，请在 30 分钟后更换滤芯并重新启动。",
    "Hold the power button of the X2 Pro for 5 seconds until the light turns green.",
)


def passages() -> tuple[Chunk, ...]:
    return tuple(Chunk(str(i), "d", "v", i, f"{TEXTS[i % 2]} {i}", "X2") for i in range(20))


def test_a_copy_has_other_numbers_and_words_and_is_the_same_each_time() -> None:
    chunks = passages()
    vocabulary = vocabulary_of(chunks)
    copies = [changed(chunks[1], vocabulary, seed) for seed in range(20)]
    assert copies == [changed(chunks[1], vocabulary, seed) for seed in range(20)]
    assert len({copy.text for copy in copies}) == 20
    assert all(len(copy.text.split()) == len(chunks[1].text.split()) for copy in copies)


def test_drawn_copies_lie_as_far_from_what_they_copy_as_real_ones() -> None:
    dice = np.random.default_rng(3)
    base = dice.standard_normal((400, 64)).astype(np.float32)
    base /= np.linalg.norm(base, axis=1, keepdims=True)
    steps = (0.03 * dice.standard_normal((400, 64))).astype(np.float32)
    moves = Moves(steps)
    drawn = moves.draw(base, dice), moves.draw(base, dice)
    found = likeness(base, (base + steps, base + steps[::-1]), drawn)
    assert abs(found["real_to_base"]["p50"] - found["drawn_to_base"]["p50"]) < 0.01
    assert abs(found["real_to_real"]["p50"] - found["drawn_to_drawn"]["p50"]) < 0.01


def test_a_house_is_built_once_and_searched(
    tmp_path: Path, embedder: Any, models_dir: Path
) -> None:
    chunks = passages()
    vectors = embedder.embed_passages([chunk.embedding_text() for chunk in chunks])
    base = Base(chunks, vectors, Moves(vectors - np.roll(vectors, 1, axis=0)), (), {})
    folder = tmp_path / "house"
    report = build(folder, base, 350, embedder.fingerprint)
    assert build(folder, base, 350, embedder.fingerprint) == report
    words = KEYWORD_INDEXES.get("tantivy").open(folder / "words")
    assert (words.count("public"), words.count("internal")) == (200, 150)
    words.close()
    with closing(records_at(folder)) as records:
        assert records.damage() == []
    asked = [f"滤芯 {n} X2 Pro" for n in range(25)]
    found = measure(folder, asked, models_dir)
    assert {"embed", "dense", "keyword", "whole"} <= found["fresh_ms"].keys()
    assert found["callers"].keys() == {"1", "2", "4"}
