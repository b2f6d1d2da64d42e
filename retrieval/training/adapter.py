"""Learns the query adapter: a matrix that moves questions towards the passages that answer them.

A softmax over passages, as in contrastive learning: each query's own passages against those that
answer other queries it is learnt with. Passages that answer none of them are left out: they were
never right, and a map that learnt to shun them would find no new document.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataInvalid
from core.ports import Progress, silent
from retrieval.embedding.adapter import QueryAdapter
from retrieval.training.measure import ndcg
from retrieval.training.prepared import Posed, Prepared, ranking


@dataclass(frozen=True, slots=True)
class AdapterPlan:
    """How it is learnt."""

    epochs: int = 12
    batch: int = 64
    rate: float = 3e-4
    temperature: float = 0.015
    decay: float = 0.1
    """How much any change of the questions' vectors costs."""
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class LearntAdapter:
    """What was learnt, and how the loss went."""

    adapter: QueryAdapter
    losses: list[float]
    """The mean loss of each epoch."""


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """One direction as the softmax needs it."""

    queries: NDArray[np.float32]
    passages: NDArray[np.float32]
    """Only those that answer one of the queries."""
    target: list[list[int]]
    """The rows of ``passages`` that answer each query."""


def learn_adapter(
    directions: Sequence[Prepared], plan: AdapterPlan | None = None, progress: Progress = silent
) -> LearntAdapter:
    """Learn from the learnt part of some directions; takes seconds.

    Raises:
        DataInvalid: there is no query to learn from.
    """
    import torch

    how = plan or AdapterPlan()
    torch.manual_seed(how.seed)
    chance = random.Random(how.seed)  # noqa: S311 - the same order in every run
    tasks = [task for one in directions if len((task := _task(one)).queries)]
    if not tasks:
        raise DataInvalid(
            "The sets have no query to learn from.", "Hold fewer out, or name a folder of others."
        )
    size = tasks[0].queries.shape[1]
    change = torch.nn.Parameter(torch.zeros(size, size))
    optimiser = torch.optim.AdamW([change], how.rate, weight_decay=0.0)
    steps = how.epochs * sum(math.ceil(len(task.queries) / how.batch) for task in tasks)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps + 1)
    losses: list[float] = []
    for epoch in range(how.epochs):
        batches = _batches(tasks, how.batch, chance)
        total = 0.0
        for task, rows in batches:
            asked = torch.from_numpy(task.queries[rows])
            moved = torch.nn.functional.normalize(asked + asked @ change, dim=-1)
            scores = moved @ torch.from_numpy(task.passages).T / how.temperature
            target = torch.zeros_like(scores)
            for row, place in enumerate(rows):
                target[row, task.target[place]] = 1.0 / len(task.target[place])
            loss = -(torch.log_softmax(scores, -1) * target).sum(-1).mean()
            total += float(loss.detach())
            optimiser.zero_grad()
            cost: Any = loss + how.decay * (change**2).sum()
            cost.backward()
            optimiser.step()
            schedule.step()
        losses.append(total / len(batches))
        progress("learning the adapter", (epoch + 1) / how.epochs)
    return LearntAdapter(QueryAdapter(change.detach().numpy().copy(), "learnt"), losses)


def dense_ndcg(one: Prepared, posed: Sequence[Posed], adapter: QueryAdapter | None) -> list[float]:
    """Return the nDCG of each query by vectors alone, of its last form."""
    found: list[float] = []
    for query in posed:
        vector = one.queries.vectors[query.forms[-1]]
        vector = adapter.apply(vector) if adapter is not None else vector
        likeness = one.corpus.encoded.vectors @ vector
        best = np.argsort(-likeness, kind="stable")[:50]
        found.append(ndcg(ranking(one.corpus, best, likeness[best]), query.grades))
    return found


def _task(one: Prepared) -> _Task:
    posed = [query for query in one.learnt if query.gold]
    used = sorted({place for query in posed for place in query.gold})
    row = {place: number for number, place in enumerate(used)}
    return _Task(
        # Where a conversation names a document, the question under its title.
        one.queries.vectors[[query.forms[-1] for query in posed]],
        one.corpus.encoded.vectors[used],
        [[row[place] for place in query.gold] for query in posed],
    )


def _batches(
    tasks: Sequence[_Task], size: int, chance: random.Random
) -> list[tuple[_Task, list[int]]]:
    batches: list[tuple[_Task, list[int]]] = []
    for task in tasks:
        order = list(range(len(task.queries)))
        chance.shuffle(order)
        batches += [(task, order[start : start + size]) for start in range(0, len(order), size)]
    chance.shuffle(batches)
    return batches
