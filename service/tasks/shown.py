"""Tasks as the API gives them: what they are about is read now, with the caller's rights."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.errors import NotFound
from core.types import INTERNAL, PUBLIC
from service.audiences import audience_of_draft, sees
from service.tables import TaskRow
from service.tasks.rules import TaskKind, TaskState

if TYPE_CHECKING:
    from service.accounts import Principal
    from service.parts import Parts

FOR_ROLE = "knowledge"
"""Whose task it is while it is nobody's."""
_ANSWER = "ans_"
_LONGEST = 200


def task_json(parts: Parts, row: TaskRow, who: Principal, now: datetime) -> dict[str, Any]:
    """Return a task with what its caller may see of what it is about."""
    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "title": {"code": row.kind, "args": dict(row.args)},
        "subject": dict(row.subject),
        "owner": row.owner,
        "for_role": "" if row.owner else str(row.subject.get("for_role") or FOR_ROLE),
        "assigned_by": row.assigned_by,
        "due_at": row.due_at.isoformat(),
        "overdue": row.state == TaskState.OPEN and row.due_at <= now,
        "raised_by": row.raised_by,
        "raised_at": row.raised_at.isoformat(),
        "resolved_by": row.resolved_by,
        "resolved_at": row.resolved_at.isoformat() if row.resolved_at else None,
        "closed_itself": row.state != TaskState.OPEN and not row.resolved_by,
        "note": row.note,
        "fix": fix_json(parts, row.fix, who) if row.fix else None,
        "shown": _shown(parts, row, who),
    }


def flag_json(parts: Parts, row: TaskRow, who: Principal, now: datetime) -> dict[str, Any]:
    """Return the task of a flag as the flag."""
    task = task_json(parts, row, who, now)
    same = ("state", "owner", "due_at", "overdue", "resolved_by", "resolved_at", "fix")
    return {
        "id": row.subject["verdict_id"],
        "task_id": row.id,
        "draft_id": row.subject["draft_id"],
        "by": row.raised_by,
        "at": row.raised_at.isoformat(),
        **{name: task[name] for name in same},
        "resolution": row.note,
        **{name: task["shown"].get(name, "") for name in ("question", "reason", "note")},
    }


def fix_json(parts: Parts, fix: str, who: Principal | None = None) -> dict[str, Any]:
    """Return what sets something right; without a caller, what everybody who works here may see.

    Raises:
        NotFound: there is no such version or approved answer.
    """
    if fix.startswith(_ANSWER):
        answer = parts.approved_answers.get(fix)
        title = answer.question if _sees(who, answer.audience) else ""
        return {"kind": "answer", "id": fix, "title": title}
    version = parts.records.version(fix)
    title = version.title if _sees(who, version.audience) else ""
    return {
        "kind": "version",
        "id": fix,
        "document_id": version.document_id,
        "number": version.number,
        "title": title,
    }


def _sees(who: Principal | None, audience: str) -> bool:
    return sees(who.sight() if who else (PUBLIC, INTERNAL), audience)


def _shown(parts: Parts, row: TaskRow, who: Principal) -> dict[str, Any]:
    """Return the words of what a task is about; of what is gone or closed to the caller, none."""
    subject = row.subject
    try:
        match row.kind:
            case TaskKind.FLAG:
                return _flag(parts, subject, who)
            case TaskKind.GAP:
                return {"question": _question(parts, subject["draft_id"], who) or ""}
            case TaskKind.STALE_ANSWER:
                answer = parts.approved_answers.get(subject["answer_id"])
                return {"question": answer.question} if _sees(who, answer.audience) else {}
            case TaskKind.FOLLOW_UP:
                return _conversation(parts, subject, who)
            case TaskKind.EXPIRING | TaskKind.REVIEW_DUE:
                version = parts.records.version(subject["version_id"])
                return {"document": version.title} if _sees(who, version.audience) else {}
            case _:
                return {"documents": _titles(parts, subject, who)}
    except NotFound:
        return {}


def _flag(parts: Parts, subject: Mapping[str, Any], who: Principal) -> dict[str, Any]:
    question = _question(parts, subject["draft_id"], who)
    if question is None:
        # What was said of the draft may repeat what the draft says.
        return {}
    verdicts = parts.drafts.get(subject["draft_id"]).verdicts
    said = next(v for v in verdicts if v.id == subject["verdict_id"])
    return {"question": question, "reason": said.reason, "note": said.note}


def _conversation(parts: Parts, subject: Mapping[str, Any], who: Principal) -> dict[str, Any]:
    """Return what the customer wrote first, masked as it is kept."""
    if not who.may("ask"):
        return {}
    row = parts.conversations.get(subject["conversation_id"])
    said = next((turn["text"] for turn in row.turns if turn["role"] == "customer"), "")
    return {"question": said[:_LONGEST], "conversation_id": row.id, "state": row.state}


def _question(parts: Parts, draft_id: str, who: Principal) -> str | None:
    """Return what was asked, where the caller may see all that the draft was made from."""
    stored = parts.drafts.get(draft_id)
    audience = audience_of_draft(parts.records, stored.body, stored.evidence)
    if not who.may("ask") or not _sees(who, audience):
        return None
    return str(stored.body.get("question") or "")


def _titles(parts: Parts, subject: Mapping[str, Any], who: Principal) -> list[str]:
    titles = []
    for document_id in subject.get("document_ids", ()):
        # The newest version: a contradiction may lie in one that is not live yet.
        newest = next(iter(parts.records.versions(document_id)), None)
        if newest is not None and _sees(who, newest.audience):
            titles.append(newest.title)
    return titles
