"""Old Office, Rich Text and OpenDocument files, converted by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import FileEncrypted, FormatUnsupported
from ingest.detect import DOC, DOCX, ODP, ODS, ODT, PPT, PPTX, RTF, XLS, XLSX, corrupt

TARGETS = {
    DOC: (".doc", ".docx", DOCX),
    PPT: (".ppt", ".pptx", PPTX),
    XLS: (".xls", ".xlsx", XLSX),
    RTF: (".rtf", ".docx", DOCX),
    ODT: (".odt", ".docx", DOCX),
    ODP: (".odp", ".pptx", PPTX),
    ODS: (".ods", ".xlsx", XLSX),
}
"""For each media type: its extension, and the extension and media type it is converted to."""

LONGEST_SECONDS = 55.0
"""How long a conversion may take; a bad file must end as an error within a minute."""

_PROGRAMS = ("soffice", "libreoffice")
_LOCKED_WORD = 0x0100
_LOCKED_SLIDES = 0xF3D1C4DF
_FILE_PASS = 0x002F
_FIRST_RECORDS = 64


def find_soffice() -> str | None:
    """Return the path of LibreOffice's program, or None where it is not installed."""
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), None)


def refuse_locked(path: Path, name: str, media_type: str) -> None:
    """Refuse a file that needs a password: LibreOffice would only say that it failed.

    Raises:
        FileEncrypted: it does.
    """
    try:
        locked = _is_locked(path, media_type)
    # A file so damaged that this cannot be told is for the conversion to refuse.
    except Exception:  # noqa: BLE001
        locked = False
    if locked:
        raise FileEncrypted(
            f"{name} is locked with a password.",
            "Open it in its program, save a copy without a password, and add the copy.",
        )


def _is_locked(path: Path, media_type: str) -> bool:
    if media_type in (ODT, ODP, ODS):
        with zipfile.ZipFile(path) as archive:
            return b"encryption-data" in archive.read("META-INF/manifest.xml")
    if media_type not in (DOC, PPT, XLS):
        return False
    import olefile  # type: ignore[import-untyped]

    with olefile.OleFileIO(path) as file:
        if media_type == DOC:
            head = file.openstream("WordDocument").read(12)
            return bool(struct.unpack_from("<H", head, 10)[0] & _LOCKED_WORD)
        if media_type == PPT:
            head = file.openstream("Current User").read(16)
            return bool(struct.unpack_from("<I", head, 12)[0] == _LOCKED_SLIDES)
        book = "Workbook" if file.exists("Workbook") else "Book"
        return _has_file_pass(file.openstream(book).read(65_536))


def _has_file_pass(book: bytes) -> bool:
    """Say whether one of a workbook's first records is the one that carries a cipher."""
    place = 0
    for _ in range(_FIRST_RECORDS):
        if place + 4 > len(book):
            return False
        kind, length = struct.unpack_from("<HH", book, place)
        if kind == _FILE_PASS:
            return True
        place += 4 + length
    return False


@contextmanager
def converted(path: Path, name: str, media_type: str) -> Iterator[Path]:
    """Convert a file to its present format; the copy is gone when the context ends.

    Raises:
        FormatUnsupported: LibreOffice is not installed.
        FileCorrupt: LibreOffice could not read the file, or not in time.
    """
    program = find_soffice()
    before, after, _ = TARGETS[media_type]
    if program is None:
        raise FormatUnsupported(
            f"{name} can be read only where LibreOffice is installed.",
            f"Install LibreOffice on this machine, or save the file as {after}.",
        )
    with tempfile.TemporaryDirectory(prefix="citedesk-") as made:
        folder = Path(made)
        # A stored file has no extension, and LibreOffice goes by it.
        source = folder / f"document{before}"
        shutil.copyfile(path, source)
        finished = _run(program, folder, source, after[1:])
        found = folder / "out" / f"document{after}"
        if not finished:
            raise corrupt(name, "LibreOffice did not come to an end with it")
        if not found.is_file() or not found.stat().st_size:
            raise corrupt(name, "LibreOffice cannot read it")
        yield found


def _run(program: str, folder: Path, source: Path, target: str) -> bool:
    """Run LibreOffice on one file; say whether it came to an end in time."""
    command = [
        program,
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nofirststartwizard",
        # A profile of its own: no macro is trusted in it, no setting of the user's counts, and
        # several conversions can run at once.
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to",
        target,
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    process = subprocess.Popen(  # noqa: S603 (the arguments are ours, not the document's)
        command,
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    finally:
        # soffice is a script that starts others: all of them go, however this ends.
        _end_group(process)
    return True


def _end_group(process: subprocess.Popen[bytes]) -> None:
    # Where all of the group have ended there is none to end.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _environment(folder: Path) -> dict[str, str]:
    """Return the little that LibreOffice needs; keys and passwords of the service stay here."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {**kept, "HOME": str(folder), "TMPDIR": str(folder)}
