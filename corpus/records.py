"""The records of the corpus: documents, versions and passages. They are the truth.

A version is staged (known, with its file), filled (its chunks stored), indexed (findable, though
nothing finds it yet) and released (live). Each step is one transaction, and doing a step again
is safe, so an ingest that was killed anywhere is resumed by repeating it.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from threading import Lock

from sqlalchemy import delete, func, insert, select, update

from core.database import Database
from core.errors import CiteDeskError, NotFound
from core.types import Chunk, RawFile
from corpus.applies import note_read
from corpus.audiences import lacking_warning, sections_of
from corpus.documents import IngestOptions, VersionState
from corpus.live import hold
from corpus.refusals import known_document, known_version
from corpus.rows import AppliesRead, VersionRecord, chunk_of, chunk_values, version_record
from corpus.sections import counted, narrowed
from corpus.staging import Staged, document_at, stage
from corpus.tables import ChunkRow, DocumentRow, EpochRow, VersionRow

__all__ = ["Records", "Staged"]

_CACHED_CHUNKS = 20_000
_BATCH = 500


class Records:
    """Documents, versions and chunks in the database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._cache: OrderedDict[str, Chunk] = OrderedDict()
        self._cache_lock = Lock()
        self._cached_at = 0

    def stage(self, raw: RawFile, options: IngestOptions) -> Staged:
        """Make a file known as the next version of its document, unless it already is.

        The document is the one that ``options.document`` names, else the one that came from the
        same source. A file whose content and options are those of the document's newest version,
        or of any other document's live version, is unchanged.

        Raises:
            NotFound: an identifier was given that is no document's.
        """
        return stage(self.database, raw, options)

    def fill(
        self,
        version_id: str,
        title: str,
        pages: int | None,
        chunks: Sequence[Chunk],
        language: str,
        warnings: Sequence[str],
        read: AppliesRead | None = None,
    ) -> bool:
        """Store what was understood of a version, in place of what an earlier attempt stored.

        Return whether it has every section that is for fewer people than the document; where one
        is missing, the whole version is for them alone, and should not go live by itself.

        Raises:
            NotFound: there is no such version.
            OptionInvalid: a section is for a group that may not see the document.
        """
        with self.database.begin() as session:
            # What is said of sections meanwhile is said of what is stored here too.
            hold(session)
            if read is not None:
                note_read(session, version_id, read)
            version = known_version(session, version_id)
            sections = sections_of(session, version.document_id)
            chunks, lacking = narrowed(chunks, version.audience, version.created_at, sections)
            held = counted(version.audience, chunks, version.narrowed or ())
            warnings = [*warnings, *map(lacking_warning, lacking)]
            session.execute(delete(ChunkRow).where(ChunkRow.version_id == version_id))
            session.execute(
                update(VersionRow)
                .where(VersionRow.id == version_id)
                .values(
                    title=title,
                    pages=pages,
                    language=language,
                    chunk_count=len(chunks),
                    narrowed=held,
                    warnings=list(warnings),
                )
            )
            for start in range(0, len(chunks), _BATCH):
                session.execute(
                    insert(ChunkRow), [chunk_values(c) for c in chunks[start : start + _BATCH]]
                )
            return not lacking

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
                select(VersionRow.audience, VersionRow.chunk_count, VersionRow.narrowed).where(
                    VersionRow.indexed_with == fingerprint
                )
            )
            held: Counter[str] = Counter()
            for audience, count, narrower in rows:
                held.update(narrower)
                held[audience] += count - sum(narrower.values())
            return dict(held)

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

    def mark_rebuilt(self, version_ids: Sequence[str], fingerprint: str) -> None:
        """Note that a new index holds these versions, and that it takes the place of all others."""
        with self.database.begin() as session:
            session.execute(update(VersionRow).values(indexed_with=""))
            for start in range(0, len(version_ids), _BATCH):
                ids = version_ids[start : start + _BATCH]
                session.execute(
                    update(VersionRow)
                    .where(VersionRow.id.in_(ids))
                    .values(indexed_with=fingerprint)
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
                .where(VersionRow.id == version_id, VersionRow.state == VersionState.PROCESSING)
                .values(state=VersionState.FAILED, error=error.as_dict())
            )

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Return the chunks with these ids; ids that do not exist are left out."""
        with self.database.read() as session:
            said = session.scalar(select(EpochRow.sections)) or 0
        with self._cache_lock:
            if said != self._cached_at:
                self._cache.clear()
                self._cached_at = said
            found = {i: self._cache[i] for i in ids if i in self._cache}
        missing = [i for i in dict.fromkeys(ids) if i not in found]
        for start in range(0, len(missing), _BATCH):
            with self.database.read() as session:
                rows = session.scalars(
                    select(ChunkRow).where(ChunkRow.id.in_(missing[start : start + _BATCH]))
                )
                found.update((row.id, chunk_of(row)) for row in rows)
        self._remember([found[i] for i in missing if i in found], said)
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
            known_document(session, document_id)
            rows = session.scalars(
                select(VersionRow)
                .where(VersionRow.document_id == document_id)
                .order_by(VersionRow.number.desc())
            )
            return [version_record(row) for row in rows]

    def latest_versions(
        self, after: str = "", limit: int = 500, audiences: Sequence[str] | None = None
    ) -> list[VersionRecord]:
        """Return the newest version of each document, by document id, ``limit`` after ``after``.

        With ``audiences``, the newest that is for one of them, of documents that have any.
        """
        wanted = [VersionRow.document_id > after]
        if audiences is not None:
            wanted.append(VersionRow.audience.in_(audiences))
        with self.database.read() as session:
            newest = (
                select(VersionRow.document_id, func.max(VersionRow.number).label("number"))
                .where(*wanted)
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

    def document_of(self, key: str) -> str:
        """Return the id of the document with this id or identity, or an empty string."""
        with self.database.read() as session:
            row = document_at(session, key)
            return row.id if row else ""

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

    def _remember(self, chunks: Sequence[Chunk], said: int) -> None:
        # Of a stored chunk nothing changes but whom it is for, and then the epoch does too.
        with self._cache_lock:
            if said != self._cached_at:
                return
            for chunk in chunks:
                self._cache[chunk.id] = chunk
            while len(self._cache) > _CACHED_CHUNKS:
                self._cache.popitem(last=False)
