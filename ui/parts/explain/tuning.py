"""Tuning the search to this house: how many questions there are for it, and what it gained."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.parts import notice
from ui.texts import Texts
from ui.tuning_client import Job, Tuning, TuningClient

_EVERY_S = 1.0
_KNOWN, _FAILED = "citedesk.tuning", "citedesk.tuning_failed"
_NAMED = 5
_ROLES = {"admin", "qa"}
"""The service decides; this only spares the others the sight."""


def section() -> None:
    """Draw the section, for those who may tune."""
    who = state.person()
    if who is None or who.role not in _ROLES:
        return
    with st.container(key="region_why_of_tuning"):
        _section()


def _section() -> None:
    t = state.words()
    st.html(
        f'<div class="cd-h">{escape(t("tuning.title"))}</div>'
        f'<div class="cd-why-hint">{escape(t("tuning.lead"))}</div>'
    )
    failure: Failure | None = st.session_state.get(_FAILED)
    if failure is not None:
        notice.show(failure)
    known = _fetched()
    if known is None:
        return
    said = "".join(f"<li>{escape(line)}</li>" for line in sentences(t, known))
    st.html(f'<ul class="cd-why-said">{said}</ul>')
    running = known.job is not None and not known.job.over
    if running:
        st.fragment(_progress, run_every=_EVERY_S)()
    st.checkbox(t("tuning.adapter"), key="tune_adapter", disabled=running)
    start, back = st.columns([1, 1], gap="small")
    start.button(
        t("tuning.start"), key="tune_start", disabled=running or not known.enough, on_click=_start
    )
    if known.version:
        back.button(t("tuning.undo"), key="tune_undo", disabled=running, on_click=_undo)


def sentences(t: Texts, known: Tuning) -> list[str]:
    """Return what there is to say, in plain sentences."""
    said = [t("tuning.cases", n=known.cases, of=known.groups)]
    if not known.enough:
        said.append(t("tuning.few", n=known.least_cases, of=known.least_groups))
    if known.stale:
        said.append(t("tuning.stale"))
    else:
        said.append(t("tuning.serving" if known.version else "tuning.own", n=known.version))
    if known.job is not None and known.job.over:
        said.append(_outcome(t, known.job))
    return said


def _outcome(t: Texts, job: Job) -> str:
    if job.gain is None:
        return t("tuning.failed", code=job.code)
    gain = job.gain
    numbers = t(
        "tuning.gain",
        before=f"{gain.before:.2f}",
        after=f"{gain.after:.2f}",
        difference=f"{gain.difference:+.3f}",
        low=f"{gain.low:+.3f}",
        high=f"{gain.high:+.3f}",
    )
    return t("tuning.outcome", numbers=numbers, became=_became(t, job))


def _became(t: Texts, job: Job) -> str:
    if job.taken_over:
        return t("tuning.taken_over")
    if not job.held:
        return t("tuning.not_held", cases=t("gate.list_mark").join(job.worse[:_NAMED]))
    return t("tuning.real" if job.real else "tuning.not_real")


def _client() -> TuningClient:
    return state.as_person(TuningClient)


def _fetched() -> Tuning | None:
    if _KNOWN not in st.session_state:
        try:
            st.session_state[_KNOWN] = _client().state()
        except Failure as failure:
            if failure.signed_out or failure.unreachable:
                raise
            notice.show(failure)
            return None
    known: Tuning = st.session_state[_KNOWN]
    return known


def _progress() -> None:
    job = _client().progress()
    if job is None or job.over:
        st.session_state.pop(_KNOWN, None)
        st.rerun()
    else:
        st.progress(min(job.progress, 1.0), state.words()("tuning.running"))


def _start() -> None:
    _do(lambda client: client.start(adapter=bool(st.session_state["tune_adapter"])))


def _undo() -> None:
    _do(lambda client: client.undo())


def _do(act: Callable[[TuningClient], None]) -> None:
    st.session_state.pop(_FAILED, None)
    st.session_state.pop(_KNOWN, None)
    try:
        act(_client())
    except Failure as failure:
        st.session_state[_FAILED] = failure
