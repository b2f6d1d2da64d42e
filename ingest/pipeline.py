"""A file's way in: received, parsed, cut into chunks, indexed beside what is live, cut over.

Every stage can be repeated, so a version whose ingest was killed is finished by processing it
again; until its release is committed, the version before it goes on serving.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import CiteDeskError, FileTooLarge, PathNotFound, Retry
from core.ports import Indexer, Progress, TokenCounter, silent
from core.types import RawFile
from corpus.blobs import Blobs
from corpus.documents import IngestOptions, VersionState
from corpus.lifecycle import Lifecycle
from corpus.records import Records, Staged
from corpus.rows import VersionRecord

_MEBIBYTE = 1 << 20
_KEPT_INDEXED = 2
"""Versions of a document that stay in the indexes: the live one, and the one behind it, so that
a rollback need not wait for the embedder."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost."""

    file_mb: int = 200


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
        limits: Limits | None = None,
    ) -> None:
        self._records = records
        self._lifecycle = lifecycle
        self._blobs = blobs
        self._indexer = indexer
        self._counter = counter
        self._fingerprint = fingerprint
        self._limits = limits or Limits()

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
        media_type = media_type_of(path)
        raw = RawFile(
            name=name,
            media_type=media_type,
            sha256=self._blobs.put(path),
            path=path,
            source=source or str(path.resolve()),
        )
        return self._records.stage(raw, options)

    def process(
        self, version_id: str, *, password: str = "", progress: Progress = silent
    ) -> VersionRecord:
        """Parse, chunk, index and release a staged version; safe to repeat.

        Raises:
            InputError: the file cannot be understood; the version is marked failed, and what
                was live stays live.
        """
        version = self._records.version(version_id)
        if version.state is not VersionState.PROCESSING:
            # Done by an attempt that was cut off before it could say so.
            return version
        try:
            self._understand(version, password, progress)
            self._index(version, progress)
        except CiteDeskError as error:
            if error.retry is Retry.PERMANENT:
                self._records.mark_failed(version_id, error)
            raise
        if version.as_draft:
            self._lifecycle.keep_as_draft(version_id)
        else:
            self._lifecycle.publish(version_id, by=version.created_by)
            self._sweep(version.document_id)
        progress("done", 1.0)
        return self._records.version(version_id)

    def ensure_indexed(self, version_id: str, progress: Progress = silent) -> None:
        """Index a version's stored chunks again if no present index holds them."""
        version = self._records.version(version_id)
        if version.indexed_with != self._fingerprint:
            self._index(version, progress)

    def reindex(self, version_ids: Sequence[str], progress: Progress = silent) -> None:
        """Index versions from the records, whatever the indexes hold of them."""
        for number, version_id in enumerate(version_ids):
            self._index(self._records.version(version_id), silent)
            progress("reindex", (number + 1) / len(version_ids))

    def _understand(self, version: VersionRecord, password: str, progress: Progress) -> None:
        from core.text import language_of
        from ingest.chunker import chunk
        from ingest.parse import parse_file

        raw = RawFile(
            name=version.file_name,
            media_type=version.media_type,
            sha256=version.sha256,
            path=self._blobs.path(version.sha256),
        )
        progress("parse", 0.0)
        limit = self._limits.file_mb * _MEBIBYTE
        parsed = parse_file(raw, password=password, max_bytes=limit, progress=progress)
        progress("chunk", 0.0)
        chunks = chunk(
            parsed,
            document_id=version.document_id,
            version_id=version.id,
            audience=version.audience,
            applicability=version.applicability,
            counter=self._counter,
        )
        language = language_of(" ".join(c.text for c in chunks))
        self._records.fill(
            version.id, parsed.title, parsed.pages, chunks, language, parsed.warnings
        )

    def _index(self, version: VersionRecord, progress: Progress) -> None:
        chunks = self._records.version_chunks(version.id)
        # What an attempt that was cut off left behind goes first; said first and done second,
        # so that a version that claims to be indexed always is.
        self._records.mark_indexed(version.id, "")
        self._indexer.remove(version.audience, version.id)
        self._indexer.add(chunks, progress)
        self._records.mark_indexed(version.id, self._fingerprint)

    def _sweep(self, document_id: str) -> None:
        """Take versions out of the indexes that neither serve nor are next to."""
        versions = [v for v in self._records.versions(document_id) if v.indexed_with]
        for version in versions[_KEPT_INDEXED:]:
            self._records.mark_indexed(version.id, "")
            self._indexer.remove(version.audience, version.id)


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
                if not name.startswith(".") and not name.startswith("~$"):
                    yield Path(folder) / name
