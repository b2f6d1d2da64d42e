"""What the API knows of a document beside its text, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

FIELDS = ("product", "model", "region", "firmware", "contract_from", "contract_to")
"""What a version may apply to."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A section that applies to less than its version."""

    headings: tuple[str, ...]
    page: int | None
    chunks: int
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Applies:
    """What a version applies to; a field that is missing applies to all."""

    confirmed: Mapping[str, str]
    proposed: Mapping[str, str]
    """What was read and waits for a person."""
    read_from: Mapping[str, str]
    """The lines that it was read from."""
    by: str
    at: str
    narrowed: tuple[Narrowing, ...]

    @property
    def is_settled(self) -> bool:
        """Whether a person has said what the version applies to."""
        return bool(self.at) and not self.proposed


@dataclass(frozen=True, slots=True)
class Section:
    """A section that is for fewer people than its document."""

    id: str
    audience: str
    headings: tuple[str, ...]
    """Where it stands, as it was said last; empty where pages were said."""
    pages: tuple[int, int] | None
    found: bool
    """Whether the version that is looked over has it."""
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Care:
    """Who answers for a document, and when it was and will be looked at."""

    owner: str
    review_days: int
    """After so many days somebody must look at it again; 0 where nobody must."""
    reviewed_at: str
    review_due: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Partner:
    """The translation of a document."""

    document_id: str
    title: str
    confirmed: bool
    """Whether a person said so; otherwise it only looks like one."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did."""

    at: str
    by: str
    action: str
    object_id: str
    reason: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a document and of one version of it."""

    applies: Applies
    sections: tuple[Section, ...]
    care: Care
    partner: Partner | None
    people: tuple[str, ...]
    """Who can answer for a document."""
    groups: tuple[str, ...]
    """The groups that a section may be set apart for."""


def read_applies(item: Json) -> Applies:
    """Read what a version applies to."""
    return Applies(
        confirmed=_said(item.get("confirmed")),
        proposed=_said(item.get("proposed")),
        read_from=_said(item.get("read_from")),
        by=_text(item, "by"),
        at=_text(item, "at"),
        narrowed=tuple(
            Narrowing(
                tuple(str(h) for h in one["headings"]),
                one.get("page"),
                int(one["chunks"]),
                _said(one["applicability"]),
            )
            for one in item.get("sections") or ()
        ),
    )


def read_section(item: Json) -> Section:
    """Read a section."""
    last: Json = item["places"][-1]
    pages = last.get("pages")
    return Section(
        id=str(item["id"]),
        audience=str(item["audience"]),
        headings=tuple(str(h) for h in last.get("headings") or ()),
        pages=(int(pages[0]), int(pages[-1])) if pages else None,
        found=bool(item["found"]),
        by=_text(item, "by"),
        at=_text(item, "at"),
    )


def read_care(item: Json) -> Care:
    """Read who answers for a document."""
    return Care(
        owner=_text(item, "owner"),
        review_days=int(item.get("review_days") or 0),
        reviewed_at=_text(item, "reviewed_at"),
        review_due=_text(item, "review_due"),
        overdue=bool(item.get("overdue")),
    )


def read_partner(item: Json | None) -> Partner | None:
    """Read a document's translation, if it has one."""
    if not item:
        return None
    return Partner(str(item["other_id"]), str(item["other_title"]), bool(item["confirmed"]))


def read_act(item: Json) -> Act:
    """Read an entry of the audit log."""
    detail = item.get("detail")
    return Act(
        at=_text(item, "at"),
        by=_text(item, "by"),
        action=str(item["action"]),
        object_id=_text(item, "object_id"),
        reason=_text(item, "reason"),
        detail=detail if isinstance(detail, Mapping) else {},
    )


def _said(item: Json | None) -> dict[str, str]:
    return {name: str(value) for name, value in (item or {}).items() if value}


def _text(item: Json, name: str) -> str:
    value = item.get(name)
    return "" if value is None else str(value)
