"""The records of the corpus: documents, versions and passages. They are the truth.

A version is staged (known, with its file), filled (its chunks stored), indexed (findable, though
nothing finds it yet) and released (live). Each step is one transaction, and doing a step again
is safe, so an ingest that was killed anywhere is resumed by repeating it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.database import Database, new_id, utc_now
from core.errors import CiteDeskError, NotFound
from core.types import Applicability, Chunk, RawFile
from corpus.documents import IngestOptions, VersionState
from corpus.rows import VersionRecord, chunk_of, chunk_values, version_record
from corpus.tables import ChunkRow, DocumentRow, VersionRow

_CACHED_CHUNKS = 20_000
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Staged:
    """What staging a file came to."""

    document_id: str
    version_id: str
    unchanged: bool


class Records:
    """Documents, versions and chunks in the database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._cache: OrderedDict[str, Chunk] = OrderedDict()
        self._cache_lock = Lock()

    def stage(self, raw: RawFile, options: IngestOptions) -> Staged:
        """Make a file known as the next version of its document, unless it already is.

        The document is the one that ``options.document`` names, else the one that came from the
        same source. A file whose content and options are those of the document's newest version,
        or of any other document's live version, is unchanged.
        """
        with self.database.begin() as session:
            document = _document_for(session, raw, options)
            if document is None and (twin := _live_twin(session, raw, options)) is not None:
                return Staged(twin.document_id, twin.id, unchanged=True)
            if document is None:
                document = DocumentRow(
                    id=new_id("doc"),
                    key=options.document or raw.source or raw.name,
                    title=raw.name,
                    created_at=utc_now(),
                )
                session.add(document)
                session.flush()
            newest = _newest(session, document.id)
            if newest is not None and _same(newest, raw, options):
                done = VersionState(newest.state) in (VersionState.DRAFT, VersionState.PUBLISHED)
                if done or newest.state == VersionState.PROCESSING:
                    return Staged(document.id, newest.id, unchanged=done)
            version = _new_version(document.id, (newest.number if newest else 0) + 1, raw, options)
            session.add(version)
            return Staged(document.id, version.id, unchanged=False)

    def fill(
        self,
        version_id: str,
        title: str,
        pages: int | None,
        chunks: Sequence[Chunk],
        language: str,
        warnings: Sequence[str],
    ) -> None:
        """Store what was understood of a version, in place of what an earlier attempt stored."""
        with self.database.begin() as session:
            session.execute(delete(ChunkRow).where(ChunkRow.version_id == version_id))
            session.execute(
                update(VersionRow)
                .where(VersionRow.id == version_id)
                .values(
                    title=title,
                    pages=pages,
                    language=language,
                    chunk_count=len(chunks),
                    warnings=list(warnings),
                )
            )
            for start in range(0, len(chunks), _BATCH):
                session.execute(
                    insert(ChunkRow), [chunk_values(c) for c in chunks[start : start + _BATCH]]
                )

    def mark_indexed(self, version_id: str, fingerprint: str) -> None:
        """Note which index holds a version's chunks; empty when none does."""
        with self.database.begin() as session:
            session.execute(
                update(VersionRow)
                .where(VersionRow.id == version_id)
                .values(indexed_with=fingerprint)
            )

    def indexed_chunks(self, fingerprint: str) -> dict[str, int]:
        """Return how many chunks of each audience an index is said to hold."""
        with self.database.read() as session:
            rows = session.execute(
                select(VersionRow.audience, func.sum(VersionRow.chunk_count))
                .where(VersionRow.indexed_with == fingerprint)
                .group_by(VersionRow.audience)
            )
            return {audience: int(count) for audience, count in rows}

    def indexed_versions(self, fingerprint: str) -> list[str]:
        """Return the versions that an index is said to hold."""
        with self.database.read() as session:
            return list(
                session.scalars(
                    select(VersionRow.id)
                    .where(VersionRow.indexed_with == fingerprint)
                    .order_by(VersionRow.id)
                )
            )

    def move_index(self, old: str, new: str) -> None:
        """Note that another index holds what one held, in one transaction."""
        with self.database.begin() as session:
            session.execute(
                update(VersionRow).where(VersionRow.indexed_with == old).values(indexed_with=new)
            )

    def forget_indexes(self) -> None:
        """Note that no index holds anything, before all of them are rebuilt."""
        with self.database.begin() as session:
            session.execute(update(VersionRow).values(indexed_with=""))

    def mark_failed(self, version_id: str, error: CiteDeskError) -> None:
        """Note why a version could not come in; what was live stays live."""
        with self.database.begin() as session:
            session.execute(
                update(VersionRow)
                .where(VersionRow.id == version_id)
                .values(state=VersionState.FAILED, error=error.as_dict())
            )

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Return the chunks with these ids; ids that do not exist are left out."""
        with self._cache_lock:
            found = {i: self._cache[i] for i in ids if i in self._cache}
        missing = [i for i in dict.fromkeys(ids) if i not in found]
        for start in range(0, len(missing), _BATCH):
            with self.database.read() as session:
                rows = session.scalars(
                    select(ChunkRow).where(ChunkRow.id.in_(missing[start : start + _BATCH]))
                )
                found.update((row.id, chunk_of(row)) for row in rows)
        self._remember([found[i] for i in missing if i in found])
        return found

    def chunk(self, chunk_id: str) -> Chunk:
        """Return one chunk.

        Raises:
            NotFound
        """
        try:
            return self.chunks([chunk_id])[chunk_id]
        except KeyError:
            raise NotFound(f"There is no passage {chunk_id[:60]}.", "Search again.") from None

    def version_chunks(self, version_id: str) -> list[Chunk]:
        """Return all chunks of a version in reading order."""
        with self.database.read() as session:
            rows = session.scalars(
                select(ChunkRow).where(ChunkRow.version_id == version_id).order_by(ChunkRow.ordinal)
            )
            return [chunk_of(row) for row in rows]

    def at_ordinals(self, version_id: str, ordinals: Sequence[int]) -> list[Chunk]:
        """Return the chunks at these positions of a version, in reading order."""
        with self.database.read() as session:
            rows = session.scalars(
                select(ChunkRow)
                .where(ChunkRow.version_id == version_id, ChunkRow.ordinal.in_(ordinals))
                .order_by(ChunkRow.ordinal)
            )
            return [chunk_of(row) for row in rows]

    def version(self, version_id: str) -> VersionRecord:
        """Return one version.

        Raises:
            NotFound
        """
        with self.database.read() as session:
            row = session.get(VersionRow, version_id)
            if row is None:
                raise NotFound(
                    f"There is no version {version_id[:60]}.", "citedesk documents lists them."
                )
            return version_record(row)

    def versions(self, document_id: str) -> list[VersionRecord]:
        """Return a document's versions, the newest first.

        Raises:
            NotFound
        """
        with self.database.read() as session:
            if session.get(DocumentRow, document_id) is None:
                raise NotFound(
                    f"There is no document {document_id[:60]}.", "citedesk documents lists them."
                )
            rows = session.scalars(
                select(VersionRow)
                .where(VersionRow.document_id == document_id)
                .order_by(VersionRow.number.desc())
            )
            return [version_record(row) for row in rows]

    def latest_versions(self, after: str = "", limit: int = 500) -> list[VersionRecord]:
        """Return the newest version of each document, by document id, ``limit`` after ``after``."""
        with self.database.read() as session:
            newest = (
                select(VersionRow.document_id, func.max(VersionRow.number).label("number"))
                .where(VersionRow.document_id > after)
                .group_by(VersionRow.document_id)
                .order_by(VersionRow.document_id)
                .limit(limit)
                .subquery()
            )
            rows = session.scalars(
                select(VersionRow)
                .join(
                    newest,
                    (VersionRow.document_id == newest.c.document_id)
                    & (VersionRow.number == newest.c.number),
                )
                .order_by(VersionRow.document_id)
            )
            return [version_record(row) for row in rows]

    def key_of(self, document_id: str) -> str:
        """Return the identity under which a document is known, or an empty string."""
        with self.database.read() as session:
            row = session.get(DocumentRow, document_id)
            return row.key if row else ""

    def unfinished(self) -> list[VersionRecord]:
        """Return the versions whose ingest was cut off."""
        with self.database.read() as session:
            rows = session.scalars(
                select(VersionRow).where(VersionRow.state == VersionState.PROCESSING)
            )
            return [version_record(row) for row in rows]

    def _remember(self, chunks: Sequence[Chunk]) -> None:
        # Chunk rows never change once filled and their ids are never used again, so what is
        # cached cannot become wrong.
        with self._cache_lock:
            for chunk in chunks:
                self._cache[chunk.id] = chunk
            while len(self._cache) > _CACHED_CHUNKS:
                self._cache.popitem(last=False)


def _document_for(session: Session, raw: RawFile, options: IngestOptions) -> DocumentRow | None:
    if options.document:
        by_id = session.get(DocumentRow, options.document)
        if by_id is not None:
            return by_id
    key = options.document or raw.source or raw.name
    return session.scalar(select(DocumentRow).where(DocumentRow.key == key))


def _live_twin(session: Session, raw: RawFile, options: IngestOptions) -> VersionRow | None:
    if options.document:
        return None
    candidates = session.scalars(
        select(VersionRow).where(
            VersionRow.sha256 == raw.sha256, VersionRow.state == VersionState.PUBLISHED
        )
    )
    return next((row for row in candidates if _same(row, raw, options)), None)


def _newest(session: Session, document_id: str) -> VersionRow | None:
    return session.scalar(
        select(VersionRow)
        .where(VersionRow.document_id == document_id)
        .order_by(VersionRow.number.desc())
        .limit(1)
    )


def _same(row: VersionRow, raw: RawFile, options: IngestOptions) -> bool:
    return (
        row.sha256 == raw.sha256
        and row.audience == options.audience
        and Applicability(row.product, row.model, row.region) == options.applicability
        and row.valid_from == options.valid_from
        and row.valid_to == options.valid_to
        and (row.as_draft == options.draft or row.state == VersionState.PUBLISHED)
    )


def _new_version(document_id: str, number: int, raw: RawFile, options: IngestOptions) -> VersionRow:
    return VersionRow(
        id=new_id("ver"),
        document_id=document_id,
        number=number,
        state=VersionState.PROCESSING,
        sha256=raw.sha256,
        file_name=raw.name,
        media_type=raw.media_type,
        size=raw.path.stat().st_size,
        title=raw.name,
        audience=options.audience,
        product=options.applicability.product,
        model=options.applicability.model,
        region=options.applicability.region,
        valid_from=options.valid_from,
        valid_to=options.valid_to,
        as_draft=options.draft,
        warnings=[],
        created_at=utc_now(),
        created_by=options.by,
    )
