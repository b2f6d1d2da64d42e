"""Cases as the API gives them, with the drafts and verdicts that they came from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.errors import NotFound
from core.serial import to_json
from evals.agreement import Agreement
from evals.feedback.sorting import plain
from evals.kept_cases import CaseSource, CaseStatus, KeptCase

if TYPE_CHECKING:
    from service.parts import Parts

_MOST_SOURCES = 5
_MOST_HITS = 8
_HIT = ("chunk_id", "document_id", "version_id", "title", "headings", "page", "text", "kind")


def case_json(case: KeptCase, now: datetime) -> dict[str, Any]:
    """Return a case as lists show it."""
    content = to_json(case.content)
    waits = case.status is CaseStatus.PROPOSED and case.due_at is not None
    return {
        "id": case.id,
        "revision": case.revision,
        "status": case.status.value,
        "origin": case.origin.value,
        **content,
        "sort_by": case.sort_by,
        "owner": case.owner,
        "due_at": to_json(case.due_at),
        "overdue": bool(waits and case.due_at and case.due_at <= now),
        "why": case.why,
        "created_at": to_json(case.created_at),
        "created_by": case.created_by,
        "changed_at": to_json(case.changed_at),
        "changed_by": case.changed_by,
        "sources": [_source(one) for one in case.sources],
        "votes": [to_json(vote) for vote in case.votes],
    }


def with_drafts(
    parts: Parts, shown: dict[str, Any], case: KeptCase, seen: Callable[[str], bool]
) -> dict[str, Any]:
    """Add to a case the drafts it came from, the newest first, as far as they are ``seen``."""
    drafts: list[dict[str, Any]] = []
    for source in reversed(case.sources):
        if len(drafts) < _MOST_SOURCES and seen(source.draft_id):
            try:
                drafts.append(_draft(parts, source))
            except NotFound:
                continue
    return {**shown, "drafts": drafts}


def agreement_json(found: list[Agreement], voted: int) -> dict[str, Any]:
    """Return how far reviewers agree."""
    return {
        "cases": voted,
        "pairs": [
            {
                "reviewers": list(one.reviewers),
                "cases": one.cases,
                "agreed": one.agreed,
                "kappa": one.kappa,
                "disputed": list(one.disputed),
            }
            for one in found
        ],
    }


def _source(source: CaseSource) -> dict[str, Any]:
    return {
        "verdict_id": source.verdict_id,
        "draft_id": source.draft_id,
        "kind": source.kind,
        "shown": [dict(one) for one in source.shown],
        "at": to_json(source.at),
    }


def _draft(parts: Parts, source: CaseSource) -> dict[str, Any]:
    stored = parts.drafts.get(source.draft_id)
    verdict = next((v for v in stored.verdicts if v.id == source.verdict_id), None)
    # What was drafted may repeat what the customer wrote of themselves.
    body = parts.privacy.body(stored.body)
    return {
        "id": source.draft_id,
        "verdict_id": source.verdict_id,
        "answer": plain(str(body["answer"])),
        "drafter": body["drafter"],
        "edited": verdict.text if verdict else "",
        "reason": verdict.reason if verdict else "",
        "note": verdict.note if verdict else "",
        "by": verdict.by if verdict else "",
        "citations": body["citations"],
        "evidence": [
            {name: hit.get(name) for name in _HIT} for hit in stored.evidence[:_MOST_HITS]
        ],
    }
