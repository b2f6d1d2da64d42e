"""Making proposed cases of verdicts, one by one or of those that were left."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from answer.tables import VerdictRow
from core.database import utc_now
from core.errors import CiteDeskError, NotFound, OptionInvalid
from core.types import Verdict, VerdictKind
from evals.case_tables import CaseSourceRow
from evals.feedback.merging import Doubles
from evals.feedback.proposing import Proposal, Proposer
from evals.kept_cases import CaseContent, KeptCase, Passage
from service.audiences import audiences_of
from service.feedback.changing import changed
from service.feedback.history import turns_of
from service.feedback.owners import owner_of
from service.tasks.rules import Deadlines, TaskKind

if TYPE_CHECKING:
    from service.parts import Parts

log = logging.getLogger("citedesk.feedback")

_MOST_AT_ONCE = 50
_LOOKS_BACK = timedelta(days=2)


class Feedback:
    """Turns edits and flags into proposed cases; what asks the same is one case."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._failed: set[str] = set()

    def judged(self, verdict_id: str) -> None:
        """Make a case of an edit or a flag; a failure is logged, and people can ask again."""
        try:
            verdict = self.verdict(verdict_id)
            if verdict.kind is not VerdictKind.ACCEPT:
                self.case_of(verdict_id)
        except CiteDeskError as error:
            self._failed.add(verdict_id)
            log.warning("verdict %s became no case: %s", verdict_id, error.code)
        except Exception:
            self._failed.add(verdict_id)
            # The verdict is stored and was answered; a defect here must not undo that.
            log.exception("verdict %s became no case", verdict_id)

    def case_of(self, verdict_id: str, by: str = "") -> KeptCase:
        """Return the case that a verdict has become, and make it one if it has not.

        Raises:
            NotFound: there is no such verdict.
        """
        verdict = self.verdict(verdict_id)
        casebook = self._parts.casebook
        if held := casebook.of_verdict(verdict_id):
            return held
        # Two edits of the same question at the same moment must not become two cases.
        with self._lock:
            proposal = self._proposal(verdict)
            doubles = Doubles(casebook, self._parts.vectors)
            if double := doubles.of(proposal.content):
                return casebook.add_source(double.id, proposal.source, by or verdict.by)
            return self._store(verdict, proposal, by)

    def catch_up(self) -> int:
        """Make cases of edits and flags that have none, such as after a crash; return how many.

        What is older was given before verdicts became cases, and is left to people to choose.
        """
        since = utc_now() - _LOOKS_BACK
        taken = select(CaseSourceRow.verdict_id).where(CaseSourceRow.verdict_id == VerdictRow.id)
        with self._parts.database.read() as session:
            left = list(
                session.scalars(
                    select(VerdictRow.id)
                    .where(
                        VerdictRow.kind != VerdictKind.ACCEPT,
                        VerdictRow.at >= since,
                        ~taken.exists(),
                    )
                    .order_by(VerdictRow.id.desc())
                    .limit(_MOST_AT_ONCE)
                )
            )
        new = [one for one in reversed(left) if one not in self._failed]
        for verdict_id in new:
            self.judged(verdict_id)
        return len(new)

    def edit(self, case_id: str, said: Mapping[str, Any], *, revision: int, by: str) -> KeptCase:
        """Change what a case says; an answer that is written now looks for what it rests on.

        Raises:
            NotFound, CaseChanged, Conflict, DataInvalid: as :meth:`Casebook.edit`.
            OptionInvalid: a value is none that the field can have, nobody has the owner's name, or
                a passage is not for those who ask.
        """
        given = dict(said)
        held = self._parts.casebook.get(case_id)
        owner = given.pop("owner", None)
        if owner is not None and owner != held.owner:
            self._require_person(owner)
        if given.get("expected"):
            given["expected"] = self._expected(given, held.content)
        writes = bool(given.get("reference")) and not held.content.reference
        found: tuple[Passage, ...] = ()
        if writes and not held.content.expected and not given.get("expected"):
            given.pop("expected", None)
            found = self._resting_on(str(given["reference"]), held)

        def change(content: CaseContent) -> CaseContent:
            after = changed(self._parts, content, given)
            return replace(after, expected=found) if found else after

        return self._parts.casebook.edit(case_id, change, revision, by, owner=owner)

    def _expected(
        self, given: Mapping[str, Any], content: CaseContent
    ) -> list[Mapping[str, str] | Passage]:
        """What is expected; of a passage that is only pointed at, what bears the answer out."""
        reference = str(given.get("reference", content.reference))
        found: list[Mapping[str, str] | Passage] = []
        for one in given["expected"]:
            if one.get("quote") or not one.get("chunk_id"):
                found.append(one)
                continue
            chunk = self._parts.records.chunk(one["chunk_id"])
            if chunk.audience not in audiences_of(content.audience):
                raise OptionInvalid(
                    "That passage is not for those who ask this.",
                    "Choose one that they may read, or make the case one of people who may.",
                )
            found += self._proposer().of_chunk(reference, chunk)
        return found

    def _require_person(self, owner: str) -> None:
        people = self._parts.tasks.people()
        if owner and owner not in people:
            raise OptionInvalid(
                f"Nobody named {owner[:60]!r} can own a case.",
                f"Choose one of: {', '.join(people[:20]) or 'nobody yet'}.",
            )

    def _resting_on(self, reference: str, case: KeptCase) -> tuple[Passage, ...]:
        for source in reversed(case.sources):
            try:
                stored = self._parts.drafts.get(source.draft_id)
            except NotFound:
                continue
            if found := self._proposer().resting_on(reference, stored):
                return found
        return ()

    def _proposer(self) -> Proposer:
        parts = self._parts
        return Proposer(parts.rules, parts.vectors, parts.records.key_of)

    def _proposal(self, verdict: Verdict) -> Proposal:
        parts = self._parts
        stored = parts.drafts.get(verdict.draft_id)
        turns, product = turns_of(parts.database, verdict.draft_id)
        return self._proposer().propose(verdict, stored, turns, product)

    def _store(self, verdict: Verdict, proposal: Proposal, by: str) -> KeptCase:
        parts = self._parts
        sort = proposal.content.sort
        owner = owner_of(sort, proposal.document_ids, parts.owners, parts.rules)
        due_at = Deadlines.of(parts.settings).due(TaskKind.FLAG, verdict.at)
        if verdict.kind is VerdictKind.FLAG:
            try:
                task = parts.tasks.flag(verdict.id)
                owner, due_at = task.owner or owner, task.due_at
            except NotFound:
                # The task of a flag is made by the next sweep; it has the same owner then.
                log.info("flag %s has no task yet", verdict.id)
        return parts.casebook.propose(
            proposal.content,
            proposal.origin,
            source=proposal.source,
            owner=owner,
            due_at=due_at,
            by=by or verdict.by,
        )

    def verdict(self, verdict_id: str) -> Verdict:
        """Return a verdict.

        Raises:
            NotFound
        """
        with self._parts.database.read() as session:
            row = session.get(VerdictRow, verdict_id)
        if row is None:
            raise NotFound(
                f"There is no verdict {verdict_id[:60]}.", "List them: GET /v1/verdicts."
            )
        return Verdict(
            row.id,
            row.draft_id,
            VerdictKind(row.kind),
            row.text,
            row.reason,
            row.note,
            row.by,
            row.at,
        )
