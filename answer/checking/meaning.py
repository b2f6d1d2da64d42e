"""How likely a passage supports a sentence, from shared words and from likeness of meaning.

The weights lie in ``weights.json`` beside this module: "words" weighs shared words alone, for
houses whose embedder they were not fitted for; "zh", "en" and "across" weigh the default
embedder's cosines too. They are fitted by ``python -m evals.bench.support --models DIR --fit`` on
the half "fit" of ``evals/labelled/support.jsonl``, with the embedder's fingerprint beside them.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from importlib.resources import files
from typing import Any

from answer.checking.clauses import Reading, alike, likeness

FEATURES = ("covered", "best_clause", "alike", "alike_clause", "weakest", "length", "amounts")
MEANT = ("alike", "alike_clause", "weakest")
"""The features that need an embedder."""


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
    }


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
