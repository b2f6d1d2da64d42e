"""How likely a passage supports a sentence, from shared words and from likeness of meaning.

The weights lie in ``weights.json`` beside this module: "words" weighs shared words alone, for
houses whose embedder they were not fitted for; "zh", "en" and "across" weigh the default
embedder's cosines too. They are fitted by ``python -m evals.bench.support --models DIR --fit`` on
the half "fit" of ``evals/labelled/support.jsonl`` ("across" on all but its last part), with the
embedder's fingerprint beside.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from answer.checking.clauses import Clause, Reading, alike, likeness, within

FEATURES = (
    "covered", "best_clause", "alike", "alike_clause", "weakest", "length", "amounts", "denied",
    "valued",
)  # fmt: skip
MEANT = ("alike", "alike_clause", "weakest", "denied", "valued")
"""The features that need an embedder."""
ACROSS = ("denied", "valued")
"""Those that are weighed across languages alone; within one, rules on words tell it better."""


def features(
    said: Reading, source: Reading, context: frozenset[str], cosines: tuple[float, float]
) -> dict[str, float]:
    """Return what the chance is made of; ``cosines`` are of the whole and of its best part."""
    mine = frozenset(t for c in said.clauses for t in c.all_terms)
    theirs = frozenset(t for c in source.clauses for t in c.all_terms) | context
    covered = len(mine & theirs) / len(mine) if mine else 1.0
    best = [max((likeness(c, o) for o in source.clauses), default=0.0) for c in said.clauses]
    meant = [max((alike(c, o) for o in source.clauses), default=0.0) for c in said.clauses]
    whole, part = cosines
    return {
        "covered": covered,
        "best_clause": min(1.0, sum(best) / max(1, len(best))),
        "alike": whole,
        "alike_clause": part,
        "weakest": min(meant, default=0.0),
        "length": math.log1p(len(mine)),
        "amounts": float(any(c.amounts for c in said.clauses)),
        "denied": min((_denied(c, source) for c in said.clauses), default=0.0),
        "valued": min((_valued(c, source) for c in said.clauses), default=0.0),
    }


_APART = 0.1
"""As far as likenesses are told apart: where nothing stands against it, that much speaks for it."""


def _denied(clause: Clause, source: Reading) -> float:
    """How much nearer a clause is to what denies, or affirms, as it does than to what does not."""
    if clause.only or clause.excepted:
        return _APART
    denies = [c.negated or c.excepted for c in source.clauses]
    return _nearer(clause, source, [d == clause.negated for d in denies])


def _valued(clause: Clause, source: Reading) -> float:
    """How much nearer a clause is to those with its amounts than to those with others alike."""
    keys, kinds = {a.key for a in clause.amounts}, {a.kind for a in clause.amounts}
    theirs = [{a.key for a in c.amounts if a.kind in kinds} for c in source.clauses]
    if not keys or not any(found & keys for found in theirs):
        return _APART
    told = [bool(found & keys) if found else None for found in theirs]
    return _nearer(clause, source, told)


def _nearer(clause: Clause, source: Reading, sides: Sequence[bool | None]) -> float:
    near = [(within(clause, c), side) for c, side in zip(source.clauses, sides, strict=True)]
    ours = max((a for a, side in near if side), default=0.0)
    theirs = max((a for a, side in near if side is False), default=0.0)
    if not theirs:
        return _APART
    return max(-_APART, min(_APART, ours - theirs)) if ours else -_APART


def chance(found: dict[str, float], kind: str) -> float:
    """Return the probability that a sentence is supported; ``kind`` names a set of weights."""
    fitted = weights()[kind]
    score = fitted["bias"] + sum(w * found[name] for name, w in fitted["weights"].items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def threshold(kind: str) -> float:
    """Return the least chance at which a sentence is let through."""
    return float(weights()[kind]["threshold"])


def fitted_for(fingerprint: str) -> bool:
    """Say whether the weights of likeness hold for an embedder."""
    return bool(fingerprint) and fingerprint == weights()["embedder"]


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    """Return the fitted weights by kind (words, zh, en, across) and the embedder they are for."""
    text = files("answer.checking").joinpath("weights.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
