"""Coverage: what of the live documents no case touches, and what is cited in flagged drafts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlalchemy import case, func, select

from answer.tables import VerdictRow
from core.database import Database
from core.text import squeeze
from core.types import Chunk, EvalCase, VerdictKind
from corpus.live import LiveSet, LiveVersion
from corpus.tables import VersionRow
from evals.insights.shares import adjusted, differ
from evals.insights.tables import DraftFactRow, DraftSourceRow

_BATCH = 500
_LEAST_FLAGS = 2
"""One flag on a document is a mishap, not a habit."""


class Passages(Protocol):
    """What is needed of :class:`corpus.records.Records`."""

    def chunks(self, ids: Sequence[str]) -> Mapping[str, Chunk]:
        """Return the chunks with these ids."""
        ...

    def version_chunks(self, version_id: str) -> list[Chunk]:
        """Return the chunks of a version."""
        ...

    def document_of(self, key: str) -> str:
        """Return the document of a key."""
        ...


@dataclass
class Section:
    """Passages under the same headings."""

    headings: tuple[str, ...]
    chunk_id: str
    """Its first passage."""
    passages: int = 0
    touched: int = 0
    cited: int = 0


@dataclass
class Document:
    """A live document, and how much of it cases touch."""

    document_id: str
    version_id: str
    title: str
    passages: int = 0
    touched: int = 0
    """Passages that hold what a case expects."""
    cases: int = 0
    cited: int = 0
    """How often drafts cite it."""
    cited_touched: int = 0
    """How often they cite a passage that a case touches."""
    sections: list[Section] = field(default_factory=list)
    """Where one document was asked for."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document that is cited in flagged drafts more often than others are."""

    document_id: str
    flagged: int
    judged: int
    """Drafts that cite it and that somebody judged."""
    expected: float
    """How many would be flagged if it were like all others."""
    chance: float
    """How likely chance alone does it, among all documents that were looked at."""


def coverage(
    database: Database,
    records: Passages,
    live: LiveSet,
    cases: Iterable[EvalCase],
    since: date,
    audiences: Container[str],
    only: str = "",
) -> list[Document]:
    """Return the live documents that somebody may see, first those of which most citations go to
    passages that no case touches; ``only`` one of them comes with its sections.
    """
    wanted = _quotes(records, cases)
    cited = _cited(database, since)
    versions = [
        version
        for version in live.versions.values()
        if version.audience in audiences and (not only or version.document_id == only)
    ]
    titles = _titles(database, versions)
    found = []
    for version in versions:
        title, count = titles.get(version.version_id, ("", 0))
        own = cited.get(version.document_id, Counter())
        document = Document(version.document_id, version.version_id, title, count)
        document.cases = len({case_id for case_id, _ in wanted.get(version.document_id, ())})
        document.cited = own.total()
        # Only what cases touch has to be read, and what somebody wants to see in detail.
        if document.cases or only:
            quotes = [quote for _, quote in wanted.get(version.document_id, ())]
            _look(document, records, quotes, own, audiences)
        found.append(document)

    def order(one: Document) -> tuple[int, int, int, str]:
        return one.cited_touched - one.cited, one.touched, -one.passages, one.title

    return sorted(found, key=order)


def flagged_share(database: Database, since: date) -> list[Loaded]:
    """Return the documents that are cited in flagged drafts more often than is to be expected,
    the surest first: each against all others, by Fisher's exact test, adjusted for how many
    there are (Benjamini and Hochberg).
    """
    worst = (
        select(
            VerdictRow.draft_id,
            func.max(case((VerdictRow.kind == VerdictKind.FLAG, 1), else_=0)).label("flagged"),
        )
        .group_by(VerdictRow.draft_id)
        .subquery()
    )
    recent = DraftFactRow.day >= since.isoformat()
    whole = (
        select(func.count(), func.coalesce(func.sum(worst.c.flagged), 0))
        .select_from(DraftFactRow)
        .join(worst, worst.c.draft_id == DraftFactRow.draft_id)
        .where(recent)
    )
    # A draft that cites three passages of a document cites it once.
    pairs = select(DraftSourceRow.document_id, DraftSourceRow.draft_id).distinct().subquery()
    each = (
        select(pairs.c.document_id, func.count(), func.sum(worst.c.flagged))
        .join(worst, worst.c.draft_id == pairs.c.draft_id)
        .join(DraftFactRow, DraftFactRow.draft_id == pairs.c.draft_id)
        .where(recent)
        .group_by(pairs.c.document_id)
    )
    with database.read() as session:
        judged, flagged = session.execute(whole).one()
        rows = [(document, int(n), int(k)) for document, n, k in session.execute(each)]
    chances = adjusted([differ(k, n, flagged - k, judged - n) for _, n, k in rows])
    found = [
        Loaded(document, k, n, flagged / judged * n, chance)
        for (document, n, k), chance in zip(rows, chances, strict=True)
        if k >= _LEAST_FLAGS and k * judged > flagged * n
    ]
    return sorted(found, key=lambda one: (one.chance, -one.flagged))


def _quotes(records: Passages, cases: Iterable[EvalCase]) -> dict[str, list[tuple[str, str]]]:
    """Case and quote by document, of the documents that there are."""
    found: dict[str, list[tuple[str, str]]] = {}
    known: dict[str, str] = {}
    for one in cases:
        for expected in one.expected:
            if expected.document not in known:
                known[expected.document] = records.document_of(expected.document)
            if document_id := known[expected.document]:
                found.setdefault(document_id, []).append((one.id, squeeze(expected.quote)))
    return found


def _cited(database: Database, since: date) -> dict[str, Counter[str]]:
    """How often each passage is cited, by document."""
    found: dict[str, Counter[str]] = {}
    with database.read() as session:
        rows = session.execute(
            select(DraftSourceRow.document_id, DraftSourceRow.chunk_id, func.count())
            .join(DraftFactRow, DraftFactRow.draft_id == DraftSourceRow.draft_id)
            .where(DraftFactRow.day >= since.isoformat())
            .group_by(DraftSourceRow.document_id, DraftSourceRow.chunk_id)
        )
        for document_id, chunk_id, count in rows:
            found.setdefault(document_id, Counter())[chunk_id] = int(count)
    return found


def _titles(database: Database, versions: Sequence[LiveVersion]) -> dict[str, tuple[str, int]]:
    ids = [version.version_id for version in versions]
    found: dict[str, tuple[str, int]] = {}
    with database.read() as session:
        for start in range(0, len(ids), _BATCH):
            rows = session.execute(
                select(VersionRow.id, VersionRow.title, VersionRow.chunk_count).where(
                    VersionRow.id.in_(ids[start : start + _BATCH])
                )
            )
            found.update((row.id, (row.title, row.chunk_count)) for row in rows)
    return found


def _look(
    document: Document,
    records: Passages,
    quotes: Sequence[str],
    cited: Counter[str],
    audiences: Container[str],
) -> None:
    """Read a document's passages, and which of them hold what cases expect."""

    def touched(chunk: Chunk) -> bool:
        text = squeeze(chunk.text)
        return any(quote in text for quote in quotes)

    chunks = [c for c in records.version_chunks(document.version_id) if c.audience in audiences]
    # Drafts also cite the passages of earlier versions.
    ids = {chunk.id for chunk in chunks}
    earlier = records.chunks([one for one in cited if one not in ids]).values()
    document.passages = len(chunks)
    sections: dict[tuple[str, ...], Section] = {}
    for chunk in chunks:
        holds, count = touched(chunk), cited[chunk.id]
        section = sections.setdefault(chunk.headings, Section(chunk.headings, chunk.id))
        section.passages += 1
        section.touched += holds
        section.cited += count
        document.touched += holds
        document.cited_touched += count * holds
    document.cited_touched += sum(cited[chunk.id] for chunk in earlier if touched(chunk))
    document.sections = sorted(sections.values(), key=lambda s: (bool(s.touched), -s.cited))
