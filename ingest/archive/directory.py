"""An archive's list of contents, and what makes the whole of it unacceptable."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import ArchiveTooLarge, ArchiveUnsafe, FileCorrupt

_MEBIBYTE = 1 << 20
_LARGEST_DIRECTORY = 16 * _MEBIBYTE
_TAIL = 65_536 + 22
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_UNSET = 0xFFFFFFFF
_DRIVE = re.compile(r"[A-Za-z]:")
_SMALL = 10 * _MEBIBYTE
"""Unpacked, this much is harmless at any ratio."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What one archive may unpack to."""

    files: int = 5_000
    total_mb: int = 2_000
    ratio: int = 200
    """How many times larger than packed."""
    file_mb: int = 200


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a ZIP file whose list of contents is of a size that can be held in memory.

    Raises:
        zipfile.BadZipFile: it is none, or is cut off.
        ArchiveTooLarge: the list alone is beyond reason.
    """
    if _directory_size(path) > _LARGEST_DIRECTORY:
        raise ArchiveTooLarge(
            f"The list of contents of {path.name} has more than {_LARGEST_DIRECTORY >> 20} MB.",
            "Divide it into several archives.",
        )
    return zipfile.ZipFile(path)


def refuse_large(
    name: str, size: int, entries: Sequence[zipfile.ZipInfo], limits: ArchiveLimits
) -> None:
    """Refuse an archive that would unpack beyond its limits.

    Raises:
        ArchiveTooLarge, FileCorrupt
    """
    if len(entries) > limits.files:
        raise ArchiveTooLarge(
            f"{name} holds {len(entries)} files; the limit is {limits.files}.",
            "Divide it, or raise CITEDESK_MAX_ARCHIVE_FILES.",
        )
    total = sum(entry.file_size for entry in entries)
    if total > limits.total_mb * _MEBIBYTE:
        raise ArchiveTooLarge(
            f"{name} unpacks to {total / _MEBIBYTE:,.0f} MB; the limit is {limits.total_mb} MB.",
            "Divide it, or raise CITEDESK_MAX_ARCHIVE_MB.",
        )
    worst = max((e.file_size / max(e.compress_size, 1) for e in entries if _counts(e)), default=0)
    if worst > limits.ratio or (total > _SMALL and total > size * limits.ratio):
        raise ArchiveTooLarge(
            f"{name} unpacks to more than {limits.ratio} times its size.",
            "If it is what it should be, unpack it and add the folder, or raise "
            "CITEDESK_MAX_ARCHIVE_RATIO.",
        )
    _refuse_overlap(name, entries)


def refuse_climbing(
    name: str, archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], paths: Sequence[str]
) -> None:
    """Refuse an archive that names a place outside itself, be it in one entry only.

    Raises:
        ArchiveUnsafe
    """
    for entry, path in zip(entries, paths, strict=True):
        if climbs(path) or (is_link(entry) and _link_climbs(archive, entry, path)):
            raise ArchiveUnsafe(
                f"{name} names files outside itself.",
                "Nothing of it was taken. Do not trust it; make an archive of the files anew.",
            )


def climbs(path: str) -> bool:
    """Say whether a path leads out of the folder in which it is unpacked."""
    plain = path.replace("\\", "/")
    return plain.startswith("/") or bool(_DRIVE.match(plain)) or ".." in plain.split("/")


def is_link(entry: zipfile.ZipInfo) -> bool:
    """Say whether an entry stands for another file."""
    return stat.S_ISLNK(entry.external_attr >> 16)


def _link_climbs(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str) -> bool:
    if entry.flag_bits & 1 or entry.file_size > 4096:
        return True
    target = archive.read(entry).decode("utf-8", "replace").replace("\\", "/")
    if target.startswith("/") or _DRIVE.match(target):
        return True
    depth = len(PurePosixPath(path).parts) - 1
    for part in target.split("/"):
        depth += {"..": -1, "": 0, ".": 0}.get(part, 1)
        if depth < 0:
            return True
    return False


def _counts(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > _SMALL


def _refuse_overlap(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse entries that share their bytes: the same kilobytes unpacked a thousand times."""
    end = -1
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise FileCorrupt(
                f"{name} is damaged: its files overlap.", "Make the archive anew, then add it."
            )
        end = entry.header_offset + entry.compress_size


def _directory_size(path: Path) -> int:
    """Return the bytes that the list of contents says it has; 0 where none is found."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = max(0, size - _TAIL)
        file.seek(start)
        tail = file.read(_TAIL)
        at = tail.rfind(_END)
        if at < 0 or len(tail) < at + 22:
            return 0
        told = int(struct.unpack_from("<L", tail, at + 12)[0])
        if told != _UNSET or start + at < 20:
            return told
        # Beyond 4 GB the numbers stand in a second record, named by what stands before the first.
        file.seek(start + at - 20)
        locator = file.read(20)
        file.seek(min(size, int(struct.unpack_from("<Q", locator, 8)[0])))
        record = file.read(56)
        if len(record) < 56 or not record.startswith(_END_64):
            return 0
        return int(struct.unpack_from("<Q", record, 40)[0])
