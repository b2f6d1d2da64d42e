"""What was found for one question of a message."""

from __future__ import annotations

from collections.abc import Sequence

from answer.compose import Statement
from answer.extractive.question import Question
from core.types import Clarify


class Answer:
    """What was found for one question."""

    def __init__(
        self,
        question: Question,
        chance: float,
        statements: Sequence[Statement] = (),
        *,
        clarify: Clarify | None = None,
        missing: str = "",
        unknown: str = "",
        notes: Sequence[str] = (),
        reply: tuple[str, str] | None = None,
    ) -> None:
        self.question = question
        self.chance = chance
        self.statements = tuple(statements)
        self.clarify = clarify
        self.missing = missing
        self.unknown = unknown
        self.notes = tuple(notes)
        """What the agent is to know beside it."""
        self.reply = reply
        """About what it says yes or no, as ``answer.extractive.polar`` reads it."""

    def with_notes(self, question: Question, notes: Sequence[str]) -> Answer:
        """Return it as the answer to a question that was asked otherwise, with notes."""
        return Answer(question, self.chance, self.statements, notes=notes, reply=self.reply)
