"""What the API answers about a conversation, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordField:
    """A filled field of the record."""

    name: str
    value: str
    values: tuple[str, ...]
    """The codes of a field of several."""
    quote: str
    state: str
    """read, confirmed or corrected."""
    by: str
    personal: bool


@dataclass(frozen=True, slots=True)
class RecordStep:
    """One of the four steps."""

    name: str
    filled: int
    needed: int
    fields: tuple[RecordField, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A step that follows the conversation."""

    name: str
    state: str
    owner: str
    due_at: str
    overdue: bool
    level: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A stored conversation with its record."""

    id: str
    revision: int
    state: str
    kind: str
    agent: str
    """Whose it is."""
    masked: bool
    steps: tuple[RecordStep, ...]
    missing: tuple[tuple[str, str], ...]
    """What is missing: the first field that would do, and its question."""
    next_question: str
    complete: bool
    follow_ups: tuple[FollowUp, ...]
    closing_message: str
    satisfaction_request: str
    score: int
    turns: tuple[tuple[str, str], ...]
    """Role and words, masked."""


def read_conversation(data: Json) -> Conversation:
    """Read a conversation."""
    record = data["record"]
    return Conversation(
        id=str(data["id"]),
        revision=int(data["revision"]),
        state=str(data["state"]),
        kind=str(data["kind"]),
        agent=str(data.get("agent") or ""),
        masked=bool(data["masked"]),
        steps=tuple(_step(item) for item in record["steps"]),
        missing=tuple((str(m["fields"][0]), str(m["question"])) for m in record["missing"]),
        next_question=str(record.get("next_question") or ""),
        complete=bool(record["complete"]),
        follow_ups=tuple(_follow_up(item) for item in data.get("follow_ups") or ()),
        closing_message=str(data.get("closing_message") or ""),
        satisfaction_request=str(data.get("satisfaction_request") or ""),
        score=int(data.get("score") or 0),
        turns=tuple((str(t["role"]), str(t["text"])) for t in data["conversation"]),
    )


def _step(item: Json) -> RecordStep:
    fields = tuple(
        RecordField(
            str(field["field"]),
            str(field["value"]),
            tuple(str(value) for value in field["values"]),
            str(field.get("quote") or ""),
            str(field["state"]),
            str(field.get("by") or ""),
            bool(field["personal"]),
        )
        for field in item["fields"]
    )
    return RecordStep(str(item["step"]), int(item["filled"]), int(item["needed"]), fields)


def _follow_up(item: Json) -> FollowUp:
    return FollowUp(
        str(item["step"]),
        str(item["state"]),
        str(item.get("owner") or item.get("queue") or ""),
        str(item["due_at"]),
        bool(item.get("overdue")),
        int(item.get("level") or 0),
    )
