"""What a session remembers of the queue of cases."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ui import state
from ui.cases_client import CasesClient
from ui.cases_shapes import Case
from ui.client import Failure

_QUEUE = "citedesk.cases"


@dataclass
class Queue:
    """What somebody has open of the cases."""

    case: Case | None = None
    order: tuple[str, ...] = ()
    """The cases as they were listed last, for going on to the next."""
    forms: int = 0
    """How often a case was opened; a new number is a new form."""
    failure: Failure | None = None
    """Why the last step did not succeed."""
    remark: str = ""
    """What the last step did, in words."""

    def open(self, case_id: str) -> None:
        """Look at a case, or put it away."""
        self.failure, self.remark = None, ""
        self.forms += 1
        try:
            self.case = client().case(case_id) if case_id else None
        except Failure as failure:
            self.case, self.failure = None, failure

    def take(self, case: Case) -> None:
        """Go on with a case as it is now."""
        self.case, self.failure = case, None
        self.forms += 1

    def following(self) -> str:
        """Return the case after the one that is open, the first after the last; empty alone."""
        here = self.case.id if self.case else ""
        if here not in self.order:
            return self.order[0] if self.order else ""
        after = self.order[self.order.index(here) + 1 :] or self.order[:1]
        return after[0] if after[0] != here else ""


def queue() -> Queue:
    """What is open of the cases."""
    found: Queue = st.session_state.setdefault(_QUEUE, Queue())
    return found


def link(case_id: str, label: str) -> None:
    """Draw the way to a case."""
    st.page_link(state.page_to("cases"), label=label, query_params={"case": case_id})


def client() -> CasesClient:
    """The service's cases, as whoever is signed in."""
    return state.as_person(CasesClient)
