"""How often an approved answer is given for the right question, on labelled pairs of questions.

``python -m evals.bench.likeness --models DIR`` reads ``evals/labelled/likeness.jsonl``: pairs of
an approved question and one that was asked, half of which ask the same in other words, half of
which ask something else that looks alike. It prints, per language, half and threshold, how many
were taken for the same (``given``), how many of these rightly (``precision``) and how many of the
same were found (``recall``): by the cosine of the embeddings alone, by it where nothing speaks
against it, and by the fitted likeness that the product uses. The half ``report`` was never fitted
on. ``--fit`` also prints weights fitted on the half ``fit``, for ``likeness.json``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from answer.approved.likeness import FEATURES, features, fitted, score
from answer.approved.questions import compatible, thresholds
from answer.ports import UnitEmbedder

PAIRS = Path(__file__).parents[1] / "labelled" / "likeness.jsonl"
_COSINES = (0.9, 0.93, 0.95, 0.97)
_CHANCES = (0.5, 0.6, 0.7, 0.8, 0.9)
_RIDGE = 0.9
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions, whether they are one, and what the product sees of them."""

    language: str
    half: str
    same: bool
    compatible: bool
    cosine: float
    features: tuple[float, ...]


def read_pairs(embedder: UnitEmbedder, path: Path = PAIRS) -> list[Pair]:
    """Return the labelled pairs with their features."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = dict.fromkeys(text for row in rows for text in (row["approved"], row["asked"]))
    vectors = {text: embedder.embed_query(text) for text in texts}
    pairs = []
    for row in rows:
        asked, approved = row["asked"], row["approved"]
        cosine = float(vectors[asked] @ vectors[approved])
        alike = features(asked, approved, cosine)
        fits = compatible(asked, approved)
        pairs.append(Pair(row["language"], row["half"], row["same"], fits, cosine, alike))
    return pairs


def measured(
    pairs: Sequence[Pair], value: Callable[[Pair], float], threshold: float
) -> dict[str, float]:
    """Return how many pairs reach a threshold, and the precision and recall of that."""
    given = [pair.same for pair in pairs if value(pair) >= threshold]
    same = sum(pair.same for pair in pairs)
    return {
        "given": len(given),
        "precision": round(sum(given) / max(1, len(given)), 3),
        "recall": round(sum(given) / max(1, same), 3),
    }


def chance(pair: Pair) -> float:
    """Return the likeness by which the product decides; 0 where something speaks against it."""
    return score(pair.features, fitted()) if pair.compatible else 0.0


def report(pairs: Sequence[Pair]) -> Iterator[dict[str, Any]]:
    """Return the measurements, one per language, half, way and threshold."""
    ways: dict[str, tuple[Callable[[Pair], float], tuple[float, ...]]] = {
        "cosine": (lambda pair: pair.cosine, _COSINES),
        "cosine, compatible": (lambda pair: pair.cosine if pair.compatible else 0.0, _COSINES),
        "likeness": (chance, _CHANCES),
    }
    for language, chosen in thresholds().items():
        for half in ("fit", "report"):
            ours = [p for p in pairs if (p.language, p.half) == (language, half)]
            for way, (value, steps) in ways.items():
                for step in steps:
                    used = {"used": True} if way == "likeness" and step == chosen else {}
                    head = {"language": language, "half": half, "by": way, "threshold": step}
                    yield {**head, **measured(ours, value, step), **used}


def fit(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return weights fitted on compatible pairs of the half ``fit``: logistic with a ridge."""
    ours = [pair for pair in pairs if pair.half == "fit" and pair.compatible]
    seen = np.array([[*pair.features, 1.0] for pair in ours])
    same = np.array([pair.same for pair in ours], dtype=float)
    ridge = np.diag([_RIDGE] * len(FEATURES) + [0.0])
    weights = np.zeros(seen.shape[1])
    for _ in range(_ROUNDS):
        likely = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ (likely - same) + ridge @ weights
        bend = (seen.T * (likely * (1 - likely))) @ seen + ridge
        weights -= np.linalg.solve(bend, slope)
    named = {n: round(float(w), 3) for n, w in zip(FEATURES, weights[:-1], strict=True)}
    return {"bias": round(float(weights[-1]), 3), "weights": named}


def main() -> None:
    """Print the measurements as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True, help="folder of embedding models")
    parser.add_argument("--fit", action="store_true", help="also fit the weights and print them")
    given = parser.parse_args()
    from retrieval.embedding import load_embedder

    pairs = read_pairs(load_embedder(given.models))
    for line in report(pairs):
        print(json.dumps(line))
    if given.fit:
        print(json.dumps(fit(pairs)))


if __name__ == "__main__":
    main()
