"""Opens Office files of every kind: a template or one with macros is a plain one by another name.

The libraries refuse all but the plain kind, or a file whose name lacks the right extension.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import IO

_TYPES = "[Content_Types].xml"
_MAIN = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.)?"
    rb"(wordprocessingml|presentationml|spreadsheetml|ms-word|ms-powerpoint|ms-excel)"
    rb"\.[a-z]+(?:\.macroEnabled(?:Template)?)?\.main\+xml",
    re.I,
)
_OPEN = b"application/vnd.openxmlformats-officedocument."
_PLAIN = {
    b"wordprocessingml": _OPEN + b"wordprocessingml.document.main+xml",
    b"ms-word": _OPEN + b"wordprocessingml.document.main+xml",
    b"presentationml": _OPEN + b"presentationml.presentation.main+xml",
    b"ms-powerpoint": _OPEN + b"presentationml.presentation.main+xml",
    b"spreadsheetml": _OPEN + b"spreadsheetml.sheet.main+xml",
    b"ms-excel": _OPEN + b"spreadsheetml.sheet.main+xml",
}


def open_package(path: Path) -> IO[bytes]:
    """Open an Office file as the plain document, presentation or workbook that it holds."""
    with zipfile.ZipFile(path) as archive:
        told = archive.read(_TYPES) if _TYPES in archive.namelist() else b""
    plain = _MAIN.sub(lambda found: _PLAIN[found[1].lower()], told)
    if plain == told:
        return path.open("rb")
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (whoever asked for it closes it)
    try:
        with path.open("rb") as source:
            shutil.copyfileobj(source, copy)
        # The new list of types goes to the end and the old one is forgotten, so that nothing is
        # unpacked: what unpacks to gigabytes would fill the disk here.
        with zipfile.ZipFile(copy, "a") as archive:
            archive.filelist.remove(archive.NameToInfo.pop(_TYPES))
            archive.writestr(_TYPES, plain)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy
