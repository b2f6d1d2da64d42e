"""The stored files: all there, unchanged, and nothing lying about besides."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from core.errors import CiteDeskError
from corpus.blobs import sha256_of
from corpus.tables import VersionRow
from service.desk import Desk
from service.doctor.findings import Report, Severity, some

_DIGEST = re.compile(r"[0-9a-f]{64}")
_OURS = ("*.partial", ".probe-*", "tmp????????", "arriving/*")
"""What a process that was killed may leave in the data directory."""
_STILL_WRITTEN_S = 3600.0
"""What is younger may belong to work that is under way."""


def check_files(report: Report, desk: Desk, *, alone: bool) -> None:
    """Find stored files that are missing, changed, or nobody's, and what was left half written."""
    report.checked.append("files")
    with desk.database.read() as session:
        rows = session.execute(
            select(VersionRow.sha256, VersionRow.file_name).order_by(VersionRow.id)
        )
        known = {row.sha256: row.file_name for row in rows}
    _check_stored(report, desk, known)
    home, oldest = desk.settings.home, time.time() - (0.0 if alone else _STILL_WRITTEN_S)
    left = [p for p in _left_behind(home, set(known)) if _older(p, oldest)]
    if not left:
        return
    if report.fix:
        for path in left:
            _remove(path)
    report.add(
        "LEFTOVERS",
        f"{len(left)} files of work that was cut off take room: {some([p.name for p in left])}.",
        "citedesk doctor --fix removes them.",
        severity=Severity.NOTE,
        mended=report.fix,
    )


def _check_stored(report: Report, desk: Desk, known: dict[str, str]) -> None:
    missing, changed = [], []
    for digest, name in known.items():
        try:
            if sha256_of(desk.blobs.path(digest)) != digest:
                changed.append(name)
        except CiteDeskError:
            missing.append(name)
    if missing:
        report.add(
            "FILE_MISSING",
            f"The original files of {some(missing)} are not in the data directory; citations of "
            "them cannot open their pages.",
            "Restore them from a backup.",
        )
    if changed:
        report.add(
            "FILE_CHANGED",
            f"The stored originals of {some(changed)} are not what came in.",
            "Restore them from a backup.",
        )


def _left_behind(home: Path, known: set[str]) -> Iterator[Path]:
    for pattern in _OURS:
        yield from sorted(home.glob(pattern))
    for path in sorted((home / "files").glob("*/*")):
        if path.name not in known and (
            _DIGEST.fullmatch(path.name) or path.name.endswith(".partial")
        ):
            yield path


def _older(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime <= moment or moment > time.time() - 1.0
    except OSError:
        return False


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
