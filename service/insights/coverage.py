"""Coverage as the API gives it."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import TYPE_CHECKING, Any

from core.errors import NotFound
from core.types import EvalCase
from evals.cases import APPROVED, load_suite, suite_names
from evals.insights.coverage import Document, Loaded, Section, coverage, flagged_share
from evals.insights.shares import wilson

if TYPE_CHECKING:
    from service.parts import Parts

_MOST = 200
_MOST_SECTIONS = 200


def covered(parts: Parts, audiences: Container[str], since: date) -> dict[str, Any]:
    """Return what of each live document cases touch, those cited most and covered least first."""
    cases = _cases(parts)
    found = coverage(parts.database, parts.records, parts.live.current(), cases, since, audiences)
    flagged = flagged_share(parts.database, since)
    seen = {document.document_id: document for document in found}
    passages = sum(document.passages for document in found)
    touched = sum(document.touched for document in found)
    cited = sum(document.cited for document in found)
    return {
        "cases": len(cases),
        "since": since.isoformat(),
        "documents": [_document(one) for one in found[:_MOST]],
        "more": max(0, len(found) - _MOST),
        "total": {
            "documents": len(found),
            "untouched": sum(not document.touched for document in found),
            "passages": passages,
            "touched": touched,
            "share": touched / passages if passages else None,
            "cited": cited,
            "weighted": sum(d.cited_touched for d in found) / cited if cited else None,
        },
        "flagged": [
            _loaded(one, seen[one.document_id]) for one in flagged if one.document_id in seen
        ],
    }


def sections(
    parts: Parts, audiences: Container[str], since: date, document_id: str
) -> dict[str, Any]:
    """Return the sections of a live document, those cited most and touched by no case first.

    Raises:
        NotFound: there is none, or it is hidden from the caller.
    """
    cases = _cases(parts)
    live = parts.live.current()
    found = coverage(parts.database, parts.records, live, cases, since, audiences, only=document_id)
    if not found:
        raise NotFound(
            f"There is no live document {document_id[:60]}.", "citedesk documents lists them."
        )
    return {
        **_document(found[0]),
        "sections": [_section(one) for one in found[0].sections[:_MOST_SECTIONS]],
    }


def _cases(parts: Parts) -> list[EvalCase]:
    """The cases that ship and those that people approved."""
    shipped = [case for name in suite_names() for case in load_suite(name)]
    return [*(case for case in shipped if case.status == APPROVED), *parts.casebook.approved()]


def _document(one: Document) -> dict[str, Any]:
    return {
        "document_id": one.document_id,
        "version_id": one.version_id,
        "title": one.title,
        "passages": one.passages,
        "touched": one.touched,
        "share": one.touched / one.passages if one.passages else None,
        "cases": one.cases,
        "cited": one.cited,
        "weighted": one.cited_touched / one.cited if one.cited else None,
    }


def _section(one: Section) -> dict[str, Any]:
    return {
        "headings": list(one.headings),
        "passages": one.passages,
        "touched": one.touched,
        "cited": one.cited,
        "chunk_id": one.chunk_id,
    }


def _loaded(one: Loaded, document: Document) -> dict[str, Any]:
    low, high = wilson(one.flagged, one.judged)
    return {
        "document_id": one.document_id,
        "title": document.title,
        "flagged": one.flagged,
        "judged": one.judged,
        "share": one.flagged / one.judged,
        "low": low,
        "high": high,
        "expected": one.expected,
        "chance": one.chance,
    }
