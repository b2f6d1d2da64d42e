"""What the API answers about conflicts, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two passages."""

    document_id: str
    version_id: str
    number: int
    live: bool
    title: str
    headings: tuple[str, ...]
    page: int | None
    chunk_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Differing:
    """One thing in which two passages differ."""

    what: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Found:
    """Two passages that somebody should look at."""

    id: str
    kind: str
    state: str
    left: Side
    right: Side
    differences: tuple[Differing, ...]
    words: tuple[tuple[str, str], ...]
    """Both quotes in runs of words; the same on both sides where they are."""
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """Two documents that look like translations of each other."""

    document_id: str
    other_id: str
    title: str
    other_title: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A document that could not be compared with the others."""

    version_id: str
    title: str
    code: str


@dataclass(slots=True)
class Scan:
    """Comparing everything anew, and how far that is."""

    job_id: str
    state: str = "queued"
    progress: float = 0.0
    new: int = 0
    code: str = ""
    """Why it failed."""

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state in ("done", "failed")


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of conflicts."""

    found: tuple[Found, ...]
    proposed: tuple[Proposed, ...]
    cursor: str | None
    unchecked: tuple[Unchecked, ...] = ()


def read_listed(data: Json) -> Listed:
    """Read a page of conflicts."""
    return Listed(
        tuple(_found(item) for item in data["conflicts"]),
        tuple(
            Proposed(
                str(p["document_id"]), str(p["other_id"]), str(p["title"]), str(p["other_title"])
            )
            for p in data.get("proposed_pairs") or ()
        ),
        data.get("cursor"),
        tuple(
            Unchecked(str(u["version_id"]), str(u["title"]), str(u["error"]["code"]))
            for u in data.get("unchecked") or ()
        ),
    )


def _found(item: Json) -> Found:
    return Found(
        id=str(item["id"]),
        kind=str(item["kind"]),
        state=str(item["state"]),
        left=_side(item["left"]),
        right=_side(item["right"]),
        differences=tuple(
            Differing(str(d["what"]), str(d["left"]), str(d["right"]))
            for d in item.get("differences") or ()
        ),
        words=tuple((str(w["left"]), str(w["right"])) for w in item.get("words") or ()),
        by=str(item.get("by") or ""),
        note=str(item.get("note") or ""),
    )


def _side(item: Json) -> Side:
    return Side(
        document_id=str(item["document_id"]),
        version_id=str(item["version_id"]),
        number=int(item["version_number"]),
        live=bool(item["live"]),
        title=str(item["title"]),
        headings=tuple(str(h) for h in item.get("headings") or ()),
        page=item.get("page"),
        chunk_id=str(item.get("chunk_id") or ""),
        quote=str(item.get("quote") or ""),
    )
