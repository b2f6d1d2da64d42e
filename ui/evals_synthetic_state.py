"""What a session remembers of the cases that were made from documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ui import evals_state
from ui.client import Failure
from ui.evals_synthetic_shapes import Made, Shelf, Synthetic

_SHELF = "citedesk.synthetic"


@dataclass
class Looking:
    """What somebody has open of these cases."""

    shelf: Shelf | None = None
    """As it was fetched last; None for anew."""
    case_id: str = ""
    """The case that is looked at; empty for the list."""
    order: tuple[str, ...] = ()
    """The cases of the list that it was opened from."""
    shown: int = 0
    """How many more cases were asked for."""
    forms: int = 0
    """How often cases were made here; a new number is a new form."""
    made: Made | None = None
    """What was made last."""
    remark: str = ""
    failure: Failure | None = None

    def listed(self) -> Shelf:
        """Return all that there are, fetched once."""
        if self.shelf is None:
            self.shelf = evals_state.client().synthetic()
        return self.shelf

    def case(self) -> Synthetic | None:
        """Return the case that is looked at."""
        return next((one for one in self.listed().cases if one.id == self.case_id), None)

    def open(self, case_id: str, order: tuple[str, ...] = ()) -> None:
        """Look at a case, or at the list."""
        self.case_id, self.failure, self.remark, self.made = case_id, None, "", None
        if order:
            self.order = order

    def step(self, by: int) -> None:
        """Go on to the next case of the list, or back; at the end, to the other end."""
        if self.case_id in self.order:
            at = self.order.index(self.case_id) + by
            self.open(self.order[at % len(self.order)])

    def settle(self, act: Callable[[str], None], remark: str) -> None:
        """Say what becomes of the case that is open, and go on to the next."""
        settled = self.case_id
        if not self.attempt(lambda: act(settled)):
            return
        at = self.order.index(settled) if settled in self.order else 0
        left = tuple(one for one in self.order if one != settled)
        self.shelf, self.order, self.remark = None, left, remark
        self.case_id = left[at % len(left)] if left else ""

    def attempt(self, act: Callable[[], None]) -> bool:
        """Do something, and keep why it did not succeed."""
        self.failure, self.remark, self.made = None, "", None
        try:
            act()
        except Failure as failure:
            if failure.signed_out or failure.unreachable:
                raise
            self.failure = failure
            return False
        return True


def looking() -> Looking:
    """What is open of these cases."""
    found: Looking = st.session_state.setdefault(_SHELF, Looking())
    return found
