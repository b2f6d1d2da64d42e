"""Which product a draft is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from answer.subject import SubjectReader
from evals.insights.facts import Told
from service.conversations.tables import ConversationRow

if TYPE_CHECKING:
    from service.parts import Parts


class DraftProducts:
    """Says it by the conversation, else by the question, else by the passages that are cited."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._names = SubjectReader(parts.subjects)

    def __call__(self, drafts: Sequence[Told]) -> Mapping[str, str]:
        """Return products by draft; where two are named, or none is, it is left out."""
        talks = self._of_conversations(drafts)
        chunks = self._parts.records.chunks(
            list(dict.fromkeys(one for draft in drafts for one in draft.chunk_ids))
        )
        finder = self._names.finder()
        found = {}
        for draft in drafts:
            named = finder.products(draft.question)
            cited = {
                product
                for one in draft.chunk_ids
                if one in chunks and (product := chunks[one].applicability.product)
            }
            if talked := talks.get(draft.conversation_id):
                found[draft.draft_id] = talked
            elif len(named) == 1:
                found[draft.draft_id] = named[0].text or named[0].written
            elif len(cited) == 1:
                found[draft.draft_id] = cited.pop()
        return found

    def _of_conversations(self, drafts: Sequence[Told]) -> dict[str, str]:
        ids = {draft.conversation_id for draft in drafts} - {""}
        with self._parts.database.read() as session:
            rows = session.execute(
                select(ConversationRow.id, ConversationRow.product).where(
                    ConversationRow.id.in_(sorted(ids)), ConversationRow.product != ""
                )
            )
            return {row.id: row.product for row in rows}
