"""The closed loop: from a complaint or a fault to the customer who says how it went."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from answer.rules.house import RulesSource
from core.database import utc_now
from core.errors import CiteDeskError, OptionInvalid
from core.types import INTERNAL, PUBLIC, Applicability, Draft, Turn
from service.conversations import ConversationRow, Sent
from service.conversations.standing import CLOSED
from service.followups.callback import call_back
from service.followups.rules import STEPS, FollowUpRules
from service.followups.steps import about, cause_of, steps_of
from service.followups.waiting import waiting_causes
from service.tables import TaskRow
from service.tasks.rules import Cause, Findings, TaskKind, key_of

if TYPE_CHECKING:
    from service.parts import Parts

_ASKED = {
    "zh": "投诉或报修办结后多久内电话回访客户",
    "en": "when to call the customer back after closing a complaint or a fault",
}
_LOOKED_AT = 8
_MARKERS = re.compile(r"\s?\[\d{1,3}\]")


class FollowUps:
    """What is to be done for each conversation, and what is done when somebody closes a step."""

    def __init__(
        self, parts: Parts, rules: RulesSource, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._parts = parts
        self._rules = rules
        self._clock = clock

    def rules(self) -> FollowUpRules:
        """Return the rules that hold now."""
        return FollowUpRules.of(self._rules)

    def noted(
        self,
        conversation_id: str,
        turns: Sequence[Turn],
        *,
        channel: str,
        applicability: Applicability | None = None,
        by: str = "",
        draft: Draft | None = None,
        evidence: Sequence[Mapping[str, Any]] = (),
    ) -> ConversationRow:
        """Note how a conversation stands, with the draft to it if there is one."""
        wanted = applicability or Applicability()
        sent = Sent(turns, channel, wanted.product, wanted.model, by)
        if draft is not None:
            level = draft.triage.escalate.level
            cited = {citation.chunk_id for citation in draft.citations}
            of_cited = [hit for hit in evidence if hit["chunk_id"] in cited]
            asked = call_back(of_cited, level) if draft.triage.kind != "enquiry" else None
            sent = replace(sent, triage=draft.triage, draft_id=draft.id, call_back=asked)
        row, changed = self._parts.conversations.note(conversation_id, sent)
        if changed and (row.since is not None or row.state == CLOSED):
            self.bring(row, by)
        return row

    def answered(self, draft_id: str, text: str, by: str) -> None:
        """Note that an agent answered with a draft."""
        said = text.strip() or self._as_drafted(draft_id)
        row = self._parts.conversations.answered(draft_id, said, by)
        if row is not None and row.since is not None:
            self.bring(row, by)

    def correct(
        self,
        conversation_id: str,
        said: Mapping[str, str | None],
        *,
        by: str,
        reason: str = "",
        revision: int | None = None,
    ) -> ConversationRow:
        """Take what a person says of a record; where it is no complaint, its follow-ups go.

        Raises:
            NotFound, OptionInvalid, Conflict: as :meth:`Conversations.correct`.
        """
        before = self._parts.conversations.get(conversation_id)
        drops = said.get("kind") == "enquiry" and before.since is not None
        if drops and not reason.strip():
            raise OptionInvalid(
                "The follow-ups of a complaint or a fault go for a reason.", "Give the reason."
            )
        row = self._parts.conversations.correct(
            conversation_id, said, by=by, reason=reason, revision=revision
        )
        self.bring(row, by, reason.strip() if drops else "")
        return row

    def take(self, conversation_id: str, *, by: str, reason: str = "") -> ConversationRow:
        """Let somebody take a conversation over; its steps that nobody was given go along.

        Raises:
            NotFound: there is no such conversation.
        """
        row = self._parts.conversations.take(conversation_id, by=by, reason=reason)
        self.bring(row, by)
        return row

    def close(self, conversation_id: str, *, by: str, reason: str = "") -> ConversationRow:
        """Close a conversation, and look up whether a procedure asks for a call-back.

        Raises:
            NotFound, Conflict: there is none, or it is closed already.
        """
        row = self._parts.conversations.close(conversation_id, by=by, reason=reason)
        if row.since is not None and not row.call_back and (asked := self._looked_up(row)):
            self._parts.conversations.mark(row.id, call_back=asked)
            row = self._parts.conversations.get(row.id)
        self.bring(row, by)
        return row

    def reopen(self, conversation_id: str, *, by: str, reason: str = "") -> ConversationRow:
        """Open a conversation again.

        Raises:
            NotFound, Conflict: there is none, or it is not closed.
        """
        row = self._parts.conversations.reopen(conversation_id, by=by, reason=reason)
        self.bring(row, by)
        return row

    def rate(self, conversation_id: str, score: int, words: str, *, by: str) -> ConversationRow:
        """Note how satisfied the customer is; a bad score opens the case again.

        Raises:
            NotFound, OptionInvalid: there is no such conversation, or no such score.
        """
        row = self._parts.conversations.rate(
            conversation_id, score, words, by=by, reopen_at=self.rules().reopen_at
        )
        self.bring(row, by)
        return row

    def resolved(self, task: TaskRow, by: str) -> None:
        """Let what somebody did with a task be true of its conversation."""
        conversations, step = self._parts.conversations, task.subject["step"]
        conversation_id = task.subject["conversation_id"]
        if step == "close":
            row = conversations.get(conversation_id)
            if row.state != CLOSED:
                self.close(conversation_id, by=by, reason=task.note)
        elif step == "first_handling":
            conversations.mark(conversation_id, handled_at=self._clock())

    def bring(self, row: ConversationRow, actor: str = "", why: str = "") -> None:
        """Bring the tasks of one conversation into step with how it stands.

        Given a ``why``, there is nothing more to be done because ``actor`` says so.
        """
        now = self._clock()
        causes = self._causes(row, now, self._people())
        kept = {cause.key for cause in causes}
        keys = {key_of(TaskKind.FOLLOW_UP, about(row.id, step)) for step in STEPS}
        gone = frozenset(keys - kept)
        if row.waiting_since is not None:
            gone -= {key_of(TaskKind.FOLLOW_UP, about(row.id, "waiting"))}
        by = actor if why else ""
        found = Findings(TaskKind.FOLLOW_UP, tuple(causes), gone, by, why)
        self._parts.tasks.bring([found], actor)

    def findings(self, now: datetime) -> Findings:
        """Find what is to be done for all conversations."""
        conversations, people = self._parts.conversations, self._people()
        causes: list[Cause] = []
        for row in conversations.followed():
            of_row = self._causes(row, now, people)
            causes += of_row
            if self._is_over(row, of_row):
                conversations.mark(row.id, revision=row.revision, followed=False)
        causes += waiting_causes(conversations, self._rules, now, people)
        return Findings(TaskKind.FOLLOW_UP, tuple(causes))

    def of(self, conversation_id: str) -> list[TaskRow]:
        """Return the follow-ups of a conversation, those due first at the head."""
        keys = [key_of(TaskKind.FOLLOW_UP, about(conversation_id, step)) for step in STEPS]
        return self._parts.tasks.of_keys(keys)

    def _as_drafted(self, draft_id: str) -> str:
        return _MARKERS.sub("", str(self._parts.drafts.get(draft_id).body.get("answer") or ""))

    def _causes(
        self, row: ConversationRow, now: datetime, people: Mapping[str, str]
    ) -> list[Cause]:
        rules, owner = self.rules(), people.get(row.agent, "")
        return [cause_of(row, step, rules, now, owner) for step in steps_of(row, rules)]

    def _is_over(self, row: ConversationRow, causes: Sequence[Cause]) -> bool:
        """Whether nothing more can become due unless the conversation changes."""
        if row.state != CLOSED and row.since is not None:
            return False
        return not causes or self._parts.tasks.all_closed([cause.key for cause in causes])

    def _people(self) -> dict[str, str]:
        return {name: name for name in self._parts.tasks.people()}

    def _looked_up(self, row: ConversationRow) -> dict[str, Any] | None:
        """What the procedures say of a call-back, though no draft has cited it."""
        if not self._parts.live.current().versions:
            return None
        escalate = row.triage.get("escalate") or {}
        level = int(escalate.get("level") or 0)
        try:
            found = self._parts.retriever.search(
                _ASKED["zh" if row.language == "zh" else "en"],
                top=_LOOKED_AT,
                audiences=(PUBLIC, INTERNAL),
            )
        except CiteDeskError:
            # A closing must not fail because the indexes are being rebuilt.
            return None
        passages = [
            {
                "text": hit.chunk.text,
                "chunk_id": hit.chunk.id,
                "document_id": hit.chunk.document_id,
                "version_id": hit.chunk.version_id,
                "title": hit.chunk.title,
                "page": hit.chunk.page,
            }
            for hit in found.hits
        ]
        return call_back(passages, level)
