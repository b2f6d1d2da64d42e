"""One ranking out of several routes, doubting a route that cannot tell passages apart.

Ranks hide how sure a route is: in reciprocal-rank fusion the first of a hundred equally poor
matches counts as much as one that stands out, and where a route is noise it drags the other
down. Here each route gives evidence in a unit that says how much it knows, and the evidence adds
up, as log-likelihoods of independent witnesses do:

- dense: the cosine's distance from the mean of the candidates, in units between their own spread
  and the model's usual one, so that a flat list moves little;
- questions: how much nearer a question that the passage answers is than questions about other
  things are;
- keyword: the BM25 score as a share of what a passage with every term of the question would
  score. Missing rare terms, or a question in another language than the passages, leave little of
  it, and then the other routes decide alone;
- title: whether the conversation names the passage's document.

A passage that a route did not return is given what that route gave its last one.

The weights lie in ``fusion.json``; ``retrieval/training/fusion.py`` fits them, on queries that no
report uses, and ``citedesk tune`` fits them to a house's own approved cases.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataInvalid
from core.types import RouteScore
from retrieval.stores.base import Found

DENSE, KEYWORD, QUESTIONS, TITLE = "dense", "keyword", "questions", "title"
INTERACTION, EXACT = "interaction", "exact"
RRF_K = 60
SAMPLE = 50
"""How many of a route's best measure its spread; what the weights were fitted with."""
_STEP = 0.05
_LATER = 0.2
"""How much less a title weighs with each factor of e by which it is less likely meant."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each route's evidence counts, and from how much evidence on a passage is likely."""

    dense: float
    questions: float
    keyword: float
    title: float
    exact: float
    """For a passage that holds every code and quoted string of the question as it stands."""
    interaction: float
    """What a second stage of late interaction adds for a likeness of 1."""
    dense_spread: float
    """The usual standard deviation of the best candidates' cosines."""
    questions_floor: float
    """The cosine from which on a question is near enough to one that a passage answers to count."""
    even_odds: float
    """The evidence at which a passage is as likely relevant as not."""
    steepness: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(getattr(self, one.name)) for one in fields(self)):
            raise DataInvalid("A weight of the fusion is no number.", "Run citedesk tune again.")

    @classmethod
    def of(cls, named: Mapping[str, Any]) -> Weights:
        """Return weights from their names.

        Raises:
            DataInvalid: one is missing, unknown or no number.
        """
        try:
            return cls(**{name: float(value) for name, value in named.items()})
        except (TypeError, ValueError) as exc:
            raise DataInvalid(
                "These are no weights of the fusion.", "Run citedesk tune again."
            ) from exc


@lru_cache(maxsize=1)
def default_weights() -> Weights:
    """Return the weights that come with the product."""
    text = files("retrieval").joinpath("fusion.json").read_text(encoding="utf-8")
    return Weights.of(json.loads(text))


@dataclass(frozen=True, slots=True)
class RouteFound:
    """What the routes found for one question, each best first."""

    dense: tuple[Sequence[Found], ...] = ()
    """One ranking for each form of the question: by itself, and under each document it names."""
    keyword: Sequence[Found] = ()
    ideal: float = 0.0
    """The keyword score of a passage that has every term of the question."""
    questions: Sequence[Found] = ()
    titled: Mapping[str, float] = field(default_factory=dict)
    """Versions of the documents that the conversation names, with how likely each is meant."""


@dataclass(frozen=True, slots=True)
class Fused:
    """A chunk with its fused score in [0, 1] and what each route said of it."""

    chunk_id: str
    version_id: str
    score: float
    evidence: float
    """In log-odds, up to a constant; what a second stage adds to."""
    parts: Mapping[str, float]
    """What each route added to it."""
    routes: Mapping[str, RouteScore]


def with_exact(fused: Sequence[Fused], held: Mapping[str, float], weights: Weights) -> list[Fused]:
    """Add what holding the question's codes as they stand is worth, and order anew."""
    more = [
        replace(
            one,
            evidence=(evidence := one.evidence + weights.exact * held[one.chunk_id]),
            score=likelihood(evidence, weights),
            parts={**one.parts, EXACT: weights.exact * held[one.chunk_id]},
        )
        if held.get(one.chunk_id)
        else one
        for one in fused
    ]
    return sorted(more, key=lambda one: -one.evidence)


def reciprocal_ranks(rankings: Sequence[Sequence[str]], k: int = RRF_K) -> list[tuple[str, float]]:
    """Fuse rankings of ids by reciprocal ranks, best first (Cormack, Clarke, Buettcher 2009)."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, chunk_id in enumerate(ranking, 1):
            scores[chunk_id] = scores.get(chunk_id, 0.0) + 1.0 / (k + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def fuse(found: RouteFound, weights: Weights | None = None) -> list[Fused]:
    """Fuse what the routes found, best first.

    The score is an estimate, from this query's scores alone, of how likely the chunk is relevant.
    """
    with_weights = weights or default_weights()
    versions = _versions(found)
    if not versions:
        return []
    ids = list(versions)
    parts = evidence_parts(found, ids, [versions[i] for i in ids], with_weights)
    total = np.sum(list(parts.values()), axis=0)
    ranks = _ranks(found)
    return [
        Fused(
            ids[i],
            versions[ids[i]],
            likelihood(float(total[i]), with_weights),
            float(total[i]),
            {name: float(part[i]) for name, part in parts.items() if part[i]},
            {route: by_id[ids[i]] for route, by_id in ranks.items() if ids[i] in by_id},
        )
        for i in np.argsort(-total, kind="stable")
    ]


def evidence_parts(
    found: RouteFound, ids: Sequence[str], versions: Sequence[str], weights: Weights
) -> dict[str, NDArray[np.float64]]:
    """Return what each route adds to each of these chunks, in log-odds up to a constant."""
    dense = [standing(ids, ranking, weights.dense_spread) for ranking in found.dense if ranking]
    parts = {DENSE: weights.dense * np.max(dense, axis=0)} if dense else {}
    if found.questions:
        parts[QUESTIONS] = weights.questions * nearness(
            ids, found.questions, weights.questions_floor
        )
    if found.keyword and found.ideal > 0.0:
        parts[KEYWORD] = weights.keyword * share(ids, found.keyword, found.ideal)
    if found.titled:
        named = [_named(found.titled.get(version, 0.0)) for version in versions]
        parts[TITLE] = weights.title * np.array(named)
    return parts or {DENSE: np.zeros(len(ids))}


def likelihood(evidence: float, weights: Weights) -> float:
    """Return how likely a chunk with this evidence is relevant, in [0, 1]."""
    odds = weights.steepness * (evidence - weights.even_odds)
    return 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, odds))))


def standing(ids: Sequence[str], found: Sequence[Found], usual: float) -> NDArray[np.float64]:
    """Return how far each chunk's score stands above the candidates' mean, in their spread."""
    sample = np.array([one.score for one in found[:SAMPLE]])
    scores = _scores(ids, found, missing=found[-1].score)
    return np.asarray((scores - sample.mean()) / (sample.std() + usual), np.float64)


def nearness(ids: Sequence[str], found: Sequence[Found], floor: float) -> NDArray[np.float64]:
    """Return how near each chunk's best question is: 0 up to ``floor``, 1 for each 0.05 above it.

    A heading that is somewhat like the question says little, and all chunks of its section have
    it: counted from the mean as the passages are, it cost 0.05 of nDCG@10 on the sample suite.
    """
    return np.asarray(np.maximum(_scores(ids, found, missing=0.0) - floor, 0.0) / _STEP, np.float64)


def share(ids: Sequence[str], keyword: Sequence[Found], ideal: float) -> NDArray[np.float64]:
    """Return each chunk's keyword score as a share of a full match."""
    # A short list is the whole of what matches: the rest hold none of the words.
    missing = keyword[-1].score if len(keyword) >= SAMPLE else 0.0
    return np.asarray(_scores(ids, keyword, missing) / ideal, np.float64)


def _named(weight: float) -> float:
    return max(0.0, 1.0 + _LATER * math.log(weight)) if weight > 0.0 else 0.0


def _versions(found: RouteFound) -> dict[str, str]:
    rankings = (*found.dense, found.keyword, found.questions)
    return {one.chunk_id: one.version_id for ranking in rankings for one in ranking}


def _ranks(found: RouteFound) -> dict[str, dict[str, RouteScore]]:
    best: dict[str, RouteScore] = {}
    for ranking in found.dense:
        for chunk_id, place in _ranked(ranking).items():
            held = best.get(chunk_id)
            if held is None or place.rank < held.rank:
                best[chunk_id] = place
    return {DENSE: best, KEYWORD: _ranked(found.keyword), QUESTIONS: _ranked(found.questions)}


def _ranked(found: Sequence[Found]) -> dict[str, RouteScore]:
    return {one.chunk_id: RouteScore(rank, one.score) for rank, one in enumerate(found, 1)}


def _scores(ids: Sequence[str], found: Sequence[Found], missing: float) -> NDArray[np.float64]:
    known = {one.chunk_id: one.score for one in found}
    return np.array([known.get(chunk_id, missing) for chunk_id in ids])
