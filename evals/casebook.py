"""The cases that a house keeps: proposed by verdicts, approved, discarded and retired by people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.database import Database, as_stored, new_id, utc_now
from core.errors import CaseChanged, Conflict, DataInvalid, NotFound
from core.serial import to_json
from core.types import DraftState, EvalCase, Turn
from corpus.audit import note
from evals.case_tables import CaseRow, CaseSourceRow, CaseVoteRow
from evals.kept_cases import (
    CaseContent,
    CaseOrigin,
    CaseSource,
    CaseStatus,
    KeptCase,
    Vote,
    kept_case,
)

_BATCH = 500
_LONGEST, _LONGEST_WHY = 20_000, 2_000
_CUT = "\n\x1e\n"
_BEFORE = {
    CaseStatus.APPROVED: {CaseStatus.PROPOSED, CaseStatus.RETIRED},
    CaseStatus.DISCARDED: {CaseStatus.PROPOSED},
    CaseStatus.RETIRED: {CaseStatus.APPROVED},
}
"""Which states a case can have before it gets another."""


@dataclass(frozen=True, slots=True)
class CasesWanted:
    """Which cases are asked for; what is empty does not narrow."""

    statuses: tuple[CaseStatus, ...] = ()
    sort: str = ""
    origin: str = ""
    owner: str = ""
    language: str = ""
    product: str = ""
    channel: str = ""


class Casebook:
    """Stores cases. Two people on one case: whoever saves says which revision they saw."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def propose(
        self,
        content: CaseContent,
        origin: CaseOrigin,
        *,
        source: CaseSource | None = None,
        owner: str = "",
        due_at: datetime | None = None,
        by: str = "",
    ) -> KeptCase:
        """Store a proposed case; a verdict that has become a case already stays that case.

        Raises:
            DataInvalid: there is no question, or something is too long.
        """
        _check(content)
        now = self._clock()
        with self._database.begin() as session:
            if source is not None and (held := session.get(CaseSourceRow, source.verdict_id)):
                return _whole(session, _present(session, held.case_id))
            row = CaseRow(
                id=new_id("case"),
                revision=1,
                status=CaseStatus.PROPOSED,
                origin=origin,
                sort_by="",
                owner=owner,
                due_at=due_at,
                why="",
                created_at=now,
                created_by=by,
                changed_at=now,
                changed_by=by,
            )
            _fill(session, row, content)
            session.add(row)
            session.flush()
            if source is not None:
                session.add(_source_row(session, row.id, source, now))
            _noted(session, "propose_case", row, by, "", now)
            session.flush()
            return _whole(session, row)

    def add_source(self, case_id: str, source: CaseSource, by: str = "") -> KeptCase:
        """Note that another verdict says the same; one that is noted already stays where it is.

        Raises:
            NotFound: there is no such case.
        """
        now = self._clock()
        with self._database.begin() as session:
            held = session.get(CaseSourceRow, source.verdict_id)
            row = _present(session, held.case_id if held else case_id)
            if held is None:
                session.add(_source_row(session, row.id, source, now))
                _noted(session, "merge_case", row, by, "", now)
                session.flush()
            return _whole(session, row)

    def of_verdict(self, verdict_id: str) -> KeptCase | None:
        """Return the case that a verdict has become, if it has."""
        with self._database.read() as session:
            held = session.get(CaseSourceRow, verdict_id)
            return _whole(session, _present(session, held.case_id)) if held else None

    def get(self, case_id: str) -> KeptCase:
        """Return a case.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            return _whole(session, _present(session, case_id))

    def listed(self, wanted: CasesWanted, after: str = "", limit: int = 100) -> list[KeptCase]:
        """Return cases, the oldest first, ``limit`` after id ``after``."""
        statement = select(CaseRow).where(CaseRow.id > after).order_by(CaseRow.id).limit(limit)
        if wanted.statuses:
            statement = statement.where(CaseRow.status.in_(wanted.statuses))
        for name in ("sort", "origin", "owner", "language", "product", "channel"):
            if value := getattr(wanted, name):
                statement = statement.where(getattr(CaseRow, name) == value)
        with self._database.read() as session:
            rows = list(session.scalars(statement))
            return _wholes(session, rows)

    def every(self, wanted: CasesWanted) -> list[KeptCase]:
        """Return all cases that are asked for, the oldest first."""
        found: list[KeptCase] = []
        while page := self.listed(wanted, found[-1].id if found else "", _BATCH):
            found += page
        return found

    def approved(self) -> tuple[EvalCase, ...]:
        """Return the approved cases as suites hold them."""
        kept = self.every(CasesWanted((CaseStatus.APPROVED,)))
        return tuple(case.for_runs() for case in kept)

    def counts(self) -> dict[str, int]:
        """Return how many cases there are by status."""
        counted = select(CaseRow.status, func.count()).group_by(CaseRow.status)
        with self._database.read() as session:
            found = {status: int(count) for status, count in session.execute(counted)}
        return {status.value: found.get(status.value, 0) for status in CaseStatus}

    def epoch(self) -> tuple[int, str]:
        """Return what differs whenever a case was added or changed, in whichever process."""
        with self._database.read() as session:
            count, last = session.execute(select(func.count(), func.max(CaseRow.changed_at))).one()
        return int(count), str(last)

    def edit(
        self,
        case_id: str,
        change: Callable[[CaseContent], CaseContent],
        revision: int,
        by: str,
        *,
        owner: str | None = None,
    ) -> KeptCase:
        """Change what a case says; a sort that is changed is from then on whoever's did it.

        Whoever it is given to is its ``owner``; None leaves that as it is.

        Raises:
            NotFound
            CaseChanged: somebody else was faster.
            DataInvalid: there is no question any more, or something is too long.
            Conflict: it is discarded.
        """
        now = self._clock()
        with self._database.begin() as session:
            row = _current(session, case_id, revision)
            if row.status == CaseStatus.DISCARDED:
                raise Conflict("This case is discarded.", "Propose a new one.")
            before = kept_case(row).content
            after = change(before)
            _check(after)
            _fill(session, row, after)
            if after.sort != before.sort:
                row.sort_by = by
            if owner is not None:
                row.owner = owner
            _changed(row, by, now)
            _noted(session, "edit_case", row, by, "", now)
            session.flush()
            return _whole(session, row)

    def move(
        self, case_id: str, to: CaseStatus, *, by: str, why: str = "", revision: int | None = None
    ) -> KeptCase:
        """Approve, discard or retire a case; without a revision whatever it says now.

        Raises:
            NotFound
            CaseChanged: somebody else was faster.
            Conflict: it cannot become that from what it is.
            DataInvalid: it is to be approved and does not say what a right answer is.
        """
        now = self._clock()
        with self._database.begin() as session:
            row = _current(session, case_id, revision)
            if row.status not in _BEFORE.get(to, ()):
                raise Conflict(
                    f"A case that is {row.status} cannot become {to.value}.", "Reload the case."
                )
            if to is CaseStatus.APPROVED:
                _check_answer(row)
                if row.origin == CaseOrigin.SYNTHETIC:
                    row.origin = CaseOrigin.PROMOTED
            row.status, row.why = to.value, why.strip()[:_LONGEST_WHY]
            _changed(row, by, now)
            _noted(session, f"case_{to.value}", row, by, row.why, now)
            session.flush()
            return _whole(session, row)

    def vote(self, case_id: str, vote: Vote, *, by: str, text: str = "") -> KeptCase:
        """Note what a reviewer says of a case; their last word counts, and changes no revision.

        Raises:
            NotFound
        """
        now = self._clock()
        with self._database.begin() as session:
            row = _present(session, case_id)
            held = session.get(CaseVoteRow, (case_id, by))
            if held is None:
                held = CaseVoteRow(case_id=case_id, by=by)
                session.add(held)
            held.vote, held.note, held.at = vote.value, text.strip()[:_LONGEST_WHY], now
            session.flush()
            return _whole(session, row)

    def ballots(self) -> dict[str, dict[str, str]]:
        """Return what each reviewer said of each case: case -> reviewer -> vote."""
        found: dict[str, dict[str, str]] = {}
        with self._database.read() as session:
            for row in session.scalars(select(CaseVoteRow).order_by(CaseVoteRow.case_id)):
                found.setdefault(row.case_id, {})[row.by] = row.vote
        return found


def _check(content: CaseContent) -> None:
    if not content.question.strip():
        raise DataInvalid("A case needs a question.", "Write what the customer asks.")
    if max(len(content.question), len(content.reference)) > _LONGEST:
        raise DataInvalid(
            f"Question and reference may have {_LONGEST} characters.", "Shorten the case."
        )


def _check_answer(row: CaseRow) -> None:
    if row.state == DraftState.ANSWERED and not row.reference and not row.expected:
        raise DataInvalid(
            "This case does not say what a right answer is.",
            "Write the reference answer, or name the passages that answer it.",
        )


def _fill(session: Session, row: CaseRow, content: CaseContent) -> None:
    texts = [content.question, content.reference, *(turn.text for turn in content.history)]
    question, reference, *turns = _masked(session, texts)
    row.question, row.reference = question.strip(), reference.strip()
    row.history = [
        to_json(Turn(turn.role, text, turn.at))
        for turn, text in zip(content.history, turns, strict=True)
    ]
    row.channel, row.product, row.language = content.channel, content.product, content.language
    row.audience, row.state = content.audience, content.state.value
    row.expected = [to_json(one) for one in content.expected]
    row.tags, row.difficulty = list(content.tags), content.difficulty
    row.sort = content.sort


def _masked(session: Session, texts: Sequence[str]) -> list[str]:
    """Mask texts together, so that one value has one placeholder in all of them."""
    together = as_stored(session, _CUT.join(texts)).split(_CUT)
    if len(together) == len(texts):
        return together
    return [as_stored(session, text) for text in texts]


def _source_row(session: Session, case_id: str, source: CaseSource, now: datetime) -> CaseSourceRow:
    sorts: list[Mapping[str, Any]] = [
        {name: as_stored(session, value) for name, value in one.items()} for one in source.shown
    ]
    return CaseSourceRow(
        verdict_id=source.verdict_id,
        case_id=case_id,
        draft_id=source.draft_id,
        kind=source.kind,
        sorts=sorts,
        at=source.at or now,
    )


def _present(session: Session, case_id: str) -> CaseRow:
    row = session.get(CaseRow, case_id)
    if row is None:
        raise NotFound(f"There is no case {case_id[:60]}.", "citedesk cases list lists them.")
    return row


def _current(session: Session, case_id: str, revision: int | None) -> CaseRow:
    row = session.get(CaseRow, case_id, with_for_update=True)
    if row is None:
        return _present(session, case_id)
    if revision is not None and row.revision != revision:
        who = f" by {row.changed_by}" if row.changed_by else ""
        raise CaseChanged(
            f"This case was changed{who} since you read it.", "Reload it and look again."
        )
    return row


def _changed(row: CaseRow, by: str, now: datetime) -> None:
    row.revision += 1
    row.changed_by, row.changed_at = by, now


def _noted(
    session: Session, action: str, row: CaseRow, by: str, reason: str, now: datetime
) -> None:
    detail = {"status": row.status, "revision": row.revision}
    note(
        session, action, kind="case", object_id=row.id, by=by, reason=reason, detail=detail, at=now
    )


def _whole(session: Session, row: CaseRow) -> KeptCase:
    return _wholes(session, [row])[0]


def _wholes(session: Session, rows: Sequence[CaseRow]) -> list[KeptCase]:
    sources: dict[str, list[CaseSourceRow]] = {}
    votes: dict[str, list[CaseVoteRow]] = {}
    ids = [row.id for row in rows]
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        for one in session.scalars(
            select(CaseSourceRow).where(CaseSourceRow.case_id.in_(some)).order_by(CaseSourceRow.at)
        ):
            sources.setdefault(one.case_id, []).append(one)
        for vote in session.scalars(
            select(CaseVoteRow).where(CaseVoteRow.case_id.in_(some)).order_by(CaseVoteRow.at)
        ):
            votes.setdefault(vote.case_id, []).append(vote)
    return [kept_case(row, sources.get(row.id), votes.get(row.id)) for row in rows]
