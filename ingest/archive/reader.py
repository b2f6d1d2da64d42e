"""Reads a ZIP archive: every document in it by its path, unpacked to disk when it is wanted."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from core.disk import is_full
from core.errors import (
    ArchiveNested,
    CiteDeskError,
    DiskFull,
    FileCorrupt,
    FileEmpty,
    FileEncrypted,
    FileTooLarge,
    FormatUnsupported,
)
from ingest.archive.directory import (
    ArchiveLimits,
    is_link,
    open_zip,
    refuse_climbing,
    refuse_large,
)
from ingest.archive.names import decode_names, file_name, is_left_out
from ingest.detect import corrupt, is_archive

_MEBIBYTE = 1 << 20
# bzip2 and LZMA unpack all they are given at once, so they are given little.
_BLOCK, _SMALL_BLOCK = 1 << 18, 4096
_AES = 99
_LOCKED, _LOCKED_STRONGLY = 0x1, 0x40
_METHODS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
    zipfile.ZIP_BZIP2,
    zipfile.ZIP_LZMA,
)
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    IndexError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A document in an archive."""

    path: str
    """Its folders and name, divided by slashes."""
    entry: zipfile.ZipInfo


class Archive:
    """An archive that was checked as a whole; a context manager."""

    def __init__(
        self, path: Path, *, name: str = "", limits: ArchiveLimits | None = None, password: str = ""
    ) -> None:
        """Open and check it; nothing is unpacked.

        Args:
            path: Where it lies.
            name: What to call it in errors.
            limits: What it may unpack to.
            password: Opens what is locked in it.

        Raises:
            ArchiveUnsafe: it names places outside itself.
            ArchiveTooLarge: it would unpack beyond the limits.
            FileEncrypted: it needs a password, another one, or one that cannot be used here.
            FileEmpty: it holds no document.
            FileCorrupt: it is cut off or damaged.
        """
        self.name = name or path.name
        self._limits = limits or ArchiveLimits()
        self._password = b""
        try:
            self._zip = open_zip(path)
        except (*_DAMAGED, NotImplementedError) as exc:
            raise corrupt(self.name) from exc
        try:
            self.members = self._listed(path)
            self._unlock(password)
        except (*_DAMAGED, NotImplementedError) as exc:
            self._zip.close()
            raise corrupt(self.name) from exc
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    @contextmanager
    def unpacked(self, member: Member, folder: Path) -> Iterator[Path]:
        """Yield where a document lies while it is wanted; it is removed afterwards.

        Raises:
            ArchiveNested: it is an archive itself.
            FileTooLarge, FileCorrupt, FileEncrypted, FormatUnsupported, DiskFull: nothing of it
                is left.
        """
        path = folder / file_name(member.path)
        try:
            with self._mapped(member):
                self._unpack(member, path)
            if is_archive(path):
                raise ArchiveNested(
                    f"{path.name} is an archive inside {self.name}.", "Unpack it and add it alone."
                )
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _listed(self, path: Path) -> list[Member]:
        entries = self._zip.infolist()
        refuse_large(self.name, path.stat().st_size, entries, self._limits)
        paths = decode_names(entries)
        refuse_climbing(self.name, self._zip, entries, paths)
        # Of two entries of one name the later one counts, as it does for whoever unpacks it.
        found = {
            path: Member(path, entry)
            for entry, path in zip(entries, paths, strict=True)
            if not is_left_out(path) and not is_link(entry)
        }
        if not found:
            raise FileEmpty(f"{self.name} holds no documents.", "Add the files to it, or alone.")
        return list(found.values())

    def _unlock(self, password: str) -> None:
        """Find the bytes of the password that fit every locked document."""
        locked = [m.entry for m in self.members if m.entry.flag_bits & _LOCKED]
        if not locked:
            return
        if any(e.flag_bits & _LOCKED_STRONGLY or e.compress_type == _AES for e in locked):
            raise FileEncrypted(
                f"{self.name} is locked with AES, which is not opened here.",
                "Unpack it with its password and add the folder.",
            )
        if not password:
            raise FileEncrypted(
                f"{self.name} is locked with a password.", "Give the password with the file."
            )
        for encoding in ("utf-8", "gb18030", "cp437"):
            tried = password.encode(encoding, "replace")
            if all(self._opens(entry, tried) for entry in locked):
                self._password = tried
                return
        raise FileEncrypted(f"{self.name} is locked with a password.", "Check the password.")

    def _opens(self, entry: zipfile.ZipInfo, password: bytes) -> bool:
        try:
            self._zip.open(entry, pwd=password).close()
        except NotImplementedError:
            # Said of this document alone, once its turn comes.
            return True
        except RuntimeError:
            return False
        return True

    def _unpack(self, member: Member, path: Path) -> None:
        entry = member.entry
        if entry.file_size > self._limits.file_mb * _MEBIBYTE:
            raise FileTooLarge(
                f"{path.name} is larger than {self._limits.file_mb} MB.",
                "Split it, or raise CITEDESK_MAX_FILE_MB.",
            )
        if entry.compress_type not in _METHODS:
            raise FormatUnsupported(
                f"{path.name} is packed in a way that is not known here.",
                "Unpack the archive and add the folder.",
            )
        deflated = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        size, written = (_BLOCK if deflated else _SMALL_BLOCK), 0
        with self._zip.open(entry, pwd=self._password or None) as reader, path.open("wb") as writer:
            while block := reader.read(size):
                written += len(block)
                writer.write(block)
        if written != entry.file_size:
            raise corrupt(path.name, "its size is not what the archive says")

    @contextmanager
    def _mapped(self, member: Member) -> Iterator[None]:
        """Say of a document that cannot be unpacked what is wrong with it."""
        name = file_name(member.path)
        try:
            yield
        except CiteDeskError:
            raise
        except (*_DAMAGED, RuntimeError) as exc:
            if is_full(exc):
                raise DiskFull(
                    f"No space is left to unpack {name}.", "Make room, then repeat."
                ) from exc
            # A wrong password passes the first look once in 256 times.
            if member.entry.flag_bits & _LOCKED:
                raise FileEncrypted(
                    f"{name} is locked with a password.", "Check the password."
                ) from exc
            raise _damaged(name) from exc


def _damaged(name: str) -> FileCorrupt:
    return FileCorrupt(
        f"{name} cannot be unpacked: the archive is damaged there.",
        "Make the archive anew, or add the file alone.",
    )
