"""What the API answers about gaps and coverage, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GapTask:
    """What became of a gap."""

    id: str
    state: str
    owner: str
    due_at: str
    closed_itself: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """What keeps finding nothing."""

    id: str
    name: str
    terms: tuple[str, ...]
    count: int
    questions: int
    languages: tuple[str, ...]
    first: str
    last: str
    weeks: tuple[int, ...]
    draft_id: str
    task: GapTask | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """All gaps that were asked often enough."""

    gaps: tuple[Gap, ...]
    more: int
    hidden: int
    rare: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Near:
    """A passage near to a gap."""

    title: str
    headings: tuple[str, ...]
    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class GapDetail:
    """A gap as it is asked, and what to write."""

    gap: Gap
    asked: tuple[tuple[str, int], ...]
    """Each wording, and how often."""
    near: tuple[Near, ...]
    answered_now: bool
    answer: tuple[str, int] | None
    """Title and number of the version that answers it now; no title where it is not for you."""
    points: tuple[tuple[str, tuple[str, ...]], ...]
    """What is asked for, and the questions that do."""
    place: tuple[str, tuple[str, ...]] | None
    """Title and headings of where it would stand."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A live document, and how much of it cases touch."""

    document_id: str
    title: str
    passages: int
    touched: int
    cases: int
    cited: int
    weighted: float | None


@dataclass(frozen=True, slots=True)
class Flagged:
    """A document that is cited in flagged drafts more often than others."""

    title: str
    flagged: int
    judged: int
    share: float
    low: float
    high: float
    expected: float
    chance: float


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document."""

    headings: tuple[str, ...]
    passages: int
    touched: int
    cited: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of the live documents cases touch."""

    cases: int
    documents: tuple[Covered, ...]
    more: int
    total: Json
    flagged: tuple[Flagged, ...]
    waiting: int


def read_gaps(item: Json) -> Gaps:
    """Read the list of gaps."""
    return Gaps(
        tuple(_gap(one) for one in item["gaps"]),
        int(item["more"]),
        int(item["hidden"]),
        int(item["rare"]),
        int(item["waiting"]),
    )


def read_gap(item: Json) -> GapDetail:
    """Read a gap with what to write."""
    plan, answer = item["outline"], item.get("answer")
    return GapDetail(
        gap=_gap(item),
        asked=tuple((str(one["question"]), int(one["count"])) for one in item["asked"]),
        near=tuple(
            Near(str(one["title"]), _texts(one, "headings"), one["page"], str(one["text"]))
            for one in item["near"]
        ),
        answered_now=bool(item["answered_now"]),
        answer=(str(answer["title"]), int(answer["number"])) if answer else None,
        points=tuple((str(one["aspect"]), _texts(one, "questions")) for one in plan["points"]),
        place=(str(plan["title"]), _texts(plan, "headings")) if plan["document_id"] else None,
    )


def read_coverage(item: Json) -> Coverage:
    """Read what cases touch."""
    return Coverage(
        cases=int(item["cases"]),
        documents=tuple(
            Covered(
                str(one["document_id"]),
                str(one["title"]),
                int(one["passages"]),
                int(one["touched"]),
                int(one["cases"]),
                int(one["cited"]),
                one["weighted"],
            )
            for one in item["documents"]
        ),
        more=int(item["more"]),
        total=item["total"],
        flagged=tuple(
            Flagged(
                str(one["title"]),
                int(one["flagged"]),
                int(one["judged"]),
                float(one["share"]),
                float(one["low"]),
                float(one["high"]),
                float(one["expected"]),
                float(one["chance"]),
            )
            for one in item["flagged"]
        ),
        waiting=int(item["waiting"]),
    )


def read_sections(item: Json) -> tuple[Section, ...]:
    """Read the sections of a document."""
    return tuple(
        Section(
            _texts(one, "headings"), int(one["passages"]), int(one["touched"]), int(one["cited"])
        )
        for one in item["sections"]
    )


def _gap(item: Json) -> Gap:
    task = item.get("task")
    return Gap(
        id=str(item["id"]),
        name=_text(item, "name"),
        terms=_texts(item, "terms"),
        count=int(item["count"]),
        questions=int(item["questions"]),
        languages=_texts(item, "languages"),
        first=str(item["first"]),
        last=str(item["last"]),
        weeks=tuple(int(one) for one in item["weeks"]),
        draft_id=_text(item, "draft_id"),
        task=GapTask(
            str(task["id"]),
            str(task["state"]),
            _text(task, "owner"),
            str(task["due_at"]),
            bool(task["closed_itself"]),
        )
        if task
        else None,
    )


def _text(item: Json, name: str) -> str:
    return str(item.get(name) or "")


def _texts(item: Json, name: str) -> tuple[str, ...]:
    return tuple(str(one) for one in item.get(name) or ())
