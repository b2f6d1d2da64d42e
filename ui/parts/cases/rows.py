"""The queue: cases of a status, those that wait longest at the head."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import cases_state, state
from ui.cases_shapes import SORTS, STATUSES, Case
from ui.cases_state import Queue
from ui.parts import filters
from ui.parts.moments import moment
from ui.texts import Texts


def show(queue: Queue) -> None:
    """Draw the queue."""
    t = state.words()
    filters.heading(t("casebook.title"))
    status = st.selectbox(
        t("documents.state"),
        STATUSES,
        format_func=lambda name: t.named("case_status", name),
        key="cases_status",
        label_visibility="collapsed",
    )
    sort = st.selectbox(
        t("casebook.sort"),
        ("", *SORTS),
        format_func=lambda name: t.named("case_sort", name) if name else t("casebook.every_sort"),
        key="cases_sort",
        label_visibility="collapsed",
    )
    page = cases_state.client().cases(status, sort)
    queue.order = tuple(case.id for case in page.cases)
    count = page.counts.get(status, 0)
    st.html(f'<div class="cd-muted">{escape(t.counted("casebook.count", count))}</div>')
    _agreement(t)
    if not page.cases:
        said = escape(t(f"casebook.none_{status}"))
        st.html(f'<div class="cd-empty">{said}</div>')
        return
    here = queue.case.id if queue.case else ""
    with st.container(key="cases"):
        for case in page.cases:
            _row(t, queue, case, here == case.id)


def _row(t: Texts, queue: Queue, case: Case, here: bool) -> None:
    with st.container(key=f"row_{case.id}"):
        st.html(markup(t, case, here))
        st.button(
            " ".join(case.question.split())[:120],
            key=f"open_{case.id}",
            type="tertiary",
            on_click=queue.open,
            args=(case.id,),
        )


def markup(t: Texts, case: Case, here: bool) -> str:
    """Draw what is to be known of a case before it is opened, everything escaped."""
    pills = [("", t.named("case_origin", case.origin))]
    if case.sort:
        pills.insert(0, ("warn", t.named("case_sort", case.sort)))
    if case.overdue:
        pills.append(("stop", t("tasks.overdue")))
    if case.sources > 1:
        pills.append(("", t("casebook.sources", n=case.sources)))
    drawn = "".join(f'<span class="cd-pill {tone}">{escape(said)}</span>' for tone, said in pills)
    facts = [case.owner] if case.owner else []
    if case.due_at and case.status == "proposed":
        facts.append(t("tasks.due", at=moment(case.due_at)))
    return (
        f'<div class="cd-case{" here" if here else ""}" data-case="{escape(case.id)}">'
        f'<div class="cd-row">{drawn}</div><small>{escape(" · ".join(facts))}</small></div>'
    )


def _agreement(t: Texts) -> None:
    """Say how far reviewers agree, where two have looked at the same cases."""
    lines = []
    for one in cases_state.client().agreement()[:3]:
        kappa = "–" if one.kappa is None else f"{one.kappa:.2f}"
        names = " / ".join(one.reviewers)
        said = t("casebook.kappa", names=names, kappa=kappa, n=one.cases, agreed=one.agreed)
        lines.append(f"<div>{escape(said)}</div>")
    if lines:
        st.html(f'<div class="cd-muted cd-kappa">{"".join(lines)}</div>')
