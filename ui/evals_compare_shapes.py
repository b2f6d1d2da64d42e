"""What the API answers about a run against another, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ui.evals_shapes import Agreement, Json, read_agreement, strings


@dataclass(frozen=True, slots=True)
class Change:
    """A case that one metric tells apart between two runs."""

    id: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric of two runs."""

    name: str
    before: float
    after: float
    difference: float
    low: float
    high: float
    cases: int
    verdict: str
    """better, worse or same."""
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    agreement: Agreement | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against another."""

    a: str
    b: str
    metrics: tuple[Difference, ...]
    fingerprint: Mapping[str, tuple[str, str]]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    failed: tuple[str, ...]


def read_comparison(item: Json) -> Comparison:
    """Read a comparison."""
    return Comparison(
        str(item["a"]),
        str(item["b"]),
        tuple(_difference(name, one) for name, one in item["metrics"].items()),
        {str(k): (str(v[0]), str(v[1])) for k, v in item["fingerprint"].items()},
        strings(item, "only_a"),
        strings(item, "only_b"),
        strings(item, "failed"),
    )


def _difference(name: str, item: Json) -> Difference:
    def changes(side: str) -> tuple[Change, ...]:
        return tuple(
            Change(str(c["id"]), float(c["before"]), float(c["after"])) for c in item[side]
        )

    return Difference(
        name,
        before=float(item["before"]),
        after=float(item["after"]),
        difference=float(item["difference"]),
        low=float(item["low"]),
        high=float(item["high"]),
        cases=int(item["cases"]),
        verdict=str(item["verdict"]),
        better=changes("better"),
        worse=changes("worse"),
        agreement=read_agreement(item.get("agreement")),
    )
