"""What is to come in: files as they lie, and the documents in archives one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.errors import CiteDeskError, OptionInvalid
from corpus.documents import IngestOptions
from ingest.archive.directory import ArchiveLimits
from ingest.archive.reader import Archive, Member
from ingest.detect import is_archive


@dataclass(frozen=True, slots=True)
class Incoming:
    """One document on its way in."""

    path: str
    """Where it is, for people; one in an archive has the archive's path before its own."""
    source: str
    """Its identity."""
    file: Path
    """The file itself, or the archive that holds it."""
    archive: Archive | None = field(default=None, repr=False)
    member: Member | None = None
    error: CiteDeskError | None = None
    """Why the archive as a whole was refused."""

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.path.rsplit("/", 1)[-1]

    def opened(self, folder: Path) -> AbstractContextManager[Path]:
        """Yield where its bytes lie; what is unpacked into ``folder`` is removed afterwards.

        Raises:
            CiteDeskError: the archive was refused, or this document in it cannot be unpacked.
        """
        if self.error is not None:
            raise self.error
        if self.archive is None or self.member is None:
            return nullcontext(self.file)
        return self.archive.unpacked(self.member, folder)


@contextmanager
def incoming(
    paths: Sequence[Path],
    options: IngestOptions,
    *,
    limits: ArchiveLimits | None = None,
    password: str = "",
) -> Iterator[list[Incoming]]:
    """Yield everything that files stand for: an archive for each document that it holds.

    An archive that is refused is one entry with its error, so that it is reported and not lost.
    """
    with ExitStack() as archives:
        found: list[Incoming] = []
        for path in paths:
            whole = Incoming(str(path), str(path.resolve()), path)
            if is_archive(path):
                inside = documents_of(whole, options, limits=limits, password=password)
                found += archives.enter_context(inside)
            else:
                found.append(whole)
        yield found


@contextmanager
def documents_of(
    whole: Incoming,
    options: IngestOptions,
    *,
    limits: ArchiveLimits | None = None,
    password: str = "",
) -> Iterator[list[Incoming]]:
    """Yield the documents in an archive, or the archive with why it is refused."""
    try:
        archive = Archive(whole.file, limits=limits, password=password)
    except CiteDeskError as error:
        yield [replace(whole, error=error)]
        return
    with archive:
        if options.document and len(archive.members) > 1:
            refusal = OptionInvalid(
                f"{whole.name} holds {len(archive.members)} documents; an identity is for one.",
                "Leave it out: each document then has its path in the archive as its identity.",
            )
            yield [replace(whole, error=refusal)]
            return
        yield [
            replace(
                whole,
                path=f"{whole.path}/{member.path}",
                source=f"{whole.source}/{member.path}",
                archive=archive,
                member=member,
            )
            for member in archive.members
        ]
