"""Original files, stored under their content's hash so that a citation can always open its own."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from core.errors import DiskFull, FileUnreadable, HomeUnwritable, NotFound

_BLOCK = 1 << 20


class Blobs:
    """A folder of files named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, source: Path) -> str:
        """Store a copy of a file and return its SHA-256; storing it again changes nothing.

        Raises:
            FileUnreadable, DiskFull, HomeUnwritable
        """
        digest = sha256_of(source)
        target = self._path(digest)
        if target.exists():
            return digest
        partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with source.open("rb") as reader, partial.open("wb") as writer:
                shutil.copyfileobj(reader, writer, _BLOCK)
                writer.flush()
                os.fsync(writer.fileno())
            partial.replace(target)
        except OSError as exc:
            partial.unlink(missing_ok=True)
            if exc.errno == 28:
                raise DiskFull("No space is left to store the file.", "Make room.") from exc
            raise HomeUnwritable(
                "The file could not be stored in the data directory.",
                "Check that CITEDESK_HOME can be written.",
            ) from exc
        return digest

    def path(self, digest: str) -> Path:
        """Return where a stored file lies.

        Raises:
            NotFound: it is not there.
        """
        path = self._path(digest)
        if not path.exists():
            raise NotFound("The original file is not in the data directory.", "Restore a backup.")
        return path

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content.

    Raises:
        FileUnreadable: the operating system refuses.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as reader:
            while block := reader.read(_BLOCK):
                digest.update(block)
    except OSError as exc:
        raise FileUnreadable(
            f"{path.name} cannot be read.", "Check its permissions, then try again."
        ) from exc
    return digest.hexdigest()
