"""What kind of file this is: by its content first, by its extension second."""

from __future__ import annotations

import mmap
import re
import zipfile
from pathlib import Path

from core.errors import (
    FileCorrupt,
    FileEmpty,
    FileEncrypted,
    FileUnreadable,
    FormatUnsupported,
    PathNotFound,
)
from ingest.encoding import NotText, decode_text

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html"
MARKDOWN = "text/markdown"
TEXT = "text/plain"

_BY_EXTENSION = {
    ".pdf": PDF,
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), DOCX),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), PPTX),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), XLSX),
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".md": MARKDOWN,
    ".mdx": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": TEXT,
    ".text": TEXT,
    "": TEXT,
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("WordDocument", "an old Word document (.doc)"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
    ("Workbook", "an old Excel workbook (.xls)"),
    ("Book", "an old Excel workbook (.xls)"),
    ("__properties_version1.0", "an Outlook message (.msg)"),
)
_ZIP_PARTS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("META-INF/container.xml", "an EPUB book (.epub)"),
    ("content.xml", "an OpenDocument file"),
)
_OFFICE_FOLDERS = (("word/", DOCX), ("ppt/", PPTX), ("xl/", XLSX))
_CONTAINERS = (PDF, DOCX, PPTX, XLSX)
_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"BM", "a bitmap image"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"{\\rtf", "a Rich Text document (.rtf)"),
)
_HEAD = 65_536
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)


def media_type_of(path: Path) -> str:
    """Return the media type of a file, found from its bytes.

    Raises:
        PathNotFound: there is no such file.
        FileUnreadable: the operating system does not let us read it.
        FileEmpty: it holds nothing, or nothing but white space.
        FileEncrypted: it is an Office file locked with a password.
        FileCorrupt: its bytes are not what its name promises.
        FormatUnsupported: no parser reads this kind of file.
    """
    head = _head(path)
    extension = path.suffix.lower()
    # Readers of PDF allow for some bytes before the mark; a text may only speak of it.
    if head.lstrip().startswith(b"%PDF-") or (extension == ".pdf" and b"%PDF-" in head[:1024]):
        return PDF
    if head.startswith(b"PK"):
        return _zip_type(path, extension)
    if head.startswith(_OLE):
        raise _ole_error(path)
    for magic, what in _MAGIC:
        if head.startswith(magic) and (magic != b"BM" or extension == ".bmp"):
            raise _unsupported(path, what)
    return _text_type(path, head, extension)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError as exc:
        raise PathNotFound(f"There is no file {path}.", "Check the path.") from exc
    except OSError as exc:
        hint = "Check that it is a file and that its permissions let the service read it."
        raise FileUnreadable(f"{path.name} cannot be read: {exc.strerror}.", hint) from exc
    if len(head) < _HEAD and not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FileEmpty(f"{path.name} is empty.", "Export or save it again, then add it again.")
    return head


def _zip_type(path: Path, extension: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as exc:
        raise corrupt(path.name) from exc
    for part, what in _ZIP_PARTS:
        if any(name.startswith(part) for name in names):
            raise _unsupported(path, what)
    for folder, media_type in _OFFICE_FOLDERS:
        if any(name.startswith(folder) for name in names):
            return media_type
    if extension in _BY_EXTENSION and _BY_EXTENSION[extension] in _CONTAINERS:
        raise corrupt(path.name)
    raise _unsupported(path, "a ZIP archive")


def _ole_error(path: Path) -> Exception:
    names = ["EncryptedPackage", *(stream for stream, _ in _OLE_STREAMS)]
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        held = {name for name in names if data.find(_stream(name)) >= 0}
    if "EncryptedPackage" in held:
        return FileEncrypted(
            f"{path.name} is locked with a password.",
            "Open it in its program, save a copy without a password, and add the copy.",
        )
    for stream, what in _OLE_STREAMS:
        if stream in held:
            return _unsupported(path, what)
    return _unsupported(path, "an old Office file")


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le")


def _text_type(path: Path, head: bytes, extension: str) -> str:
    expected = _BY_EXTENSION.get(extension)
    if expected in _CONTAINERS:
        raise corrupt(path.name, f"its content is not {extension[1:].upper()}")
    try:
        text = decode_text(head)
    except NotText as exc:
        if expected is None or not extension:
            raise _unsupported(path, "of a kind that is not known here") from exc
        raise corrupt(path.name, "its content is not text") from exc
    if expected is None:
        raise _unsupported(path, f"a {extension} file")
    return HTML if _HTML_START.match(text) and expected is not MARKDOWN else expected


def corrupt(name: str, why: str = "") -> FileCorrupt:
    """Return the error for a file whose bytes are not what its format promises."""
    reason = f": {why}" if why else " or cut off"
    return FileCorrupt(
        f"{name} is damaged{reason}.",
        "Open it in the program that made it, save it again, and add the new copy.",
    )


def _unsupported(path: Path, what: str) -> FormatUnsupported:
    from ingest.parsers.base import supported_extensions

    known = ", ".join(supported_extensions())
    return FormatUnsupported(
        f"{path.name} is {what}; what can be read: {known}.",
        "Save it in one of these formats and add that.",
    )
