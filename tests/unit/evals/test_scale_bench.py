"""The bench of size builds a house that can be searched, out of real passages and their copies."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.types import INTERNAL, PUBLIC, Chunk
from evals.bench.copies import Moves, changed, likeness, vocabulary_of
from evals.bench.scale_base import Base
from evals.bench.scale_helping import Helping, answers_of, embedded
from evals.bench.scale_search import measure
from evals.bench.scale_store import HELPING, build, records_at
from retrieval.keyword import KEYWORD_INDEXES
from retrieval.questions import QuestionIndex
from retrieval.standard import open_tokens
from retrieval.stores import STORES

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


def test_a_house_is_built_once_and_searched_as_the_product_searches(
    tmp_path: Path, embedder: Any, models_dir: Path
) -> None:
    chunks = passages()
    vectors, tokens = embedded(chunks, embedder)
    helping = Helping(tokens, answers_of(chunks, embedder))
    moves = Moves(vectors - np.roll(vectors, 1, axis=0))
    base = Base(chunks, vectors, moves, (), {}, helping)
    folder = tmp_path / "house"
    plain = build(folder, base, 350, embedder.fingerprint, plain=True)
    assert sorted(plain["disk_mb"]) == ["records", "vectors", "words"]
    vectors_of = (folder / "vectors" / "chroma.sqlite3").stat()
    report = build(folder, base, 350, embedder.fingerprint)
    assert build(folder, base, 350, embedder.fingerprint) == report
    # What it lacked was added, and the rest was not built again.
    assert report["disk_mb"].keys() - plain["disk_mb"].keys() == set(HELPING)
    assert (folder / "vectors" / "chroma.sqlite3").stat().st_ino == vectors_of.st_ino
    words = KEYWORD_INDEXES.get("tantivy").open(folder / "words")
    assert (words.count("public"), words.count("internal")) == (200, 150)
    words.close()
    with closing(records_at(folder)) as records:
        assert records.damage() == []
    found = measure(folder, [f"滤芯 {n} X2 Pro" for n in range(25)], models_dir)
    assert found["parts"] == ["questions", "records", "tokens", "vectors", "words"]
    assert {"embed", "dense", "questions", "keyword", "rerank"} <= found["fresh_ms"].keys()
    assert found["fresh_ms"]["rerank"]["p50"] > 0.0
    assert found["fresh_ms"]["evidence"]["p50"] < found["fresh_ms"]["whole"]["p50"]
    assert found["callers"].keys() == {"1", "2", "4"}


def test_a_copy_has_the_tokens_and_the_questions_of_its_passage_under_its_own_ids(
    tmp_path: Path, embedder: Any
) -> None:
    chunks = tuple(replace(one, headings=(f"更换滤芯 {one.id}",)) for one in passages())
    vectors, tokens = embedded(chunks, embedder)
    answers = answers_of(chunks, embedder)
    base = Base(chunks, vectors, Moves(vectors[:2]), (), {}, Helping(tokens, answers))
    build(tmp_path, base, 150, embedder.fingerprint)
    held = open_tokens(tmp_path / "tokens", embedder.fingerprint)
    assert held is not None
    with closing(held):
        # The first hundred passages are a document for agents, the others one for everybody.
        of = held.tokens(INTERNAL, ["chk_00000003", "chk_00000043"])
        assert np.array_equal(of["chk_00000043"], tokens[3])
        assert np.array_equal(of["chk_00000043"], of["chk_00000003"])
        assert sum(held.holdings(PUBLIC).values()) == 50
    with closing(STORES.get("chroma").open(tmp_path / "questions", embedder.fingerprint)) as store:
        index = QuestionIndex(embedder, store)
        found = index.search(INTERNAL, answers[7][0], 5)
        # Of a hundred passages five say the same as the eighth does.
        assert {one.chunk_id for one in found} == {f"chk_{n:08}" for n in range(7, 100, 20)}
        assert min(one.score for one in found) > 0.999
