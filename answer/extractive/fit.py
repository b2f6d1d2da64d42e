"""Fits ``weights.json``: run ``python -m answer.extractive.fit DATA_DIR MODELS_DIR``.

Sentence choice is fitted on questions whose answer is a span of the passage, so that every
sentence can be labelled; the gate on questions of all sets, each asked twice: with the right
passages among the evidence, and with them withheld. Only the first half of each set's
questions is used; ``evals.bench.drafts`` measures on the second half.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from answer.extractive.datasets import Bm25, Query, load_set
from answer.extractive.gate import GATE_FEATURES, gate_features
from answer.extractive.question import Question, read_question
from answer.extractive.score import FEATURES, Scored, score_units
from answer.extractive.units import units_of
from answer.extractive.vectors import VectorCache
from answer.ports import UnitEmbedder
from core.text import reply_language, squeeze
from core.types import Chunk, Hit

SPAN_SETS = ("cmrc2018", "xquad_en")
GATE_SETS = ("cmrc2018", "xquad_en", "esp_faq_zh", "esp_faq_en")
_HITS = 5
_REFUSED_ANSWERABLE = 0.05
# At the quantile itself 30 % of the answerable questions in customers' own words over the sample
# corpus are refused; at 0.6 of it about 16 %, while about 70 % of the unanswerable ones still are.
_EASED = 0.6
Matrix = NDArray[np.float64]
# Whoever wrote the span sets had the passage before him and repeats its words; customers do not.
# Four times the fitted weight of meaning costs 0.01 of best-three on the span sets and gains
# 0.11 on questions in customers' own words over the sample corpus (80 questions, both languages).
_FOR_CUSTOMERS = np.array(
    [{"meaning": 4.0, "heading_meaning": 0.5}.get(name, 1.0) for name in FEATURES]
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question over one set of hits, its units scored and labelled."""

    question: Question
    scored: tuple[Scored, ...]
    labels: tuple[bool, ...]
    """Whether each unit holds one of the answers."""
    chunks: tuple[Chunk, ...]
    answerable: bool
    """Whether a right passage is among the hits."""


def example(query: Query, hits: Sequence[Hit], vectors: VectorCache) -> Example:
    """Return one question over the given hits."""
    question = read_question(query.text)
    units = [unit for rank, hit in enumerate(hits) for unit in units_of(hit, rank)]
    scored = score_units(question, units, [hit.score for hit in hits], vectors)
    answers = [squeeze(answer) for answer in query.answers]
    labels = [any(a in squeeze(s.unit.text) for a in answers) for s in scored]
    chunks = tuple(chunk for hit in hits for chunk in hit.passages())
    found = any(chunk.id in query.relevant for chunk in chunks)
    return Example(question, tuple(scored), tuple(labels), chunks, found)


def collect(folder: Path, vectors: VectorCache, most: int) -> tuple[list[Example], list[Example]]:
    """Return a set's first-half questions with their passages, and with these withheld."""
    data = load_set(folder, headings=False)
    index = Bm25(data.chunks)
    half = data.queries[: len(data.queries) // 2]
    asked = half[:: max(1, len(half) // most)][:most]
    present = [example(q, index.search(q.text, _HITS), vectors) for q in asked]
    withheld = [example(q, index.search(q.text, _HITS, q.relevant), vectors) for q in asked]
    return present, withheld


def fit_units(examples: Sequence[Example]) -> dict[str, Any]:
    """Return weights that put the right unit first, scaled so that a score is a probability."""
    usable = [e for e in examples if any(e.labels) and not all(e.labels)]
    rows = [np.array([s.features for s in e.scored]) for e in usable]
    labels = [np.array(e.labels, dtype=float) for e in usable]
    weights = _listwise(rows, labels) * _FOR_CUSTOMERS
    raw = np.concatenate([r @ weights for r in rows])[:, None]
    scale, bias = _logistic(raw, np.concatenate(labels), ridge=0.0)
    named = {name: round(float(w), 4) for name, w in zip(FEATURES, weights * scale[0], strict=True)}
    return {"bias": round(bias, 4), "weights": named}


def fit_gate(present: Sequence[Example], withheld: Sequence[Example]) -> dict[str, Any]:
    """Return the gate's weights and its thresholds, eased from each language's 5 % quantile.

    The embedder's cosines, and so the chances, are lower in English: one threshold for both
    refused 27 % of the answerable English questions over the sample corpus and 7 % of the Chinese.
    """
    good = [e for e in present if e.answerable and e.scored]
    bad = [e for e in withheld if e.scored]
    rows = np.array([gate_row(e) for e in (*good, *bad)])
    labels = np.array([1.0] * len(good) + [0.0] * len(bad))
    mean, spread = rows.mean(0), rows.std(0) + 1e-6
    weights, bias = _logistic((rows - mean) / spread, labels, ridge=1.0)
    weights = weights / spread
    bias -= float(weights @ mean)
    chances = 1 / (1 + np.exp(-(rows @ weights + bias)))
    spoken = np.array([reply_language(e.question.text) for e in (*good, *bad)])
    thresholds = {
        language: round(
            _EASED
            * float(
                np.quantile(chances[(labels == 1) & (spoken == language)], _REFUSED_ANSWERABLE)
            ),
            3,
        )
        for language in ("zh", "en")
    }
    refused = chances < np.array([thresholds[language] for language in spoken])
    return {
        "bias": round(bias, 4),
        "weights": {n: round(float(w), 4) for n, w in zip(GATE_FEATURES, weights, strict=True)},
        "thresholds": thresholds,
        "fitted_on": {
            "answerable": len(good),
            "withheld": len(bad),
            "refused_answerable": round(float(refused[labels == 1].mean()), 3),
            "refused_withheld": round(float(refused[labels == 0].mean()), 3),
        },
    }


def gate_row(item: Example) -> list[float]:
    """Return the gate's features of an example in their order."""
    features = gate_features(item.question, item.scored, item.chunks)
    return [features[name] for name in GATE_FEATURES]


def _listwise(rows: Sequence[Matrix], labels: Sequence[Matrix], rounds: int = 600) -> Matrix:
    """Maximise the chance that a unit drawn by softmax holds the answer (Adam, light ridge)."""
    weights = np.ones(rows[0].shape[1])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, rounds + 1):
        gradient = 1e-3 * weights * len(rows)
        for row, label in zip(rows, labels, strict=True):
            chance = np.exp(row @ weights - (row @ weights).max())
            chance /= chance.sum()
            right = chance * label / max(float(chance @ label), 1e-9)
            gradient += row.T @ (chance - right)
        gradient /= len(rows)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        weights = weights - 0.05 * (first / (1 - 0.9**step)) / (
            np.sqrt(second / (1 - 0.999**step)) + 1e-8
        )
        # Every feature speaks for a unit by construction; a negative weight would be noise.
        weights = np.maximum(weights, 0.0)
    return weights


def _logistic(rows: Matrix, labels: Matrix, ridge: float) -> tuple[Matrix, float]:
    """Return the weights and bias of a logistic regression (Newton's method)."""
    design = np.hstack([rows, np.ones((len(rows), 1))])
    weights = np.zeros(design.shape[1])
    penalty = np.diag([ridge] * rows.shape[1] + [0.0]) + 1e-9 * np.eye(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (chance - labels) + penalty @ weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        weights = weights - np.linalg.solve(curve, gradient)
    return weights[:-1], float(weights[-1])


def fit(data: Path, embedder: UnitEmbedder, most: int) -> dict[str, Any]:
    """Return the content of ``weights.json``."""
    vectors = VectorCache(embedder, size=1_000_000)
    sets = {name: collect(data / name, vectors, most) for name in GATE_SETS}
    unit = fit_units([e for name in SPAN_SETS for e in sets[name][0]])
    rescored = {
        name: tuple([rescore(e, unit) for e in part] for part in parts)
        for name, parts in sets.items()
    }
    gate = fit_gate(
        [e for present, _ in rescored.values() for e in present],
        [e for _, withheld in rescored.values() for e in withheld],
    )
    return {"unit": unit, "gate": gate}


def rescore(item: Example, unit: dict[str, Any]) -> Example:
    """Return an example with its units scored by new weights; the features stay."""
    named = unit["weights"]
    scored = []
    for old, label in zip(item.scored, item.labels, strict=True):
        total = unit["bias"] + sum(
            named[n] * v for n, v in zip(FEATURES, old.features, strict=True)
        )
        scored.append(
            (Scored(old.unit, 1 / (1 + float(np.exp(-total))), old.features, old.terms), label)
        )
    scored.sort(key=lambda pair: -pair[0].score)
    return Example(
        item.question,
        tuple(s for s, _ in scored),
        tuple(label for _, label in scored),
        item.chunks,
        item.answerable,
    )


def main() -> None:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of question sets in BEIR layout")
    parser.add_argument("models", type=Path, help="folder of embedding models")
    parser.add_argument("--queries", type=int, default=300, help="questions of each set")
    given = parser.parse_args()
    from retrieval.embedding import load_embedder

    fitted = fit(given.data, load_embedder(given.models), given.queries)
    target = Path(__file__).with_name("weights.json")
    target.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
