"""Drafts as they were shown, and what people did with them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answer.tables import DraftRow, VerdictRow
from core.database import Database, as_stored, new_id, utc_now
from core.errors import Conflict, DraftOutdated, NotFound, OptionInvalid
from core.serial import to_json
from core.types import Draft, DraftState, Hit, Turn, Verdict, VerdictKind

_BATCH = 500


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it was shown: its JSON, its evidence, and the verdicts so far."""

    body: Mapping[str, Any]
    evidence: tuple[Mapping[str, Any], ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class StoredExplanation:
    """Why a draft was made from its evidence, as it was then."""

    draft_id: str
    question: str
    state: str
    approved: bool
    """Whether it gives an approved answer."""
    by: str
    """Who asked."""
    at: datetime
    explanations: tuple[Mapping[str, Any], ...] | None
    """One for each question; None of drafts from before this was kept."""


class Drafts:
    """Stores drafts and verdicts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self,
        draft: Draft,
        evidence: list[dict[str, Any]],
        by: str = "",
        conversation_id: str = "",
        message: str = "",
        explanations: list[dict[str, Any]] | None = None,
    ) -> None:
        """Store a draft with the evidence that was shown beside it, and why it was found."""
        row = DraftRow(
            id=draft.id,
            conversation_id=conversation_id,
            message=message,
            state=draft.state,
            language=draft.language,
            channel=draft.channel,
            drafter=draft.drafter,
            body=to_json(draft),
            evidence=evidence,
            explanations=None if explanations is None else _packed(explanations),
            created_at=utc_now(),
            created_by=by,
        )
        with self._database.begin() as session:
            session.add(row)

    def get(self, draft_id: str) -> StoredDraft:
        """Return a draft with its verdicts, the oldest first.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            row = _draft(session, draft_id)
            verdicts = session.scalars(
                select(VerdictRow).where(VerdictRow.draft_id == draft_id).order_by(VerdictRow.at)
            )
            return StoredDraft(row.body, tuple(row.evidence), tuple(map(_verdict, verdicts)))

    def newer(self, draft_id: str) -> str | None:
        """Return the latest draft to a later message of the same conversation, if there is one.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            return _newer(session, _draft(session, draft_id))

    def explanation(self, draft_id: str) -> StoredExplanation:
        """Return why a draft was made from its evidence.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            row = _draft(session, draft_id)
            kept = row.explanations
            return StoredExplanation(
                draft_id=row.id,
                question=row.body["question"],
                state=row.state,
                approved=bool(row.body.get("approved")),
                by=row.created_by,
                at=row.created_at,
                explanations=None if kept is None else tuple(json.loads(zlib.decompress(kept))),
            )

    def judge(
        self,
        draft_id: str,
        kind: VerdictKind,
        *,
        by: str,
        text: str = "",
        reason: str = "",
        note: str = "",
        idempotency_key: str | None = None,
        force: bool = False,
    ) -> Verdict:
        """Store a verdict; the same idempotency key on the same draft is one verdict.

        A reply to an older message is accepted or edited only with ``force``.

        Raises:
            NotFound: there is no such draft.
            OptionInvalid: an edit without its text, or a flag without a reason.
            Conflict: the idempotency key was used for another verdict.
            DraftOutdated: the customer has written again since.
        """
        if kind is VerdictKind.EDIT and not text.strip():
            raise OptionInvalid("An edit needs the edited text.", "Send it as text.")
        if kind is VerdictKind.FLAG and not reason.strip():
            raise OptionInvalid("A flag needs a reason.", "Send it as reason.")
        said = {"kind": kind.value, "text": text, "reason": reason, "note": note, "by": by}
        with self._database.begin() as session:
            draft = _draft(session, draft_id)
            if idempotency_key and (held := _repeated(session, draft_id, idempotency_key)):
                if any(
                    getattr(held, name) != as_stored(session, value) for name, value in said.items()
                ):
                    raise Conflict(
                        "This Idempotency-Key was used for another verdict.", "Use a new one."
                    )
                return _verdict(held)
            if kind is not VerdictKind.FLAG and not force and _newer(session, draft):
                raise DraftOutdated(
                    "The customer has written again since this draft was made.",
                    "Use the draft to the latest message, or send force to use this one.",
                )
            row = VerdictRow(
                id=new_id("vdt"),
                draft_id=draft_id,
                at=utc_now(),
                idempotency_key=idempotency_key,
                **said,
            )
            session.add(row)
            return _verdict(row)

    def resting_on(
        self, version_id: str, since: datetime, limit: int
    ) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
        """Yield the drafts that cite a version and are open or were used, the newest first.

        Each comes with the people whom it concerns: who asked for it, and who accepted or edited
        it. A flagged draft is nobody's answer.
        """
        kinds = select(VerdictRow.kind, VerdictRow.by, VerdictRow.draft_id)
        with self._database.read() as session:
            rows = session.scalars(
                select(DraftRow)
                .where(DraftRow.created_at >= since, DraftRow.state == DraftState.ANSWERED)
                .order_by(DraftRow.id.desc())
                .limit(limit)
            ).all()
            resting = [
                row
                for row in rows
                if any(cited["version_id"] == version_id for cited in row.body["citations"])
            ]
            ids = [row.id for row in resting]
            judged: dict[str, list[tuple[str, str]]] = {}
            for start in range(0, len(ids), _BATCH):
                found = session.execute(
                    kinds.where(VerdictRow.draft_id.in_(ids[start : start + _BATCH]))
                )
                for kind, by, draft_id in found:
                    judged.setdefault(draft_id, []).append((kind, by))
        for row in resting:
            verdicts = judged.get(row.id, [])
            if all(kind != VerdictKind.FLAG for kind, _ in verdicts):
                yield row.body, [row.created_by, *(by for _, by in verdicts)]

    def latest(self, limit: int) -> list[tuple[datetime, Mapping[str, Any]]]:
        """Return the newest drafts, each with when it was made."""
        newest = select(DraftRow.created_at, DraftRow.body).order_by(DraftRow.id.desc())
        with self._database.read() as session:
            return [(at, body) for at, body in session.execute(newest.limit(limit))]

    def epoch(self) -> str:
        """Return what differs whenever a draft or a verdict has been added."""
        with self._database.read() as session:
            draft = session.scalar(select(func.max(DraftRow.id)))
            verdict = session.scalar(select(func.max(VerdictRow.id)))
        return f"{draft} {verdict}"

    def verdicts(self, after: str = "", limit: int = 100) -> list[Verdict]:
        """Return verdicts in the order in which they were given, ``limit`` after id ``after``."""
        with self._database.read() as session:
            rows = session.scalars(
                select(VerdictRow).where(VerdictRow.id > after).order_by(VerdictRow.id).limit(limit)
            )
            return [_verdict(row) for row in rows]


def message_of(conversation: Sequence[Turn]) -> str:
    """Return what tells the customer's last message from every other of the conversation."""
    said = [turn.text.strip() for turn in conversation if turn.role == "customer"]
    last = said[-1] if said else ""
    return sha256(f"{len(said)}\n{last}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return a hit as the contract writes it."""
    chunk = hit.chunk
    return {
        "chunk_id": chunk.id,
        "document_id": chunk.document_id,
        "version_id": chunk.version_id,
        "title": chunk.title,
        "headings": list(chunk.headings),
        "page": chunk.page,
        "text": chunk.text,
        "kind": chunk.kind.value,
        "language": chunk.language,
        "audience": chunk.audience,
        "applicability": to_json(chunk.applicability),
        "table_html": chunk.table_html,
        "confidence": chunk.confidence,
        "score": round(hit.score, 6),
        "routes": {name: to_json(route) for name, route in hit.routes.items()},
        "neighbours": [{"chunk_id": c.id, "text": c.text} for c in hit.neighbours],
    }


def _packed(explanations: list[dict[str, Any]]) -> bytes:
    # Twenty beginnings of passages with names and scores: packed, a quarter of the room or less.
    return zlib.compress(json.dumps(explanations, ensure_ascii=False).encode())


def _draft(session: Session, draft_id: str) -> DraftRow:
    row = session.get(DraftRow, draft_id)
    if row is None:
        raise NotFound(f"There is no draft {draft_id[:60]}.", "Ask again to get a new one.")
    return row


def _newer(session: Session, draft: DraftRow) -> str | None:
    """The latest draft of the same conversation to another message; ids sort by time."""
    if not (draft.conversation_id and draft.message):
        return None
    return session.scalar(
        select(func.max(DraftRow.id)).where(
            DraftRow.conversation_id == draft.conversation_id,
            DraftRow.id > draft.id,
            DraftRow.message != draft.message,
        )
    )


def _repeated(session: Session, draft_id: str, key: str) -> VerdictRow | None:
    return session.scalar(
        select(VerdictRow).where(VerdictRow.draft_id == draft_id, VerdictRow.idempotency_key == key)
    )


def _verdict(row: VerdictRow) -> Verdict:
    return Verdict(
        id=row.id,
        draft_id=row.draft_id,
        kind=VerdictKind(row.kind),
        text=row.text,
        reason=row.reason,
        note=row.note,
        by=row.by,
        at=row.at,
    )
