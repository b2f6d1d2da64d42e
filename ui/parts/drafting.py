"""Asking for a draft and showing it as it comes: the evidence first, then the words."""

from __future__ import annotations

import time
from html import escape
from typing import Any

import streamlit as st

from ui import shapes, state
from ui.client import Delta, Evidence, Failure, Question
from ui.parts import evidence


def run(desk: state.Desk, draft_place: Any, evidence_place: Any) -> None:
    """Fetch the draft for the conversation as it stands; on failure keep the conversation."""
    desk.wants_draft = False
    desk.forget_draft()
    question = Question(desk.turns, desk.channel, desk.product, desk.model, desk.id)
    started = time.perf_counter()
    _waiting(draft_place, "")
    try:
        text = ""
        for event in state.client().suggest(question):
            if isinstance(event, Evidence):
                desk.hits = event.hits
                # Without buttons: the same keys are drawn again once the draft is whole.
                with evidence_place.container():
                    evidence.preview(desk)
            elif isinstance(event, Delta):
                text += event.text
                _waiting(draft_place, text)
            elif isinstance(event, shapes.Draft):
                desk.draft = event
    except Failure as failure:
        if failure.signed_out:
            raise
        desk.failure = failure
    else:
        if desk.draft is None:
            desk.failure = Failure("BAD_ANSWER")
    desk.drafted_turns = len(desk.turns)
    desk.drafted_ms = (time.perf_counter() - started) * 1000


def _waiting(place: Any, text: str) -> None:
    t = state.words()
    with place.container():
        st.html(f'<div class="cd-h">{escape(t("draft.title"))}</div>')
        st.html(f'<div class="cd-muted" role="status">{escape(t("draft.working"))}</div>')
        if text:
            st.html(f'<div class="cd-reply cd-wrap">{escape(text)}</div>')
        else:
            st.skeleton(height=140)
