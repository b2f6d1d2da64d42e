"""Who answers for a document, how often somebody must look at it, and when somebody did."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import about_state, state
from ui.about_shapes import Care
from ui.about_state import About
from ui.documents_shapes import Preview
from ui.parts.documents.about import part
from ui.parts.moments import day
from ui.texts import Texts

_PART = "care"
_MOST_DAYS = 36_500


def show(t: Texts, about: About, shown: Preview) -> None:
    """Draw the care of the document, and what can be done about it."""
    assert about.known is not None
    care, document_id = about.known.care, shown.version.document_id
    with part.card(about, _PART, t("known.care")):
        if care.owner and care.owner not in about.known.people:
            # From the time when anything could be written here.
            said = t("known.owner_unknown", name=care.owner)
            st.html(f'<div class="cd-band warn">{escape(said)}</div>')
        _form(t, about, care, document_id)
        st.html(markup(t, care))
        st.button(
            t("known.reviewed_today"),
            key="reviewed_today",
            type="primary" if care.overdue else "secondary",
            icon=":material/event_available:",
            help=t("known.reviewed_help"),
            on_click=_reviewed,
            args=(about.version_id, document_id),
        )


def markup(t: Texts, care: Care) -> str:
    """Draw when the document was and will be looked at, everything escaped."""
    due = escape(day(care.review_due) if care.review_due else t("known.never_due"))
    if care.overdue:
        due += f' <span class="cd-pill stop">{escape(t("known.overdue"))}</span>'
    return part.rows(
        [
            (t("known.reviewed_at"), escape(day(care.reviewed_at) or t("known.not_reviewed"))),
            (t("known.review_due"), due),
        ]
    )


def _form(t: Texts, about: About, care: Care, document_id: str) -> None:
    assert about.known is not None
    people = ["", *about.known.people]
    if care.owner not in people:
        people.append(care.owner)
    with st.form(f"care_form_{about.forms}", border=False):
        left, right = st.columns(2, gap="small")
        left.selectbox(
            t("known.owner"),
            people,
            index=people.index(care.owner),
            format_func=lambda name: name or t("known.nobody"),
            key=f"care_owner_{about.forms}",
        )
        right.number_input(
            t("known.period_days"),
            0,
            _MOST_DAYS,
            care.review_days,
            key=f"care_days_{about.forms}",
            help=t("known.period_help"),
        )
        st.form_submit_button(
            t("known.save"), key="save_care", on_click=_save, args=(about.version_id, document_id)
        )


def _save(version_id: str, document_id: str) -> None:
    about = about_state.about(version_id)
    owner = str(st.session_state[f"care_owner_{about.forms}"] or "")
    days = int(st.session_state[f"care_days_{about.forms}"] or 0)
    about.do(
        _PART,
        lambda: about_state.client().set_care(document_id, owner, days),
        state.words()("known.care_done"),
    )


def _reviewed(version_id: str, document_id: str) -> None:
    about_state.about(version_id).do(
        _PART,
        lambda: about_state.client().reviewed(document_id),
        state.words()("known.reviewed_done"),
    )
