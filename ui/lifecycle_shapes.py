"""What the API answers about revisions, what rests on them, and answers that are approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ui import reading, shapes

Json = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unit:
    """A heading, sentence, step or row of a table on one side of a comparison."""

    kind: str
    text: str
    label: str
    headings: tuple[str, ...]
    page: int | None
    chunk_id: str
    start: int

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where it stands in its passage; nothing for a heading, which stands above it."""
        return ((self.start, self.start + len(self.text)),) if self.start >= 0 else ()

    @property
    def written(self) -> str:
        """The text with its number or mark."""
        return f"{self.label} {self.text}" if self.label else self.text


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stood there and words that stand there; the same where nothing changed."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table row that changed."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions."""

    kind: str
    before: Unit | None
    after: Unit | None
    words: tuple[Run, ...]
    cells: tuple[Cell, ...]
    alerts: tuple[str, ...]
    moved: bool

    @property
    def place(self) -> tuple[str, ...]:
        """The headings above it, as they are now."""
        unit = self.after or self.before
        return unit.headings if unit else ()


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences between two versions."""

    before_id: str
    after_id: str
    unchanged: int
    counts: Mapping[str, int]
    alerts: Mapping[str, int]
    changes: tuple[Change, ...]

    @property
    def hidden(self) -> bool:
        """Whether there are differences that this person may not read."""
        return not self.changes and any(self.counts.values())


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is affected as it is."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Affected:
    """An answer, a case or a draft that rests on what a revision changes."""

    kind: str
    id: str
    question: str
    before: str
    after: str
    verdict: str
    reasons: tuple[Reason, ...]
    citations: tuple[shapes.Citation, ...]
    changes: tuple[Change, ...]
    people: tuple[str, ...]

    @property
    def in_casebook(self) -> bool:
        """Whether it is a case that people keep here, and not one of a suite's file."""
        return self.kind == "case" and self.id.startswith("case_")


@dataclass(frozen=True, slots=True)
class Impact:
    """What a release would do."""

    version_id: str
    """The version that would be served; empty for none."""
    changed_passages: int
    affected: tuple[Affected, ...]
    hidden: Mapping[str, int]
    """How many, by verdict, rest on what this person may not see."""
    others_asked: int = 0
    """How many cases that rest on other passages were asked too."""
    others: int = 0
    """Of how many."""

    @property
    def total(self) -> int:
        """How many are affected."""
        return len(self.affected) + sum(self.hidden.values())

    def listed(self, verdict: str) -> int:
        """Say how many of those that may be seen have a verdict."""
        return sum(entry.verdict == verdict for entry in self.affected)

    def count(self, verdict: str) -> int:
        """Say how many have a verdict."""
        return self.listed(verdict) + self.hidden.get(verdict, 0)


@dataclass(frozen=True, slots=True)
class Approved:
    """An answer that somebody stands for; of one that may not be read, only that it is."""

    id: str
    state: str
    audience: str
    by: str
    at: str
    question: str
    answer: str
    why: str
    citations: tuple[shapes.Citation, ...]
    documents: tuple[str, ...]

    @property
    def readable(self) -> bool:
        """Whether this person may read it."""
        return bool(self.question)

    @property
    def words(self) -> str:
        """What it is found by in a list."""
        return f"{self.question} {self.answer} {self.by}".casefold()


@dataclass(frozen=True, slots=True)
class Touched:
    """An affected question, as a notice names it."""

    kind: str
    question: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something somebody is to know of."""

    id: str
    kind: str
    at: str
    title: str
    by: str
    withdrawn: bool
    affected: tuple[Touched, ...]
    move: str = ""
    """publish, rollback or withdraw, of a release."""
    begins: str = ""
    """When the release takes effect, if not at once."""


def read_diff(data: Json) -> Diff:
    """Read a comparison."""
    return Diff(
        before_id=_text(data, "from"),
        after_id=_text(data, "to"),
        unchanged=int(data.get("unchanged") or 0),
        counts={str(k): int(n) for k, n in (data.get("counts") or {}).items()},
        alerts={str(k): int(n) for k, n in (data.get("alerts") or {}).items()},
        changes=_all(data, "changes", _change),
    )


def read_impact(data: Json) -> Impact:
    """Read what a release would do."""
    return Impact(
        version_id=_text(data, "version_id"),
        changed_passages=int(data.get("changed_passages") or 0),
        affected=_all(data, "affected", _affected),
        hidden={str(k): int(n) for k, n in (data.get("hidden") or {}).items()},
        others_asked=int((data.get("other_cases") or {}).get("asked") or 0),
        others=int((data.get("other_cases") or {}).get("of") or 0),
    )


def read_approved(item: Json) -> Approved:
    """Read an approved answer."""
    cited = item.get("citations") or ()
    return Approved(
        id=str(item["id"]),
        state=str(item["state"]),
        audience=_text(item, "audience"),
        by=_text(item, "by"),
        at=_text(item, "at"),
        question=_text(item, "question"),
        answer=_text(item, "answer"),
        why=_text(item, "why"),
        citations=tuple(reading.citation(c) for c in cited),
        documents=tuple(dict.fromkeys(str(c.get("document_id") or "") for c in cited)),
    )


def read_notice(item: Json) -> Notice:
    """Read a notice."""
    return Notice(
        id=str(item["id"]),
        kind=_text(item, "kind"),
        at=_text(item, "at"),
        title=_text(item, "title"),
        by=_text(item, "by"),
        withdrawn=item.get("kind") == "release" and not item.get("version_id"),
        affected=_all(
            item,
            "affected",
            lambda e: Touched(_text(e, "kind"), _text(e, "question"), _text(e, "verdict")),
        ),
        move=_text(item, "move"),
        begins=_text(item, "begins"),
    )


def _affected(item: Json) -> Affected:
    return Affected(
        kind=str(item["kind"]),
        id=str(item["id"]),
        question=_text(item, "question"),
        before=_text(item, "before"),
        after=_text(item, "after"),
        verdict=str(item["verdict"]),
        reasons=_all(
            item, "reasons", lambda r: Reason(str(r["code"]), _text(r, "before"), _text(r, "after"))
        ),
        citations=_all(item, "citations", reading.citation),
        changes=_all(item, "changes", _change),
        people=tuple(str(p) for p in item.get("people") or ()),
    )


def _change(item: Json) -> Change:
    return Change(
        kind=str(item["kind"]),
        before=_unit(item.get("before")),
        after=_unit(item.get("after")),
        words=_all(item, "words", lambda w: Run(_text(w, "before"), _text(w, "after"))),
        cells=_all(
            item, "cells", lambda c: Cell(_text(c, "column"), _text(c, "before"), _text(c, "after"))
        ),
        alerts=tuple(str(a) for a in item.get("alerts") or ()),
        moved=bool(item.get("moved")),
    )


def _unit(item: Json | None) -> Unit | None:
    if not item:
        return None
    return Unit(
        kind=_text(item, "kind"),
        text=_text(item, "text"),
        label=_text(item, "label"),
        headings=tuple(str(h) for h in item.get("headings") or ()),
        page=item.get("page"),
        chunk_id=_text(item, "chunk_id"),
        start=int(item.get("start") or 0),
    )


def _all(data: Json, name: str, make: Callable[[Any], T]) -> tuple[T, ...]:
    return tuple(make(item) for item in data.get(name) or ())


def _text(data: Json, name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value)
