"""Which steps a conversation has covered, each with the words that show it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from answer.extractive.units import spoken
from answer.extractive.vectors import VectorCache
from answer.guidance.claims import Claim, Saying, claims_of
from answer.guidance.matching import THRESHOLD, WEIGHTS, chances, read
from answer.guidance.types import GuardedStep, Procedure, Tick
from answer.guidance.words import Words
from answer.record import Found
from answer.record.reader import CUSTOMER, same_length
from core.text import fold
from core.types import PUBLIC, Turn

_LESS_LIKELY = 3.0
"""A clause speaks of the step that it fits best, and of those whose odds are not as much lower."""
_HEAD = re.compile(r"[。.;；](?!\d)")
_LONGEST_QUOTE = 80


class Step(Protocol):
    """A step as far as it takes to say whether it was done."""

    @property
    def key(self) -> str:
        """What tells it from others."""
        ...

    @property
    def text(self) -> str:
        """Its words."""
        ...


def done_of(
    steps: Sequence[Step], turns: Sequence[Turn], words: Words, vectors: VectorCache
) -> dict[str, Tick]:
    """Return why those of some steps that were done, or told to be, count as such, by key."""
    return _done(steps, turns, words, vectors, WEIGHTS, THRESHOLD)


def ticks_of(
    procedure: Procedure,
    turns: Sequence[Turn],
    words: Words,
    vectors: VectorCache,
    recorded: Mapping[str, Found],
    weights: Mapping[str, float] = WEIGHTS,
    threshold: float = THRESHOLD,
) -> dict[str, Tick]:
    """Return why each covered step counts as covered, by its key; open steps are left out.

    ``recorded`` is what is known of the customer and the matter, by the record's fields.
    """
    ticks: dict[str, Tick] = {}
    by_deed: list[GuardedStep] = []
    for step in procedure.steps:
        if _asks(step, words):
            tick = _recorded(step, words, recorded)
        elif step.unit.chunk.audience != PUBLIC and (acts := _acts(step, words)):
            tick = _spoken(acts, turns, words)
        else:
            by_deed.append(step)
            continue
        if tick is not None:
            ticks[step.key] = tick
    return ticks | _done(by_deed, turns, words, vectors, weights, threshold)


def _head_of(step: GuardedStep) -> str:
    """What a step is about: its first sentence."""
    return _HEAD.split(fold(spoken(step.text)), maxsplit=1)[0]


def _asks(step: GuardedStep, words: Words) -> bool:
    """Whether a step is there to learn something."""
    head = _head_of(step)
    if not words.says("asking", head):
        return False
    known = any(pattern.search(head) for pattern, _ in words.information)
    return known or words.unrecorded.search(head) is not None


def _recorded(step: GuardedStep, words: Words, recorded: Mapping[str, Found]) -> Tick | None:
    """All that the step asks for is known."""
    head = _head_of(step)
    if words.unrecorded.search(head):
        return None
    shown: list[Found] = []
    judged: set[int] = set()
    for pattern, fields in words.information:
        if not pattern.search(head):
            continue
        found = [recorded[name] for name in fields if name in recorded]
        if not found:
            return None
        shown.append(max(found, key=lambda one: one.turn))
        judged.update(id(recorded[name]) for name in fields if name in recorded and name == "kind")
    if not shown:
        return None
    # What the customer said shows more than what was made of it.
    last = max(shown, key=lambda one: (id(one) not in judged, one.turn))
    return Tick("recorded", last.turn, last.quote, last.start, last.end)


def _acts(step: GuardedStep, words: Words) -> list[str]:
    head = _head_of(step)
    return [name for name, act in words.acts.items() if act.step.search(head)]


def _spoken(acts: Sequence[str], turns: Sequence[Turn], words: Words) -> Tick | None:
    """An agent has said all that the step wants said; the last of it is quoted."""
    said = [_says(name, turns, words) for name in acts]
    found = [tick for tick in said if tick is not None]
    return max(found, key=lambda tick: tick.turn) if found and len(found) == len(said) else None


def _says(act: str, turns: Sequence[Turn], words: Words) -> Tick | None:
    for number, turn in enumerate(turns):
        match = words.acts[act].said.search(same_length(turn.text)) if _is_agent(turn) else None
        if match is not None:
            start, end = match.start(), min(match.end(), match.start() + _LONGEST_QUOTE)
            return Tick("spoken", number, turn.text[start:end], start, end)
    return None


def _is_agent(turn: Turn) -> bool:
    return turn.role != CUSTOMER


def _done(
    steps: Sequence[Step],
    turns: Sequence[Turn],
    words: Words,
    vectors: VectorCache,
    weights: Mapping[str, float],
    threshold: float,
) -> dict[str, Tick]:
    claims = claims_of(turns, words)
    full = [claim for claim in claims if not claim.plain]
    fits = _fits(full, steps, words, vectors, weights, threshold) if full and steps else []
    of_claim = {id(claim): found for claim, found in zip(full, fits, strict=bool(fits))}
    ticks: dict[str, Tick] = {}
    for claim in claims:
        if claim.plain:
            named = _named_before(claim, claims, of_claim, words)
        else:
            named = of_claim.get(id(claim), [])
        for n in named:
            _take(ticks, steps[n].key, claim)
    return ticks


def _take(ticks: dict[str, Tick], key: str, claim: Claim) -> None:
    """What was said later goes before; only being told is less than having done."""
    if claim.saying is Saying.UNDONE:
        ticks.pop(key, None)
    elif claim.saying is Saying.DONE:
        ticks[key] = _tick("done", claim)
    elif claim.saying is Saying.TOLD:
        ticks.setdefault(key, _tick("told", claim))


def _tick(how: str, claim: Claim) -> Tick:
    return Tick(how, claim.turn, claim.text, claim.start, claim.end, claim.failed)


def _named_before(
    claim: Claim, claims: Sequence[Claim], of_claim: Mapping[int, list[int]], words: Words
) -> list[int]:
    """The steps that the agent's message just before named; "yes" answers a question only."""
    folded = fold(claim.text).strip(" ,.!?，。！？~")
    answers = (Saying.ASKED,) if words.says("plain_yes", folded) else (Saying.ASKED, Saying.TOLD)
    return [
        n
        for other in claims
        if other.turn == claim.turn - 1 and other.role != CUSTOMER and other.saying in answers
        for n in of_claim.get(id(other), [])
    ]


def _fits(
    claims: Sequence[Claim],
    steps: Sequence[Step],
    words: Words,
    vectors: VectorCache,
    weights: Mapping[str, float],
    threshold: float,
) -> list[list[int]]:
    """For each claim the steps that it is about."""
    said = [read(claim.text, words, claim.before) for claim in claims]
    read_steps = [read(step.text, words) for step in steps]
    rows = chances(said, read_steps, vectors, weights)
    return [
        [
            n
            for n, chance in enumerate(row)
            if chance >= threshold
            and _odds(chance) * _LESS_LIKELY >= _odds(max(row))
            # That nothing is in the way denies no deed.
            and (claim.saying is not Saying.UNDONE or one.deeds & read_steps[n].deeds)
        ]
        for claim, one, row in zip(claims, said, rows, strict=True)
    ]


def _odds(chance: float) -> float:
    return chance / max(1e-12, 1 - chance)
