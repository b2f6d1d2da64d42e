"""The records: readable, at this release's schema, at one with themselves, their work going on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from core.database import Database, utc_now
from core.errors import CiteDeskError
from corpus.documents import VersionState
from corpus.tables import ChunkRow, DocumentRow, ReleaseRow, VersionRow
from service.desk import Desk
from service.doctor.findings import Report, Severity, some
from service.settings import Settings
from service.tables import JobRow

_NEVER_LIVE = (VersionState.PROCESSING, VersionState.FAILED)
_BEYOND_LIMIT = timedelta(minutes=30)
"""A job that says nothing for longer than its file may take, and this, is stuck."""


def check_database(report: Report, settings: Settings) -> bool:
    """Find out whether the records can be opened; return whether the rest can be examined."""
    report.checked.append("database")
    try:
        database = Database(settings.records_url())
        try:
            return _opens(report, database)
        finally:
            database.close()
    except CiteDeskError as error:
        report.failed(error)
        return False


def _opens(report: Report, database: Database) -> bool:
    behind = database.is_behind() and not database.is_empty()
    if behind and not report.fix:
        report.add(
            "SCHEMA_BEHIND",
            "The records were written by an earlier release.",
            "citedesk doctor --fix or the next start brings them up to this one.",
            severity=Severity.NOTE,
        )
        return False
    database.upgrade()
    if behind:
        report.add(
            "SCHEMA_BEHIND",
            "The records were written by an earlier release.",
            severity=Severity.NOTE,
            mended=True,
        )
    damage = database.damage()
    if damage:
        report.add(
            "DATABASE_DAMAGED",
            f"The database fails its own check: {damage[0][:200]}.",
            "Restore a backup.",
        )
    return not damage


def check_records(report: Report, desk: Desk) -> None:
    """Find records that contradict each other."""
    report.checked.append("records")
    with desk.database.read() as session:
        crossed = session.scalars(
            select(ReleaseRow.version_id)
            .join(VersionRow, VersionRow.id == ReleaseRow.version_id)
            .join(DocumentRow, DocumentRow.id == ReleaseRow.document_id)
            .where(
                VersionRow.document_id != ReleaseRow.document_id,
                # What a version did before it was joined stays told of the document it left.
                VersionRow.document_id != func.coalesce(DocumentRow.joined_to, ""),
            )
        ).all()
        stored = (
            select(ChunkRow.version_id, func.count().label("count"))
            .group_by(ChunkRow.version_id)
            .subquery()
        )
        short = session.scalars(
            select(VersionRow.id)
            .outerjoin(stored, stored.c.version_id == VersionRow.id)
            .where(VersionRow.chunk_count != func.coalesce(stored.c.count, 0))
        ).all()
    live = desk.live.current().versions
    bad = [v for v in live if desk.records.version(v).state in _NEVER_LIVE]
    for code, versions, message in (
        ("RELEASE_CROSSED", crossed, "are released for documents they do not belong to"),
        ("PASSAGES_MISSING", short, "do not have the passages that they should have"),
        ("LIVE_UNFIT", bad, "are live though they never came in whole"),
    ):
        if versions:
            report.add(
                code,
                f"Versions {some([str(v) for v in versions])} {message}.",
                "Restore a backup, or ingest their files again.",
            )


def check_work(report: Report, desk: Desk, *, alone: bool) -> None:
    """Find work that was cut off, and, where the service runs, work that has come to a stop."""
    report.checked.append("work")
    with desk.database.read() as session:
        jobs = session.execute(
            select(JobRow.id, JobRow.state, JobRow.version_id, JobRow.updated_at).where(
                JobRow.state.in_(("queued", "running"))
            )
        ).all()
    _check_compared(report, desk)
    if not alone:
        _check_stuck(report, desk, jobs)
        return
    unfinished = [version.id for version in desk.records.unfinished()]
    if report.fix:
        for version_id in unfinished:
            _finish(desk, version_id)
    if unfinished:
        report.add(
            "UNFINISHED",
            f"{len(unfinished)} files were on their way in when the process ended.",
            "They are finished at the service's next start, or by citedesk doctor --fix.",
            severity=Severity.NOTE,
            mended=report.fix,
        )


def _check_compared(report: Report, desk: Desk) -> None:
    """Find versions of which nobody knows yet whether they contradict others."""
    before = desk.conflicts.unchecked.listed()
    left = desk.conflicts.retry(now=True) if report.fix and before else len(before)
    if before:
        reasons = sorted({one.error["code"] for one in before})
        report.add(
            "NOT_COMPARED",
            f"{len(before)} versions could not be compared with the other documents "
            f"({', '.join(reasons)}): {some([one.version_id for one in before])}.",
            "citedesk doctor --fix or citedesk conflicts scan compares them again.",
            mended=not left,
        )


def _check_stuck(report: Report, desk: Desk, jobs: Any) -> None:
    allowed = timedelta(seconds=desk.settings.parse_timeout_s) + _BEYOND_LIMIT
    stuck = [j.id for j in jobs if j.state == "running" and j.updated_at < utc_now() - allowed]
    if stuck:
        report.add(
            "JOB_STUCK",
            f"The jobs {some(stuck)} have said nothing for a long time.",
            "Stop the service and start it again; it takes them up anew.",
        )


def _finish(desk: Desk, version_id: str) -> None:
    try:
        desk.pipeline.process(version_id)
    except CiteDeskError:
        # The version says why; that is an end too.
        return
