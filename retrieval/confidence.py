"""How likely what a search found answers the question.

At its end a search knows more than the score of its best hit: how far the best stands before the
rest, whether the routes agree, how much of the question's words the best hits hold. A logistic
model over such signs says how likely one of the best ten passages answers. Most signs are taken
relative to what else was found, so that they mean about the same in any set of documents.

The weights lie in ``confidence.json``; ``python -m evals.bench.confidence --fit`` fits them to
searches in corpora from which the answers to half of the questions were taken out, on queries
that no report uses. A house where more or fewer questions than half have an answer is surer or
less sure than is said here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from core.errors import DataInvalid
from core.text import reply_language
from core.types import Chunk, Hit
from retrieval.fusion import SAMPLE, RouteFound
from retrieval.keyword.base import field_terms
from retrieval.reranking.base import Reranked
from retrieval.stores.base import Found
from retrieval.wanted import Wanted

LOOKED_AT = 10
"""So many of the best hits: one of them answers, or none."""
LIKENESS = "likeness"
_READ = 3
"""Of how many the words are read."""
_MOST_CHARACTERS = 2000
_USUAL = 0.03
"""Added to the spread of a route's cosines, as fusion does."""
_MOST_SHARE = 2.0
_FARTHEST = 12.0
"""Log-odds beyond which a score says no more."""

Signs = Mapping[str, float]
"""What a search knows at its end, by name."""


@dataclass(frozen=True, slots=True)
class Line:
    """A logistic model: weights by sign, and a constant, in log-odds."""

    constant: float
    weights: Mapping[str, float]

    def log_odds(self, signs: Signs) -> float:
        """Return the log-odds that one of the hits answers."""
        return self.constant + sum(w * signs.get(name, 0.0) for name, w in self.weights.items())


@dataclass(frozen=True, slots=True)
class Confidence:
    """Says how likely a search found an answer."""

    plain: Line
    """For searches without late interaction."""
    looked: Line | None = None
    """For those with it, which says more than all else."""

    def of(self, signs: Signs) -> float:
        """Return how likely one of the best hits answers, in [0, 1]; 0 where nothing was found."""
        if not signs:
            return 0.0
        return likely(self.log_odds(signs))

    def log_odds(self, signs: Signs) -> float:
        """Return the same in log-odds."""
        line = self.looked if self.looked is not None and LIKENESS in signs else self.plain
        return line.log_odds(signs)


def read_confidence(data: Mapping[str, Any]) -> Confidence:
    """Return the models from their JSON form: ``{"plain": {"constant", "weights"}, "looked"}``.

    Raises:
        DataInvalid: it has another form.
    """
    try:
        lines = {name: _line(data[name]) for name in ("plain", "looked") if data.get(name)}
        return Confidence(lines["plain"], lines.get("looked"))
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise DataInvalid("These are no weights of signs.", "Install the product again.") from exc


@lru_cache(maxsize=1)
def default_confidence() -> Confidence:
    """Return the models that come with the product."""
    text = files("retrieval").joinpath("confidence.json").read_text(encoding="utf-8")
    return read_confidence(json.loads(text))


def likely(log_odds: float) -> float:
    """Return the probability of some log-odds."""
    return 1.0 / (1.0 + math.exp(-min(max(log_odds, -_FARTHEST), _FARTHEST)))


def signs_of(wanted: Wanted, found: RouteFound, reranked: Reranked) -> dict[str, float]:
    """Return what a search knows at its end; empty where it found nothing."""
    hits = list(reranked.hits[:LOOKED_AT])
    if not hits:
        return {}
    best = hits[0].chunk
    same = float(reply_language(wanted.asked.text) == reply_language(best.text))
    signs = {
        **_standing_of(hits),
        **_of_cosines(found.dense, best),
        # A question in another language shares names and numbers with its answer, no words.
        **{name: same * value for name, value in _of_words(wanted, found, hits).items()},
        "same_language": same,
        "agreement": _agreement(found, best),
    }
    if reranked.likeness:
        signs.update(_of_likeness(reranked.likeness, hits))
    return signs


def _standing_of(hits: Sequence[Hit]) -> dict[str, float]:
    """The best hit's fused evidence, and how far it stands before those of other documents."""
    odds = [_log_odds(hit.score) for hit in hits]
    home = hits[0].chunk.document_id
    others = [o for o, hit in zip(odds, hits, strict=True) if hit.chunk.document_id != home]
    return {"best": odds[0], "margin": odds[0] - others[0] if others else 0.0}


def _of_cosines(rankings: Sequence[Sequence[Found]], best: Chunk) -> dict[str, float]:
    """How near the best hit is, and how far it and the nearest stand out of what was found."""
    held, first, nearest = 0.0, 0.0, 0.0
    for ranking in filter(None, rankings):
        scores = np.array([one.score for one in ranking[:SAMPLE]])
        spread = float(scores.std()) + _USUAL
        own = next((one.score for one in ranking if one.chunk_id == best.id), float(scores[-1]))
        held = max(held, (own - float(scores.mean())) / spread)
        first = max(first, (float(scores[0]) - float(scores.mean())) / spread)
        nearest = max(nearest, own)
    return {"dense_held": held, "dense_first": first, "cosine": nearest}


def _of_words(wanted: Wanted, found: RouteFound, hits: Sequence[Hit]) -> dict[str, float]:
    """How much of the question's words the best hits hold, weighed by how rare they are or not."""
    scores = {one.chunk_id: one.score for one in found.keyword}
    share = scores.get(hits[0].chunk.id, 0.0) / found.ideal if found.ideal else 0.0
    texts = [hit.chunk.embedding_text()[:_MOST_CHARACTERS] for hit in hits[:_READ]]
    held = [frozenset(field_terms(text)) for text in texts]
    together = frozenset[str]().union(*held)
    whole = sum(wanted.terms.values()) or 1.0
    return {
        "share": min(share, _MOST_SHARE),
        "covered": sum(w for term, w in wanted.terms.items() if term in held[0]) / whole,
        "missing": sum(w for term, w in wanted.terms.items() if term not in together) / whole,
    }


def _of_likeness(likeness: Mapping[str, float], hits: Sequence[Hit]) -> dict[str, float]:
    """Late interaction: of the best hit, and how far it stands before all that it looked at."""
    every = np.array(sorted(likeness.values(), reverse=True))
    own = likeness.get(hits[0].chunk.id, float(every.min()))
    return {
        LIKENESS: own,
        "likeness_most": float(every[0]),
        "likeness_ahead": own - float(every.mean()),
    }


def _agreement(found: RouteFound, best: Chunk) -> float:
    """The share of the routes whose own best is the best hit."""
    routes = [ranking for ranking in (*found.dense, found.keyword, found.questions) if ranking]
    return sum(one[0].chunk_id == best.id for one in routes) / max(1, len(routes))


def _log_odds(score: float) -> float:
    low = likely(-_FARTHEST)
    inside = min(max(score, low), 1.0 - low)
    return math.log(inside / (1.0 - inside))


def _line(data: Mapping[str, Any]) -> Line:
    weights = {str(name): float(value) for name, value in data["weights"].items()}
    return Line(float(data["constant"]), weights)
