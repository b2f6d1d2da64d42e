"""Beside what a move would do: the reason, the dates, and the click that makes it."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from ui import lifecycle_state, state
from ui.client import Failure
from ui.documents_shapes import Preview
from ui.lifecycle_shapes import Impact
from ui.lifecycle_state import Revision
from ui.parts import notice
from ui.parts.documents import dates
from ui.parts.moments import moment
from ui.release_client import Release, ReleaseClient
from ui.texts import Texts

_MAX_CHARS = 500


def show(t: Texts, rev: Revision, shown: Preview, impact: Impact) -> None:
    """Draw what is to be said, and the buttons."""
    _title(t, rev, shown, impact.version_id)
    if rev.failure is not None:
        _failed(t, rev.failure)
    broke = impact.count("broke")
    if broke and rev.sure:
        _second_click(t, rev, shown, broke)
        return
    if rev.step == "publish":
        _choose_dates(t, rev, shown)
    if broke:
        _first_click(t, rev, shown, t.counted("gate.breaks", broke))
    elif rev.step != "publish":
        _first_click(t, rev, shown)
    else:
        _publish(t, rev, shown)
    _stop_button(t, rev)


def while_waiting(t: Texts, rev: Revision, shown: Preview) -> None:
    """Draw what can be done before it is known what the move would do."""
    back = rev.standing.rollback_to if rev.standing else ""
    _title(t, rev, shown, back)
    if rev.step == "roll_back":
        with st.form("at_once_form", border=False):
            reason = st.text_input(t("release.reason"), key="at_once_reason", max_chars=_MAX_CHARS)
            st.html(f'<div class="cd-muted">{escape(t("gate.at_once_means"))}</div>')
            sent = st.form_submit_button(t("gate.at_once"), key="roll_back_at_once")
        if sent and reason.strip():
            rev.reason = reason.strip()
            release(rev, shown, Release(force=True))
            st.rerun()
        if sent:
            _alert(t("gate.roll_back_say_why"))
    _stop_button(t, rev)


def release(rev: Revision, shown: Preview, said: Release) -> None:
    """Make the move; what came in between is shown anew and decided again."""
    library, document = state.library(), shown.version.document_id
    affects = bool(rev.impact and rev.impact.total)
    moves = rev.standing.moves if rev.standing else None
    said = replace(said, reason=rev.reason, expected=moves)
    opened = ""
    try:
        with st.spinner(state.words()(f"gate.{rev.step}_running")):
            opened = _made(rev, document, said)
    except Failure as failure:
        if failure.signed_out or failure.unreachable:
            raise
        _refused(rev, document, failure)
        return
    told = _told(rev.step, later=_later(shown, said), affects=affects)
    rev.begin("")
    rev.look_at("content")
    rev.diff = None
    library.close_preview()
    if opened:
        library.open(opened)
    library.relist()
    lifecycle_state.inbox().ask_again()
    library.remark = told


def _made(rev: Revision, document_id: str, said: Release) -> str:
    """Make the move; return the version to be opened, if it is another than the one shown."""
    client = state.as_person(ReleaseClient)
    if rev.step == "roll_back":
        return client.roll_back(document_id, said)
    if rev.step == "publish":
        client.publish(rev.version_id, said)
    else:
        client.withdraw(document_id, said)
    return ""


def _later(shown: Preview, said: Release) -> bool:
    starts = shown.version.valid_from if said.starts is None else said.starts
    return bool(starts) and not dates.is_past(starts)


def _told(step: str, *, later: bool, affects: bool) -> str:
    if step == "roll_back":
        return "release.rolled_back"
    if step == "withdraw":
        return "release.withdrawn"
    if later:
        return "release.scheduled_told" if affects else "release.scheduled"
    return "release.published_told" if affects else "release.published"


def _refused(rev: Revision, document_id: str, failure: Failure) -> None:
    """Keep why the move was not made; where somebody else was quicker, say who and what."""
    rev.sure, rev.failure = False, failure
    if failure.code == "GATE_CLOSED":
        rev.work, rev.impact, rev.shown = None, None, 0
    if failure.code != "CONFLICT" or rev.standing is None:
        return
    client = state.as_person(ReleaseClient)
    if client.standing(document_id).moves == rev.standing.moves:
        return
    library, t = state.library(), state.words()
    last = client.last_move(document_id)
    did = t.named("gate_did", last.action.removeprefix("force_")) if last else ""
    detail = ""
    if last is not None:
        number = t("documents.version", n=last.number) if last.number else ""
        said = did.format(version=number)
        detail = t("gate.overtaken", name=last.by, at=moment(last.at), did=said)
    # All that was decided rests on what is no longer so: back to the version, fetched anew.
    rev.begin("")
    library.close_preview()
    library.relist()
    library.failure = Failure(failure.code, failure.status, detail=detail or failure.detail)


def _title(t: Texts, rev: Revision, shown: Preview, back: str) -> None:
    version, words = shown.version, rev.step
    if rev.step == "roll_back":
        version = next((v for v in shown.history if v.version_id == back), version)
        # What is undone may be a release that has not begun.
        words = "call_off" if version.live else words
    name = t("documents.version", n=version.number)
    title = t(f"gate.{words}_title", version=name, title=shown.version.title)
    st.html(f'<div class="cd-h">{escape(title)}</div>')
    if rev.step != "publish":
        means = t(f"release.{words}_means", title=shown.version.title)
        st.html(f'<div class="cd-muted">{escape(means)}</div>')


def _failed(t: Texts, failure: Failure) -> None:
    if failure.code == "GATE_CLOSED":
        # What it breaks is listed beside this; the service names it by ids.
        _alert(t("gate.closed_meanwhile"), "stop")
        return
    notice.show(failure)


def _alert(said: str, tone: str = "warn") -> None:
    st.html(f'<div class="cd-band {tone}" role="alert">{escape(said)}</div>')


def _choose_dates(t: Texts, rev: Revision, shown: Preview) -> None:
    if rev.dated:
        rev.starts, rev.ends = dates.choose(t, shown.version)
        return
    st.button(
        t("release.publish_dated"),
        key="with_dates",
        type="tertiary",
        icon=":material/schedule:",
        on_click=rev.begin_dating,
    )


def _publish(t: Texts, rev: Revision, shown: Preview) -> None:
    st.html(f'<div class="cd-muted">{escape(t("gate.none_broke"))}</div>')
    if st.button(
        t("release.publish"),
        key="confirm_publish",
        type="primary",
        icon=":material/publish:",
        width="stretch",
    ):
        release(rev, shown, Release(starts=rev.starts, ends=rev.ends))
        st.rerun()


def _first_click(t: Texts, rev: Revision, shown: Preview, breaks: str = "") -> None:
    """Ask for a reason; where nothing breaks, that is all it takes."""
    who = state.person()
    if breaks:
        st.html(f'<div class="cd-band stop">{escape(breaks)}</div>')
    with st.form(f"{rev.step}_reason_form", border=False):
        reason = st.text_input(
            t("release.reason"), value=rev.reason, key=f"{rev.step}_reason", max_chars=_MAX_CHARS
        )
        kept = t("gate.name_kept", name=who.name if who else "")
        st.html(f'<div class="cd-muted">{escape(kept)}</div>')
        if breaks:
            label, key = t(f"gate.{rev.step}_all_the_same"), f"{rev.step}_all_the_same"
        else:
            label, key = t(f"release.confirm_{rev.step}"), f"confirm_{rev.step}"
        sent = st.form_submit_button(label, key=key, width="stretch")
    if not sent:
        return
    rev.reason = reason.strip()
    if not rev.reason and (breaks or rev.step == "withdraw"):
        _alert(t(f"gate.{rev.step}_say_why"))
        return
    if breaks:
        rev.sure, rev.failure = True, None
    else:
        release(rev, shown, Release())
    st.rerun()


def _second_click(t: Texts, rev: Revision, shown: Preview, broke: int) -> None:
    who = state.person()
    said = t.counted(f"gate.{rev.step}_sure", broke)
    if rev.step == "publish" and rev.starts and not dates.is_past(rev.starts):
        name = "gate.dated_sure_one" if broke == 1 else "gate.dated_sure"
        said = t(name, n=broke, at=dates.shown(rev.starts))
    kept = t("gate.kept", name=who.name if who else "", reason=rev.reason)
    st.html(
        f'<div class="cd-band stop"><b>{escape(said)}</b></div>'
        f'<blockquote class="cd-kept-reason">{escape(kept)}</blockquote>'
    )
    if st.button(
        t.counted(f"gate.{rev.step}_confirm", broke),
        key=f"confirm_{rev.step}",
        type="primary",
        width="stretch",
    ):
        release(rev, shown, Release(force=True, starts=rev.starts, ends=rev.ends))
        st.rerun()
    st.button(t("gate.think_again"), key="think_again", width="stretch", on_click=_unsure)


def _unsure() -> None:
    version = state.library().version_id
    lifecycle_state.revision(version).sure = False


def _stop_button(t: Texts, rev: Revision) -> None:
    label = t(f"gate.{rev.step}_not")
    st.button(label, key="gate_stop", type="tertiary", on_click=rev.begin, args=("",))
