"""Evaluation runs: the list, the run that is open, a case as two runs drafted it; made cases."""

from __future__ import annotations

import streamlit as st

from ui import evals_state
from ui.client import Failure
from ui.evals_state import Lab
from ui.parts import notice
from ui.parts.evals import case, looks, report, rows, synthetic

_LINKED = ("run", "against", "case")


def show() -> None:
    """Draw the runs, or the case that is looked at."""
    looks.apply()
    if not evals_state.evaluates():
        notice.show(Failure("RIGHT_MISSING", 403))
        return
    lab = evals_state.lab()
    if not lab.runs:
        lab.runs = evals_state.client().runs()
    _follow(lab)
    if lab.case is not None:
        with st.container(key="region_pair"):
            case.show(lab, lab.case)
        return
    left, right = st.columns([1, 2.9], gap="small")
    with left, st.container(key="region_runs"):
        rows.show(lab)
    with right, st.container(key="region_run"):
        if lab.synthetic:
            synthetic.show(lab)
        else:
            report.show(lab)


def _follow(lab: Lab) -> None:
    """Open what a link names: a run, the one to compare it with, a case."""
    run, against, case_id = (str(st.query_params.get(name, "")) for name in _LINKED)
    if not run:
        return
    for name in _LINKED:
        st.query_params.pop(name, None)
    lab.open(run)
    lab.against = against
    if case_id:
        lab.open_case(case_id, (case_id,), against)
