"""What the API answers, as plain types; fields that are missing take a harmless value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Route:
    """What one way of searching said of a hit."""

    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A passage before or after another one."""

    chunk_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question."""

    chunk_id: str
    version_id: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    text: str
    score: float
    kind: str
    audience: str
    table_html: str
    version_number: int | None
    confidence: float | None
    """How sure the reading of a scan was; None for text that needed none."""
    routes: tuple[Route, ...]
    neighbours: tuple[Neighbour, ...]
    applies: tuple[tuple[str, str], ...] = ()
    """What it is about alone: pairs such as ("model", "X2 Pro"); empty where it is about all."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that a draft rests on."""

    marker: int
    chunk_id: str
    version_id: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a procedure."""

    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class Triage:
    """What kind of conversation it is and whether a rule hands it up."""

    kind: str
    complaint_about: str
    needs: tuple[str, ...]
    emotion: str
    severity: int
    escalate: bool
    level: int
    reason: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word that should not be used, and the one that should."""

    used: str
    should_be: str
    why: str


@dataclass(frozen=True, slots=True)
class ApprovedUse:
    """The approved answer that a draft gives, and how close its question is."""

    question: str
    by: str
    at: str
    likeness: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply draft with its citations."""

    id: str
    state: str
    language: str
    channel: str
    answer: str
    citations: tuple[Citation, ...]
    steps: tuple[Step, ...]
    missing: tuple[str, ...]
    terms: tuple[Term, ...]
    question: str
    options: tuple[str, ...]
    confidence: float
    drafter: str
    triage: Triage
    total_ms: float
    sentences: tuple[str, ...] = ()
    """What is said, without greeting and markers."""
    approved: ApprovedUse | None = None

    @property
    def markers(self) -> frozenset[int]:
        """The numbers that cite something."""
        return frozenset(citation.marker for citation in self.citations)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with where it stands and what stands around it."""

    chunk_id: str
    version_id: str
    version_number: int | None
    state: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    pages: tuple[int, ...]
    """The pages that can be shown as pictures."""
    confidence: float | None
    text: str
    kind: str
    table_html: str
    file_name: str
    published_at: str
    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    name: str
    role: str
    token: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A draft and the passages it was made from."""

    draft: Draft
    hits: tuple[Hit, ...]


def hit(data: Json) -> Hit:
    """Read a hit."""
    routes = _map(data, "routes")
    return Hit(
        chunk_id=str(data["chunk_id"]),
        version_id=_str(data, "version_id"),
        title=_str(data, "title"),
        headings=_strings(data, "headings"),
        page=_int(data, "page"),
        text=_str(data, "text"),
        score=_float(data, "score"),
        kind=_str(data, "kind"),
        audience=_str(data, "audience") or "public",
        table_html=_str(data, "table_html"),
        version_number=_int(data, "version_number"),
        confidence=_share(data, "confidence"),
        routes=tuple(Route(name, _int(scores, "rank") or 0) for name, scores in routes.items()),
        neighbours=_neighbours(data, "neighbours"),
        applies=tuple((n, str(v)) for n, v in _map(data, "applicability").items() if v),
    )


def citation(data: Json) -> Citation:
    """Read a citation."""
    return Citation(
        marker=int(data["marker"]),
        chunk_id=str(data["chunk_id"]),
        version_id=_str(data, "version_id"),
        title=_str(data, "title"),
        headings=_strings(data, "headings"),
        page=_int(data, "page"),
        quote=_str(data, "quote"),
        start=int(data["start"]),
        end=int(data["end"]),
    )


def triage(data: Json) -> Triage:
    """Read a triage."""
    escalate = _map(data, "escalate")
    return Triage(
        kind=_str(data, "kind") or "enquiry",
        complaint_about=_str(data, "complaint_about"),
        needs=_strings(data, "needs"),
        emotion=_str(_map(data, "emotion"), "label") or "calm",
        severity=_int(data, "severity") or 0,
        escalate=bool(escalate.get("needed")),
        level=_int(escalate, "level") or 0,
        reason=_str(escalate, "reason"),
    )


def draft(data: Json) -> Draft:
    """Read a draft."""
    clarify = _map(data, "clarify")
    return Draft(
        id=str(data["id"]),
        state=str(data["state"]),
        language=_str(data, "language"),
        channel=_str(data, "channel") or "im",
        answer=_str(data, "answer"),
        citations=tuple(citation(item) for item in _list(data, "citations")),
        steps=tuple(Step(_str(s, "text"), _int(s, "citation") or 0) for s in _list(data, "steps")),
        missing=_strings(data, "missing"),
        terms=tuple(
            Term(_str(t, "used"), _str(t, "should_be"), _str(t, "why"))
            for t in _list(data, "terms")
        ),
        question=_str(clarify, "question"),
        options=_strings(clarify, "options"),
        confidence=_float(data, "confidence"),
        drafter=_str(data, "drafter"),
        triage=triage(_map(data, "triage")),
        total_ms=_float(_map(data, "timings_ms"), "total"),
        sentences=tuple(_str(s, "text") for s in _list(data, "sentences")),
        approved=_approved(_map(data, "approved")),
    )


def passage(data: Json) -> Passage:
    """Read a passage."""
    pages = _list(data, "pages") if data.get("has_page_image") else []
    return Passage(
        chunk_id=str(data["chunk_id"]),
        version_id=_str(data, "version_id"),
        version_number=_int(data, "version_number"),
        state=_str(data, "state") or "live",
        title=_str(data, "title"),
        headings=_strings(data, "headings"),
        page=_int(data, "page"),
        pages=tuple(range(int(pages[0]), int(pages[-1]) + 1)) if pages else (),
        confidence=_share(data, "confidence"),
        text=_str(data, "text"),
        kind=_str(data, "kind"),
        table_html=_str(data, "table_html"),
        file_name=_str(data, "file_name"),
        published_at=_str(data, "published_at"),
        before=_neighbours(data, "before"),
        after=_neighbours(data, "after"),
    )


def answer(data: Json) -> Answer:
    """Read a draft that carries its evidence."""
    return Answer(draft(data), tuple(hit(item) for item in _list(data, "evidence")))


def _str(data: Json, name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value)


def _int(data: Json, name: str) -> int | None:
    value = data.get(name)
    return None if value is None else int(value)


def _float(data: Json, name: str) -> float:
    return float(data.get(name) or 0.0)


def _list(data: Json, name: str) -> list[Any]:
    return list(data.get(name) or ())


def _share(data: Json, name: str) -> float | None:
    return None if data.get(name) is None else _float(data, name)


def _strings(data: Json, name: str) -> tuple[str, ...]:
    return tuple(str(item) for item in _list(data, name))


def _map(data: Json, name: str) -> Json:
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def _approved(data: Json) -> ApprovedUse | None:
    if not data:
        return None
    return ApprovedUse(
        _str(data, "question"),
        _str(data, "by"),
        _str(data, "at"),
        _float(data, "likeness"),
        _float(data, "threshold"),
    )


def _neighbours(data: Json, name: str) -> tuple[Neighbour, ...]:
    return tuple(Neighbour(_str(n, "chunk_id"), _str(n, "text")) for n in _list(data, name))
