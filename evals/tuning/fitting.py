"""Weights and an adapter that fit some cases, held near what they start from.

Weights are moved one at a time, by steps, while the mean nDCG@10 rises by more than it costs to
move. The adapter is ridge regression from a question's vector to what tells its passages from the
best of the wrong ones; how far it is followed is chosen by what each case would have gained had it
been left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evals.tuning.seen import Numbers, Seen, as_row, with_row
from retrieval.embedding.adapter import QueryAdapter
from retrieval.fusion import Weights

_STEPS = (3.0, 1.7, 1.3, 1 / 1.3, 1 / 1.7, 1 / 3.0)
_FARTHEST = np.log(9.0)
"""No weight leaves more than ninefold."""
_ROUNDS = 3
_PULL = 0.005
"""What moving a weight e-fold costs, in nDCG."""
_RIDGES = (1.0, 3.0)
_REACHES = (0.25, 0.5, 1.0)
_WORTH = 0.003
"""What an adapter must gain at the least, in nDCG, on cases left out of it."""
_WRONG = 5
_NEWTON = 30
_FIRM = 20.0
"""How strongly the score's curve is held to what it was, in candidates."""

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fit:
    """What was fitted."""

    weights: Weights
    adapter: QueryAdapter | None = None
    """Only where another one than that of the start is better."""

    def ndcg(self, cases: Sequence[Seen]) -> list[float]:
        """Return each case's nDCG@10."""
        row = as_row(self.weights)
        return [case.ndcg(row, self.adapter) for case in cases]


def fit(
    cases: Sequence[Seen], start: Weights, held: QueryAdapter | None, *, adapt: bool = False
) -> Fit:
    """Fit the weights to cases, and the adapter where asked; the same cases give the same fit."""
    adapter = fit_adapter(cases, start, held) if adapt else None
    parts = [case.adapted(adapter) if adapter else case.parts for case in cases]
    row = _searched(cases, parts, as_row(start))
    return Fit(_curved(cases, parts, with_row(start, row), start), adapter)


def _searched(cases: Sequence[Seen], parts: Sequence[Numbers], start: Numbers) -> Numbers:
    used = np.flatnonzero(np.any([part.any(axis=0) for part in parts], axis=0) & (start > 0))
    best, row = _worth(cases, parts, start, start), start
    for _ in range(_ROUNDS):
        before = best
        for column in used:
            for step in _STEPS:
                tried = row.copy()
                tried[column] *= step
                if abs(np.log(tried[column] / start[column])) > _FARTHEST:
                    continue
                worth = _worth(cases, parts, tried, start)
                if worth > best + 1e-9:
                    best, row = worth, tried
        if best <= before:
            break
    return row


def _worth(cases: Sequence[Seen], parts: Sequence[Numbers], row: Numbers, start: Numbers) -> float:
    moved = np.log(row[start > 0] / start[start > 0])
    return float(np.mean(_gains(cases, parts, row))) - _PULL * float(moved @ moved)


def _gains(cases: Sequence[Seen], parts: Sequence[Numbers], row: Numbers) -> list[float]:
    discounts = 1.0 / np.log2(np.arange(2, 12))
    gains = []
    for case, part in zip(cases, parts, strict=True):
        right = case.right[np.argsort(-(part @ row), kind="stable")[:10]]
        ideal = discounts[: min(10, len(case.case.holds))].sum()
        gains.append(float(discounts[: len(right)] @ right) / float(ideal))
    return gains


def fit_adapter(
    cases: Sequence[Seen], start: Weights, held: QueryAdapter | None
) -> QueryAdapter | None:
    """Return an adapter that is better than ``held`` on cases left out of it; None if none is."""
    taught = [case for case in cases if case.right.any() and not case.right.all()]
    if not taught:
        return None
    queries = np.stack([case.query for case in taught])
    towards = np.stack([_towards(case) for case in taught])
    row = as_row(start)
    plain = float(np.mean([case.ndcg(row) for case in taught]))
    best: tuple[float, Rows | None] = (plain + _WORTH, None)
    base = held.matrix if held is not None else np.zeros((queries.shape[1],) * 2, np.float32)
    for ridge in _RIDGES:
        inverse = np.linalg.inv(queries @ queries.T + ridge * np.eye(len(taught)))
        made = inverse @ towards
        left_out = towards - made / np.diag(inverse)[:, None]
        for reach in _REACHES:
            worth = _left_out(taught, base, reach * left_out, row)
            if worth > best[0]:
                best = worth, np.asarray(reach * (queries.T @ made), np.float32)
    return QueryAdapter(base + best[1], "tuned") if best[1] is not None else None


def _towards(case: Seen) -> Rows:
    """From the best of the wrong passages to the right ones."""
    order = np.argsort(-case.parts[:, 0], kind="stable")
    wrong = [i for i in order if not case.right[i]][:_WRONG]
    right = case.vectors[case.right].mean(axis=0)
    return np.asarray(right - case.vectors[wrong].mean(axis=0), np.float32)


def _left_out(cases: Sequence[Seen], base: Rows, moves: Numbers, row: Numbers) -> float:
    """The mean nDCG@10 where each question is moved as the other cases would have it moved."""
    gains = []
    as_it_is = QueryAdapter(np.zeros_like(base))
    for case, move in zip(cases, moves, strict=True):
        moved = case.query + case.query @ base + move
        unit = np.asarray(moved / max(float(np.linalg.norm(moved)), 1e-9), np.float32)
        there = Seen(case.case, case.ids, case.parts, case.right, unit, case.vectors, case.spread)
        gains.append(there.ndcg(row, as_it_is))
    return float(np.mean(gains))


def _curved(
    cases: Sequence[Seen], parts: Sequence[Numbers], weights: Weights, start: Weights
) -> Weights:
    """Weights whose score says how likely one of the best candidates is right.

    Logistic regression of the best ten on their evidence, held to the start's own curve: with few
    cases the score keeps meaning what it did.
    """
    row = as_row(weights)
    evidence, right = [], []
    for case, part in zip(cases, parts, strict=True):
        total = part @ row
        best = np.argsort(-total, kind="stable")[:10]
        evidence.append(total[best])
        right.append(case.right[best])
    x, y = np.concatenate(evidence), np.concatenate(right).astype(np.float64)
    prior = np.array([start.steepness, -start.steepness * start.even_odds])
    slope, level = _logistic(x, y, prior)
    if slope <= 0.0:
        return weights
    return replace(
        weights, steepness=round(float(slope), 4), even_odds=round(float(-level / slope), 4)
    )


def _logistic(x: Numbers, y: Numbers, prior: Numbers) -> Numbers:
    """Slope and level of the odds, held to the prior's; Newton's steps, halved where too long."""
    inputs = np.column_stack([x, np.ones(len(x))])
    pull = _FIRM * np.array([float(x.var()) + 1e-6, 0.05])

    def loss(line: Numbers) -> float:
        odds = inputs @ line
        away = line - prior
        return float(np.logaddexp(0.0, odds).sum() - y @ odds + 0.5 * pull @ away**2)

    line, at = prior.copy(), loss(prior)
    for _ in range(_NEWTON):
        likely = 1.0 / (1.0 + np.exp(-np.clip(inputs @ line, -30, 30)))
        slope = inputs.T @ (likely - y) + pull * (line - prior)
        bend = (inputs * (likely * (1 - likely))[:, None]).T @ inputs + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        while loss(line - step) > at and float(np.abs(step).max()) > 1e-9:
            step = step / 2.0
        line = line - step
        at = loss(line)
    return line
