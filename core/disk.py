"""A disk that fills up, known by whatever a library makes of it."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import CiteDeskError, DiskFull, HomeError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_TOO_LITTLE = 4 << 20
# Libraries in C and Rust hand the reason on as text alone.
_SIGNS = ("no space left on device", "database or disk is full", "disk quota exceeded")


def is_full(error: BaseException) -> bool:
    """Say whether the operating system told, here or in what led here, that no space is left."""
    return any(isinstance(e, OSError) and e.errno in _NO_ROOM for e in _causes(error))


@contextmanager
def disk_watched(what: str = "this file", *, disk_of: Path | None = None) -> Iterator[None]:
    """Say of a disk that fills up what it is.

    Args:
        what: What there was no room for.
        disk_of: A path on the disk that is written to. Without room there, storage that seems
            damaged is not: the libraries call half of a write that.

    Raises:
        DiskFull
    """
    try:
        yield
    except DiskFull:
        raise
    except Exception as exc:
        starved = isinstance(exc, HomeError) and disk_of is not None and _has_no_room(disk_of)
        if is_full(exc) or _says_full(exc) or starved:
            raise DiskFull(f"No space is left for {what}.", "Make room, then repeat.") from exc
        raise


def _says_full(error: BaseException) -> bool:
    # Ours are left out: they speak of files, whose names may say anything.
    foreign = (e for e in _causes(error) if not isinstance(e, CiteDeskError))
    return any(sign in str(e).lower() for e in foreign for sign in _SIGNS)


def _has_no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path).free < _TOO_LITTLE
    except OSError:
        return False


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
