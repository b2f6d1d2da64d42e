"""The agent's desk: the conversation, the draft in the middle, the evidence beside it."""

from __future__ import annotations

import streamlit as st

from ui import state
from ui.parts import conversation, draft, drafting, evidence, routing
from ui.parts.guidance import panel as guidance
from ui.parts.record import panel


def show() -> None:
    """Draw the three regions, and fetch a draft first if one was asked for."""
    routing.banner()
    desk = state.desk()
    left, centre, right = st.columns([1, 1.45, 1.1], gap="small")
    with left, st.container(key="desk_left"):
        with st.container(key="region_conversation"):
            conversation.show(desk)
        with st.container(key="region_record"):
            record_place = st.empty()
    with centre, st.container(key="region_draft"):
        draft_place = st.empty()
        guidance_place = st.empty()
    with right, st.container(key="region_evidence"):
        evidence_place = st.empty()
    if desk.wants_draft:
        drafting.run(desk, draft_place, evidence_place)
    with draft_place.container():
        draft.show(desk)
    with evidence_place.container():
        evidence.show(desk)
    # Last: by then the service knows what was drafted.
    with guidance_place.container():
        guidance.show(desk)
    with record_place.container():
        panel.show(desk)
