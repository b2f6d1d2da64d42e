"""What a stored case is: its content, where it came from, and how reviewers voted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.types import PUBLIC, DraftState, EvalCase, ExpectedPassage, Turn
from evals.case_tables import CaseRow, CaseSourceRow, CaseVoteRow


class CaseStatus(StrEnum):
    """What people have said of a case."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    RETIRED = "retired"
    DISCARDED = "discarded"


class CaseOrigin(StrEnum):
    """Where a case came from."""

    DRAFT = "draft"
    EDIT = "edit"
    FLAG = "flag"
    BY_HAND = "hand-written"
    SYNTHETIC = "synthetic"
    PROMOTED = "promoted"
    """Synthetic, and approved by a person since."""


class Vote(StrEnum):
    """What a reviewer would do with a case."""

    APPROVE = "approve"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that a right answer rests on, as it was when the case was made."""

    document: str
    """Key of the document."""
    quote: str
    document_id: str = ""
    version_id: str = ""
    chunk_id: str = ""
    title: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class CaseContent:
    """What a case says; personal data is masked when it is stored."""

    question: str
    language: str
    """zh or en."""
    history: tuple[Turn, ...] = ()
    """The turns before the question that it leans on, oldest first."""
    channel: str = "im"
    product: str = ""
    audience: str = PUBLIC
    state: DraftState = DraftState.ANSWERED
    reference: str = ""
    expected: tuple[Passage, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: str = ""
    """easy, medium or hard; empty where nobody has said."""
    sort: str = ""
    """What was wrong with the draft; a name of ``evals.feedback.sorts.Sort``, or empty."""


@dataclass(frozen=True, slots=True)
class CaseSource:
    """A verdict that a case came from, or that was merged into it."""

    verdict_id: str
    draft_id: str
    kind: str
    """accept, edit or flag."""
    shown: tuple[Mapping[str, str], ...] = ()
    """What was wrong, each with ``sort``, ``before`` and ``after``."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseVote:
    """What one reviewer says of a case."""

    by: str
    vote: Vote
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case as it is stored."""

    id: str
    revision: int
    status: CaseStatus
    content: CaseContent
    origin: CaseOrigin
    sort_by: str
    """Who corrected the sort; empty where it is as it was read."""
    owner: str
    due_at: datetime | None
    why: str
    """Why it was discarded or retired."""
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str
    sources: tuple[CaseSource, ...] = ()
    votes: tuple[CaseVote, ...] = ()

    def for_runs(self) -> EvalCase:
        """Return it as suites hold it."""
        held = self.content
        return EvalCase(
            id=self.id,
            question=held.question,
            language=held.language,
            audience=held.audience,
            state=held.state,
            reference=held.reference,
            expected=tuple(ExpectedPassage(one.document, one.quote) for one in held.expected),
            tags=(*held.tags, held.sort) if held.sort else held.tags,
            origin=self.origin.value,
            status=self.status.value,
            history=held.history,
            channel=held.channel,
            product=held.product,
            difficulty=held.difficulty,
        )


def kept_case(
    row: CaseRow, sources: list[CaseSourceRow] | None = None, votes: list[CaseVoteRow] | None = None
) -> KeptCase:
    """Return a stored row as a case."""
    return KeptCase(
        id=row.id,
        revision=row.revision,
        status=CaseStatus(row.status),
        content=_content(row),
        origin=CaseOrigin(row.origin),
        sort_by=row.sort_by,
        owner=row.owner,
        due_at=row.due_at,
        why=row.why,
        created_at=row.created_at,
        created_by=row.created_by,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        sources=tuple(
            CaseSource(one.verdict_id, one.draft_id, one.kind, tuple(one.sorts), one.at)
            for one in sources or ()
        ),
        votes=tuple(CaseVote(one.by, Vote(one.vote), one.note, one.at) for one in votes or ()),
    )


def _content(row: CaseRow) -> CaseContent:
    return CaseContent(
        question=row.question,
        language=row.language,
        history=tuple(Turn(t["role"], t["text"], t.get("at", "")) for t in row.history),
        channel=row.channel,
        product=row.product,
        audience=row.audience,
        state=DraftState(row.state),
        reference=row.reference,
        expected=tuple(_passage(one) for one in row.expected),
        tags=tuple(row.tags),
        difficulty=row.difficulty,
        sort=row.sort,
    )


def _passage(held: Mapping[str, Any]) -> Passage:
    names = Passage.__dataclass_fields__
    return Passage(**{name: value for name, value in held.items() if name in names})
