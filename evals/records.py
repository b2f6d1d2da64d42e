"""What a run report keeps of each case, and its aggregates."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from answer.explaining import kept_form, storable
from core.audiences import narrowest
from core.explanation import Explanation
from core.serial import to_json
from core.types import DraftState, EvalCase, Evidence, Hit, MetricSummary
from evals.metrics.base import CaseOutcome
from evals.statistics import mean_interval

CaseRecord = Mapping[str, object]

_SIDES = {DraftState.ANSWERED.value: "answerable", DraftState.NO_EVIDENCE.value: "unanswerable"}
_FIELDS = ("product", "channel", "origin", "difficulty")
"""What cases are told apart by, as fields or as tags such as ``product:X2``."""
_TAG = "tag"
_MOST_SHOWN, _MOST_OTHERS, _MOST_DROPPED = 6, 2, 4
"""So many passages of each kind are kept with an explanation: a run has very many of these."""


def scored(
    outcome: CaseOutcome,
    scores: Mapping[str, float],
    unscored: Mapping[str, str],
    explanations: Sequence[Explanation] = (),
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
        "found": found_of(outcome.evidence),
        "evidence": [
            _hit(hit, key, held)
            for hit, key, held in zip(
                outcome.evidence.hits, outcome.documents, outcome.held, strict=True
            )
        ],
        "cited": sorted(outcome.cited),
        "explanations": [_explained(one) for one in explanations],
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


def stale(case: EvalCase) -> dict[str, object]:
    """Return the record of a case whose passages are gone: it was not asked and counts nowhere."""
    return {**failed(case, {}), "error": None, "stale": True}


def is_stale(record: CaseRecord) -> bool:
    """Say whether a record is of a case whose passages are gone."""
    return bool(record.get("stale"))


def case_mark(case: EvalCase) -> str:
    """Return what tells a case from what it was before it was rewritten."""
    written = json.dumps(to_json(case), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def found_of(evidence: Evidence) -> dict[str, Any]:
    """Return what tells a piece of evidence from another: its passages, and how they stand."""
    told = [
        evidence.query,
        *([[c.id, c.audience, c.title, c.text] for c in h.passages()] for h in evidence.hits),
    ]
    return {
        "passages": hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:20],
        "scores": [hit.score for hit in evidence.hits],
        "confidence": evidence.confidence,
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

    A case without a score, because it failed or the metric does not apply, is left out. Products,
    channels, origins, difficulties and tags split only where the cases differ by them.
    """
    records = list(records)
    splits = [(splits_of(record), marks_of(record)) for record in records]
    telling = _telling([marks for _, marks in splits])
    values: defaultdict[str, list[float]] = defaultdict(list)
    for record, (sides, marks) in zip(records, splits, strict=True):
        names = [*sides, *(mark for mark in marks if mark in telling)]
        for name, value in scores_of(record).items():
            values[name].append(value)
            for split in names:
                values[split_key(name, split)].append(value)
    return {name: mean_interval(values[name]) for name in sorted(values)}


def tags_of(record: CaseRecord) -> list[str]:
    """Return the tags of a record's case; none where the record knows of none."""
    return [str(tag) for tag in cast(Iterable[object], record.get("tags", ()))]


def splits_of(record: CaseRecord) -> list[str]:
    """Return a case's language and whether the documents answer it."""
    side = _SIDES.get(str(record["state"]))
    return [str(record["language"]), *([side] if side else [])]


def marks_of(record: CaseRecord) -> list[str]:
    """Return what else a case is split by, such as ``channel=im``, each once."""
    return list(dict.fromkeys(_marks(record)))


def _marks(record: CaseRecord) -> Iterator[str]:
    tags = tags_of(record)
    for field in _FIELDS:
        if value := str(record.get(field) or ""):
            yield f"{field}={value}"
    for tag in tags:
        field, colon, value = tag.partition(":")
        if colon and value and field in _FIELDS:
            yield f"{field}={value.strip()}"
        else:
            yield f"{_TAG}={tag}"


def _telling(marks: Sequence[Sequence[str]]) -> set[str]:
    """Return the splits that hold some of the cases and not all."""
    counts = Counter(mark for each in marks for mark in each)
    return {mark for mark, count in counts.items() if count < len(marks)}


def _hit(hit: Hit, document: str, held: Sequence[int]) -> dict[str, Any]:
    """A passage that was found, so that it can be named when it is gone."""
    chunk = hit.chunk
    return {
        "chunk_id": chunk.id,
        "document": document,
        "score": hit.score,
        "holds": list(held),
        "version_id": chunk.version_id,
        "title": chunk.title,
        "headings": list(chunk.headings),
        "page": chunk.page,
        # Of all its passages: whoever may not see one is not shown the hit when they are gone.
        "audience": narrowest({one.audience for one in hit.passages()}),
        "neighbours": [{"chunk_id": one.id} for one in hit.neighbours],
    }


def _explained(explanation: Explanation) -> dict[str, Any]:
    """Why a search found what it found; how long that took, and the passages' words, are left."""
    one = storable(explanation)
    shown = sorted((c for c in one.candidates if c.rank), key=lambda c: c.rank or 0)[:_MOST_SHOWN]
    others = [c for c in one.candidates if c.rank is None][:_MOST_OTHERS]
    ordered = sorted((*shown, *others), key=lambda c: c.fused_rank)
    kept = kept_form(
        replace(
            one,
            candidates=tuple(replace(c, text="") for c in ordered),
            routes=tuple(replace(route, ms=0.0) for route in one.routes),
            timings_ms={},
        )
    )
    return {**kept, "dropped": kept["dropped"][:_MOST_DROPPED]}


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
        "history": to_json(case.history),
        "channel": case.channel,
        "product": case.product,
        "origin": case.origin,
        "difficulty": case.difficulty,
        "case": case_mark(case),
    }
