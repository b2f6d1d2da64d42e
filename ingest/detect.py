"""What kind of file this is: by its content first, by its extension second."""

from __future__ import annotations

import mmap
import re
import zipfile
from pathlib import Path

from core.errors import (
    CiteDeskError,
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
CSV = "text/csv"
RST = "text/x-rst"
EML = "message/rfc822"
MSG = "application/vnd.ms-outlook"
DOC = "application/msword"
PPT = "application/vnd.ms-powerpoint"
XLS = "application/vnd.ms-excel"
RTF = "application/rtf"
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"

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
    **dict.fromkeys((".csv", ".tsv", ".tab"), CSV),
    **dict.fromkeys((".rst", ".rest"), RST),
    ".eml": EML,
    ".msg": MSG,
    **dict.fromkeys((".doc", ".dot"), DOC),
    **dict.fromkeys((".ppt", ".pps", ".pot"), PPT),
    **dict.fromkeys((".xls", ".xlt"), XLS),
    ".rtf": RTF,
    ".odt": ODT,
    ".odp": ODP,
    ".ods": ODS,
    ".png": PNG,
    **dict.fromkeys((".jpg", ".jpeg"), JPEG),
    **dict.fromkeys((".tif", ".tiff"), TIFF),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# In this order: a message may hold a document, and a document only seldom a message.
_OLE_STREAMS = (
    ("__properties_version1.0", MSG),
    ("WordDocument", DOC),
    ("PowerPoint Document", PPT),
    ("Workbook", XLS),
    ("Book", XLS),
)
_OLD_OFFICE = {
    DOC: "an old Word document (.doc)",
    PPT: "an old PowerPoint presentation (.ppt)",
    XLS: "an old Excel workbook (.xls)",
    RTF: "a Rich Text document (.rtf)",
    ODT: "an OpenDocument text (.odt)",
    ODP: "an OpenDocument presentation (.odp)",
    ODS: "an OpenDocument spreadsheet (.ods)",
}
_ZIP_PARTS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("META-INF/container.xml", "an EPUB book (.epub)"),
)
# An archive of documents may have a folder of one of these names; a package has its list too.
_OFFICE_FOLDERS = (("word/", DOCX), ("ppt/", PPTX), ("xl/", XLSX))
_OFFICE_MARKS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "word/document.xml",
    "ppt/presentation.xml",
    "xl/workbook.xml",
)
# What other programs pack as ZIP and nobody would call an archive of documents.
_PACKAGE_MARKS = ("mimetype", "META-INF/MANIFEST.MF", "AndroidManifest.xml", "Index/Document.iwa")
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_CONTAINERS = (PDF, DOCX, PPTX, XLSX, MSG, *_OLD_OFFICE, PNG, JPEG, TIFF)
_A_ZIP = "a ZIP archive"
_ARCHIVES = (_A_ZIP, "a RAR archive", "a 7z archive", "a gzip archive")
_MAGIC = (
    (b"GIF8", "a GIF image"),
    (b"BM", "a bitmap image"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
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
    if head.startswith(_ZIP_STARTS):
        return _zip_type(path, extension)
    if head.startswith(_OLE):
        return _ole_type(path)
    if head.startswith(b"{\\rtf"):
        return _convertible(path, RTF)
    for magic, media_type in _IMAGES:
        if head.startswith(magic):
            return media_type
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


def is_archive(path: Path) -> bool:
    """Say whether a file is a ZIP archive of other files, and no Office file, book or program."""
    try:
        with path.open("rb") as file:
            if not file.read(4).startswith(_ZIP_STARTS):
                return False
        names, kind = _zip_names(path)
    except OSError:
        return False
    except CiteDeskError:
        return path.suffix.lower() == ".zip"
    return not (kind or _is_package(names) or _promises_container(path.suffix.lower()))


def _zip_type(path: Path, extension: str) -> str:
    names, kind = _zip_names(path)
    if kind:
        return _convertible(path, kind)
    for part, what in _ZIP_PARTS:
        if any(name.startswith(part) for name in names):
            raise _unsupported(path, what)
    if _has_any(names, _OFFICE_MARKS):
        for folder, media_type in _OFFICE_FOLDERS:
            if any(name.startswith(folder) for name in names):
                return media_type
    if _promises_container(extension):
        raise corrupt(path.name)
    raise _unsupported(path, "a package of another program" if _is_package(names) else _A_ZIP)


def _zip_names(path: Path) -> tuple[list[str], str]:
    """Return the names in a ZIP file, and its media type where it is an OpenDocument file."""
    from ingest.archive.directory import open_zip

    try:
        with open_zip(path) as archive:
            # Some programs write the separator of Windows.
            names = [name.replace("\\", "/") for name in archive.namelist()]
            return names, _open_document(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, OSError) as exc:
        raise corrupt(path.name) from exc


def _is_package(names: list[str]) -> bool:
    return _has_any(names, (*_OFFICE_MARKS, *_PACKAGE_MARKS, *(part for part, _ in _ZIP_PARTS)))


def _has_any(names: list[str], marks: tuple[str, ...]) -> bool:
    return any(mark in names for mark in marks)


def _promises_container(extension: str) -> bool:
    return _BY_EXTENSION.get(extension) in _CONTAINERS


def _open_document(archive: zipfile.ZipFile) -> str:
    told = archive.getinfo("mimetype")
    plain = told.file_size < 200 and not told.flag_bits & 1
    kind = archive.read(told).decode("ascii", "replace").strip() if plain else ""
    return next((known for known in (ODT, ODP, ODS) if kind.startswith(known)), "")


def _ole_type(path: Path) -> str:
    names = ["EncryptedPackage", *(stream for stream, _ in _OLE_STREAMS)]
    held = _root_entries(path)
    if held is None:
        # A damaged directory: what the file holds anywhere says what it was.
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            held = {name for name in names if data.find(_stream(name)) >= 0}
    if "EncryptedPackage" in held:
        raise FileEncrypted(
            f"{path.name} is locked with a password.",
            "Open it in its program, save a copy without a password, and add the copy.",
        )
    for stream, media_type in _OLE_STREAMS:
        if stream in held:
            return media_type if media_type == MSG else _convertible(path, media_type)
    if path.suffix.lower() in _BY_EXTENSION:
        raise corrupt(path.name)
    raise _unsupported(path, "an old Office file")


def _root_entries(path: Path) -> set[str] | None:
    """Return what stands at the top of an OLE file; deeper lies what is attached or embedded."""
    import olefile  # type: ignore[import-untyped]

    try:
        with olefile.OleFileIO(path) as file:
            return {str(entry[0]) for entry in file.listdir(streams=True, storages=True)}
    # The library trips over damaged files in many ways; all of them mean the same here.
    except Exception:  # noqa: BLE001
        return None


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le")


def _convertible(path: Path, media_type: str) -> str:
    """Return a media type that is read by way of LibreOffice, if that is there."""
    from ingest.libreoffice import find_soffice, refuse_locked

    refuse_locked(path, path.name, media_type)
    if find_soffice() is None:
        raise _unsupported(
            path,
            _OLD_OFFICE[media_type],
            "Install LibreOffice on this machine, or save the file in one of these formats.",
        )
    return media_type


def _text_type(path: Path, head: bytes, extension: str) -> str:
    expected = _BY_EXTENSION.get(extension)
    if expected in (DOC, XLS):
        # Many programs export a web page or a text table under the name of an Office file.
        expected = TEXT if expected == DOC else CSV
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


def _unsupported(path: Path, what: str, hint: str = "") -> FormatUnsupported:
    from ingest.parsers.base import supported_extensions

    known = ", ".join(supported_extensions())
    if what in _ARCHIVES:
        hint = "Unpack it and add the folder."
    return FormatUnsupported(
        f"{path.name} is {what}; what can be read: {known}.",
        hint or "Save it in one of these formats and add that.",
    )
