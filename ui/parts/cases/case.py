"""The case that is open: what was drafted and made of it, its right answer, what becomes of it."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from ui import cases_state, state
from ui.cases_shapes import DIFFICULTIES, SORTS, Case, Drafted
from ui.cases_state import Queue
from ui.client import Failure
from ui.parts import notice
from ui.parts.cases import compared
from ui.parts.cases.evidence import kept
from ui.texts import Texts

_MAX_CHARS = 20_000


def show(queue: Queue) -> None:
    """Draw the case, or say that none is open."""
    t, case = state.words(), queue.case
    if queue.failure is not None:
        notice.show(queue.failure)
    elif queue.remark:
        st.html(f'<div class="cd-band good cd-said" role="status">{escape(queue.remark)}</div>')
    if case is None:
        st.html(f'<div class="cd-empty tall">{escape(t("casebook.choose"))}</div>')
        return
    st.html(head(t, case))
    if case.history:
        st.html(_turns(t, case))
    for draft in case.drafts[:1]:
        st.html(drafted(t, draft))
    if case.shown:
        st.html(shown(t, case))
    _fields(t, queue, case)
    _keys(t, case)


def head(t: Texts, case: Case) -> str:
    """Draw how a case stands, everything escaped."""
    pills = [t.named("case_status", case.status), t.named("case_origin", case.origin)]
    pills += [t.named("channel", case.channel)] if case.channel else []
    pills += [case.product] if case.product else []
    drawn = "".join(f'<span class="cd-pill">{escape(said)}</span>' for said in pills)
    votes = "".join(
        f'<span class="cd-pill {"good" if v.vote == "approve" else "warn"}">'
        f"{escape(v.by)}: {escape(t.named('case_vote', v.vote))}</span>"
        for v in case.votes
    )
    return f'<div class="cd-row" data-case-open="{escape(case.id)}">{drawn}{votes}</div>'


def _turns(t: Texts, case: Case) -> str:
    turns = "".join(
        f'<div class="cd-turn {"agent" if role == "agent" else "customer"}">{escape(text)}</div>'
        for role, text in case.history
    )
    return (
        f'<div class="cd-label">{escape(t("casebook.history"))}</div>'
        f'<div class="cd-turns">{turns}</div>'
    )


def drafted(t: Texts, draft: Drafted) -> str:
    """Draw the draft and what was made of it side by side, everything escaped."""
    left, right = escape(draft.answer), ""
    name = t("casebook.edited", by=draft.by)
    if draft.edited:
        left, right = compared.both(draft.answer, draft.edited)
    elif draft.reason:
        name = t("casebook.flagged", by=draft.by)
        right = escape(t.named("reason", draft.reason))
        right += f"\n{escape(draft.note)}" if draft.note else ""
    sides = [f"<div><h5>{escape(t('casebook.draft'))}</h5>{left}</div>"]
    sides += [f"<div><h5>{escape(name)}</h5>{right}</div>"] if right else []
    return f'<div class="cd-compare">{"".join(sides)}</div>'


def shown(t: Texts, case: Case) -> str:
    """Draw what was wrong with the draft, each with the words that show it."""
    lines = "".join(
        f'<div><span class="cd-pill warn">{escape(t.named("case_sort", one.sort))}</span> '
        f"{compared.swap(one.before, one.after)}</div>"
        for one in case.shown[:6]
    )
    return f'<div class="cd-case-shown">{lines}</div>'


def _fields(t: Texts, queue: Queue, case: Case) -> None:
    fixed = case.status == "discarded"
    sort, difficulty, owner = st.columns(3, gap="small")
    sorts = ("", *SORTS)
    label = t("casebook.sort_by", by=case.sort_by) if case.sort_by else t("casebook.sort")
    sort.selectbox(
        label,
        sorts,
        index=sorts.index(case.sort) if case.sort in sorts else 0,
        format_func=lambda name: t.named("case_sort", name) if name else t("casebook.no_sort"),
        key=_key(queue, "sort"),
        disabled=fixed,
    )
    levels = ("", *DIFFICULTIES)
    difficulty.selectbox(
        t("casebook.difficulty"),
        levels,
        index=levels.index(case.difficulty) if case.difficulty in levels else 0,
        format_func=lambda name: t.named("case_difficulty", name) if name else "–",
        key=_key(queue, "difficulty"),
        disabled=fixed,
    )
    people = ["", *state.tasks_client().people()]
    if case.owner not in people:
        people.append(case.owner)
    owner.selectbox(
        t("tasks.owner"),
        people,
        index=people.index(case.owner),
        format_func=lambda name: name or t("tasks.nobody"),
        key=_key(queue, "owner"),
        disabled=fixed,
    )
    st.text_area(
        t("casebook.question"),
        value=case.question,
        key=_key(queue, "question"),
        max_chars=_MAX_CHARS,
        height=70,
        disabled=fixed,
    )
    st.text_area(
        t("casebook.reference"),
        value=case.reference,
        key=_key(queue, "reference"),
        max_chars=_MAX_CHARS,
        height=130,
        placeholder=t("casebook.reference_hint"),
        disabled=fixed,
    )


def _keys(t: Texts, case: Case) -> None:
    """What can be done with the case, each with its key."""
    with st.container(key="case_keys", horizontal=True, gap="small"):
        if case.status in ("proposed", "retired"):
            st.button(
                t("casebook.approve"),
                key="case_approve",
                type="primary",
                shortcut="a",
                on_click=_moved,
                args=("approve", "casebook.approved"),
            )
        if case.status == "proposed":
            st.button(
                t("casebook.discard"),
                key="case_discard",
                shortcut="d",
                on_click=_moved,
                args=("discard", "casebook.discarded"),
            )
        if case.status == "approved":
            st.button(
                t("casebook.retire"),
                key="case_retire",
                on_click=_moved,
                args=("retire", "casebook.retired"),
            )
        st.button(t("casebook.next"), key="case_next", shortcut="n", on_click=_next)
        if case.status != "discarded":
            st.button(t("casebook.save"), key="case_save", shortcut="s", on_click=_save)
        with st.popover(t("casebook.vote"), type="tertiary"):
            for vote in ("approve", "discard"):
                st.button(
                    t.named("case_vote", vote), key=f"vote_{vote}", on_click=_vote, args=(vote,)
                )


def _key(queue: Queue, name: str) -> str:
    return f"case_{name}_{queue.forms}"


def _typed(queue: Queue, case: Case) -> dict[str, Any]:
    """What was changed of the case on the screen."""
    said: dict[str, Any] = {}
    for name in ("question", "reference", "sort", "difficulty", "owner"):
        now = str(st.session_state.get(_key(queue, name), getattr(case, name)) or "").strip()
        if now != getattr(case, name).strip():
            said[name] = now
    passages = kept(queue, case)
    if passages != case.expected:
        said["expected"] = [{"document": p.document, "quote": p.quote} for p in passages]
    return said


def _saved(queue: Queue, case: Case) -> Case:
    said = _typed(queue, case)
    return cases_state.client().change(case, said) if said else case


def expect(chunk_id: str) -> None:
    """Let the case expect a passage too, with whatever else was changed of it."""
    queue, t = cases_state.queue(), state.words()
    if queue.case is None:
        return
    said = _typed(queue, queue.case)
    passages = [{"document": p.document, "quote": p.quote} for p in kept(queue, queue.case)]
    try:
        changed = cases_state.client().change(
            queue.case, {**said, "expected": [*passages, {"chunk_id": chunk_id}]}
        )
    except Failure as failure:
        queue.failure = failure
        return
    queue.take(changed)
    queue.remark = t("casebook.passage_added")


def _save() -> None:
    queue, t = cases_state.queue(), state.words()
    if queue.case is None:
        return
    try:
        case = _saved(queue, queue.case)
    except Failure as failure:
        queue.failure = failure
        return
    queue.take(case)
    queue.remark = t("casebook.saved")


def _moved(step: str, done: str) -> None:
    """Store what was changed, take the step, and go on to the next case."""
    queue, t = cases_state.queue(), state.words()
    if queue.case is None:
        return
    following = queue.following()
    queue.remark = ""
    try:
        case = _saved(queue, queue.case)
        # Should the step be refused, what was changed is stored already.
        queue.case = case
        cases_state.client().move(case, step)
    except Failure as failure:
        queue.failure = failure
        return
    queue.open(following)
    queue.remark = t(done)


def _next() -> None:
    queue = cases_state.queue()
    if following := queue.following():
        queue.open(following)


def _vote(vote: str) -> None:
    queue, t = cases_state.queue(), state.words()
    if queue.case is None:
        return
    try:
        queue.take(cases_state.client().vote(queue.case, vote))
    except Failure as failure:
        queue.failure = failure
        return
    queue.remark = t("casebook.voted")
