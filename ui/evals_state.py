"""What a session remembers of the evaluation runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from ui import state
from ui.client import Failure
from ui.evals_case_shapes import Pair
from ui.evals_client import EvalsClient
from ui.evals_compare_shapes import Comparison
from ui.evals_shapes import Brief, Report, Run, Verdict

_LAB = "citedesk.evals"
_ROLES = {"admin", "qa"}
SYNTHETIC = "synthetic"
"""The suite of cases that were made from documents."""
VIEWS = ("metrics", "cases", "compare", "gate")


@dataclass
class Lab:
    """What somebody has open of the runs."""

    runs: tuple[Run, ...] = ()
    """As they were listed last."""
    run_id: str = ""
    against: str = ""
    """The run that it is compared with."""
    synthetic: bool = False
    """Whether synthetic cases are looked at in the place of a run."""
    labels_by: str = ""
    """The metric by which drafts were labelled last."""
    report: Report | None = None
    cases: tuple[Brief, ...] | None = None
    comparison: Comparison | None = None
    verdict: Verdict | None = None
    case: Pair | None = None
    """The case that is looked at; None for the run."""
    order: tuple[str, ...] = ()
    """The cases of the list that it was opened from, for going on to the next."""
    shown: int = 0
    """How many more cases were asked for."""
    begun: int = 0
    """How many runs were begun here."""
    stopped: dict[str, Failure] = field(default_factory=dict)
    """Why runs that were watched here could not go on."""
    failure: Failure | None = None
    """Why the last step did not succeed."""
    remark: str = ""

    def open(self, run_id: str) -> None:
        """Look at a run."""
        self.run_id, self.against, self.synthetic = run_id, "", False
        self.forget()

    def open_synthetic(self) -> None:
        """Look at the cases that were made from documents."""
        self.open("")
        self.synthetic = True

    def forget(self) -> None:
        """Have all that is known of the run fetched anew."""
        self.report = self.cases = self.comparison = self.verdict = self.case = None
        self.failure, self.remark, self.shown = None, "", 0

    def run(self) -> Run | None:
        """Return the run that is open, as it was listed last."""
        return next((run for run in self.runs if run.id == self.run_id), None)

    def named(self, run_id: str) -> Run | None:
        """Return a run of the list."""
        return next((run for run in self.runs if run.id == run_id), None)

    def others(self) -> tuple[Run, ...]:
        """Return the runs to compare with: done, of the same suite, the newest first."""
        here = self.run()
        return tuple(
            run
            for run in self.runs
            if here is not None and run.done and run.id != here.id and run.suite == here.suite
        )

    def before(self) -> str:
        """Return the run that this one is compared with: the chosen one, else the last before."""
        others = self.others()
        if self.against in {run.id for run in others}:
            return self.against
        earlier = [run.id for run in others if run.id < self.run_id]
        return earlier[0] if earlier else (others[0].id if others else "")

    def compare_with(self, run_id: str) -> None:
        """Choose the run to compare with."""
        if run_id != self.before():
            self.comparison = self.verdict = None
        self.against = run_id

    def briefs(self) -> tuple[Brief, ...]:
        """Return the run's cases, fetched once."""
        if self.cases is None:
            self.cases = client().cases(self.run_id)
        return self.cases

    def open_case(self, case_id: str, order: tuple[str, ...], against: str = "") -> None:
        """Look at a case, as this run drafted it or beside another run's draft."""
        self.order = order
        self.attempt(lambda: self._fetch(case_id, against))

    def _fetch(self, case_id: str, against: str) -> None:
        one, here = client(), self.run_id
        self.case = one.pair(against, here, case_id) if against else one.case(here, case_id)

    def label(self, metric: str, *, right: bool) -> None:
        """Say whether the draft that is open is right by a metric."""
        case = self.case
        if case is None:
            return

        def act() -> None:
            client().label(self.run_id, case.id, metric, right=right)
            # How far the judge agrees with people stands beside each of these.
            self.report = self.comparison = self.verdict = None
            self._fetch(case.id, self.before() if case.paired else "")

        self.attempt(act)

    def step(self, by: int) -> None:
        """Go on to the next case of the list, or back; at the end, to the other end."""
        if self.case is None or self.case.id not in self.order:
            return
        at = (self.order.index(self.case.id) + by) % len(self.order)
        self.open_case(self.order[at], self.order, self.before() if self.case.paired else "")

    def close_case(self) -> None:
        """Go back to the list."""
        self.case, self.failure = None, None

    def attempt(self, act: Callable[[], None]) -> None:
        """Do something, and keep why it did not succeed."""
        self.failure, self.remark = None, ""
        try:
            act()
        except Failure as failure:
            if failure.signed_out or failure.unreachable:
                raise
            self.failure = failure


def lab() -> Lab:
    """What is open of the runs."""
    found: Lab = st.session_state.setdefault(_LAB, Lab())
    return found


def client() -> EvalsClient:
    """The service's runs, as whoever is signed in."""
    return state.as_person(EvalsClient)


def evaluates() -> bool:
    """Whether this person may run evaluations; the service decides, this spares the way."""
    who = state.person()
    return who is not None and who.role in _ROLES
