"""nDCG@10 of rankings; a mean gives every direction the same weight."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

AT = 10


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], at: int = AT) -> float:
    """Return how near a ranking of passages comes to the best there is, in [0, 1]."""
    best = sum(_gain(grade, rank) for rank, grade in enumerate(_sorted(grades)[:at]))
    won = sum(_gain(grades.get(one, 0), rank) for rank, one in enumerate(ranked[:at]))
    return won / best if best else 0.0


def mean(values: Sequence[float]) -> float:
    """Return the mean, 0 of nothing."""
    return math.fsum(values) / len(values) if values else 0.0


def table(columns: Mapping[str, Mapping[str, float]]) -> str:
    """Return measures by column and row as a table, with the mean of each column below."""
    rows = list(dict.fromkeys(row for column in columns.values() for row in column))
    lines = [f"| nDCG@{AT} | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}"]
    lines += [
        f"| {row} | {' | '.join(f'{c[row]:.4f}' if row in c else '' for c in columns.values())} |"
        for row in rows
    ]
    means = " | ".join(f"{mean(list(column.values())):.4f}" for column in columns.values())
    return "\n".join([*lines, f"| mean | {means} |"])


def _gain(grade: int, rank: int) -> float:
    return float(2**grade - 1) / math.log2(rank + 2)


def _sorted(grades: Mapping[str, int]) -> list[int]:
    return sorted(grades.values(), reverse=True)
