"""What the API answers about evaluation runs, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

DONE, RUNNING, CANCELLED = "done", "running", "cancelled"
STANDINGS = ("failed", "stale", "unjudged")
"""What can have become of a case, other than a score for each metric."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run without its cases."""

    id: str
    suite: str
    state: str
    going: bool
    """Whether it is being worked on now."""
    progress: float
    started_at: str
    seconds: float
    total: int
    fingerprint: Mapping[str, str]

    @property
    def done(self) -> bool:
        """Whether it ran to its end."""
        return self.state == DONE


@dataclass(frozen=True, slots=True)
class Mean:
    """A metric over some cases."""

    mean: float
    low: float
    high: float
    cases: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the language model that judges a metric agrees with people."""

    drafts: int
    """How many people labelled."""
    needed: int
    kappa: float | None
    """None where it cannot be told."""
    low: float | None
    high: float | None
    least: float
    """The kappa that lets the metric gate."""
    calibrated: bool
    judge: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric over a run, and over parts of it."""

    name: str
    all: Mean
    by: Mapping[str, Mean]
    """By split: zh, answerable, channel=im, tag=policy."""
    agreement: Agreement | None = None
    """Of a metric that a language model judges."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found, without its cases."""

    run: Run
    metrics: tuple[Metric, ...]
    failed: tuple[str, ...]
    stale: tuple[str, ...]
    unscored: Mapping[str, int]
    taken_over: Mapping[str, int]
    never_found: tuple[str, ...]
    moved: tuple[str, ...]
    """What changed while it ran."""
    finished: int
    hidden: int
    """How many cases the reader may not see."""


@dataclass(frozen=True, slots=True)
class Brief:
    """A case of a run as lists show it."""

    id: str
    question: str
    language: str
    standing: str
    error: str
    unscored: tuple[str, ...]
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a gate does not let pass."""

    rule: str
    metric: str
    message: str
    cases: tuple[str, ...]
    told: Json
    """The numbers in the message, by what they are."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something else that a gate says."""

    kind: str
    message: str
    told: Json


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate says of a run."""

    run: str
    against: str
    passed: bool
    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]


def read_run(item: Json) -> Run:
    """Read a run."""
    about = item.get("about") or {}
    done = item["state"] == DONE
    return Run(
        id=str(item["id"]),
        suite=str(item["suite"]),
        state=str(item["state"]),
        going=bool(item.get("going")),
        progress=1.0 if done else float(item.get("progress") or 0.0),
        started_at=str(item["started_at"]),
        seconds=float(item.get("seconds") or 0.0),
        total=int(about.get("total") or 0),
        fingerprint={str(k): str(v) for k, v in (item.get("fingerprint") or {}).items()},
    )


def read_report(item: Json) -> Report:
    """Read a report."""
    return Report(
        run=read_run(item),
        metrics=tuple(
            Metric(
                name,
                _mean(one),
                {s: _mean(v) for s, v in (one.get("by") or {}).items()},
                read_agreement(one.get("agreement")),
            )
            for name, one in item["metrics"].items()
        ),
        failed=strings(item, "failed"),
        stale=strings(item, "stale"),
        unscored={str(k): int(v) for k, v in item["unscored"].items()},
        taken_over={str(k): int(v) for k, v in item["taken_over"].items()},
        never_found=strings(item, "never_found"),
        moved=strings(item.get("about") or {}, "moved"),
        finished=int(item["total"]),
        hidden=int(item.get("hidden") or 0),
    )


def read_brief(item: Json) -> Brief:
    """Read a case of a list."""
    return Brief(
        str(item["id"]),
        text(item, "question"),
        text(item, "language"),
        str(item["standing"]),
        text(item, "error"),
        strings(item, "unscored"),
        {str(k): float(v) for k, v in item["scores"].items()},
    )


def read_verdict(item: Json) -> Verdict:
    """Read what a gate says."""
    return Verdict(
        str(item["run"]),
        text(item, "against"),
        bool(item["passed"]),
        tuple(
            Fault(
                str(f["rule"]),
                text(f, "metric"),
                text(f, "message"),
                strings(f, "cases"),
                f.get("told") or {},
            )
            for f in item["failures"]
        ),
        tuple(Note(str(n["kind"]), text(n, "message"), n.get("told") or {}) for n in item["notes"]),
    )


def _mean(item: Json) -> Mean:
    return Mean(float(item["mean"]), float(item["low"]), float(item["high"]), int(item["cases"]))


def read_agreement(item: Json | None) -> Agreement | None:
    """Read how far a judge agrees with people; None of a metric without a judge."""
    if not item:
        return None
    return Agreement(
        drafts=int(item["n"]),
        needed=int(item["least"]["labels"]),
        kappa=item.get("kappa"),
        low=item.get("kappa_low"),
        high=item.get("kappa_high"),
        least=float(item["least"]["kappa"]),
        calibrated=bool(item["calibrated"]),
        judge=text(item, "judge"),
    )


def text(item: Json, name: str) -> str:
    """Return a field as text, empty where it is missing."""
    return str(item.get(name) or "")


def strings(item: Json, name: str) -> tuple[str, ...]:
    """Return a list of words, empty where it is missing."""
    return tuple(str(one) for one in item.get(name) or ())
