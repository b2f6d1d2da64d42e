"""Why these passages: what was understood, what each way of searching found, what was left out."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import explain_state, state
from ui.explain_shapes import Explanation, Why
from ui.explain_state import Lens
from ui.parts import notice
from ui.parts.explain import looks, ranking, sentences, tuning
from ui.parts.moments import moment

_MAX_CHARS = 2_000


def show() -> None:
    """Draw what a draft or a question was explained by, under a field for another question."""
    looks.apply()
    lens = explain_state.lens()
    asked = st.query_params.get("draft", "")
    if asked and asked != lens.draft_id:
        lens.of_draft(asked)
    elif question := st.query_params.get("question", "")[:_MAX_CHARS]:
        st.query_params.pop("question", None)
        lens.of_question(question)
    with st.container(key="region_why_head"):
        _head()
        lens.fetch()
        if lens.failure is not None:
            notice.show(lens.failure)
        elif lens.why is not None:
            _about(lens, lens.why)
    if lens.why is not None and lens.failure is None:
        _explanations(lens.why)
    tuning.section()


def _head() -> None:
    t = state.words()
    st.html(
        f'<div class="cd-h">{escape(t("explain.title"))}</div>'
        f'<div class="cd-why-hint">{escape(t("explain.lead"))}</div>'
    )
    with st.form("why_form", border=False):
        box, button = st.columns([5, 1], gap="small", vertical_alignment="bottom")
        box.text_input(
            t("explain.input"),
            key="why_question",
            max_chars=_MAX_CHARS,
            placeholder=t("explain.placeholder"),
            label_visibility="collapsed",
        )
        button.form_submit_button(
            t("explain.submit"), key="why_ask", type="primary", on_click=_typed, width="stretch"
        )


def _typed() -> None:
    _ask(str(st.session_state["why_question"]).strip())


def _ask(question: str) -> None:
    if question:
        st.query_params.pop("draft", None)
        explain_state.lens().of_question(question)


def _about(lens: Lens, why: Why) -> None:
    """Say what is explained, and of a draft that it is as it was then."""
    t = state.words()
    st.html(
        f'<div class="cd-why-asked cd-wrap">{escape(t("explain.asked", text=why.question))}</div>'
    )
    if not lens.draft_id:
        return
    st.html(f'<div class="cd-why-hint">{escape(t("explain.then", at=moment(why.at)))}</div>')
    if why.approved:
        st.html(f'<div class="cd-band good">{escape(t("explain.approved"))}</div>')
    if why.explanations is None:
        st.html(f'<div class="cd-band plain">{escape(t("explain.not_kept"))}</div>')
    st.button(t("explain.now"), key="why_now", on_click=_ask, args=(why.question,))


def _explanations(why: Why) -> None:
    t = state.words()
    found = why.explanations or ()
    for at, one in enumerate(found, 1):
        with st.container(key=f"region_why_of_{at}"):
            if len(found) > 1:
                said = t("explain.part", n=at, of=len(found), question=one.query)
                st.html(f'<div class="cd-h">{escape(said)}</div>')
            _one(one)
    if why.hidden:
        said = t("explain.hidden_one" if why.hidden == 1 else "explain.hidden", n=why.hidden)
        with st.container(key="why_page"):
            st.html(f'<div class="cd-band plain">{escape(said)}</div>')


def _one(one: Explanation) -> None:
    t = state.words()
    said = [*sentences.understood(t, one)]
    if not one.understood.small_talk:
        for tell in (sentences.searched, sentences.changed, sentences.left_out):
            said += tell(t, one)
    if one.confidence is not None:
        said.append(t("explain.confidence", percent=round(one.confidence * 100)))
    items = "".join(f"<li>{escape(line)}</li>" for line in said)
    st.html(f'<ul class="cd-why-said">{items}</ul>{ranking.left_out_markup(t, one)}')
    if one.candidates:
        hint = escape(t("explain.bars")) if any(c.added for c in one.candidates) else ""
        st.html(f'<div class="cd-why-hint">{hint}</div>{ranking.markup(t, one)}')
    elif not one.understood.small_talk:
        st.html(f'<div class="cd-empty">{escape(t("evidence.none"))}</div>')
