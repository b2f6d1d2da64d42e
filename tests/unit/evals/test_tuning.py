"""Tuning takes over what cases left out of the fit gain by, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import DataInvalid
from evals.tuning.judging import LEAST_CASES, folds, tune
from evals.tuning.seen import PARTS, Seen, TuningCase
from retrieval.embedding.adapter import QueryAdapter
from retrieval.fusion import default_weights

_DIMENSION = 24
_CANDIDATES = 20
_KEYWORD = PARTS.index("keyword")


def _cases(seed: int, *, told_by_words: float = 0.0, turned: bool = False) -> list[Seen]:
    """Forty questions, each with one right passage among twenty.

    ``told_by_words`` is how far its words alone raise the right one. Where ``turned``, questions
    are the mirror image of their passages, as with an embedder that was never taught them.
    """
    chance = np.random.default_rng(seed)
    seen = []
    for number in range(40):
        vectors = _unit(chance.normal(size=(_CANDIDATES, _DIMENSION)))
        right = np.zeros(_CANDIDATES, bool)
        right[chance.integers(_CANDIDATES)] = True
        parts = np.zeros((_CANDIDATES, len(PARTS)))
        parts[:, 0] = chance.normal(size=_CANDIDATES)
        parts[:, _KEYWORD] = 0.05 * chance.random(_CANDIDATES) + told_by_words * right
        query = _unit(chance.normal(size=(1, _DIMENSION)))[0]
        if turned:
            passage = vectors[right][0].copy()
            query = np.concatenate([passage[1:], passage[:1]]).astype(np.float32)
        ids = tuple(f"{number}-{i}" for i in range(_CANDIDATES))
        holds = frozenset(i for i, is_right in zip(ids, right, strict=True) if is_right)
        case = TuningCase(f"c{number}", "?", ("public",), holds, f"g{number // 2}")
        one = Seen(case, ids, parts, right, query, vectors, 0.03)
        if turned:
            nothing = QueryAdapter(np.zeros((_DIMENSION, _DIMENSION), np.float32))
            one = replace(one, parts=one.adapted(nothing))
        seen.append(one)
    return seen


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_a_house_whose_questions_share_their_passages_words_gains_by_trusting_words() -> None:
    start = default_weights()
    found = tune(_cases(1, told_by_words=0.25), start, None)
    assert found.gain.real
    assert found.gain.after > found.gain.before + 0.05
    assert found.fit.weights.keyword / found.fit.weights.dense > start.keyword / start.dense
    assert found.fit.adapter is None


def test_where_no_route_tells_passages_apart_nothing_is_a_real_gain() -> None:
    found = tune(_cases(2), default_weights(), None, adapt=True)
    assert not found.gain.real
    assert found.gain.low <= 0.0


def test_the_same_cases_give_the_same_result() -> None:
    first, second = (tune(_cases(3, told_by_words=0.2), default_weights(), None) for _ in "ab")
    assert first.gain == second.gain
    assert first.fit.weights == second.fit.weights


def test_cases_that_share_a_passage_are_never_fitted_to_and_judged_by_at_once() -> None:
    cases = _cases(4)
    judged: list[int] = []
    for training, testing in folds(cases):
        groups = {cases[i].case.group for i in training}
        assert groups.isdisjoint(cases[i].case.group for i in testing)
        judged += testing
    assert sorted(judged) == list(range(len(cases)))


def test_too_few_cases_are_refused_with_how_many_are_needed() -> None:
    with pytest.raises(DataInvalid, match="12 questions about 6 different passages") as refused:
        tune(_cases(5)[:12], default_weights(), None)
    assert str(LEAST_CASES) in refused.value.hint


def test_an_adapter_learns_what_the_embedder_was_never_taught() -> None:
    cases = _cases(6, turned=True)
    without = tune(cases, default_weights(), None)
    found = tune(cases, default_weights(), None, adapt=True)
    assert not without.gain.real
    assert found.gain.real
    assert found.fit.adapter is not None
