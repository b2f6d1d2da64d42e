"""Approved answers on the desk: saying that a draft is one, and making one of a draft."""

from __future__ import annotations

from html import escape
from itertools import takewhile

import streamlit as st

from ui import shapes, state
from ui.client import Failure
from ui.parts.answers import support

_MAX_CHARS = 4000


def badge(draft: shapes.Draft) -> None:
    """Say whose approved answer a draft gives, and how close its question is."""
    use = draft.approved
    if use is None:
        return
    t = state.words()
    facts = t(
        "approved.facts",
        name=use.by,
        date=use.at[:10],
        likeness=f"{use.likeness:.2f}",
        threshold=f"{use.threshold:.2f}",
    )
    asked = t("approved.question", question=use.question)
    st.html(
        f'<div class="cd-band good" data-approved="{escape(use.by)}">'
        f"<b>✓ {escape(t('approved.title'))}</b> · {escape(facts)}<br>{escape(asked)}</div>"
    )


def show(desk: state.Desk, draft: shapes.Draft) -> None:
    """Offer to approve what a draft says, as it was edited if it was."""
    if draft.approved is not None or draft.state != "answered":
        return
    if not state.approves(state.person()):
        return
    t = state.words()
    if desk.approved:
        said = escape(t("approved.done"))
        st.html(f'<div class="cd-band good cd-approved" role="status">✓ {said}</div>')
        return
    st.button(
        t("approved.approve"),
        key="approve_draft",
        type="tertiary",
        icon=":material/verified:",
        help=t("approved.approve_help"),
        on_click=_ask,
        args=(desk, draft),
    )


def _ask(desk: state.Desk, draft: shapes.Draft) -> None:
    st.dialog(state.words()("approved.approve"), width="medium")(_body)(desk, draft)


def _body(desk: state.Desk, draft: shapes.Draft) -> None:
    t = state.words()
    own = "\n".join(draft.sentences)
    settled = desk.settled()
    text = settled.text if settled is not None and settled.kind == "edit" else own
    st.html(f'<div class="cd-muted">{escape(t("approved.means"))}</div>')
    with st.form("approve_form", border=False):
        question = st.text_input(
            t("answers.question"),
            value=_asked(desk),
            key=f"approved_q_{draft.id}",
            max_chars=_MAX_CHARS,
        )
        answer = st.text_area(
            t("answers.answer"),
            value=text,
            key=f"approved_a_{draft.id}",
            max_chars=_MAX_CHARS,
            height=200,
            help=t("answers.answer_help"),
        )
        sent = st.form_submit_button(t("approved.approve"), key="confirm_approve", type="primary")
    if not sent:
        return
    said = answer.strip()
    try:
        # The draft's own words are its sentences with the citations that it has already.
        client = state.lifecycle_client()
        client.approve_draft(draft.id, question.strip(), "" if said == own.strip() else said)
    except Failure as failure:
        support.failed(t, failure)
        return
    desk.approved = True
    st.rerun()


def _asked(desk: state.Desk) -> str:
    """What the customer has said since the last reply, as one question."""
    said = desk.turns[: desk.drafted_turns]
    last = takewhile(lambda turn: turn.role == "customer", reversed(said))
    return " ".join(turn.text for turn in reversed(list(last)))
