"""How good a ranking is: nDCG, recall and reciprocal rank, as trec_eval computes them.

A ranking is passage ids, best first, each once; relevance maps passage ids to grades, where 0 or
less is not relevant. Checked against ir_measures in the tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

Relevance = Mapping[str, int]
Measure = Callable[[Sequence[str], Relevance], float]


def ndcg_at(k: int, ranking: Sequence[str], relevance: Relevance) -> float:
    """Normalised discounted cumulative gain of the first ``k``, linear in the grades.

    Source: Järvelin and Kekäläinen 2002, with the discount log2(rank + 1) of trec_eval.
    """
    ideal = _dcg(sorted((grade for grade in relevance.values() if grade > 0), reverse=True)[:k])
    gained = _dcg([max(0, relevance.get(passage, 0)) for passage in ranking[:k]])
    return gained / ideal if ideal else 0.0


def recall_at(k: int, ranking: Sequence[str], relevance: Relevance) -> float:
    """Share of the relevant passages that are among the first ``k``."""
    relevant = {passage for passage, grade in relevance.items() if grade > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def mrr_at(k: int, ranking: Sequence[str], relevance: Relevance) -> float:
    """One over the rank of the first relevant passage, 0 when the first ``k`` have none."""
    for rank, passage in enumerate(ranking[:k], 1):
        if relevance.get(passage, 0) > 0:
            return 1.0 / rank
    return 0.0


MEASURES: Mapping[str, Measure] = {
    "ndcg@10": lambda ranking, relevance: ndcg_at(10, ranking, relevance),
    "recall@1": lambda ranking, relevance: recall_at(1, ranking, relevance),
    "recall@5": lambda ranking, relevance: recall_at(5, ranking, relevance),
    "recall@10": lambda ranking, relevance: recall_at(10, ranking, relevance),
    "mrr@10": lambda ranking, relevance: mrr_at(10, ranking, relevance),
}
"""The measures that every retrieval report has."""


def every_measure(
    rankings: Sequence[Sequence[str]], relevance: Sequence[Relevance]
) -> dict[str, list[float]]:
    """Return every measure of every ranking, in their order."""
    pairs = list(zip(rankings, relevance, strict=True))
    return {name: [measure(*pair) for pair in pairs] for name, measure in MEASURES.items()}


def mean_measures(pairs: Sequence[tuple[Sequence[str], Relevance]]) -> dict[str, float]:
    """Return the mean of every measure over pairs of a ranking and its relevance."""
    return {
        name: sum(measure(ranking, relevance) for ranking, relevance in pairs) / max(1, len(pairs))
        for name, measure in MEASURES.items()
    }


def _dcg(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
