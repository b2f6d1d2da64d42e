"""What the API answers about evaluation runs, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ui.explain_shapes import Why, read_why

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
class Metric:
    """A metric over a run, and over parts of it."""

    name: str
    all: Mean
    by: Mapping[str, Mean]
    """By split: zh, answerable, channel=im, tag=policy."""


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


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a gate does not let pass."""

    rule: str
    metric: str
    message: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate says of a run."""

    run: str
    against: str
    passed: bool
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote that a draft cites."""

    marker: int
    title: str
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a draft was made from."""

    chunk_id: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    version: int | None
    text: str
    gone: bool
    live: bool
    cited: bool
    expected: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run made of a case."""

    run: str
    standing: str
    error: str
    unscored: Mapping[str, str]
    got: str
    answer: str
    clarify: str
    hidden: bool
    confidence: float | None
    taken_from: str
    citations: tuple[Cited, ...]
    evidence: tuple[Found, ...]
    found: frozenset[int]
    """Places of the expected passages that were found."""
    cited: frozenset[int] | None
    """Of those that the draft cites; None where the run did not keep it."""
    why: Why | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A passage that a right answer rests on."""

    title: str
    quote: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """A case's score by one metric in two runs."""

    name: str
    before: float | None
    after: float | None
    change: str
    """better, worse, same, or empty where one run lacks it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A case with what one run, or two, made of it."""

    id: str
    question: str
    history: tuple[tuple[str, str], ...]
    language: str
    channel: str
    product: str
    difficulty: str
    origin: str
    state: str
    tags: tuple[str, ...]
    reference: str
    expected: tuple[Wanted, ...]
    in_casebook: bool
    rewritten: bool
    before: Outcome | None
    after: Outcome | None
    paired: bool
    """Whether two runs were asked for."""
    metrics: tuple[Scored, ...]


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
            Metric(name, _mean(one), {s: _mean(v) for s, v in (one.get("by") or {}).items()})
            for name, one in item["metrics"].items()
        ),
        failed=_strings(item, "failed"),
        stale=_strings(item, "stale"),
        unscored={str(k): int(v) for k, v in item["unscored"].items()},
        taken_over={str(k): int(v) for k, v in item["taken_over"].items()},
        never_found=_strings(item, "never_found"),
        moved=_strings(item.get("about") or {}, "moved"),
        finished=int(item["total"]),
        hidden=int(item.get("hidden") or 0),
    )


def read_brief(item: Json) -> Brief:
    """Read a case of a list."""
    return Brief(
        str(item["id"]),
        _text(item, "question"),
        _text(item, "language"),
        str(item["standing"]),
        _text(item, "error"),
        _strings(item, "unscored"),
        {str(k): float(v) for k, v in item["scores"].items()},
    )


def read_comparison(item: Json) -> Comparison:
    """Read a comparison."""
    return Comparison(
        str(item["a"]),
        str(item["b"]),
        tuple(_difference(name, one) for name, one in item["metrics"].items()),
        {str(k): (str(v[0]), str(v[1])) for k, v in item["fingerprint"].items()},
        _strings(item, "only_a"),
        _strings(item, "only_b"),
        _strings(item, "failed"),
    )


def read_verdict(item: Json) -> Verdict:
    """Read what a gate says."""
    return Verdict(
        str(item["run"]),
        _text(item, "against"),
        bool(item["passed"]),
        tuple(
            Fault(str(f["rule"]), _text(f, "metric"), _text(f, "message"), _strings(f, "cases"))
            for f in item["failures"]
        ),
        _strings(item, "notes"),
    )


def read_pair(item: Json) -> Pair:
    """Read a case with what two runs made of it, or one."""
    case = item["case"]
    paired = "after" in item
    before = item.get("before")
    after = item["after"] if paired else item["outcome"]
    question = _text(case, "question")
    return Pair(
        id=str(case["id"]),
        question=question,
        history=tuple((_text(t, "role"), _text(t, "text")) for t in case.get("history") or ()),
        language=_text(case, "language"),
        channel=_text(case, "channel"),
        product=_text(case, "product"),
        difficulty=_text(case, "difficulty"),
        origin=_text(case, "origin"),
        state=_text(case, "state"),
        tags=_strings(case, "tags"),
        reference=_text(case, "reference"),
        expected=tuple(
            Wanted(_text(one, "title"), _text(one, "quote"), bool(one.get("hidden")))
            for one in case.get("expected") or ()
        ),
        in_casebook=bool(case.get("in_casebook")),
        rewritten=bool(item.get("rewritten")),
        before=_outcome(before, question) if before else None,
        after=_outcome(after, question) if after else None,
        paired=paired,
        metrics=tuple(
            Scored(str(name), one.get("before"), one.get("after"), _text(one, "change"))
            for name, one in item["metrics"].items()
        ),
    )


def _mean(item: Json) -> Mean:
    return Mean(float(item["mean"]), float(item["low"]), float(item["high"]), int(item["cases"]))


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
    )


def _outcome(item: Json, question: str) -> Outcome:
    draft = item.get("draft") or {}
    error = item.get("error") or {}
    cited, why = item.get("cited"), item.get("why")
    confidence = draft.get("confidence")
    return Outcome(
        run=str(item["run"]),
        standing=str(item["standing"]),
        error=" ".join(filter(None, (_text(error, "code"), _text(error, "message")))),
        unscored={str(k): str(v) for k, v in (item.get("unscored") or {}).items()},
        got=_text(item, "got"),
        answer=_text(draft, "answer"),
        clarify=_text(draft, "clarify"),
        hidden=bool(item.get("hidden")),
        confidence=None if confidence is None else float(confidence),
        taken_from=_text(item, "taken_from"),
        citations=tuple(
            Cited(int(c["marker"]), _text(c, "title"), c.get("page"), _text(c, "quote"))
            for c in draft.get("citations") or ()
        ),
        evidence=tuple(_found(one) for one in item.get("evidence") or ()),
        found=frozenset(int(i) for i in item.get("found") or ()),
        cited=None if cited is None else frozenset(int(i) for i in cited),
        why=read_why(why, question) if why else None,
    )


def _found(item: Json) -> Found:
    version = item.get("version")
    return Found(
        chunk_id=str(item["chunk_id"]),
        title=_text(item, "title"),
        headings=_strings(item, "headings"),
        page=item.get("page"),
        version=None if version is None else int(version),
        text=_text(item, "text"),
        gone=bool(item.get("gone")),
        live=bool(item.get("live")),
        cited=bool(item.get("cited")),
        expected=bool(item.get("expected")),
    )


def _text(item: Json, name: str) -> str:
    return str(item.get(name) or "")


def _strings(item: Json, name: str) -> tuple[str, ...]:
    return tuple(str(one) for one in item.get(name) or ())
