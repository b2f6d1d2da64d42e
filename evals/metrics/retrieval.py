"""Whether the passages that answer a question are found, and how high."""

from __future__ import annotations

from evals.metrics.base import CaseOutcome, Tools, metric
from evals.metrics.ranking import mrr_at, ndcg_at, recall_at


def ranked(outcome: CaseOutcome, depth: int) -> tuple[int, list[str], dict[str, int]]:
    """Return the depth to score at, the first hits as ranked ids, and the relevant ids.

    The expected passages are what is relevant, whichever chunk holds them. A hit that holds
    several stands for each of them, in a row; one that only repeats what is already found
    stands for itself, and is not relevant.
    """
    found: set[int] = set()
    ids: list[str] = []
    for hit, held in zip(outcome.evidence.hits[:depth], outcome.held[:depth], strict=True):
        new = [i for i in held if i not in found]
        found.update(new)
        ids.extend([f"expected {i}" for i in new] or [f"chunk {hit.chunk.id}"])
    relevant = {f"expected {i}": 1 for i in range(len(outcome.case.expected))}
    # As deep as the ids go: a hit that stands for two must not push the last one out.
    return max(depth, len(ids)), ids, relevant


def _applies(outcome: CaseOutcome) -> bool:
    return outcome.answerable and bool(outcome.case.expected)


@metric("ndcg@10")
def ndcg_at_10(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return nDCG over the first ten hits of an answerable case."""
    return ndcg_at(*ranked(outcome, 10)) if _applies(outcome) else None


@metric("recall@5")
def recall_at_5(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return the share of an answerable case's expected passages among the first five hits."""
    return recall_at(*ranked(outcome, 5)) if _applies(outcome) else None


@metric("hit@5")
def hit_at_5(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return 1 where any expected passage of an answerable case is among the first five hits.

    Cases name a fact everywhere it stands (both languages, text and table); one is enough.
    """
    return float(any(outcome.held[:5])) if _applies(outcome) else None


@metric("mrr@10")
def mrr_at_10(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return one over the rank of the first expected passage of an answerable case, or 0."""
    return mrr_at(*ranked(outcome, 10)) if _applies(outcome) else None
