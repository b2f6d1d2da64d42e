"""The passages an approved answer rests on: looking for them, and saying what they lack."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import lifecycle_state, marks, shapes, state
from ui.client import Failure
from ui.lifecycle_state import Sheet
from ui.parts import notice, passage
from ui.texts import Texts

_TICKED = 3
_TEXT_LIMIT = 130
_LACKS = ("no_citation", "number", "code", "negation", "words")
"""What the passages can lack, each with a text of the screens."""


def look_up(sheet: Sheet, query: str, tick: tuple[str, ...] = ()) -> None:
    """Search for passages, and pick the best ones of these documents."""
    query = query.strip()
    if not query:
        return
    try:
        sheet.hits, sheet.searched = state.lifecycle_client().search(query), True
    except Failure as failure:
        sheet.refused = failure
        return
    for hit in [hit for hit in sheet.hits if hit.title in tick][:_TICKED]:
        sheet.picked[hit.chunk_id] = hit


def show(t: Texts, sheet: Sheet) -> None:
    """Draw the passages that are picked, then those that were found."""
    found = [hit for hit in sheet.hits if hit.chunk_id not in sheet.picked]
    for hit in sheet.picked.values():
        _one(t, sheet, hit, picked=True)
    for hit in found:
        _one(t, sheet, hit, picked=False)
    if sheet.searched and not sheet.hits:
        st.html(f'<div class="cd-empty">{escape(t("evidence.none"))}</div>')


def _one(t: Texts, sheet: Sheet, hit: shapes.Hit, *, picked: bool) -> None:
    name = "picked_of" if picked else "pick_of"
    with st.container(key=f"{name}_{hit.chunk_id}"):
        heading = hit.headings[-1] if hit.headings else hit.title
        st.checkbox(
            marks.plain(heading),
            value=picked,
            # The key tells both apart: a box that moves to the other list is a new one.
            key=f"tick_{picked}_{hit.chunk_id}_{sheet.forms}",
            on_change=_ticked,
            args=(hit,),
        )
        where = [hit.title] if heading != hit.title else []
        if hit.page is not None:
            where.append(t("evidence.page", n=hit.page))
        internal = ""
        if hit.audience != "public":
            said = t.named("audience", hit.audience)
            internal = f' <span class="cd-pill warn">{escape(said)}</span>'
        text = marks.excerpt(" ".join(hit.text.split()), (), _TEXT_LIMIT).text
        st.html(
            f'<div class="cd-path">{escape(" · ".join(where))}{internal}</div>'
            f'<div class="cd-quotes">{escape(text)}</div>'
        )
        if st.button(t("evidence.open"), key=f"see_{picked}_{hit.chunk_id}", type="tertiary"):
            passage.open_chunk(hit.chunk_id, (), public=False)


def _ticked(hit: shapes.Hit) -> None:
    picked = lifecycle_state.sheet().picked
    if hit.chunk_id in picked:
        del picked[hit.chunk_id]
    else:
        picked[hit.chunk_id] = hit


def failed(t: Texts, failure: Failure) -> None:
    """Say why an answer was not approved: which sentence, and what the passages lack."""
    sentence, lacks = failure.details.get("sentence"), failure.details.get("missing")
    if failure.code != "ANSWER_UNSUPPORTED" or not sentence or lacks not in _LACKS:
        notice.show(failure)
        return
    said = t("answers.unsupported", n=sentence, why=t(f"unsupported.{lacks}"))
    st.html(
        f'<div class="cd-band stop" role="alert" data-code="{escape(failure.code)}">'
        f"<b>{escape(said)}</b><br>{escape(t('answers.unsupported_hint'))}</div>"
    )
