"""What the API answers about cases, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

SORTS = ("fact", "policy", "applicability", "step", "tone", "form", "style")
STATUSES = ("proposed", "approved", "retired", "discarded")
DIFFICULTIES = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that a right answer rests on."""

    document: str
    quote: str
    title: str
    page: int | None
    chunk_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What was wrong with a draft, and the pieces of text that show it."""

    sort: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that lay beside the draft."""

    chunk_id: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, and what somebody did with it."""

    answer: str
    edited: str
    reason: str
    note: str
    by: str
    cited: frozenset[str]
    """Ids of the passages that it cites."""
    evidence: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """What a reviewer says of a case."""

    by: str
    vote: str
    note: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case of the queue; its drafts are there where it was opened."""

    id: str
    revision: int
    status: str
    origin: str
    question: str
    history: tuple[tuple[str, str], ...]
    """Role and text of each turn before the question."""
    language: str
    channel: str
    product: str
    reference: str
    expected: tuple[Passage, ...]
    tags: tuple[str, ...]
    difficulty: str
    sort: str
    sort_by: str
    owner: str
    due_at: str
    overdue: bool
    why: str
    shown: tuple[Shown, ...]
    sources: int
    votes: tuple[Vote, ...]
    drafts: tuple[Drafted, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two reviewers agree; kappa is None where nothing can be told."""

    reviewers: tuple[str, ...]
    cases: int
    agreed: int
    kappa: float | None


def read_case(item: Json) -> Case:
    """Read a case."""
    sources = list(item.get("sources") or ())
    # What the verdict that came last says was wrong.
    shown = sources[-1]["shown"] if sources else ()
    return Case(
        id=str(item["id"]),
        revision=int(item["revision"]),
        status=str(item["status"]),
        origin=_text(item, "origin"),
        question=_text(item, "question"),
        history=tuple((_text(t, "role"), _text(t, "text")) for t in item.get("history") or ()),
        language=_text(item, "language"),
        channel=_text(item, "channel"),
        product=_text(item, "product"),
        reference=_text(item, "reference"),
        expected=tuple(_passage(one) for one in item.get("expected") or ()),
        tags=tuple(str(tag) for tag in item.get("tags") or ()),
        difficulty=_text(item, "difficulty"),
        sort=_text(item, "sort"),
        sort_by=_text(item, "sort_by"),
        owner=_text(item, "owner"),
        due_at=_text(item, "due_at"),
        overdue=bool(item.get("overdue")),
        why=_text(item, "why"),
        shown=tuple(Shown(_text(s, "sort"), _text(s, "before"), _text(s, "after")) for s in shown),
        sources=len(sources),
        votes=tuple(
            Vote(_text(v, "by"), _text(v, "vote"), _text(v, "note"))
            for v in item.get("votes") or ()
        ),
        drafts=tuple(_drafted(one) for one in item.get("drafts") or ()),
    )


def read_agreement(item: Json) -> Agreement:
    """Read how far two reviewers agree."""
    kappa = item.get("kappa")
    return Agreement(
        tuple(str(name) for name in item["reviewers"]),
        int(item["cases"]),
        int(item["agreed"]),
        None if kappa is None else float(kappa),
    )


def _drafted(item: Json) -> Drafted:
    return Drafted(
        answer=_text(item, "answer"),
        edited=_text(item, "edited"),
        reason=_text(item, "reason"),
        note=_text(item, "note"),
        by=_text(item, "by"),
        cited=frozenset(str(one["chunk_id"]) for one in item.get("citations") or ()),
        evidence=tuple(
            Hit(
                str(hit["chunk_id"]),
                _text(hit, "title"),
                tuple(str(h) for h in hit.get("headings") or ()),
                hit.get("page"),
                _text(hit, "text"),
            )
            for hit in item.get("evidence") or ()
        ),
    )


def _passage(item: Json) -> Passage:
    return Passage(
        _text(item, "document"),
        _text(item, "quote"),
        _text(item, "title") or _text(item, "document"),
        item.get("page"),
        _text(item, "chunk_id"),
    )


def _text(item: Json, name: str) -> str:
    return str(item.get(name) or "")
