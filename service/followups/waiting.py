"""Customers who wait too long, by the clock: whether or not somebody asks for a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from answer.routing import Dispatch
from answer.rules.house import RulesSource
from core.types import Emotion, Escalation, Triage, Turn
from service.conversations import ConversationRow, Conversations
from service.followups.steps import about
from service.tasks.rules import Cause, TaskKind

_WAITING = "waiting_minutes"


class _OfWaiting:
    """The escalation rules that ask how long somebody has waited, and no others."""

    def __init__(self, rules: RulesSource) -> None:
        self._rules = rules

    def current(self, name: str) -> Mapping[str, Any]:
        """Return the set of rules that goes by a name."""
        held = self._rules.current(name)
        if name != "escalation":
            return held
        return {**held, "rules": [rule for rule in held["rules"] if _WAITING in rule["when"]]}


def waiting_causes(
    conversations: Conversations, rules: RulesSource, now: datetime, owners: Mapping[str, str]
) -> Iterator[Cause]:
    """Yield a reason for a task for each customer who has waited too long.

    Args:
        conversations: where they are.
        rules: the escalation rules among the others.
        now: the present time.
        owners: who of the people who work here may have a task, by name.
    """
    only = _OfWaiting(rules)
    minutes = {
        str(rule["rule"]): _least(rule["when"][_WAITING])
        for rule in only.current("escalation")["rules"]
    }
    if not minutes:
        return
    dispatch = Dispatch(only, clock=lambda: now)
    for row in conversations.waiting(now, min(minutes.values())):
        said = dispatch.escalated(
            _triage(row), _turns(row), channel=row.channel, language=row.language
        ).escalate
        if said.needed and row.waiting_since is not None:
            # By the rule that it fell to: a channel may have a time of its own.
            yield _cause(row, said, row.waiting_since, minutes.get(said.rule, 0), owners)


def _cause(
    row: ConversationRow,
    said: Escalation,
    since: datetime,
    minutes: float,
    owners: Mapping[str, str],
) -> Cause:
    subject = {
        "conversation_id": row.id,
        "draft_id": row.draft_id,
        "step": "waiting",
        "kind": row.kind,
        "channel": row.channel,
        "owner": owners.get(row.agent, ""),
        "for_role": "supervisor",
        "queue": said.to,
        "escalated_to": "supervisor",
        "rule": said.rule,
    }
    return Cause(
        TaskKind.FOLLOW_UP,
        about(row.id, "waiting"),
        since + timedelta(minutes=minutes),
        subject,
        {"step": "waiting", "level": said.level, "reason": said.reason},
        occasion=since.isoformat(),
    )


def _least(wanted: Any) -> float:
    return float(wanted.get("at_least", 0) if isinstance(wanted, Mapping) else wanted)


def _triage(row: ConversationRow) -> Triage:
    held = row.triage
    emotion = held.get("emotion") or {}
    return Triage(
        kind=row.kind,
        complaint_about=held.get("complaint_about"),
        needs=tuple(held.get("needs") or ("functional",)),
        emotion=Emotion(str(emotion.get("label", "calm")), float(emotion.get("score", 0.0))),
        severity=int(held.get("severity") or 0),
        emergency=int(held.get("emergency") or 0),
    )


def _turns(row: ConversationRow) -> list[Turn]:
    # Its thanks need no answer, and were not counted.
    return [Turn(t["role"], t["text"], t["at"]) for t in row.turns if not t.get("thanks")]
