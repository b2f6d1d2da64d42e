"""The rules that a house wrote for itself: every version, and which one holds."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answer.rules.house import RULE_KINDS, ShippedRules
from answer.rules.tables import RuleVersionRow
from answer.rules.written import read_rules
from core.database import Database, utc_now
from core.errors import Conflict, DataInvalid, NotFound
from corpus.audit import note

log = logging.getLogger("citedesk.rules")

SHIPPED = 0
"""The number of the rules that come with the product."""
_LOOK_S = 1.0
_SAVED, _ASIDE = "saved", "aside"


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A version of a set of rules."""

    name: str
    number: int
    """0 is what comes with the product."""
    text: str
    state: str
    """shipped, saved or aside."""
    based_on: int
    by: str
    at: datetime | None
    reason: str
    shipped: bool
    """Whether it says to follow the product's own rules, whatever a later release makes of them."""


class StoredRules:
    """Versions of rule sets in the records; what was saved holds from the next question on.

    What other processes save is seen within a second: the newest row is looked for no more often.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shipped = ShippedRules()
        self._lock = Lock()
        self._newest = -1
        self._looked = float("-inf")
        self._bodies: dict[str, Mapping[str, Any]] = {}

    def current(self, name: str) -> Mapping[str, Any]:
        """Return the set of rules that goes by a name; not to be changed by the caller."""
        self._look()
        body = self._bodies.get(name)
        if body is None:
            body = self._bodies[name] = self._read(name)
        return body

    def version(self, name: str, number: int | None = None) -> RuleVersion:
        """Return a version; without a number the one that holds.

        Raises:
            OptionInvalid: there is no such set of rules.
            NotFound: there is no such version.
        """
        kind = RULE_KINDS.get(name)
        with self._database.read() as session:
            if number is None:
                row = _holding(session, name)
            elif number == SHIPPED:
                row = None
            else:
                row = session.scalar(_of(name).where(RuleVersionRow.number == number))
                if row is None:
                    raise NotFound(f"There is no version {number} of {name}.", "List the versions.")
        if row is None:
            return RuleVersion(name, SHIPPED, kind.text, "shipped", SHIPPED, "", None, "", True)
        return _version(row, kind.text)

    def versions(self, name: str, limit: int = 100) -> list[RuleVersion]:
        """Return the versions, the newest first; the product's own is the last."""
        kind = RULE_KINDS.get(name)
        newest = _of(name).order_by(RuleVersionRow.number.desc()).limit(limit)
        with self._database.read() as session:
            found = [_version(row, kind.text) for row in session.scalars(newest)]
        return [*found, self.version(name, SHIPPED)]

    def problem(self, name: str) -> str:
        """Say why the version that holds cannot be followed any more; empty where it can."""
        try:
            check_rules(name, self.version(name).text)
        except DataInvalid as error:
            return str(error)
        return ""

    def save(self, name: str, text: str, *, based_on: int, by: str, reason: str) -> RuleVersion:
        """Store a version, which holds from now on.

        Raises:
            DataInvalid: it cannot be followed; nothing is stored.
            Conflict: somebody else saved since it was taken up. It is kept aside.
        """
        check_rules(name, text)
        return self._store(name, text, based_on=based_on, by=by, reason=reason, action="save_rules")

    def restore(
        self, name: str, number: int, *, based_on: int, by: str, reason: str
    ) -> RuleVersion:
        """Let an older version hold again, as a new one; 0 is what comes with the product.

        Raises:
            NotFound: there is no such version.
            DataInvalid: it cannot be followed by this release.
            Conflict: somebody else saved since.
        """
        old = self.version(name, number)
        check_rules(name, old.text)
        text = "" if old.shipped else old.text
        return self._store(
            name, text, based_on=based_on, by=by, reason=reason, action="restore_rules", of=number
        )

    def _store(
        self,
        name: str,
        text: str,
        *,
        based_on: int,
        by: str,
        reason: str,
        action: str,
        of: int | None = None,
    ) -> RuleVersion:
        with self._database.begin() as session:
            held = _holding(session, name)
            holding = held.number if held else SHIPPED
            newest = session.scalar(
                select(func.max(RuleVersionRow.number)).where(RuleVersionRow.name == name)
            )
            row = RuleVersionRow(
                name=name,
                number=(newest or SHIPPED) + 1,
                text=text,
                state=_SAVED if based_on == holding else _ASIDE,
                based_on=based_on,
                by=by,
                at=utc_now(),
                reason=reason,
            )
            session.add(row)
            detail = {"number": row.number, "based_on": based_on, "state": row.state}
            note(
                session,
                action,
                kind="rules",
                object_id=name,
                by=by,
                reason=reason,
                detail=detail if of is None else {**detail, "of": of},
            )
            saved = _version(row, RULE_KINDS.get(name).text)
        self.forget()
        if saved.state == _ASIDE:
            raise Conflict(
                f"Somebody saved version {holding} of {name} since you took up {based_on}.",
                f"Yours is kept aside as version {saved.number}. Compare both, then save again.",
            )
        return saved

    def forget(self) -> None:
        """Look at the records again before the next answer."""
        with self._lock:
            self._looked = float("-inf")

    def _look(self) -> None:
        now = time.monotonic()
        with self._lock:
            if now - self._looked < _LOOK_S:
                return
            with self._database.read() as session:
                newest = session.scalar(select(func.max(RuleVersionRow.id))) or 0
            if newest != self._newest:
                self._newest, self._bodies = newest, {}
            self._looked = now

    def _read(self, name: str) -> Mapping[str, Any]:
        version = self.version(name)
        if version.shipped:
            return self._shipped.current(name)
        try:
            return check_rules(name, version.text)
        except DataInvalid as error:
            # A house's rules from before an update must not take its desk down with them.
            log.error("version %d of %s is not followed: %s", version.number, name, error)
            return self._shipped.current(name)


def check_rules(name: str, text: str) -> dict[str, Any]:
    """Return what proposed rules say.

    Raises:
        OptionInvalid: there is no such set of rules.
        DataInvalid: they cannot be read or followed.
    """
    kind = RULE_KINDS.get(name)
    body = read_rules(text)
    kind.check(body)
    return body


def _of(name: str) -> Any:
    return select(RuleVersionRow).where(RuleVersionRow.name == name)


def _holding(session: Session, name: str) -> RuleVersionRow | None:
    found = _of(name).where(RuleVersionRow.state == _SAVED)
    row: RuleVersionRow | None = session.scalar(
        found.order_by(RuleVersionRow.number.desc()).limit(1)
    )
    return row


def _version(row: RuleVersionRow, shipped: str) -> RuleVersion:
    return RuleVersion(
        name=row.name,
        number=row.number,
        text=row.text or shipped,
        state=row.state,
        based_on=row.based_on,
        by=row.by,
        at=row.at,
        reason=row.reason,
        shipped=not row.text,
    )
