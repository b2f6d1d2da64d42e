"""Which steps are open for a conversation now, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from answer.record.reader import CUSTOMER
from service.conversations import ConversationRow
from service.conversations.record import complete
from service.conversations.standing import CLOSED
from service.followups.rules import FollowUpRules
from service.tasks.rules import Cause, TaskKind

QUEUE = "supervisor"
"""Role for which a step is that nobody has."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is still to be done for a conversation."""

    name: str
    since: datetime
    """What it is counted from; another moment makes it another step."""
    due_at: datetime
    cited: dict[str, Any] | None = None
    """What of a procedure asks for it."""


def steps_of(row: ConversationRow, rules: FollowUpRules) -> Iterator[Step]:
    """Yield what is still to be done for a conversation, whatever people have closed of it."""
    if rules.follows(row.kind) and row.since is not None:
        yield from _of_case(row, rules, row.since)
    if row.state == CLOSED and row.closed_at and not complete(row.record, row.traits):
        yield _step("record", row.closed_at, rules)


def _of_case(row: ConversationRow, rules: FollowUpRules, since: datetime) -> Iterator[Step]:
    if row.closed_at is None:
        if row.handled_at is None:
            yield _step("first_handling", since, rules)
        said = sum(turn["role"] == CUSTOMER for turn in row.turns)
        hours = rules.hours("close", is_complex=rules.is_complex(row.triage, said))
        yield Step("close", since, since + timedelta(hours=hours))
    else:
        yield _step("closing_message", row.closed_at, rules)
        if row.score is None or _at(row.satisfaction) < row.closed_at:
            yield _step("satisfaction", row.closed_at, rules)
    if asked := row.call_back:
        start = row.closed_at if asked["from"] == "closing" else since
        if start is not None:
            due_at = start + timedelta(hours=float(asked["hours"]))
            yield Step("call_back", start, due_at, dict(asked))


def cause_of(
    row: ConversationRow, step: Step, rules: FollowUpRules, now: datetime, owner: str
) -> Cause:
    """Return a step as a reason for a task; a late one is that of whoever is above, too."""
    late = rules.late(step.due_at, now)
    args: dict[str, Any] = {"step": step.name, "level": late.level if late else 0}
    subject: dict[str, Any] = {
        "conversation_id": row.id,
        "draft_id": row.used_draft_id or row.draft_id,
        "step": step.name,
        "kind": row.kind,
        "channel": row.channel,
        "owner": owner,
        "for_role": late.to if late else QUEUE,
        "queue": _queue(row),
        "escalated_to": late.to if late else "",
    }
    if step.cited is not None:
        subject["cites"] = step.cited
    return Cause(
        TaskKind.FOLLOW_UP,
        about(row.id, step.name),
        step.due_at,
        subject,
        args,
        occasion=step.since.isoformat(),
    )


def about(conversation_id: str, step: str) -> str:
    """Return what the task of a step is about."""
    return f"{step}:{conversation_id}"


def _queue(row: ConversationRow) -> str:
    """The queue that the triage chose, in its own words."""
    escalate, routing = row.triage.get("escalate") or {}, row.triage.get("routing") or {}
    to = escalate.get("to") if escalate.get("needed") else routing.get("to")
    return str(to or "")


def _step(name: str, since: datetime, rules: FollowUpRules) -> Step:
    return Step(name, since, since + timedelta(hours=rules.hours(name)))


def _at(said: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(said["at"])
