"""What a session has open on the desk, in the search and in the glossary, as plain types."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ui import shapes
from ui.client import Failure, Judgement
from ui.glossary_shapes import Entry


@dataclass
class Desk:
    """One conversation on the desk and the draft made for it."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    turns: list[shapes.Turn] = field(default_factory=list)
    channel: str = "im"
    product: str = ""
    model: str = ""
    wants_draft: bool = False
    hits: tuple[shapes.Hit, ...] = ()
    draft: shapes.Draft | None = None
    drafted_turns: int = 0
    """How many turns the draft knows."""
    drafted_ms: float = 0.0
    """Time from asking to the whole draft, as the agent felt it."""
    mode: str = "view"
    """view, edit or flag."""
    stored: list[Judgement] = field(default_factory=list)
    wording: tuple[shapes.Term, ...] = ()
    """What the glossary says of the edited text."""
    worded: str = ""
    """The edited text of which it says so."""
    approved: bool = False
    """Whether what the draft says was approved as an answer."""
    failure: Failure | None = None
    """Why there is no draft."""
    action_failure: Failure | None = None
    """Why a verdict could not be stored."""
    outdated: bool = False
    """Whether the customer has written again since the draft was made, from elsewhere."""
    pending: Judgement | None = None
    """What was to be stored of an outdated draft, until the agent insists."""
    remark: str = ""
    """Name of a text to show under the input."""

    def say(self, role: str, text: str) -> None:
        """Add a message."""
        self.turns.append(shapes.Turn(role, text, datetime.now(UTC).isoformat(timespec="seconds")))

    def settled(self) -> Judgement | None:
        """The acceptance or edit that settled the draft, if one did."""
        return next((j for j in self.stored if j.kind in {"accept", "edit"}), None)

    def flagged(self) -> bool:
        """Whether the draft was flagged."""
        return any(j.kind == "flag" for j in self.stored)

    def forget_draft(self) -> None:
        """Clear the draft and all that hangs on it."""
        self.draft, self.hits, self.failure = None, (), None
        self.stored, self.mode, self.action_failure = [], "view", None
        self.wording, self.worded, self.approved = (), "", False
        self.outdated, self.pending = False, None


@dataclass
class Search:
    """A customer's question and its answer."""

    question: str = ""
    wants_answer: bool = False
    answer: shapes.Answer | None = None
    failure: Failure | None = None


@dataclass
class Book:
    """What somebody has open of the glossary."""

    entry: Entry | None = None
    """The entry in the form; None for a new one."""
    forms: int = 0
    """How often the form was filled anew; a new number is a new form."""
    shown: int = 0
    """How many more entries were asked for."""
    failure: Failure | None = None
    """Why the last step did not succeed."""
    remark: str = ""
    """What the last step did, in words."""

    def open(self, entry: Entry | None) -> None:
        """Put an entry into the form, or empty it."""
        self.entry, self.failure, self.remark = entry, None, ""
        self.forms += 1
