"""What a run report keeps of each case, and its aggregates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, cast

from core.serial import to_json
from core.types import DraftState, EvalCase, MetricSummary
from evals.metrics.base import CaseOutcome
from evals.statistics import mean_interval

CaseRecord = Mapping[str, object]

SPLITS = ("zh", "en", "answerable", "unanswerable")
_SIDES = {DraftState.ANSWERED.value: "answerable", DraftState.NO_EVIDENCE.value: "unanswerable"}


def scored(
    outcome: CaseOutcome, scores: Mapping[str, float], unscored: Mapping[str, str]
) -> dict[str, object]:
    """Return the record of a case that ran; ``unscored`` says why a metric gave no number."""
    return {
        **_head(outcome.case),
        "seconds": outcome.seconds,
        "scores": dict(scores),
        "unscored": dict(unscored),
        "error": None,
        "got": outcome.draft.state.value,
        "draft": to_json(outcome.draft),
        "evidence": [
            {"chunk_id": hit.chunk.id, "document": key, "score": hit.score, "holds": list(held)}
            for hit, key, held in zip(
                outcome.evidence.hits, outcome.documents, outcome.held, strict=True
            )
        ],
    }


def failed(case: EvalCase, error: Mapping[str, str]) -> dict[str, object]:
    """Return the record of a case that the system could not run: no scores, never zeros."""
    return {
        **_head(case),
        "seconds": None,
        "scores": {},
        "unscored": {},
        "error": dict(error),
        "got": None,
        "draft": None,
        "evidence": [],
    }


def scores_of(record: CaseRecord) -> Mapping[str, float]:
    """Return a record's scores by metric."""
    return cast(Mapping[str, float], record["scores"])


def unscored_of(record: CaseRecord) -> Mapping[str, str]:
    """Return, by metric, why a record lacks a score that it should have."""
    return cast(Mapping[str, str], record["unscored"])


def error_of(record: CaseRecord) -> Mapping[str, str] | None:
    """Return why the case did not run, as code, message and hint; None when it did."""
    return cast("Mapping[str, str] | None", record["error"])


def never_found(records: Iterable[CaseRecord]) -> list[str]:
    """Return the documents that cases expect and of which no hit of any case was, sorted.

    Mostly a corpus that lacks them, or knows them by other keys than the cases do.
    """
    expected: set[str] = set()
    found: set[str] = set()
    for record in records:
        expected |= {e["document"] for e in cast(Any, record.get("expected", ()))}
        found |= {hit["document"] for hit in cast(Any, record.get("evidence", ()))}
    return sorted(expected - found)


def split_key(metric: str, split: str) -> str:
    """Return the name under which a report keeps a metric over part of its cases."""
    return f"{metric}/{split}"


def summarise(records: Iterable[CaseRecord]) -> dict[str, MetricSummary]:
    """Return each metric's mean and interval, over all cases and over each split that has any.

    A case without a score, because it failed or the metric does not apply, is left out.
    """
    values: defaultdict[str, list[float]] = defaultdict(list)
    for record in records:
        for name, value in scores_of(record).items():
            values[name].append(value)
            for split in _splits(record):
                values[split_key(name, split)].append(value)
    return {name: mean_interval(values[name]) for name in sorted(values)}


def _splits(record: CaseRecord) -> list[str]:
    side = _SIDES.get(str(record["state"]))
    return [str(record["language"]), *([side] if side else [])]


def _head(case: EvalCase) -> dict[str, Any]:
    return {
        "id": case.id,
        "question": case.question,
        "language": case.language,
        "audience": case.audience,
        "state": case.state.value,
        "reference": case.reference,
        "expected": to_json(case.expected),
        "tags": list(case.tags),
    }
