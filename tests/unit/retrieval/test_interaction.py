"""Late interaction: the score, what is stored of it, and what it does to an order of hits."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import DataInvalid
from core.types import Chunk, Hit
from retrieval.fusion import default_weights
from retrieval.interaction.model import (
    LateInteraction,
    States,
    Tokens,
    load_interaction,
    save_interaction,
)
from retrieval.reranking.interaction import InteractionReranker

WIDTH, NARROW = 24, 8


def model(seed: int = 0) -> LateInteraction:
    dice = np.random.default_rng(seed)

    def made(*shape: int) -> NDArray[np.float32]:
        numbers: NDArray[np.float32] = np.asarray(dice.normal(size=shape), np.float32)
        return numbers

    return LateInteraction("made", made(WIDTH, NARROW), made(WIDTH, NARROW), made(WIDTH), 0.3)


def states(seed: int, tokens: int = 6) -> States:
    dice = np.random.default_rng(seed)
    numbers: States = np.asarray(dice.normal(size=(tokens, WIDTH)), np.float32)
    return numbers


def level(row: States) -> States:
    lifted: States = (row - row.mean()) / np.sqrt(row.var() + 1e-5)
    return lifted


def by_hand(interaction: LateInteraction, question: States, passage: States) -> float:
    """The formula, word by word."""
    found, weights = [], []
    for token in question[1:]:
        of_question = level(token) @ interaction.query
        likeness = []
        for other in passage:
            of_passage = level(other) @ interaction.passage
            lengths = np.linalg.norm(of_question) * np.linalg.norm(of_passage)
            likeness.append(float(of_question @ of_passage / lengths))
        weights.append(np.log1p(np.exp(level(token) @ interaction.matter + interaction.bias)))
        found.append(max(likeness))
    return float(np.dot(weights, found) / np.sum(weights))


def test_the_score_is_the_weighed_mean_of_each_words_best_match() -> None:
    learnt, question = model(), states(1)
    passages = [states(n, tokens) for n, tokens in ((2, 9), (3, 1), (4, 30))]
    scores = learnt.scores(learnt.question(question), [learnt.passage_tokens(p) for p in passages])
    expected = [by_hand(learnt, question, passage) for passage in passages]
    # Tokens are stored as whole numbers up to 127.
    assert scores == pytest.approx(expected, abs=0.01)


def test_a_passage_scores_the_same_whatever_stands_beside_it() -> None:
    learnt = model()
    question = learnt.question(states(1))
    tokens = [learnt.passage_tokens(states(n, n + 1)) for n in range(1, 6)]
    together = learnt.scores(question, tokens)
    assert [float(learnt.scores(question, [one])[0]) for one in tokens] == pytest.approx(together)
    assert learnt.scores(question, []).shape == (0,)


def test_what_was_learnt_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "made.npz"
    save_interaction(path, model(), "embedder-1")
    held = load_interaction(path, "embedder-1")
    assert held is not None
    assert held.dimension == NARROW
    question, passage = states(1), states(2)
    one = held.scores(held.question(question), [held.passage_tokens(passage)])
    assert one == pytest.approx([by_hand(model(), question, passage)], abs=0.02)
    assert load_interaction(path, "another") is None
    path.write_bytes(b"no weights")
    with pytest.raises(DataInvalid):
        load_interaction(path, "embedder-1")


class Words:
    """An embedder of states and a store of tokens, both made of seeds."""

    def __init__(self, learnt: LateInteraction, seeds: Mapping[str, int], slow: float = 0) -> None:
        self.learnt, self.seeds, self.slow = learnt, seeds, slow
        self.looked_at: list[str] = []

    def query_states(self, _: str) -> States:
        return states(1)

    def generation(self, _: str) -> int:
        return 0

    def tokens(self, _: str, chunk_ids: Sequence[str]) -> Mapping[str, Tokens]:
        time.sleep(self.slow)
        self.looked_at += chunk_ids
        return {
            i: self.learnt.passage_tokens(states(self.seeds[i]))
            for i in chunk_ids
            if i in self.seeds
        }


def hits(count: int) -> list[Hit]:
    return [Hit(Chunk(f"c{n}", "d", "v", n, "text", "title"), 0.5) for n in range(count)]


def reranker(words: Words, budget_ms: float = 1000.0) -> InteractionReranker:
    return InteractionReranker(words.learnt, words, words, default_weights(), budget_ms)


def test_the_passage_whose_words_meet_the_question_comes_first() -> None:
    # The one with the question's own states meets every word of it.
    same, none = np.eye(WIDTH, dtype=np.float32), np.zeros(WIDTH, np.float32)
    learnt = LateInteraction("same", same, same, none, 0.0)
    words = Words(learnt, {"c0": 7, "c1": 8, "c2": 1})
    found = reranker(words).rerank(["q"], hits(3), [8.0, 7.9, 7.8])
    assert found.hits[0].chunk.id == "c2"
    assert found.by.startswith("late interaction")
    assert found.added["c2"] > max(found.added["c0"], found.added["c1"])
    for by in ([hit.score for hit in found.hits], [found.scores[h.chunk.id] for h in found.hits]):
        assert by == sorted(by, reverse=True)


def test_a_passage_without_tokens_is_taken_for_the_poorest_and_none_is_lost() -> None:
    words = Words(model(), {f"c{n}": n + 2 for n in range(5) if n != 3})
    found = reranker(words).rerank(["q"], hits(5), [8.0, 7.0, 6.0, 5.0, 4.0])
    assert {hit.chunk.id for hit in found.hits} == {f"c{n}" for n in range(5)}
    assert "c3" not in found.scores
    assert min(found.added.values()) == 0.0


def test_a_spent_budget_leaves_the_rest_behind_in_its_order() -> None:
    words = Words(model(), {f"c{n}": n + 2 for n in range(60)}, slow=0.02)
    found = reranker(words, budget_ms=1.0).rerank(
        ["q"], hits(60), [10.0 - n / 10 for n in range(60)]
    )
    looked_at = set(found.scores)
    assert 0 < len(looked_at) < 60
    rest = [hit.chunk.id for hit in found.hits if hit.chunk.id not in looked_at]
    assert rest == [f"c{n}" for n in range(60) if f"c{n}" not in looked_at]


def test_where_nothing_has_tokens_the_order_of_fusion_stays() -> None:
    given = hits(4)
    found = reranker(Words(model(), {})).rerank(["q"], given, [4.0, 3.0, 2.0, 1.0])
    assert list(found.hits) == given
    assert found.by == ""
