"""What the API answers about the steps beside a conversation, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ui import shapes

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning, with where it stands."""

    text: str
    citation: shapes.Citation


@dataclass(frozen=True, slots=True)
class Tick:
    """Why a step counts as covered."""

    how: str
    quote: str
    turn: int
    failed: bool
    by: str


@dataclass(frozen=True, slots=True)
class GuidedStep:
    """A step of a procedure."""

    key: str
    text: str
    done: bool
    tick: Tick | None
    internal: bool
    sentence: str
    """What is told to the customer; empty of steps that are for the house alone."""
    citation: shapes.Citation
    warnings: tuple[Warned, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """A procedure beside a conversation."""

    key: str
    for_agent: bool
    internal: bool
    title: str
    heading: str
    page: int | None
    version_number: int | None
    done: int
    next: str
    language: str
    """What its steps are written in."""
    steps: tuple[GuidedStep, ...]


def read_guidance(data: Json) -> tuple[Checklist, ...]:
    """Read the checklists."""
    return tuple(_checklist(item) for item in data["checklists"])


def _checklist(item: Json) -> Checklist:
    title = str(item["title"])
    headings = [str(h) for h in item["headings"] if h != title]
    return Checklist(
        key=str(item["key"]),
        for_agent=item["for"] == "agent",
        internal=item["audience"] != "public",
        title=title,
        heading=headings[-1] if headings else "",
        page=item.get("page"),
        version_number=item.get("version_number"),
        done=int(item["done"]),
        next=str(item.get("next") or ""),
        language=str(item.get("language") or ""),
        steps=tuple(_step(step) for step in item["steps"]),
    )


def _step(item: Json) -> GuidedStep:
    tick = item.get("tick")
    return GuidedStep(
        key=str(item["key"]),
        text=str(item["text"]),
        done=bool(item["done"]),
        tick=_tick(tick) if tick else None,
        internal=bool(item["internal"]),
        sentence=str(item.get("sentence") or ""),
        citation=_citation(item["citation"]),
        warnings=tuple(
            Warned(str(one["text"]), _citation(one["citation"])) for one in item["warnings"]
        ),
    )


def _tick(item: Json) -> Tick:
    return Tick(
        str(item["how"]),
        str(item["quote"]),
        int(item["turn"]),
        bool(item["failed"]),
        str(item["by"]),
    )


def _citation(item: Json) -> shapes.Citation:
    return shapes.Citation(
        marker=0,
        chunk_id=str(item["chunk_id"]),
        version_id=str(item["version_id"]),
        title=str(item["title"]),
        headings=tuple(str(heading) for heading in item["headings"]),
        page=item.get("page"),
        quote=str(item["quote"]),
        start=int(item["start"]),
        end=int(item["end"]),
    )
