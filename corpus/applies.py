"""What versions apply to: given with the file, or read from it and confirmed by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.applies import clean
from core.database import Database, utc_now
from core.errors import Conflict, OptionInvalid
from core.serial import to_json
from core.types import Applicability
from corpus.audit import note
from corpus.documents import IngestOptions, VersionState
from corpus.live import touch
from corpus.refusals import known_version
from corpus.rows import APPLIES, AppliesRead, applicability_of, read_of
from corpus.tables import VersionRow

_OF_PRODUCT = ("product", "model", "region")


def columns_of(options: IngestOptions, newest: VersionRow | None) -> dict[str, Any]:
    """Return what a new version applies to: what is given, else what was said of the one before.

    A revision is of the same product and region; firmware and contract dates are what revisions
    change, so these are read or given anew.
    """
    given = {name: value for name, value in to_json(options.applicability).items() if value}
    before = {n: getattr(newest, n) for n in _OF_PRODUCT} if newest is not None else {}
    held = {**dict.fromkeys(APPLIES, ""), **before, **given}
    by: str = ""
    at: datetime | None = None
    if given:
        by, at = options.by, utc_now()
    elif newest is not None and any(before.values()):
        by, at = newest.applies_by, newest.applies_at
    return {**held, "applies_by": by, "applies_at": at}


def inherit(session: Session, version: VersionRow, before: VersionRow) -> None:
    """Give a version that became the next of a document what was said of the one before."""
    for name in _OF_PRODUCT:
        if not getattr(version, name):
            setattr(version, name, getattr(before, name))
    if (read := read_of(version.applies_read)) is not None:
        note_read(session, version.id, read)


def says(row: VersionRow, given: Applicability) -> bool:
    """Say whether a version has what is given; what is not given may have been confirmed there."""
    return all(getattr(row, name) == value for name, value in to_json(given).items() if value)


def note_read(session: Session, version_id: str, read: AppliesRead) -> None:
    """Keep what was read from a version's file of what nobody has said, as a proposal."""
    row = known_version(session, version_id)
    held = applicability_of(row)
    open_fields = {n for n, v in to_json(read.applicability).items() if v and not getattr(held, n)}
    row.applies_read = _proposal(read, open_fields)


class Applies:
    """Lets people confirm or change what versions apply to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(
        self,
        version_id: str,
        said: Mapping[str, str],
        *,
        confirm: bool = False,
        by: str = "",
        reason: str = "",
    ) -> None:
        """Set what a version applies to; from then on it is hidden where that is not asked about.

        Args:
            version_id: The version.
            said: The fields that are set; an empty one applies to all.
            confirm: Whether what was read of the other fields is right.
            by: Who.
            reason: Why.

        Raises:
            NotFound: there is no such version.
            OptionInvalid: a value cannot be read, or nothing is said and nothing was read.
            Conflict: the version has not come in.
        """
        with self._database.begin() as session:
            touch(session)
            row = known_version(session, version_id)
            if row.state in (VersionState.PROCESSING, VersionState.FAILED):
                raise Conflict("The version has not come in.", "Wait for it, or hand it in again.")
            read = read_of(row.applies_read)
            agreed = to_json(read.applicability) if read is not None and confirm else {}
            values = {**{name: value for name, value in agreed.items() if value}, **said}
            if not values and not (confirm and row.applies_at is None):
                raise OptionInvalid(
                    "It is not said what the version applies to.",
                    "Give a product, model, region, firmware or contract date, or confirm.",
                )
            before = applicability_of(row)
            after = clean(replace(before, **values))
            for name, value in to_json(after).items():
                setattr(row, name, value)
            row.applies_by, row.applies_at = by, utc_now()
            left = {n for n, v in to_json(read.applicability).items() if v} if read else set()
            row.applies_read = (
                _proposal(read, left - set(values)) if read is not None and not confirm else None
            )
            note(
                session,
                "applies",
                kind="version",
                object_id=version_id,
                document_id=row.document_id,
                by=by,
                reason=reason,
                detail={"before": _brief(before), "after": _brief(after)},
            )


def _proposal(read: AppliesRead, names: set[str]) -> dict[str, Any] | None:
    if not names:
        return None
    kept = {name: getattr(read.applicability, name) for name in names}
    quotes = {name: quote for name, quote in read.quotes.items() if name in names}
    stored: dict[str, Any] = to_json(AppliesRead(Applicability(**kept), quotes))
    return stored


def _brief(applicability: Applicability) -> dict[str, str]:
    return {name: value for name, value in to_json(applicability).items() if value}
