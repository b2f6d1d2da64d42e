"""The runs, the newest first, and the way to a new one."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import evals_state, state
from ui.evals_shapes import CANCELLED, Run
from ui.evals_state import SYNTHETIC, Lab
from ui.parts import filters, notice
from ui.parts.evals import wording
from ui.parts.moments import moment
from ui.texts import Texts

_EVERY_S = 1.5
_MOST_NAMED = 3


def show(lab: Lab) -> None:
    """Draw the list."""
    t = state.words()
    filters.heading(t("evals.title"))
    lab.runs = evals_state.client().runs()
    _start(t)
    with st.container(key=f"synthetic_way_{'here' if lab.synthetic else 'there'}"):
        st.button(
            t("synthetic.open"), key="synthetic_open", width="stretch", on_click=lab.open_synthetic
        )
    at_work = [run.id for run in lab.runs if not run.done and run.state != CANCELLED]
    if at_work:
        st.fragment(_watch, run_every=_EVERY_S)(tuple(at_work[:5]))
    if not lab.runs:
        st.html(f'<div class="cd-empty">{escape(t("evals.none"))}</div>')
    with st.container(key="runs"):
        for run in lab.runs:
            _row(t, lab, run)


def _start(t: Texts) -> None:
    # A run that was begun leaves a new form, and that one is shut.
    form = f"run_form_{evals_state.lab().begun}"
    with (
        st.container(key="run_start"),
        st.popover(t("evals.start"), key=form, type="primary", width="stretch"),
    ):
        suites = evals_state.client().suites()
        st.selectbox(
            t("evals.suite"),
            suites,
            format_func=lambda name: wording.suite(t, name),
            key="run_suite",
        )
        st.number_input(
            t("evals.workers"), 0, 64, 0, key="run_workers", help=t("evals.workers_help")
        )
        st.checkbox(t("evals.fresh"), key="run_fresh", help=t("evals.fresh_help"))
        st.button(t("evals.go"), key="run_go", type="primary", on_click=_begin)


def _begin() -> None:
    lab = evals_state.lab()

    def act() -> None:
        begun = evals_state.client().start(
            str(st.session_state["run_suite"]),
            int(st.session_state["run_workers"]),
            fresh=bool(st.session_state["run_fresh"]),
        )
        lab.open(begun)
        lab.begun += 1

    lab.attempt(act)


def _watch(run_ids: tuple[str, ...]) -> None:
    """Say how far runs are, and draw the screen anew once one of them has ended."""
    t, lab = state.words(), evals_state.lab()
    for run_id in run_ids:
        found = evals_state.client().progress(run_id)
        if found.trouble is not None:
            if run_id not in lab.stopped:
                lab.stopped[run_id] = found.trouble
                st.rerun()
        elif found.state != "running":
            if lab.run_id == run_id:
                lab.forget()
            st.rerun()
        elif found.at_work:
            lab.stopped.pop(run_id, None)
            run = lab.named(run_id)
            said = t(
                "evals.running", run=wording.run(t, run, run_id), n=round(found.progress * 100)
            )
            st.progress(min(found.progress, 1.0), text=said)


def _row(t: Texts, lab: Lab, run: Run) -> None:
    with st.container(key=f"row_{run.id}"):
        st.html(markup(t, lab, run, here=run.id == lab.run_id))
        st.button(
            wording.run(t, run),
            key=f"open_{run.id}",
            type="tertiary",
            on_click=lab.open,
            args=(run.id,),
        )
        if not run.done:
            _keys(t, run)


def _keys(t: Texts, run: Run) -> None:
    """What can be done with a run that has not ended."""
    lab = evals_state.lab()
    with st.container(key=f"keys_{run.id}", horizontal=True, gap="small"):
        if run.state == CANCELLED or not run.going:
            st.button(t("evals.go_on"), key=f"go_on_{run.id}", on_click=_go_on, args=(run.id,))
        if run.state != CANCELLED:
            st.button(t("evals.cancel"), key=f"cancel_{run.id}", on_click=_cancel, args=(run.id,))
    if run.id in lab.stopped and run.state != CANCELLED:
        notice.show(lab.stopped[run.id])


def _go_on(run_id: str) -> None:
    lab = evals_state.lab()
    lab.stopped.pop(run_id, None)
    lab.open(run_id)
    lab.attempt(lambda: _resumed(run_id))


def _resumed(run_id: str) -> None:
    evals_state.client().go_on(run_id)


def _cancel(run_id: str) -> None:
    evals_state.lab().attempt(lambda: evals_state.client().cancel(run_id))


def markup(t: Texts, lab: Lab, run: Run, *, here: bool) -> str:
    """Draw what is to be known of a run before it is opened, everything escaped."""
    tone = {"done": "good", "cancelled": "warn"}.get(run.state, "")
    pills = [f'<span class="cd-pill {tone}">{escape(t.named("eval_state", run.state))}</span>']
    if run.suite == SYNTHETIC:
        pills.append(f'<span class="cd-pill warn">{escape(t("synthetic.mark"))}</span>')
    facts = [t.counted("evals.cases", run.total)] if run.total else []
    facts += [duration(t, run.seconds)] if run.done else [f"{run.progress:.0%}"]
    before = next((r for r in lab.runs if r.suite == run.suite and r.done and r.id < run.id), None)
    if run.done and before is not None:
        facts.append(_changed(t, wording.unlike(before, run)))
    said = " · ".join(facts)
    return (
        f'<div class="cd-run{" here" if here else ""}" data-run="{escape(run.id)}" '
        f'data-state="{escape(run.state)}"><div class="cd-row">{"".join(pills)}'
        f"<small>{escape(said)}</small></div></div>"
    )


def duration(t: Texts, seconds: float) -> str:
    """Say how long a run took."""
    if seconds < 60:
        return t("evals.seconds", n=f"{seconds:.1f}")
    return t("evals.minutes", n=f"{seconds / 60:.1f}")


def _changed(t: Texts, names: list[str]) -> str:
    if not names:
        return t("evals.nothing_changed")
    said = t("app.list_mark").join(wording.changed(t, name) for name in names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        said = t("evals.and_more", names=said, n=len(names) - _MOST_NAMED)
    return t("evals.changed", names=said)


def title(t: Texts, run: Run) -> str:
    """Name a run over its report."""
    return f"{wording.suite(t, run.suite)} · {moment(run.started_at)}"
