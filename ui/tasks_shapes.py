"""What the API answers about tasks, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

KINDS = ("flag", "gap", "conflict", "stale_answer", "expiring", "review_due", "follow_up")


@dataclass(frozen=True, slots=True)
class Fix:
    """What sets something right: a version of a document, or an approved answer."""

    kind: str
    id: str
    title: str
    number: int


@dataclass(frozen=True, slots=True)
class Task:
    """Something that somebody is to deal with."""

    id: str
    kind: str
    state: str
    owner: str
    due_at: str
    overdue: bool
    raised_by: str
    raised_at: str
    resolved_by: str
    resolved_at: str
    note: str
    fix: Fix | None
    about: str
    """The question or the document, where this person may see it."""
    reason: str
    said: str
    """What was said with a flag."""
    count: int
    draft_id: str
    version_id: str
    answer_id: str
    step: str = ""
    """Of a follow-up: what is to be done."""
    level: int = 0
    """How far up it has gone because it is late."""
    held_by: str = ""
    """Queue or role that it is for while nobody has it."""
    cited: str = ""
    """What of a procedure asks for it."""
    conversation_id: str = ""

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.state == "open"

    @property
    def closed_itself(self) -> bool:
        """Whether its cause went without anybody closing it."""
        return not self.open and not self.resolved_by


def read_task(item: Json) -> Task:
    """Read a task."""
    subject, shown = _map(item, "subject"), _map(item, "shown")
    documents = " · ".join(str(name) for name in shown.get("documents") or ())
    return Task(
        id=str(item["id"]),
        kind=str(item["kind"]),
        state=str(item["state"]),
        owner=_text(item, "owner"),
        due_at=_text(item, "due_at"),
        overdue=bool(item.get("overdue")),
        raised_by=_text(item, "raised_by"),
        raised_at=_text(item, "raised_at"),
        resolved_by=_text(item, "resolved_by"),
        resolved_at=_text(item, "resolved_at"),
        note=_text(item, "note"),
        fix=_fix(item.get("fix")),
        about=_text(shown, "question") or _text(shown, "document") or documents,
        reason=_text(shown, "reason"),
        said=_text(shown, "note"),
        count=int(_map(_map(item, "title"), "args").get("count") or 0),
        draft_id=_text(subject, "draft_id"),
        version_id=_text(subject, "version_id"),
        answer_id=_text(subject, "answer_id"),
        step=_text(subject, "step"),
        level=int(_map(_map(item, "title"), "args").get("level") or 0),
        held_by=_text(subject, "queue") or (_text(item, "for_role") if subject.get("step") else ""),
        cited=_text(_map(subject, "cites"), "quote"),
        conversation_id=_text(shown, "conversation_id"),
    )


def _fix(item: Json | None) -> Fix | None:
    if not item:
        return None
    number = int(item.get("number") or 0)
    return Fix(_text(item, "kind"), _text(item, "id"), _text(item, "title"), number)


def _map(item: Json, name: str) -> Json:
    return item.get(name) or {}


def _text(item: Json, name: str) -> str:
    return str(item.get(name) or "")
