"""Conversations as the API gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from service.conversations.hiding import without_personal
from service.conversations.record import shown
from service.conversations.tables import ConversationRow
from service.followups.rules import FollowUpRules
from service.tables import TaskRow
from service.tasks.rules import TaskState

_PREVIEW = 160


def listed_json(row: ConversationRow, now: datetime) -> dict[str, Any]:
    """Return a conversation as a list has it; what the customer wrote is masked."""
    said = next((t["text"] for t in reversed(row.turns) if t["role"] == "customer"), "")
    waiting = row.waiting_since
    escalate = row.triage.get("escalate") or {}
    return {
        "id": row.id,
        "revision": row.revision,
        "channel": row.channel,
        "language": row.language,
        "product": row.product,
        "model": row.model,
        "state": row.state,
        "kind": row.kind,
        "kind_by": row.kind_by,
        "agent": row.agent,
        "draft_id": row.draft_id or None,
        "used_draft_id": row.used_draft_id or None,
        "turns": len(row.turns),
        "last_said": without_personal(said, row.record)[:_PREVIEW],
        "first_at": row.first_at.isoformat(),
        "last_at": row.last_at.isoformat(),
        "waiting_since": waiting.isoformat() if waiting else None,
        "waiting_minutes": round((now - waiting).total_seconds() / 60, 1) if waiting else None,
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "closed_by": row.closed_by,
        "escalate": escalate,
        "score": row.score,
    }


def conversation_json(
    row: ConversationRow,
    tasks: Sequence[TaskRow],
    rules: FollowUpRules,
    now: datetime,
    *,
    masked: bool,
) -> dict[str, Any]:
    """Return a conversation with its record, its turns, its follow-ups and what may be said."""
    return {
        **listed_json(row, now),
        "masked": masked,
        "record": shown(row.record, row.language, row.traits, masked=masked),
        "conversation": [
            {
                "role": turn["role"],
                "text": without_personal(turn["text"], row.record),
                "at": turn["at"],
            }
            for turn in row.turns
        ],
        "triage": _quiet(row.triage, row.record) if masked else row.triage,
        "follow_ups": [_follow_up(task, now) for task in tasks],
        "satisfaction": row.satisfaction or None,
        "closing_message": rules.message("closing", row.channel, row.language),
        "satisfaction_request": rules.message("satisfaction", row.channel, row.language),
    }


def _quiet(value: Any, record: Mapping[str, Any]) -> Any:
    """What the triage quotes of the customer, masked."""
    if isinstance(value, Mapping):
        return {name: _quiet(one, record) for name, one in value.items()}
    if isinstance(value, list):
        return [_quiet(one, record) for one in value]
    return without_personal(value, record) if isinstance(value, str) else value


def _follow_up(task: TaskRow, now: datetime) -> dict[str, Any]:
    return {
        "task_id": task.id,
        "step": task.args["step"],
        "level": task.args.get("level", 0),
        "state": task.state,
        "owner": task.owner,
        "for_role": "" if task.owner else task.subject.get("for_role", ""),
        "queue": task.subject.get("queue", ""),
        "due_at": task.due_at.isoformat(),
        "overdue": task.state == TaskState.OPEN and task.due_at <= now,
        "resolved_by": task.resolved_by,
        "resolved_at": task.resolved_at.isoformat() if task.resolved_at else None,
        "note": task.note,
        "cites": task.subject.get("cites"),
        "reason": task.args.get("reason", ""),
    }
