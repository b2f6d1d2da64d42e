"""What a session remembers of the rules' screen."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from ui import state
from ui.client import Failure
from ui.rules_client import RulesClient
from ui.rules_shapes import RuleSet, Tried

_BENCH = "citedesk.rules"


@dataclass
class Bench:
    """The set of rules that somebody has before them, as far as it is edited."""

    name: str = ""
    held: RuleSet | None = None
    body: dict[str, Any] = field(default_factory=dict)
    text: str | None = None
    """The YAML while it is edited as such; None while the form is shown."""
    opened: int = -1
    """Position of the rule whose fields are shown; -1 is none."""
    forms: int = 0
    """A new number is a new set of fields."""
    tried: Tried | None = None
    failure: Failure | None = None
    remark: str = ""
    lacking: bool = False
    """Whether the remark asks for something that is missing."""

    def take(self, held: RuleSet) -> None:
        """Begin with a version as it holds."""
        self.name, self.held, self.body = held.version.name, held, deepcopy(held.body)
        self.text, self.opened, self.tried, self.failure = None, -1, None, None
        self.lacking = False
        self.forms += 1

    def fresh(self) -> None:
        """Have fields drawn anew from what the rules say."""
        self.forms += 1

    @property
    def changed(self) -> bool:
        """Whether anything was edited."""
        if self.held is None:
            return False
        if self.text is not None:
            return self.text != self.held.text
        return self.body != self.held.body

    @property
    def held_number(self) -> int:
        """Number of the version that was taken up."""
        return self.held.version.number if self.held else 0

    def proposed(self) -> dict[str, Any]:
        """The rules as they would be sent."""
        return {"body": self.body} if self.text is None else {"text": self.text}


def bench() -> Bench:
    """What is before somebody of the rules."""
    found: Bench = st.session_state.setdefault(_BENCH, Bench())
    return found


def client() -> RulesClient:
    """The service's rules, as whoever is signed in."""
    return state.as_person(RulesClient)
