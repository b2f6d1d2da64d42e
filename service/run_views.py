"""Evaluation runs as somebody may see them: their cases in brief, one case, and a pair of it.

A case is shown to those who may see whom it was asked for; its draft and passages to those who
may still see all that they were made from.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from core.errors import NotFound
from core.types import PUBLIC
from evals.compare import direction
from evals.feedback.sorting import plain
from evals.kept_cases import KeptCase
from evals.records import CaseRecord, error_of, is_stale, scores_of, unscored_of
from service.audiences import EVERYTHING, audience_of_draft, sees
from service.explaining import seen as explanations_seen
from service.run_passages import hits_of

if TYPE_CHECKING:
    from service.parts import Parts

_BRIEF = ("id", "question", "language", "state", "got", "tags", "channel", "product", "origin")
_CASE = (
    *("id", "question", "history", "language", "audience", "channel", "product", "tags"),
    *("difficulty", "origin", "state", "reference"),
)
_NOTHING: Mapping[str, object] = {"draft": None, "evidence": [], "explanations": [], "hidden": True}
_LONGEST = 200
_SAME = ("question", "history", "audience", "state", "reference", "expected")
"""What a case asks for; where one of these was rewritten, two drafts answer different cases."""


def seen_cases(records: Iterable[CaseRecord], sight: Container[str]) -> list[CaseRecord]:
    """Return the records of the cases that somebody may see."""
    return [record for record in records if sees(sight, _audience(record))]


def told(
    parts: Parts, records: Iterable[CaseRecord], sight: Container[str]
) -> tuple[CaseRecord, ...]:
    """Return the records whole, without the drafts and passages that somebody may not see."""
    if sight is EVERYTHING:
        return tuple(records)
    return tuple(
        {**record, **_NOTHING} if _hides(parts, record, sight) else _explained(parts, record, sight)
        for record in seen_cases(records, sight)
    )


def hidden_ids(records: Iterable[CaseRecord], sight: Container[str]) -> frozenset[str]:
    """Return the ids of the cases that somebody may not see."""
    return frozenset(str(r["id"]) for r in records if not sees(sight, _audience(r)))


def standing(record: CaseRecord) -> str:
    """Say what became of a case: done, failed, stale, or unjudged where a metric gave nothing."""
    if is_stale(record):
        return "stale"
    if error_of(record):
        return "failed"
    return "unjudged" if unscored_of(record) else "done"


def brief(record: CaseRecord) -> dict[str, Any]:
    """Return what lists show of a case: no draft, no passages."""
    error = error_of(record)
    return {
        **{name: record.get(name) for name in _BRIEF},
        "question": str(record["question"])[:_LONGEST],
        "difficulty": record.get("difficulty") or "",
        "standing": standing(record),
        "error": error["code"] if error else "",
        "unscored": sorted(unscored_of(record)),
        "taken_from": record.get("taken_from") or "",
        "scores": dict(scores_of(record)),
    }


def without(ids: frozenset[str], value: Any) -> Any:
    """Return a body of JSON without the names of hidden cases, wherever a list holds them."""
    if not ids:
        return value
    if isinstance(value, Mapping):
        return {name: without(ids, held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [without(ids, one) for one in value if not _names(ids, one)]
    return value


def case_of(
    parts: Parts, record: CaseRecord, sight: Container[str], run: str, by: str = ""
) -> dict[str, Any]:
    """Return a case with what one run made of it, for somebody by name."""
    return {
        "case": _case(parts, record, sight),
        "outcome": _outcome(parts, record, sight, run, by),
        "metrics": _metrics(record, None),
    }


def pair_of(
    parts: Parts,
    one: tuple[str, CaseRecord | None],
    other: tuple[str, CaseRecord | None],
    sight: Container[str],
    by: str = "",
) -> dict[str, Any]:
    """Return a case with what two runs made of it, each given as its id and its record.

    The outcome is None of a run that did not hold the case.
    """
    (a, before), (b, after) = one, other
    told = after or before
    if told is None:
        raise NotFound("Neither of the two runs holds this case.", "Choose one that they hold.")
    return {
        "case": _case(parts, told, sight),
        "rewritten": bool(
            before and after and any(before.get(name) != after.get(name) for name in _SAME)
        ),
        "before": _outcome(parts, before, sight, a, by) if before else None,
        "after": _outcome(parts, after, sight, b, by) if after else None,
        "metrics": _metrics(before, after),
    }


def record_of(
    records: Iterable[CaseRecord], case_id: str, sight: Container[str]
) -> CaseRecord | None:
    """Return the record of a case that somebody may see; None where there is none."""
    found = next((record for record in records if record["id"] == case_id), None)
    return found if found is not None and sees(sight, _audience(found)) else None


def unknown_case(case_id: str) -> NotFound:
    """Return what is said of a case that a run does not hold, or that is not for the caller."""
    return NotFound(f"The run holds no case {case_id[:60]}.", "citedesk eval show lists its cases.")


def _hides(parts: Parts, record: CaseRecord, sight: Container[str]) -> bool:
    """Whether a draft was made from what somebody may not see."""
    draft = cast("Mapping[str, Any] | None", record.get("draft"))
    if draft is None:
        return False
    # Older runs did not keep whom a passage was for; then whom the case was asked for counts.
    hits = [{"audience": _audience(record), **hit} for hit in _list(record, "evidence")]
    return not sees(sight, audience_of_draft(parts.records, draft, hits))


def _explained(parts: Parts, record: CaseRecord, sight: Container[str]) -> CaseRecord:
    why = _list(record, "explanations")
    if not why:
        return record
    return {**record, "explanations": explanations_seen(why, parts.records, sight)["explanations"]}


def _names(ids: frozenset[str], one: Any) -> bool:
    """Whether an entry of a list is, or is about, a hidden case."""
    if isinstance(one, str):
        return not ids.isdisjoint(word.strip(",.:") for word in one.split())
    return isinstance(one, Mapping) and one.get("id") in ids


def _audience(record: CaseRecord) -> str:
    return str(record.get("audience") or PUBLIC)


def _case(parts: Parts, record: CaseRecord, sight: Container[str]) -> dict[str, Any]:
    kept = _kept(parts, str(record["id"]), sight)
    return {
        **{name: record.get(name) for name in _CASE},
        "in_casebook": kept is not None,
        "status": kept.status.value if kept else "",
        "expected": [_expected(parts, one, sight) for one in _list(record, "expected")],
    }


def _kept(parts: Parts, case_id: str, sight: Container[str]) -> KeptCase | None:
    try:
        found = parts.casebook.get(case_id)
    except NotFound:
        return None
    return found if sees(sight, found.content.audience) else None


def _expected(parts: Parts, one: Mapping[str, Any], sight: Container[str]) -> dict[str, Any]:
    """A passage that a right answer rests on, with the title of its document where it is known."""
    document_id = parts.records.document_of(str(one["document"]))
    versions = parts.records.versions(document_id) if document_id else []
    if versions and not any(sees(sight, version.audience) for version in versions):
        return {"document": "", "quote": "", "title": "", "hidden": True}
    title = next((version.title for version in versions if version.title), "")
    return {**one, "title": title or one["document"], "hidden": False}


def _outcome(
    parts: Parts, record: CaseRecord, sight: Container[str], run: str, by: str
) -> dict[str, Any]:
    draft = cast("Mapping[str, Any] | None", record.get("draft"))
    hidden = _hides(parts, record, sight)
    why = [] if hidden else _list(record, "explanations")
    cited = {str(one["chunk_id"]) for one in draft["citations"]} if draft else set()
    return {
        "run": run,
        "standing": standing(record),
        "error": error_of(record),
        "unscored": dict(unscored_of(record)),
        "scores": dict(scores_of(record)),
        "seconds": record["seconds"],
        "got": record["got"],
        "taken_from": record.get("taken_from") or "",
        "hidden": hidden,
        "draft": _draft(draft) if draft and not hidden else None,
        "evidence": [] if hidden else hits_of(parts, _list(record, "evidence"), cited),
        "found": sorted({i for hit in _list(record, "evidence") for i in hit["holds"]}),
        "cited": record.get("cited"),
        "labels": {} if hidden else parts.judging.said_of(run, record, by),
        "why": explanations_seen(why, parts.records, sight) if why else None,
    }


def _draft(draft: Mapping[str, Any]) -> dict[str, Any]:
    clarify = draft.get("clarify")
    return {
        "state": draft["state"],
        "language": draft["language"],
        "text": plain(str(draft["answer"])),
        "answer": draft["answer"],
        "clarify": (clarify or {}).get("question", ""),
        "internal": [one["text"] for one in draft.get("internal") or ()],
        "confidence": draft["confidence"],
        "drafter": draft["drafter"],
        "missing": list(draft.get("missing") or ()),
        "citations": list(draft["citations"]),
    }


def _metrics(before: CaseRecord | None, after: CaseRecord | None) -> dict[str, Any]:
    """Each metric's score of either record, and whether the case got better or worse by it."""
    one = scores_of(before) if before else {}
    other = scores_of(after) if after else {}
    told = {}
    for name in sorted(one.keys() | other.keys()):
        higher, tolerance = direction(name)
        gain = None
        if name in one and name in other:
            gain = (other[name] - one[name]) * (1 if higher else -1)
        told[name] = {
            "before": one.get(name),
            "after": other.get(name),
            "higher_is_better": higher,
            "change": _change(gain, tolerance),
        }
    return told


def _change(gain: float | None, tolerance: float) -> str:
    if gain is None:
        return ""
    if abs(gain) <= tolerance:
        return "same"
    return "better" if gain > 0 else "worse"


def _list(record: CaseRecord, name: str) -> list[Mapping[str, Any]]:
    return list(cast(Any, record.get(name)) or ())
