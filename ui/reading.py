"""Reading what the API answers; fields that are missing take a harmless value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.shapes import (
    Answer,
    ApprovedUse,
    Citation,
    Draft,
    Hit,
    Neighbour,
    Passage,
    Route,
    Signal,
    Step,
    Term,
    Tier,
    Triage,
)

Json = Mapping[str, Any]


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
    escalate, route, facts = (_map(data, name) for name in ("escalate", "routing", "facts"))
    emotion = _map(data, "emotion")
    return Triage(
        kind=_str(data, "kind") or "enquiry",
        complaint_about=_str(data, "complaint_about"),
        needs=_strings(data, "needs"),
        emotion=_str(emotion, "label") or "calm",
        severity=_int(data, "severity") or 0,
        escalate=bool(escalate.get("needed")),
        level=_int(escalate, "level") or 0,
        reason=_str(escalate, "reason"),
        to=_str(escalate, "to"),
        tier=Tier(_str(route, "tier"), _str(route, "to"), _str(route, "reason")),
        waiting_minutes=_float(facts, "waiting_minutes"),
        rounds=_int(facts, "rounds") or 1,
        emotion_score=_float(emotion, "score"),
        signals=tuple(Signal(_str(s, "kind"), _str(s, "text")) for s in _list(emotion, "signals")),
        emergency=_int(data, "emergency") or 0,
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
        steps=_steps(data),
        missing=_strings(data, "missing"),
        terms=tuple(
            Term(_str(t, "used"), _str(t, "should_be"), _str(t, "why"))
            for t in _list(data, "terms")
        ),
        glosses=tuple((_str(g, "term"), _str(g, "gloss")) for g in _list(data, "glosses")),
        question=_str(clarify, "question"),
        options=_strings(clarify, "options"),
        confidence=_float(data, "confidence"),
        drafter=_str(data, "drafter"),
        triage=triage(_map(data, "triage")),
        total_ms=_float(_map(data, "timings_ms"), "total"),
        sentences=tuple(_str(s, "text") for s in _list(data, "sentences")),
        approved=_approved(_map(data, "approved")),
        audience=_str(data, "audience") or "public",
        internal=tuple(map(_marked, _list(data, "internal"))),
    )


def _steps(data: Json) -> tuple[Step, ...]:
    """The steps, each with the language of the sentence that it is in the reply."""
    quoted = {_str(s, "text"): _str(s, "language") for s in _list(data, "sentences")}
    return tuple(
        Step(
            _str(step, "text"),
            _int(step, "citation") or 0,
            bool(step.get("done")),
            quoted.get(_str(step, "text"), ""),
        )
        for step in _list(data, "steps")
    )


def _marked(sentence: Json) -> str:
    """A sentence with the markers of what supports it."""
    markers = "".join(f" [{int(marker)}]" for marker in _list(sentence, "citations"))
    return f"{_str(sentence, 'text')}{markers}"


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
        has_original=bool(data.get("has_original", True)),
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
