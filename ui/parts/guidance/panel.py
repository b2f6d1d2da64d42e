"""The steps beside the conversation: what is done, why it counts as done, and what comes next."""

from __future__ import annotations

from html import escape
from typing import cast

import streamlit as st

from ui import marks, shapes, state
from ui.client import Failure
from ui.guidance_client import GuidanceClient
from ui.guidance_shapes import Checklist, GuidedStep
from ui.parts import notice, passage
from ui.parts.guidance import looks, steps
from ui.texts import Texts

_HELD = "citedesk.guidance"


def show(desk: state.Desk) -> None:
    """Draw the checklists that apply; nothing where none does or nothing was drafted yet."""
    draft = desk.draft
    if draft is None or not desk.turns:
        return
    found = _held(desk)
    steps.show(state.words(), draft, () if isinstance(found, Failure) else found)
    if not found:
        return
    looks.apply()
    with st.container(key="guidance", gap="xsmall"):
        t = state.words()
        st.html(f'<div class="cd-h">{escape(t("guidance.title"))}</div>')
        if isinstance(found, Failure):
            notice.show(found)
            return
        if failure := st.session_state.get(f"{_HELD}.failure"):
            notice.show(failure)
        for at, one in enumerate(found):
            _checklist(t, one, at, draft)


def _held(desk: state.Desk) -> tuple[Checklist, ...] | Failure:
    """The checklists for what was said; fetched anew when something was."""
    draft_id = desk.draft.id if desk.draft else ""
    version = (desk.id, len(desk.turns), draft_id, len(desk.stored))
    known = st.session_state.get(_HELD)
    if known is None or known[0] != version:
        # A draft to an earlier message says nothing of what was asked since.
        fresh = draft_id if desk.drafted_turns == len(desk.turns) else ""
        try:
            found: tuple[Checklist, ...] | Failure = _client().guide(
                desk.id, desk.turns, desk.channel, desk.product, desk.model, fresh
            )
        except Failure as failure:
            if failure.signed_out:
                raise
            found = failure
        known = (version, found)
        st.session_state[_HELD] = known
        st.session_state.pop(f"{_HELD}.failure", None)
    return cast("tuple[Checklist, ...] | Failure", known[1])


def _client() -> GuidanceClient:
    return state.as_person(GuidanceClient)


def _checklist(t: Texts, one: Checklist, at: int, draft: shapes.Draft) -> None:
    name = marks.plain(one.heading or one.title)
    count = t("guidance.count", done=one.done, all=len(one.steps))
    whom = t("guidance.for_agent" if one.for_agent else "guidance.for_customer")
    with st.expander(f"**{name}** · {count} · {whom}", expanded=at == 0):
        facts = [one.title]
        if one.version_number is not None:
            facts.append(t("evidence.version", n=one.version_number))
        if one.page is not None:
            facts.append(t("evidence.page", n=one.page))
        st.html(f'<div class="cd-path">{escape(" · ".join(facts))}</div>')
        other = one.language if one.language != draft.language else ""
        pills = steps.in_other_language(t, other)
        if one.internal:
            pills += f'<span class="cd-pill warn">{escape(t("guidance.internal"))}</span>'
        if pills:
            st.html(f'<div class="cd-row">{pills}</div>')
        for step in one.steps:
            _step(t, one, step, draft)


def _step(t: Texts, one: Checklist, step: GuidedStep, draft: shapes.Draft) -> None:
    following = step.key == one.next
    key = f"{one.key}_{step.key}"
    with st.container(key=f"guide_step_{'next_' if following else ''}{key}", gap="xsmall"):
        for warning in step.warnings:
            st.html(f'<div class="cd-guards" role="note">⚠ {escape(warning.text)}</div>')
        # The key tells what was read, so that a new reading is shown and not what was clicked.
        box = f"guide_tick_{key}_{step.done}"
        st.checkbox(
            marks.plain(step.text),
            value=step.done,
            key=box,
            on_change=_ticked,
            args=(step.key, not step.done),
        )
        if step.tick is not None:
            st.html(_why(t, step))
        # What the reply tells already is not put into it again.
        told = any(
            c.chunk_id == step.citation.chunk_id and c.start == step.citation.start
            for c in draft.citations
        )
        _acts(t, step, key, put=following and not told)


def _why(t: Texts, step: GuidedStep) -> str:
    tick = step.tick
    assert tick is not None
    said = t(f"guidance.how_{tick.how}", by=tick.by) if tick.how == "person" else ""
    said = said or t(f"guidance.how_{tick.how}")
    where = f" {t('guidance.turn', n=tick.turn + 1)}" if tick.turn >= 0 else ""
    quote = f' <span class="cd-quote">{escape(tick.quote)}</span>' if tick.quote else ""
    failed = f" · {escape(t('guidance.failed'))}" if tick.failed else ""
    tone = " failed" if tick.failed else ""
    return f'<div class="cd-why-done{tone}">{escape(said)}{escape(where)}{quote}{failed}</div>'


def _acts(t: Texts, step: GuidedStep, key: str, *, put: bool) -> None:
    with st.container(horizontal=True, gap="xsmall", key=f"guide_acts_{key}"):
        if put and step.sentence:
            st.button(
                t("guidance.put"),
                key=f"guide_put_{key}",
                icon=":material/reply:",
                on_click=_put,
                args=(step.sentence,),
            )
        if st.button(t("guidance.source"), key=f"guide_open_{key}", type="tertiary"):
            passage.open_citation(step.citation, public=False)


def _ticked(step: str, done: bool) -> None:
    st.session_state.pop(f"{_HELD}.failure", None)
    try:
        _client().tick(state.desk().id, step, done)
    except Failure as failure:
        if failure.signed_out:
            raise
        st.session_state[f"{_HELD}.failure"] = failure
        return
    st.session_state.pop(_HELD, None)


def _put(sentence: str) -> None:
    """Put a step into the reply: the draft as it is edited, else the box for messages."""
    desk = state.desk()
    if desk.draft is None or desk.settled() is not None or not desk.draft.answer:
        typed = str(st.session_state.get("message") or "").rstrip()
        st.session_state["message"] = f"{typed}\n{sentence}" if typed else sentence
        return
    key = f"edited_{desk.draft.id}"
    text = marks.strip_markers(desk.draft.answer, desk.draft.markers)
    if desk.mode == "edit":
        text = str(st.session_state.get(key) or text)
    desk.mode = "edit"
    st.session_state[key] = f"{text.rstrip()}\n{sentence}"
