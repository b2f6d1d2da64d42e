"""What an approved answer is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from answer.tables import ApprovedAnswerRow
from core.serial import from_json, to_json
from core.types import Applicability, Citation, Sentence


class AnswerState(StrEnum):
    """Whether an answer may be served."""

    APPROVED = "approved"
    STALE = "stale"
    """What it rests on has changed; nobody has confirmed it since."""
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class ApprovedAnswer:
    """A question with the answer to it, every sentence of which cites a passage."""

    id: str
    question: str
    language: str
    """zh or en."""
    audience: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    state: AnswerState
    by: str
    at: datetime
    applicability: Applicability = field(default_factory=Applicability)
    why: str = ""
    """Why it is stale or retired."""
    replaces: str | None = None

    @property
    def text(self) -> str:
        """The answer without markers."""
        joint = "" if self.language == "zh" else " "
        return joint.join(sentence.text for sentence in self.sentences)

    def versions(self) -> set[str]:
        """Return the versions that it cites."""
        return {citation.version_id for citation in self.citations}


def answer_of(row: ApprovedAnswerRow) -> ApprovedAnswer:
    """Return a stored answer."""
    return ApprovedAnswer(
        id=row.id,
        question=row.question,
        language=row.language,
        audience=row.audience,
        sentences=tuple(from_json(Sentence, body) for body in row.sentences),
        citations=tuple(from_json(Citation, body) for body in row.citations),
        state=AnswerState(row.state),
        by=row.by,
        at=row.at,
        applicability=from_json(Applicability, row.applicability),
        why=row.why,
        replaces=row.replaces,
    )


def row_of(answer: ApprovedAnswer) -> ApprovedAnswerRow:
    """Return an answer as it is stored."""
    return ApprovedAnswerRow(
        id=answer.id,
        question=answer.question,
        language=answer.language,
        audience=answer.audience,
        applicability=to_json(answer.applicability),
        sentences=[to_json(sentence) for sentence in answer.sentences],
        citations=[to_json(citation) for citation in answer.citations],
        state=answer.state,
        why=answer.why,
        by=answer.by,
        at=answer.at,
        changed_at=answer.at,
        replaces=answer.replaces,
    )


def answer_json(answer: ApprovedAnswer) -> dict[str, Any]:
    """Return an answer as the API writes it."""
    body: dict[str, Any] = to_json(answer)
    return {**body, "answer": answer.text}
