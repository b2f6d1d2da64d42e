"""What a session has open of the explanations, and who may look at whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui import state
from ui.client import Failure
from ui.explain_client import ExplainClient
from ui.explain_shapes import Why

_LENS = "citedesk.why"
_ALL = {"admin", "knowledge", "qa", "supervisor"}
"""Roles that look into everybody's drafts; the service decides, this only spares the way."""


@dataclass
class Lens:
    """What is explained: a draft, or a question that somebody typed."""

    draft_id: str = ""
    question: str = ""
    why: Why | None = None
    failure: Failure | None = None

    def of_draft(self, draft_id: str) -> None:
        """Explain a draft."""
        self.draft_id, self.question, self.why, self.failure = draft_id, "", None, None

    def of_question(self, question: str) -> None:
        """Explain a question, as the documents are now."""
        self.draft_id, self.question, self.why, self.failure = "", question, None, None

    def fetch(self) -> None:
        """Fetch what is to be explained, unless it is there."""
        if self.why is not None or self.failure is not None:
            return
        client = state.as_person(ExplainClient)
        try:
            if self.draft_id:
                self.why = client.of_draft(self.draft_id)
            elif self.question:
                self.why = client.of_question(self.question)
        except Failure as failure:
            if failure.signed_out or failure.unreachable:
                raise
            self.failure = failure


def lens() -> Lens:
    """What is open of the explanations."""
    found: Lens = st.session_state.setdefault(_LENS, Lens())
    return found


def sees_all() -> bool:
    """Whether this person may look into everybody's drafts."""
    who = state.person()
    return who is not None and who.role in _ALL


def link(draft_id: str, *, place: Any = st) -> None:
    """Draw the way from a draft to why it rests on its passages."""
    place.page_link(
        state.page_to("explain"),
        label=state.words()("explain.open"),
        query_params={"draft": draft_id},
    )
