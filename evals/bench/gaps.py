"""How well questions that ask for the same are put together, within a language and across.

``python -m evals.bench.gaps --models DIR [--set DIR ...]`` prints, by threshold:

- ``within``: B-cubed precision, recall and F1 (Bagga and Baldwin 1998) of the groups that are made
  of ``evals/labelled/likeness.jsonl``, its half ``fit``: questions that ask the same in other
  words, and some that only look alike;
- ``across``: of two sets in BEIR layout whose queries have the same ids in two languages, how many
  of the pairs that are joined belong together (precision), and how many of those that do are
  joined (recall). Half of the drawn queries have their partner among the others, half have none.
  The first 400 queries of a set are left out: they are reported elsewhere and chose nothing.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from answer.ports import UnitEmbedder
from evals.bench.likeness import PAIRS
from evals.insights.clusters import Vectors, clusters

_WITHIN = (0.94, 0.945, 0.95, 0.955, 0.96, 0.965, 0.97)
_ACROSS = (0.84, 0.85, 0.86, 0.87, 0.88, 0.89, 0.9)
_DRAWN = (20, 100)
_ROUNDS = 20
_KEPT_OUT = 400
_SEED = 20240501


def bcubed(groups: Sequence[Sequence[int]], truth: Sequence[str]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of groups, each item weighing the same."""
    same: dict[str, set[int]] = defaultdict(set)
    for place, name in enumerate(truth):
        same[name].add(place)
    precision, recall = [], []
    for group in groups:
        for place in group:
            both = len(same[truth[place]].intersection(group))
            precision.append(both / len(group))
            recall.append(both / len(same[truth[place]]))
    p, r = float(np.mean(precision)), float(np.mean(recall))
    return p, r, 2 * p * r / (p + r)


def within(embedder: UnitEmbedder) -> None:
    """Print how well groups of one language are made."""
    rows = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    for language in ("zh", "en"):
        truth: dict[str, str] = {}
        for row in rows:
            if row["half"] == "fit" and row["language"] == language:
                truth.setdefault(row["approved"], row["approved"])
                truth.setdefault(row["asked"], row["approved"] if row["same"] else row["asked"])
        vectors = _embedded(embedder, list(truth))
        for threshold in _WITHIN:
            groups = clusters([language] * len(truth), vectors, threshold)
            scores = "  ".join(f"{one:.3f}" for one in bcubed(groups, list(truth.values())))
            print(f"within {language} {threshold:.3f}  {scores}")


def across(embedder: UnitEmbedder, one: Path, other: Path) -> None:
    """Print how well the questions of two languages are paired."""
    mine, theirs = _queries(one), _queries(other)
    shared = [name for name in mine if name in theirs]
    alone = [name for name in theirs if name in shared]
    first = dict(zip(shared, _embedded(embedder, [mine[n] for n in shared]), strict=True))
    second = dict(zip(alone, _embedded(embedder, [theirs[n] for n in alone]), strict=True))
    for size in _DRAWN:
        for threshold in _ACROSS:
            random = np.random.default_rng(_SEED)
            joined = right = wanted = 0
            for _ in range(_ROUNDS):
                drawn = [shared[i] for i in random.permutation(len(shared))[: size + size // 2]]
                left, partners = drawn[:size], drawn[: size // 2] + drawn[size:]
                rows = np.stack([first[n] for n in left] + [second[n] for n in partners])
                names = [*left, *partners]
                # No two of one language go together here, so that pairs alone are counted.
                languages = ["a"] * len(left) + ["b"] * len(partners)
                for group in clusters(languages, rows, within=1.0, across=threshold):
                    if len(group) > 1:
                        joined += 1
                        right += len({names[place] for place in group}) == 1
                wanted += size // 2
            precision = right / joined if joined else 0.0
            print(f"across {size:4} {threshold:.2f}  {precision:.3f}  {right / wanted:.3f}")


def _queries(folder: Path) -> dict[str, str]:
    lines = (folder / "queries.jsonl").read_text("utf-8").splitlines()[_KEPT_OUT:]
    return {row["id"]: row["text"] for row in map(json.loads, lines)}


def _embedded(embedder: UnitEmbedder, texts: Sequence[str]) -> Vectors:
    return np.stack([np.asarray(embedder.embed_query(text), dtype=np.float32) for text in texts])


def main() -> None:
    """Run both."""
    from retrieval.embedding import load_embedder

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--set", type=Path, nargs=2, metavar=("ONE", "OTHER"))
    asked = parser.parse_args()
    embedder = load_embedder(asked.models)
    within(embedder)
    if asked.set:
        across(embedder, *asked.set)


if __name__ == "__main__":
    main()
