"""A file's way in: received, parsed, cut into chunks, indexed beside what is live, cut over.

Every stage can be repeated, so a version whose ingest was killed is finished by processing it
again; until its release is committed, the version before it goes on serving. Several files may
be on their way at once: they are parsed side by side, and from there on take turns.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from core.disk import disk_watched
from core.errors import (
    CiteDeskError,
    FileTooLarge,
    PathNotFound,
    Retry,
    error_of,
)
from core.ports import Indexer, Progress, TokenCounter, silent
from core.types import Chunk, RawFile
from corpus.blobs import Blobs
from corpus.corrections import Corrections
from corpus.documents import RELEASED, IngestOptions, VersionState
from corpus.lifecycle import Lifecycle
from corpus.records import Records, Staged
from corpus.rows import VersionRecord
from corpus.tables import VersionRow
from ingest.archive.names import is_hidden
from ingest.corrections import apply_corrections
from ingest.parsers.base import Parsed

_MEBIBYTE = 1 << 20
_COMPLETED_AT_ONCE = 512
"""Passages whose tokens take a few seconds to make."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost."""

    file_mb: int = 200
    pages: int = 10_000


class ParseFile(Protocol):
    """Reads a file as :func:`ingest.parse.parse_file` does, here or in a process of its own."""

    def __call__(
        self,
        raw: RawFile,
        *,
        password: str = "",
        max_bytes: int = ...,
        max_pages: int = ...,
        progress: Progress = ...,
    ) -> Parsed:
        """Return the file's elements."""
        ...


class IngestPipeline:
    """Brings files in; the records are written here, the indexes through the port."""

    def __init__(
        self,
        records: Records,
        lifecycle: Lifecycle,
        blobs: Blobs,
        indexer: Indexer,
        counter: TokenCounter,
        fingerprint: str,
        parse: ParseFile,
        limits: Limits | None = None,
        *,
        reviewed: bool = False,
    ) -> None:
        """``reviewed``: what comes in waits for another person to publish it."""
        self._reviewed = reviewed
        self._records = records
        self._lifecycle = lifecycle
        self._blobs = blobs
        self._indexer = indexer
        self._counter = counter
        self._fingerprint = fingerprint
        self._parse = parse
        self._limits = limits or Limits()
        # The embedded indexes take one writer, and the tokenizer one caller, at a time.
        self._turn = threading.RLock()
        # Between a file's bytes and its record nobody else may take the bytes for known or lost.
        self._arriving = threading.Lock()

    def receive(self, path: Path, options: IngestOptions, *, source: str = "") -> Staged:
        """Check a file, store its bytes and stage it as a version; nothing is parsed yet.

        Args:
            path: Where the bytes are.
            options: How it comes in.
            source: Its identity, where that is not the path.

        Raises:
            InputError: the file cannot come in; nothing of it was stored.
        """
        from ingest.detect import media_type_of

        name = path.name
        if not path.is_file():
            raise PathNotFound(f"There is no file {name}.", "Check the path.")
        if path.stat().st_size > self._limits.file_mb * _MEBIBYTE:
            raise FileTooLarge(
                f"{name} is larger than {self._limits.file_mb} MB.",
                "Split it, or raise CITEDESK_MAX_FILE_MB.",
            )
        with disk_watched(), self._arriving:
            media_type = media_type_of(path)
            digest = self._blobs.put(path)
            raw = RawFile(name, media_type, digest, path, source or str(path.resolve()))
            try:
                return self._records.stage(raw, options)
            except Exception:
                self._drop_bytes(digest)
                raise

    def process(
        self, version_id: str, *, password: str = "", progress: Progress = silent
    ) -> VersionRecord:
        """Parse, chunk, index and release a staged version; safe to repeat.

        Raises:
            InputError: the file cannot be understood; the version is marked failed, and what
                was live stays live.
        """
        version = self._records.version(version_id)
        if _is_done(version):
            return version
        try:
            with disk_watched(disk_of=self._blobs.path(version.sha256)):
                parsed = self._read(version, password, progress)
                with self._turn:
                    self._bring_in(version, parsed, progress)
        except CiteDeskError as error:
            if error.retry is Retry.PERMANENT:
                self._records.mark_failed(version_id, error)
            raise
        progress("done", 1.0)
        return self._records.version(version_id)

    def ensure_indexed(self, version_id: str, progress: Progress = silent) -> None:
        """Index a version's stored chunks again if no present index holds them."""
        version = self._records.version(version_id)
        with self._turn:
            if version.indexed_with != self._fingerprint:
                self._index(version, progress)

    def forget(self, audience: str, version_id: str) -> None:
        """Take a version out of an audience's indexes, whatever the records say of it."""
        with self._turn:
            self._indexer.remove(audience, version_id)

    def move(self, version_ids: Sequence[str]) -> None:
        """Put versions whose passages are for others now where those look for them."""
        for version_id in version_ids:
            with self._turn:
                places = self._records.version(version_id).places()
                self._indexer.move(self._records.version_chunks(version_id), places)
                self._records.mark_indexed(version_id, self._fingerprint)

    def relabel(self, version_id: str) -> None:
        """Put a version into the indexes once more as it is stored now; nothing is embedded."""
        with self._turn:
            if self._records.version(version_id).indexed_with == self._fingerprint:
                chunks = self._records.version_chunks(version_id)
                self._indexer.add(chunks, like=chunks)

    def complete(self, version_id: str) -> None:
        """Index what an earlier release did not of a version that the present indexes hold.

        A large version gives others their turn in between.
        """
        done = 0
        while True:
            with self._turn:
                # Read anew each time: its passages may have become for others meanwhile.
                if self._records.version(version_id).indexed_with != self._fingerprint:
                    return
                chunks = self._records.version_chunks(version_id)
                self._indexer.complete(chunks[done : done + _COMPLETED_AT_ONCE])
                done += _COMPLETED_AT_ONCE
                if done >= len(chunks):
                    return

    def reindex(self, version_ids: Sequence[str], progress: Progress = silent) -> None:
        """Index versions from the records, whatever the indexes hold of them."""
        for number, version_id in enumerate(version_ids):
            with self._turn:
                self._index(self._records.version(version_id), silent)
            progress("reindex", (number + 1) / len(version_ids))

    def _drop_bytes(self, digest: str) -> None:
        """Drop stored bytes that no version refers to."""
        with self._records.database.read() as session:
            known = session.scalar(select(VersionRow.id).where(VersionRow.sha256 == digest))
        if known is None:
            self._blobs.path(digest).unlink(missing_ok=True)

    def _read(self, version: VersionRecord, password: str, progress: Progress) -> Parsed:
        raw = RawFile(
            name=version.file_name,
            media_type=version.media_type,
            sha256=version.sha256,
            path=self._blobs.path(version.sha256),
        )
        progress("parse", 0.0)
        parsed = self._parse(
            raw,
            password=password,
            max_bytes=self._limits.file_mb * _MEBIBYTE,
            max_pages=self._limits.pages,
            progress=progress,
        )
        known = Corrections(self._records.database).of(version.document_id)
        return apply_corrections(parsed, known)

    def _bring_in(self, version: VersionRecord, parsed: Parsed, progress: Progress) -> None:
        # The same file may have been handed in twice and read side by side.
        if _is_done(self._records.version(version.id)):
            return
        whole = self._fill(version, parsed, progress)
        self._index(version, progress)
        aside = version.as_draft or self._reviewed
        if aside or not whole or self._is_overtaken(version):
            self._lifecycle.keep_as_draft(version.id)
        else:
            self._lifecycle.publish(version.id, by=version.created_by)
            self._sweep(version.document_id)

    def _is_overtaken(self, version: VersionRecord) -> bool:
        """Say whether a later version was quicker; the older text must not replace it."""
        return any(
            other.number > version.number and other.state in RELEASED
            for other in self._records.versions(version.document_id)
        )

    def _fill(self, version: VersionRecord, parsed: Parsed, progress: Progress) -> bool:
        from core.text import language_of
        from ingest.applies import Narrowing, read_applicability
        from ingest.chunker import chunk

        progress("chunk", 0.0)
        read = read_applicability(parsed)
        model = version.applicability.model or (read.applicability.model if read else "")
        chunks = chunk(
            parsed,
            document_id=version.document_id,
            version_id=version.id,
            audience=version.audience,
            # Only what its own section says: the rest is the version's and may be changed there.
            narrow=Narrowing(model, parsed.elements),
            counter=self._counter,
        )
        language = language_of(" ".join(c.text for c in chunks))
        return self._records.fill(
            version.id, parsed.title, parsed.pages, chunks, language, parsed.warnings, read
        )

    def _index(self, version: VersionRecord, progress: Progress) -> None:
        chunks = self._records.version_chunks(version.id)
        # What an attempt that was cut off left behind goes first; said first and done second,
        # so that a version that claims to be indexed always is.
        self._records.mark_indexed(version.id, "")
        for audience in self._records.version(version.id).places():
            self._indexer.remove(audience, version.id)
        self._indexer.add(chunks, progress, like=self._indexed_before(version))
        self._records.mark_indexed(version.id, self._fingerprint)

    def _indexed_before(self, version: VersionRecord) -> list[Chunk]:
        """The chunks of the version before it, whose vectors serve again where nothing changed."""
        earlier = [
            other
            for other in self._records.versions(version.document_id)
            if other.number < version.number and other.indexed_with == self._fingerprint
        ]
        return self._records.version_chunks(earlier[0].id) if earlier else []

    def _sweep(self, document_id: str) -> None:
        """Take versions out of the indexes that neither serve nor are next to."""
        for version in self._lifecycle.let_go(document_id):
            for audience in version.audiences:
                self._indexer.remove(audience, version.version_id)


def _is_done(version: VersionRecord) -> bool:
    """Say whether an attempt came to its end, even if it was cut off before it could say so.

    Raises:
        CiteDeskError: that end was a failure; this is it.
    """
    if version.state is VersionState.FAILED and version.error:
        raise error_of(**version.error)
    return version.state is not VersionState.PROCESSING


def expand(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that paths name: a folder stands for all files in it, hidden ones apart.

    A path that does not exist is yielded as it is, so that it is reported and not lost.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, subfolders, files in os.walk(path):
            subfolders[:] = sorted(d for d in subfolders if not d.startswith("."))
            for name in sorted(files):
                if not is_hidden(name):
                    yield Path(folder) / name
