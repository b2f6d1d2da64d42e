"""What was changed in the house, and when: documents, rules, glossary, configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from answer.rules.tables import RuleVersionRow, SurgeRow
from core.database import Database
from corpus.tables import DocumentRow, GlossaryChangeRow, ReleaseRow, VersionRow
from evals.insights.tables import ConfigurationRow

_SAVED = "saved"
_MOST_TOLD = 5
_SEVERAL = ("imported", "proposed")
"""What is done to several entries of the glossary at once."""
_COUNT = re.compile(r"\d+")


class ChangeKind(StrEnum):
    """What was changed."""

    DOCUMENT = "document"
    RULES = "rules"
    GLOSSARY = "glossary"
    SURGE = "surge"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class Differing:
    """Something of the configuration that is not what it was."""

    name: str
    """As ``service.fingerprint`` names it."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that may have changed what drafts say."""

    id: str
    kind: ChangeKind
    at: datetime
    """From when on it held."""
    action: str
    """publish, rollback, withdraw, expire, save, on, off; of a glossary what was done."""
    about: str
    """A title, the name of a set of rules, terms, or what of the configuration differs."""
    by: str = ""
    reason: str = ""
    document_id: str = ""
    version_id: str = ""
    number: int | None = None
    """Of the version."""
    audience: str = ""
    """Whom the version is, or was, for."""
    count: int | None = None
    """Of the glossary's entries, where several were brought in at once."""
    differs: tuple[Differing, ...] = ()
    """Of the configuration."""


def changes(database: Database, since: datetime, until: datetime) -> list[Change]:
    """Return what was changed from one moment to another, the oldest first."""
    with database.read() as session:
        found = [
            *_releases(session, since, until),
            *_rules(session),
            *_glossary(session, since, until),
            *_surges(session),
            *_configurations(session),
        ]
    return sorted(
        (one for one in found if since <= one.at <= until), key=lambda one: (one.at, one.id)
    )


def _releases(session: Session, since: datetime, until: datetime) -> Iterator[Change]:
    touched = select(ReleaseRow.document_id).where(
        (ReleaseRow.at >= since) | (ReleaseRow.valid_from >= since) | (ReleaseRow.valid_to >= since)
    )
    rows = session.execute(
        select(ReleaseRow, VersionRow, DocumentRow.title)
        .join(DocumentRow, DocumentRow.id == ReleaseRow.document_id)
        .outerjoin(VersionRow, VersionRow.id == ReleaseRow.version_id)
        .where(ReleaseRow.document_id.in_(touched), ReleaseRow.at <= until)
        .order_by(ReleaseRow.id)
    )
    held: dict[str, tuple[ReleaseRow, VersionRow | None, str]] = {}
    for row, of_release, title in rows:
        version: VersionRow | None = of_release
        before = held.get(row.document_id)
        shown = version or (before[1] if before else None)
        yield _release(row, shown, title)
        held[row.document_id] = (row, shown, title)
    for row, shown, title in held.values():
        # What ends by its own date is in no log.
        if row.version_id and row.valid_to is not None:
            yield _release(row, shown, title, ended=row.valid_to)


def _release(
    row: ReleaseRow, version: VersionRow | None, title: str, ended: datetime | None = None
) -> Change:
    return Change(
        id=f"release {row.id}" + (" end" if ended else ""),
        kind=ChangeKind.DOCUMENT,
        at=ended or max(row.at, row.valid_from),
        action="expire" if ended else row.action,
        about=(version.title if version else "") or title,
        by="" if ended else row.by,
        reason="" if ended else row.reason,
        document_id=row.document_id,
        version_id=version.id if version else "",
        number=version.number if version else None,
        audience=version.audience if version else "",
    )


def _rules(session: Session) -> Iterator[Change]:
    rows = session.execute(
        select(
            RuleVersionRow.id,
            RuleVersionRow.at,
            RuleVersionRow.name,
            RuleVersionRow.by,
            RuleVersionRow.reason,
            RuleVersionRow.number,
        ).where(RuleVersionRow.state == _SAVED)
    )
    for row in rows:
        yield Change(
            f"rules {row.id}",
            ChangeKind.RULES,
            row.at,
            "save",
            row.name,
            row.by,
            row.reason,
            number=row.number,
        )


def _glossary(session: Session, since: datetime, until: datetime) -> Iterator[Change]:
    rows = session.scalars(
        select(GlossaryChangeRow).where(
            GlossaryChangeRow.at >= since, GlossaryChangeRow.at <= until
        )
    )
    for row in rows:
        several = _COUNT.match(row.about) if row.action in _SEVERAL else None
        yield Change(
            f"glossary {row.id}",
            ChangeKind.GLOSSARY,
            row.at,
            row.action,
            row.about,
            row.by,
            count=int(several[0]) if several else None,
        )


def _surges(session: Session) -> Iterator[Change]:
    for row in session.scalars(select(SurgeRow)):
        action = "on" if row.is_on else "off"
        yield Change(f"surge {row.id}", ChangeKind.SURGE, row.at, action, "", row.by, row.reason)


def _configurations(session: Session) -> Iterator[Change]:
    before: Mapping[str, str] | None = None
    for row in session.scalars(select(ConfigurationRow).order_by(ConfigurationRow.id)):
        if before is not None and (differs := _differing(before, row.body)):
            told = (f"{d.name}: {d.before or '–'} → {d.after or '–'}" for d in differs)
            yield Change(
                f"configuration {row.id}",
                ChangeKind.CONFIGURATION,
                row.at,
                "save",
                "; ".join(told),
                differs=differs,
            )
        before = row.body


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Differing, ...]:
    both = ((n, before.get(n) or "", after.get(n) or "") for n in {**before, **after})
    return tuple(Differing(n, old, new) for n, old, new in both if old != new)[:_MOST_TOLD]
