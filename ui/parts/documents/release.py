"""Deciding what is live: review, and the ways to the gate by which a document is moved."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from ui import lifecycle_state, state
from ui.client import Failure
from ui.documents_shapes import Preview
from ui.parts.moments import moment
from ui.release_client import ReleaseClient
from ui.release_shapes import Standing
from ui.texts import Texts

_PUBLISHABLE = {"draft", "in_review", "superseded", "withdrawn"}
_MAX_CHARS = 500


def show(shown: Preview) -> None:
    """Draw the buttons that apply."""
    t = state.words()
    version = shown.version
    rev = lifecycle_state.revision(version.version_id)
    if rev.step:
        return
    standing = lifecycle_state.standing(rev, version.document_id)
    waits = version.state == "published" and not version.live and version.scheduled
    with st.container(horizontal=True, gap="small", width="content", key="release"):
        if version.state in _PUBLISHABLE or waits:
            _publish(t, shown, standing, again=bool(waits))
        if version.state == "draft":
            _note(t, shown, "submit")
        if version.state == "in_review":
            _note(t, shown, "send_back")
        if standing.rollback_to:
            undoes = any(v.live and v.version_id == standing.rollback_to for v in shown.history)
            name = t("release.call_off") if undoes else t("release.roll_back")
            _move(name, version.version_id, "roll_back")
        if any(v.live or v.scheduled for v in shown.history):
            _move(t("release.withdraw"), version.version_id, "withdraw")


def said(shown: Preview) -> None:
    """Say who handed a version over or sent it back last, and why."""
    version = shown.version
    rev = lifecycle_state.revision(version.version_id)
    waiting = lifecycle_state.standing(rev, version.document_id).waiting.get(version.version_id)
    if waiting is None or waiting.last is None:
        return
    t, last = state.words(), waiting.last
    line = t(f"release.last_{last.action}", name=last.by, at=moment(last.at))
    why = f"<q>{escape(last.reason)}</q>" if last.reason else ""
    tone = "cd-band warn" if last.action == "send_back" else "cd-muted"
    band = f'<div class="{tone}" data-review="{escape(last.action)}">'
    st.html(f"{band}{escape(line)} {why}</div>")


def _publish(t: Texts, shown: Preview, standing: Standing, *, again: bool) -> None:
    version_id, who = shown.version.version_id, state.person()
    own = standing.is_own(version_id, who.name if who else "")
    if not again:
        st.button(
            t("release.publish"),
            key="publish",
            type="primary",
            icon=":material/publish:",
            disabled=own,
            help=t("release.own") if own else None,
            on_click=_begin,
            args=(version_id, "publish"),
        )
    st.button(
        t("release.publish_again" if again else "release.publish_dated"),
        key="publish_dated",
        icon=":material/schedule:",
        disabled=own,
        help=t("release.own") if own else None,
        on_click=_begin,
        args=(version_id, "publish", True),
    )


def _move(label: str, version_id: str, step: str) -> None:
    st.button(label, key=step, on_click=_begin, args=(version_id, step))


def _begin(version_id: str, step: str, dated: bool = False) -> None:
    """Have it found out first what the step would do."""
    library = state.library()
    library.failure, library.remark = None, ""
    lifecycle_state.revision(version_id).begin(step, dated=dated)


def _note(t: Texts, shown: Preview, step: str) -> None:
    """Offer a step of the review, with a note that the other reads."""
    with (
        st.popover(t(f"release.{step}"), key=f"{step}_note"),
        st.form(f"{step}_form", border=False, enter_to_submit=False),
    ):
        note = st.text_area(t(f"release.{step}_note"), key=f"{step}_text", max_chars=_MAX_CHARS)
        if not st.form_submit_button(t(f"release.{step}"), key=f"confirm_{step}", type="primary"):
            return
        if step == "send_back" and not note.strip():
            band = f'<div class="cd-band warn" role="alert">{escape(t("release.say_what"))}</div>'
            st.html(band)
            return
    client, version_id = state.as_person(ReleaseClient), shown.version.version_id
    _do(lambda: getattr(client, step)(version_id, note.strip()), f"release.{step}_done")


def _do(act: Callable[[], None], remark: str) -> None:
    library = state.library()
    try:
        act()
    except Failure as failure:
        if failure.signed_out or failure.unreachable:
            raise
        library.close_preview()
        library.failure = failure
    else:
        library.close_preview()
        library.remark = remark
    library.relist()
    st.rerun()
