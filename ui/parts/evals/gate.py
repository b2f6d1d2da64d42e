"""The gate held against a run: it passes, or what stands in the way, with the cases by name."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import evals_state, state
from ui.evals_shapes import Fault, Verdict
from ui.evals_state import Lab
from ui.parts.evals import compare, gate_words, listing, wording
from ui.texts import Texts


def show(lab: Lab) -> None:
    """Draw the gate."""
    t = state.words()
    gates = evals_state.client().gates()
    run = lab.run()
    fitting = [name for name, suite in gates.items() if run is None or suite == run.suite]
    chosen = st.selectbox(
        t("evals.gate"),
        fitting or list(gates),
        format_func=lambda name: t.named("eval_gate", name),
        key="evals_gate",
    )
    if not fitting:
        suites = t("app.list_mark").join(wording.suite(t, s) for s in sorted(set(gates.values())))
        said = t("evals.other_suite", suites=suites)
        st.html(f'<div class="cd-band warn">{escape(said)}</div>')
    compare.choose(t, lab, key="gate_against")
    st.button(t("evals.hold"), key="gate_hold", type="primary", on_click=_hold, args=(str(chosen),))
    if lab.verdict is not None:
        _verdict(t, lab, lab.verdict)


def _hold(name: str) -> None:
    lab = evals_state.lab()

    def act() -> None:
        lab.verdict = evals_state.client().gate(name, lab.run_id, lab.before())

    lab.attempt(act)


def _verdict(t: Texts, lab: Lab, verdict: Verdict) -> None:
    tone, name = ("good", "passed") if verdict.passed else ("stop", "stopped")
    said = t(f"evals.gate_{name}", n=len(verdict.faults))
    against = (
        t("evals.gate_against", run=wording.run(t, lab.named(verdict.against), verdict.against))
        if verdict.against
        else t("evals.gate_alone")
    )
    st.html(
        f'<div class="cd-band {tone}" role="status" data-gate="{name}"><b>{escape(said)}</b>'
        f'<div class="detail">{escape(against)}</div></div>'
    )
    for at, fault in enumerate(verdict.faults):
        with st.container(key=f"fault_{at}"):
            st.html(_fault(t, fault))
            listing.buttons(
                t,
                lab,
                fault.cases,
                key=f"fault_cases_{at}",
                against=verdict.against,
                told=lambda case_id: f"<code>{escape(case_id)}</code>",
                most=12,
            )
    if verdict.notes:
        items = "".join(f"<li>{gate_words.note(t, note)}</li>" for note in verdict.notes)
        st.html(
            f'<div class="cd-muted"><b>{escape(t("evals.notes"))}</b>'
            f'<ul class="cd-list">{items}</ul></div>'
        )


def _fault(t: Texts, fault: Fault) -> str:
    name = wording.metric(t, fault.metric) if fault.metric else ""
    said = t.named("gate_rule", fault.rule)
    counted = t.counted("evals.cases", len(fault.cases)) if fault.cases else ""
    head = " · ".join(filter(None, (name, said, counted)))
    return (
        f'<div class="cd-fault" data-rule="{escape(fault.rule)}"><b>{escape(head)}</b>'
        f'<div class="cd-muted">{gate_words.fault(t, fault)}</div></div>'
    )
