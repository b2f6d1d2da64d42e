"""Learns late interaction: what of a token's state tells whether a question's word is met.

Both projections begin as the principal directions of the token states, so that it is of use from
the first step; then a softmax over a query's candidates, of which only passages that answer some
query learnt from are taken as wrong. In most batches the fused evidence is added to the scores:
what the routes know already need not be learnt again, and what is learnt is what they miss.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ports import Progress, silent
from retrieval.fusion import Weights
from retrieval.interaction.model import LateInteraction, Question, Tokens
from retrieval.training.prepared import Candidates, Posed, Prepared, weighed

_SAMPLE_TOKENS = 15_000
_LONGEST_QUERY = 64
_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class InteractionPlan:
    """How it is learnt."""

    dimension: int = 64
    epochs: int = 2
    batch: int = 16
    candidates: int = 10
    rate: float = 5e-4
    decay: float = 0.1
    alone: float = 0.3
    """The share of queries that are learnt without the fused evidence."""
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class LearntInteraction:
    """What was learnt, how the loss went, and what it should weigh by its own account."""

    model: LateInteraction
    losses: list[float]
    """The mean loss of each tenth of the steps."""
    weight: float
    """What a likeness of 1 adds, where fused evidence counts as it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A query with its candidates, best first by the fused evidence."""

    of: Prepared
    posed: Posed
    places: NDArray[np.int64]
    evidence: NDArray[np.float32]
    right: NDArray[np.bool_]
    wrong: NDArray[np.bool_]


def lessons_of(
    of: Prepared, posed: Sequence[Posed], found: Sequence[Candidates], weights: Weights
) -> list[Lesson]:
    """Return the queries that have right and wrong candidates to tell apart."""
    answers = {place for query in posed for place in query.gold}
    lessons: list[Lesson] = []
    for query, one in zip(posed, found, strict=True):
        evidence = weighed(one, weights)
        order = np.argsort(-evidence, kind="stable")
        places = one.places[order]
        right = np.isin(places, query.gold)
        wrong = np.isin(places, list(answers)) & ~right
        if right.any() and wrong.any():
            lessons.append(Lesson(of, query, places, evidence[order], right, wrong))
    return lessons


def learn_interaction(
    lessons: Sequence[Lesson], plan: InteractionPlan | None = None, progress: Progress = silent
) -> LearntInteraction:
    """Learn to tell right candidates from wrong ones; takes minutes."""
    import torch

    how = plan or InteractionPlan()
    torch.manual_seed(how.seed)
    chance = random.Random(how.seed)  # noqa: S311 - the same order in every run
    net = Net(_directions(lessons, how.dimension, how.seed))
    optimiser = torch.optim.AdamW(
        [
            {"params": [net.query, net.passage, net.matter, net.bias], "lr": how.rate},
            {"params": [net.base, net.scale], "lr": 40 * how.rate},
        ],
        weight_decay=how.decay,
    )
    steps = how.epochs * -(-len(lessons) // how.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [how.rate, 40 * how.rate], total_steps=steps + 1, pct_start=0.1
    )
    losses: list[float] = []
    for step, batch in enumerate(_batches(lessons, how, chance), 1):
        loss = net.loss([_chosen(one, how.candidates, chance) for one in batch], how.alone)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        losses.append(float(loss.detach()))
        progress("learning late interaction", step / steps)
    tenths = [float(np.mean(part)) for part in np.array_split(losses, min(10, len(losses)))]
    return LearntInteraction(net.model(), tenths, float((net.scale / net.base).detach()))


def interaction_scores(
    model: LateInteraction,
    of: Prepared,
    tokens: Mapping[int, Tokens],
    posed: Posed,
    places: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Return how well pieces meet a query, as the reranker has it."""
    asked: Question = model.question(of.queries.states(posed.forms[0]).astype(np.float32))
    return model.scores(asked, [tokens[int(place)] for place in places])


def _batches(
    lessons: Sequence[Lesson], how: InteractionPlan, chance: random.Random
) -> Iterator[list[Lesson]]:
    for _ in range(how.epochs):
        order = list(lessons)
        chance.shuffle(order)
        for start in range(0, len(order), how.batch):
            yield order[start : start + how.batch]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One query with the few candidates of one step; the first is right."""

    states: NDArray[np.float32]
    passages: dict[tuple[int, int], NDArray[np.float16]]
    """The token states by what names a piece: which corpus, which place."""
    evidence: NDArray[np.float32]


def _chosen(one: Lesson, count: int, chance: random.Random) -> Example:
    """A right candidate, the wrong ones that are most easily mistaken for it, and some others."""
    wrong = [int(i) for i in np.flatnonzero(one.wrong)]
    near, far = wrong[: count + 2], wrong[count + 2 :]
    chance.shuffle(near)
    chance.shuffle(far)
    right = chance.choice([int(i) for i in np.flatnonzero(one.right)])
    rows = [right, *(near[: count // 2] + far + near[count // 2 :])[: count - 1]]
    states = one.of.queries.states(one.posed.forms[0])[1:_LONGEST_QUERY]
    corpus, places = one.of.corpus, [int(one.places[row]) for row in rows]
    passages = {(id(corpus), place): corpus.encoded.states(place) for place in places}
    return Example(states.astype(np.float32), passages, one.evidence[rows])


def _directions(lessons: Sequence[Lesson], dimension: int, seed: int) -> NDArray[np.float32]:
    """The principal directions of token states, shape (the embedder's dimension, dimension)."""
    chance = np.random.default_rng(seed)
    held = {id(one.of.corpus): one.of.corpus.encoded.flat for one in lessons}
    held |= {id(one.of.queries): one.of.queries.flat for one in lessons}
    sample = np.concatenate(
        [
            flat[np.sort(chance.choice(len(flat), min(len(flat), _SAMPLE_TOKENS), replace=False))]
            for flat in held.values()
        ]
    ).astype(np.float32)
    sample -= sample.mean(1, keepdims=True)
    sample /= np.sqrt((sample**2).mean(1, keepdims=True) + _EPSILON)
    _, vectors = np.linalg.eigh(sample.T @ sample / len(sample))
    return np.ascontiguousarray(vectors[:, ::-1][:, :dimension], np.float32)


class Net:
    """What is learnt, as torch has it."""

    def __init__(self, start: NDArray[np.float32]) -> None:
        import torch

        def parameter(values: Any) -> Any:
            return torch.nn.Parameter(torch.as_tensor(values, dtype=torch.float32).clone())

        self.query, self.passage = parameter(start), parameter(start)
        self.matter, self.bias = parameter(np.zeros(len(start))), parameter(0.0)
        self.base, self.scale = parameter(1.0), parameter(20.0)

    def parameters(self) -> list[Any]:
        """All that is learnt."""
        return [self.query, self.passage, self.matter, self.bias, self.base, self.scale]

    def loss(self, examples: Sequence[Example], alone: float) -> Any:
        """The mean loss of some queries."""
        import torch

        losses = []
        for example, scores in zip(examples, self.scores(examples), strict=True):
            logits = self.scale * scores
            if float(torch.rand(())) >= alone:
                logits = logits + self.base * torch.from_numpy(example.evidence)
            losses.append(-torch.log_softmax(logits, -1)[0])
        return torch.stack(losses).mean()

    def scores(self, examples: Sequence[Example]) -> list[Any]:
        """Each example's scores; the states of all are projected in one step each."""
        import torch

        functional: Any = torch.nn.functional
        passages = {name: states for one in examples for name, states in one.passages.items()}
        lengths = [len(states) for states in passages.values()]
        level = _levelled(np.concatenate(list(passages.values())).astype(np.float32))
        tokens = functional.normalize(level @ self.passage, dim=-1).split(lengths)
        by_name = dict(zip(passages, tokens, strict=True))
        asked = _levelled(np.concatenate([one.states for one in examples]))
        sizes = [len(one.states) for one in examples]
        words = functional.normalize(asked @ self.query, dim=-1).split(sizes)
        matter = functional.softplus(asked @ self.matter + self.bias).split(sizes)
        return [
            torch.stack([(own @ by_name[name].T).max(1).values for name in one.passages])
            @ (weight / weight.sum())
            for one, own, weight in zip(examples, words, matter, strict=True)
        ]

    def model(self) -> LateInteraction:
        """What was learnt, as the product has it."""
        query, passage, matter, bias = (
            one.detach().numpy().copy()
            for one in (self.query, self.passage, self.matter, self.bias)
        )
        return LateInteraction("learnt", query, passage, matter, float(bias))


def _levelled(states: NDArray[np.float32]) -> Any:
    import torch

    return torch.nn.functional.layer_norm(torch.from_numpy(states), states.shape[1:])
