"""Fits the weights of the fusion: by trying them, on what the learnt parts have not seen.

What the interaction says of queries it was learnt with is better than what it says of others, and
weights fitted on it would trust it too much. So the queries are dealt into folds, the learnt parts
are learnt without each fold in turn, and the weights are tried on what each says of the fold it
has not seen.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.fusion import KEYWORD, Weights
from retrieval.training.measure import mean, ndcg
from retrieval.training.prepared import FEATURES, Corpus, ranking

_INTERACTION = "interaction"
_FACTORS = (0.5, 0.7, 0.85, 0.93, 1.07, 1.17, 1.4, 2.0)
_ROUNDS = 6
_LEAST_GAIN = 1e-5
_LOOKED_AT = 30
"""So many candidates the second stage looks at."""
_BEST = 10
_RIDGE = 1e-3
"""Holds the odds within bounds where every best candidate is right, or none."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A query with what every part says of its candidates."""

    direction: str
    corpus: Corpus
    grades: Mapping[str, int]
    places: NDArray[np.int64]
    evidence: NDArray[np.float32]
    """One column for each of FEATURES."""
    met: NDArray[np.float32]
    """What late interaction says of each."""


def ranked_scores(one: Judged, weights: Weights) -> NDArray[np.float32]:
    """Return the final score of each candidate: the best are looked at again, the rest follow."""
    base = one.evidence @ np.array([getattr(weights, name) for name in FEATURES], np.float32)
    if not weights.interaction:
        return np.asarray(base, np.float32)
    order = np.argsort(-base, kind="stable")
    looked = order[:_LOOKED_AT]
    added = np.zeros(len(base), np.float32)
    added[looked] = one.met[looked] - one.met[looked].min()
    # The scale stays that of fusion, as the reranker has it.
    return np.asarray(base + weights.interaction * (added - added[order[0]]), np.float32)


def by_direction(judged: Sequence[Judged], weights: Weights) -> dict[str, float]:
    """Return the mean nDCG of each direction."""
    values: dict[str, list[float]] = {}
    for one in judged:
        ranked = ranking(one.corpus, one.places, ranked_scores(one, weights))
        values.setdefault(one.direction, []).append(ndcg(ranked, one.grades))
    return {name: mean(each) for name, each in values.items()}


def fit_weights(
    judged: Sequence[Judged],
    start: Weights,
    names: Sequence[str] = (KEYWORD, _INTERACTION),
    say: Callable[[str], None] = lambda _line: None,
) -> Weights:
    """Return the weights with the best mean nDCG over the directions, one changed at a time.

    The weight of the dense route stays: only ratios decide an order.
    """
    best, value = start, mean(list(by_direction(judged, start).values()))
    for _ in range(_ROUNDS):
        before = value
        for name in names:
            tried = [replace(best, **{name: getattr(best, name) * f}) for f in _FACTORS]
            values = [mean(list(by_direction(judged, one).values())) for one in tried]
            top = int(np.argmax(values))
            if values[top] > value + _LEAST_GAIN:
                best, value = tried[top], values[top]
        say(f"  {value:.4f} with {', '.join(f'{n} {getattr(best, n):.2f}' for n in names)}")
        if value <= before:
            break
    return best


def cross_validated(
    judged: Sequence[Judged], start: Weights, folds: int = 5, seed: int = 0
) -> dict[str, float]:
    """Return the mean nDCG of each direction where the weights were fitted to other queries."""
    parts: list[list[Judged]] = [[] for _ in range(folds)]
    chance = random.Random(seed)  # noqa: S311 - the same folds in every run
    dealt = list(judged)
    chance.shuffle(dealt)
    for number, one in enumerate(dealt):
        parts[number % folds].append(one)
    each: dict[str, list[float]] = {}
    for number, part in enumerate(parts):
        others = [one for other in parts[:number] + parts[number + 1 :] for one in other]
        weights = fit_weights(others, start)
        for one in part:
            value = by_direction([one], weights)[one.direction]
            each.setdefault(one.direction, []).append(value)
    return {name: mean(values) for name, values in each.items()}


def fit_likelihood(judged: Sequence[Judged], weights: Weights) -> Weights:
    """Return the weights with the odds of relevance that the best ten candidates have.

    A logistic curve by Newton's method; every direction weighs the same.
    """
    scores, right, share = _best_ten(judged, weights)
    middle, spread = float(scores.mean()), max(float(scores.std()), 1e-9)
    design = np.stack([(scores - middle) / spread, np.ones(len(scores))], 1)
    # In units of their own spread and from even odds on, the steps of Newton's method stay small.
    found = np.zeros(2)
    for _ in range(50):
        likely = 1.0 / (1.0 + np.exp(-(design @ found)))
        gradient = design.T @ (share * (right - likely)) - _RIDGE * found
        curve = (design.T * (share * likely * (1.0 - likely))) @ design + _RIDGE * np.eye(2)
        step = np.linalg.solve(curve, gradient)
        found += step
        if float(np.abs(step).max()) < 1e-9:
            break
    slope, offset = float(found[0]), float(found[1])
    return replace(weights, steepness=slope / spread, even_odds=middle - spread * offset / slope)


def expected_error(judged: Sequence[Judged], weights: Weights, bins: int = 10) -> float:
    """Return how far the likelihoods of the best ten are from what is relevant, on average."""
    scores, right, share = _best_ten(judged, weights)
    likely = 1.0 / (1.0 + np.exp(-weights.steepness * (scores - weights.even_odds)))
    share = share / share.sum()
    place = np.minimum((likely * bins).astype(int), bins - 1)
    gaps = (abs(float((share * (right - likely))[place == i].sum())) for i in range(bins))
    return float(sum(gaps))


def _best_ten(
    judged: Sequence[Judged], weights: Weights
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Scores, whether relevant, and how much each counts."""
    counts: dict[str, int] = {}
    for one in judged:
        counts[one.direction] = counts.get(one.direction, 0) + 1
    rows: list[tuple[float, float, float]] = []
    for one in judged:
        total = ranked_scores(one, weights)
        for i in np.argsort(-total, kind="stable")[:_BEST]:
            grade = one.grades.get(one.corpus.owners[one.places[i]], 0)
            rows.append((float(total[i]), float(grade > 0), 1.0 / counts[one.direction]))
    columns = np.array(rows, np.float64)
    return columns[:, 0], columns[:, 1], columns[:, 2]
