"""Learns the reader: the upper layers of the default embedder's encoder, and a head on its tokens.

The layers below stay as they are, so their states are made once and kept in memory; about 2 GB
for 7,000 lessons. The loss is that of extractive question answering: a softmax over the tokens of
all units and the opening token, which stands for "none of these", for where an answer begins and
where it ends.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from answer.extractive.learning.lessons import Lesson
from core.ports import Progress, silent
from retrieval.embedding.layers import Layers

_NEVER = -1e4
_ENCODED_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class ReaderPlan:
    """How it is learnt."""

    below: int = 8
    """Layers that stay as they are."""
    epochs: int = 2
    batch: int = 16
    rate: float = 1.2e-4
    head_rate: float = 1e-3
    decay: float = 0.01
    dropout: float = 0.0
    warm: float = 0.08
    seed: int = 7


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """The upper layers and the head, and the mean loss of each tenth of an epoch."""

    above: Any
    head: Any
    losses: list[float]


def learn(
    layers: Layers,
    lessons: Sequence[Lesson],
    plan: ReaderPlan,
    keep: Callable[[Learnt], None],
    progress: Progress = silent,
) -> Learnt:
    """Learn from lessons; ``keep`` is given what is learnt after each epoch. Takes minutes."""
    import torch

    torch.manual_seed(plan.seed)
    chance = random.Random(plan.seed)  # noqa: S311 - the same order in every run
    states = _states(layers, lessons, plan.below, progress)
    learnt = Learnt(*_begun(layers, plan), losses=[])
    steps = plan.epochs * -(-len(lessons) // plan.batch)
    optimiser, schedule = _optimiser(learnt, plan, steps)
    done, since = 0, 0.0
    for _ in range(plan.epochs):
        for places in _batches(lessons, plan.batch, chance):
            rows = [lessons[i] for i in places]
            loss = _loss(learnt, rows, [states[i] for i in places])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(_parameters(learnt), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            done, since = done + 1, since + float(loss.detach())
            if done % 40 == 0:
                learnt.losses.append(since / 40)
                since = 0.0
            progress("learning the reader", done / steps)
        keep(learnt)
    return learnt


def _begun(layers: Layers, plan: ReaderPlan) -> tuple[Any, Any]:
    import torch

    above = layers.above(plan.below).float().train()
    for module in above.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = plan.dropout
    for layer in above:
        layer.attention.self.dropout.p = 0.0
        layer.requires_grad_(True)
    head = torch.nn.Linear(layers.width, 2)
    torch.nn.init.normal_(head.weight, std=0.02)
    torch.nn.init.zeros_(head.bias)
    return above, head


def _states(layers: Layers, lessons: Sequence[Lesson], below: int, progress: Progress) -> list[Any]:
    """What the lower layers make of each lesson, in half precision."""
    import torch

    found: list[Any] = [None] * len(lessons)
    order = sorted(range(len(lessons)), key=lambda i: -len(lessons[i].packed.ids))
    with torch.inference_mode():
        for start in range(0, len(order), _ENCODED_AT_ONCE):
            places = order[start : start + _ENCODED_AT_ONCE]
            ids, seen = _padded([lessons[i].packed.ids for i in places], layers.marks[2])
            states = layers.states(ids, seen, below).to(torch.bfloat16)
            for row, i in enumerate(places):
                found[i] = states[row, : len(lessons[i].packed.ids)].clone()
            progress("encoding", (start + len(places)) / len(order))
    return found


def _padded(rows: Sequence[Sequence[int]], pad: int) -> tuple[Any, Any]:
    import torch

    longest = max(map(len, rows))
    ids = torch.tensor([[*row, *[pad] * (longest - len(row))] for row in rows])
    lengths = torch.tensor([len(row) for row in rows])
    return ids, _seen(lengths, longest)


def _seen(lengths: Any, longest: int) -> Any:
    import torch

    return (torch.arange(longest)[None] < lengths[:, None])[:, None, None]


def _loss(learnt: Learnt, lessons: Sequence[Lesson], states: Sequence[Any]) -> Any:
    import torch

    # Made in inference mode, where no gradient may flow; a copy may take part.
    held = torch.nn.utils.rnn.pad_sequence([s.clone() for s in states], batch_first=True).float()
    seen = _seen(torch.tensor([len(s) for s in states]), held.shape[1])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for layer in learnt.above:
            held = layer(held, seen)
    logits = learnt.head(held.float())
    open_to, right = _targets(lessons, held.shape[1])
    logits = logits.masked_fill(~open_to[:, :, None], _NEVER)
    wanted = logits.masked_fill(~right, _NEVER)
    return (torch.logsumexp(logits, 1) - torch.logsumexp(wanted, 1)).mean()


def _targets(lessons: Sequence[Lesson], longest: int) -> tuple[Any, Any]:
    """Which tokens may be chosen, shape (n, length), and which are right, (n, length, 2)."""
    import torch

    open_to = torch.zeros(len(lessons), longest, dtype=torch.bool)
    right = torch.zeros(len(lessons), longest, 2, dtype=torch.bool)
    open_to[:, 0] = True
    for row, lesson in enumerate(lessons):
        for first, last in lesson.packed.spans:
            open_to[row, first:last] = True
        for side, places in enumerate((lesson.begins, lesson.ends)):
            right[row, list(places) or [0], side] = True
    return open_to, right


def _parameters(learnt: Learnt) -> list[Any]:
    return [*learnt.above.parameters(), *learnt.head.parameters()]


def _optimiser(learnt: Learnt, plan: ReaderPlan, steps: int) -> tuple[Any, Any]:
    import torch

    optimiser = torch.optim.AdamW(
        [
            {"params": list(learnt.above.parameters()), "lr": plan.rate},
            {"params": list(learnt.head.parameters()), "lr": plan.head_rate},
        ],
        weight_decay=plan.decay,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        [plan.rate, plan.head_rate],
        total_steps=steps + 1,
        pct_start=plan.warm,
        anneal_strategy="linear",
    )
    return optimiser, schedule


def _batches(lessons: Sequence[Lesson], size: int, chance: random.Random) -> list[list[int]]:
    """Lessons of about one length together, in an order drawn by chance."""
    order = list(range(len(lessons)))
    chance.shuffle(order)
    batches: list[list[int]] = []
    for start in range(0, len(order), 32 * size):
        group = sorted(order[start : start + 32 * size], key=lambda i: len(lessons[i].packed.ids))
        batches += [group[at : at + size] for at in range(0, len(group), size)]
    chance.shuffle(batches)
    return batches
