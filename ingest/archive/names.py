"""The names in an archive: which encoding they are in, and which of them are documents."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
_SYSTEM_FILES = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini"))
_SYSTEM_FOLDERS = frozenset(("__MACOSX", "$RECYCLE.BIN", "System Volume Information"))
_LONGEST_NAME = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# In code page 437: the letters with accents, and the sharp s.
_WESTERN = frozenset((*range(0x80, 0x9B), *range(0xA0, 0xA6), 0xE1))
_WESTERN_SHARE = 0.4
_CONVINCING = 0.5
# The bytes of the characters that each standard calls common, and of all its characters.
_NATIONAL = {
    "gb18030": (
        re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]"),
        re.compile(rb"[\x81-\xfe][\x30-\xfe]"),
    ),
    "big5hkscs": (
        re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]"),
        re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]"),
    ),
    "cp932": (
        re.compile(rb"[\x81-\x83\x88-\x97][\x40-\x7e\x80-\xfc]"),
        re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\xa1-\xdf]"),
    ),
}


def decode_names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Return the names of an archive's entries, with folders divided by slashes.

    What is marked as UTF-8 is; whatever else one program wrote is all in one encoding, so it is
    found from all names together.
    """
    raw = [None if _declared(entry) else _bytes_of(entry) for entry in entries]
    encoding = _encoding_of(b"\n".join(name for name in raw if name is not None))
    return [
        (_declared(entry) if name is None else name.decode(encoding, "replace")).replace("\\", "/")
        for entry, name in zip(entries, raw, strict=True)
    ]


def is_hidden(name: str) -> bool:
    """Say whether a file is none that its owner would call a document."""
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM_FILES


def is_left_out(path: str) -> bool:
    """Say whether a path in an archive is a folder, is hidden, or is the system's own."""
    folders = PurePosixPath(path).parts[:-1]
    return (
        path.endswith("/")
        or is_hidden(PurePosixPath(path).name)
        or any(folder.startswith(".") or folder in _SYSTEM_FOLDERS for folder in folders)
    )


def file_name(path: str) -> str:
    """Return the last part of a path as a name that a disk takes, with its extension."""
    name = _CONTROL.sub("_", PurePosixPath(path.replace("\\", "/")).name)
    if name in ("", ".", ".."):
        return "upload"
    suffix = PurePosixPath(name).suffix[:20]
    stem = name.removesuffix(suffix).encode("utf-8", "replace")
    room = _LONGEST_NAME - len(suffix.encode("utf-8", "replace"))
    return stem[:room].decode("utf-8", "ignore") + suffix


def _declared(entry: zipfile.ZipInfo) -> str:
    """Return the name that is declared to be UTF-8; empty where none is."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.orig_filename
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(body) > 5:
            # It counts only for the name it was written for, which a program may have changed.
            if struct.unpack_from("<L", body, 1)[0] == zlib.crc32(_bytes_of(entry)):
                return body[5:].decode("utf-8", "replace")
            break
    return ""


def _bytes_of(entry: zipfile.ZipInfo) -> bytes:
    # The library reads what is not marked as UTF-8 as code page 437, which loses nothing.
    return entry.orig_filename.encode("cp437", "replace")


def _encoding_of(names: bytes) -> str:
    try:
        names.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    letters = [byte for byte in _without_extensions(names) if byte > 127 or chr(byte).isalnum()]
    high = [byte for byte in letters if byte > 127]
    if _WESTERN.issuperset(high) and len(high) <= len(letters) * _WESTERN_SHARE:
        return "cp437"
    best = max(_NATIONAL, key=lambda encoding: _fits(names, encoding))
    return best if _fits(names, best) > _CONVINCING else "cp437"


def _fits(names: bytes, encoding: str) -> float:
    """Return the share of the bytes beyond ASCII that are characters its standard calls common.

    Names are too short to tell by the letters they would read as.
    """
    try:
        names.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    common, character = _NATIONAL[encoding]
    high = sum(len(found) for found in character.findall(names))
    return sum(len(found) for found in common.findall(names)) / high if high else 0.0


def _without_extensions(names: bytes) -> bytes:
    return re.sub(rb"\.[A-Za-z0-9]{1,5}$", b"", names, flags=re.M)
