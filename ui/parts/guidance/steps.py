"""The steps of a draft, where no checklist beside the conversation has them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from ui import marks, shapes
from ui.guidance_shapes import Checklist
from ui.texts import Texts


def show(t: Texts, draft: shapes.Draft, checklists: Iterable[Checklist]) -> None:
    """Draw them to be ticked; nothing where a checklist shows the same steps."""
    if not draft.steps or draft.state != "answered" or _shown(draft, checklists):
        return
    with st.container(key="steps", gap="xsmall"):
        st.html(
            f'<div class="cd-label">{escape(t("draft.steps"))}'
            f' <span class="cd-muted">{escape(t("draft.steps_hint"))}</span></div>'
            f"{in_other_language(t, draft.steps[0].language)}"
        )
        for at, step in enumerate(draft.steps):
            text = marks.plain(marks.strip_markers(step.text, draft.markers))
            st.checkbox(text, value=step.done, key=f"step_{draft.id}_{at}")


def in_other_language(t: Texts, language: str) -> str:
    """A mark on what is written in another language than the reply; empty without one."""
    if not language:
        return ""
    said = t("draft.source_in", language=t.named("spoken", language))
    code = escape(language)
    return f'<span class="cd-pill warn" data-source-language="{code}">{escape(said)}</span>'


def _shown(draft: shapes.Draft, checklists: Iterable[Checklist]) -> bool:
    """Whether each step of the draft stands in a checklist, by where it is cited from."""
    places = [
        (step.citation.chunk_id, step.citation.start, step.citation.end)
        for one in checklists
        for step in one.steps
    ]
    cited = {c.marker: c for c in draft.citations}
    return all(
        any(
            chunk == at.chunk_id and start < at.end and at.start < end
            for chunk, start, end in places
        )
        for step in draft.steps
        if (at := cited.get(step.citation)) is not None
    )
