"""The release gate: what publishing or withdrawing does to what rests on a document."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import lifecycle_state, state
from ui.client import Failure
from ui.documents_shapes import Preview
from ui.lifecycle_shapes import Impact
from ui.lifecycle_state import Revision
from ui.parts import differences, notice
from ui.parts.documents import affected
from ui.texts import Texts

_SHOWN = 20
_MAX_CHARS = 500


def show(shown: Preview) -> bool:
    """Draw the decision that is being made; False where none is."""
    rev = lifecycle_state.revision(shown.version.version_id)
    if not rev.step:
        return False
    with st.container(key="region_gate"):
        t = state.words()
        if rev.impact is None and not _computed(t, rev, shown):
            _stop_button(t, rev)
            return True
        assert rev.impact is not None
        if rev.step == "publish" and not rev.impact.affected and rev.failure is None:
            # Nothing to decide: the one click that was made is enough.
            _release(rev, shown)
            if rev.failure is None:
                st.rerun()
        st.html(f"<style>{differences.STYLE}</style>")
        _decision(t, rev, shown, rev.impact)
    return True


def _computed(t: Texts, rev: Revision, shown: Preview) -> bool:
    client = state.lifecycle_client()
    try:
        with st.spinner(t("gate.working"), show_time=True):
            if rev.step == "publish":
                rev.impact = client.impact(rev.version_id)
            else:
                rev.impact = client.withdrawal(shown.version.document_id)
    except Failure as failure:
        if failure.signed_out or failure.unreachable:
            raise
        notice.show(failure)
        return False
    return True


def _decision(t: Texts, rev: Revision, shown: Preview, impact: Impact) -> None:
    left, right = st.columns([2.4, 1], gap="medium")
    with left:
        st.html(_headline(t, rev, impact))
        _entries(t, rev, impact)
    with right, st.container(key="decide"):
        _panel(t, rev, shown, impact)


def _headline(t: Texts, rev: Revision, impact: Impact) -> str:
    if not impact.affected:
        said = t(f"gate.{rev.step}_affects_none")
    else:
        counts = [(v, impact.count(v)) for v in affected.VERDICTS]
        parts = [t.counted(f"gate.n_{v}", n) for v, n in counts if n]
        affects = t.counted(f"gate.{rev.step}_affects", len(impact.affected))
        said = t("gate.headline", affects=affects, counts=t("gate.list_mark").join(parts))
    below = ""
    if rev.step == "publish":
        passages = t.counted("gate.passages", impact.changed_passages)
        below = f'<div class="cd-muted">{escape(passages)}</div>'
    counts_said = " ".join(
        f'data-{verdict}="{impact.count(verdict)}"' for verdict in affected.VERDICTS
    )
    return f'<h3 class="cd-verdict" {counts_said}>{escape(said)}</h3>{below}'


def _entries(t: Texts, rev: Revision, impact: Impact) -> None:
    if not impact.affected:
        return
    names = ["all", *(v for v in affected.VERDICTS if impact.count(v))]
    counts = {"all": len(impact.affected), **{v: impact.count(v) for v in affected.VERDICTS}}
    chosen = (
        st.pills(
            t("gate.filter"),
            names,
            default="all",
            required=True,
            format_func=lambda name: f"{t.named('gate_verdict', name)} {counts[name]}",
            key=f"gate_filter_{rev.step}_{rev.version_id}",
            label_visibility="collapsed",
        )
        or "all"
    )
    found = [e for e in impact.affected if chosen in ("all", e.verdict)]
    limit = _SHOWN + rev.shown
    for at, entry in enumerate(found[:limit]):
        affected.one(t, entry, at, rev.step)
    if len(found) > limit:
        label = t("documents.more", n=len(found) - limit)
        st.button(label, key="more_affected", on_click=_more, args=(rev,))


def _more(rev: Revision) -> None:
    rev.shown += _SHOWN


def _panel(t: Texts, rev: Revision, shown: Preview, impact: Impact) -> None:
    version = shown.version
    name = t("documents.version", n=version.number)
    title = t(f"gate.{rev.step}_title", version=name, title=version.title)
    st.html(f'<div class="cd-h">{escape(title)}</div>')
    if rev.failure is not None:
        _failed(t, rev.failure)
    broke = impact.count("broke")
    if rev.step == "withdraw":
        means = t("release.withdraw_means", title=version.title)
        st.html(f'<div class="cd-muted">{escape(means)}</div>')
    if broke and rev.sure:
        _second_click(t, rev, shown, broke)
    elif broke:
        _first_click(t, rev, t.counted("gate.breaks", broke))
    elif rev.step == "withdraw":
        _first_click(t, rev, "", shown)
    else:
        st.html(f'<div class="cd-muted">{escape(t("gate.none_broke"))}</div>')
        if st.button(
            t("release.publish"),
            key="confirm_publish",
            type="primary",
            icon=":material/publish:",
            width="stretch",
        ):
            _release(rev, shown)
            st.rerun()
    if not rev.sure:
        _stop_button(t, rev)


def _failed(t: Texts, failure: Failure) -> None:
    if failure.code == "GATE_CLOSED":
        # What it breaks is listed beside this; the service names it by ids.
        said = escape(t("gate.closed_meanwhile"))
        st.html(f'<div class="cd-band stop" role="alert">{said}</div>')
        return
    notice.show(failure)


def _first_click(t: Texts, rev: Revision, breaks: str, shown: Preview | None = None) -> None:
    """Ask for a reason; with a preview given, that is all it takes."""
    who = state.person()
    if breaks:
        st.html(f'<div class="cd-band stop">{escape(breaks)}</div>')
    with st.form(f"{rev.step}_reason_form", border=False):
        reason = st.text_input(
            t("release.reason"), value=rev.reason, key=f"{rev.step}_reason", max_chars=_MAX_CHARS
        )
        kept = t("gate.name_kept", name=who.name if who else "")
        st.html(f'<div class="cd-muted">{escape(kept)}</div>')
        if shown is None:
            label, key = t(f"gate.{rev.step}_all_the_same"), f"{rev.step}_all_the_same"
        else:
            label, key = t("release.confirm_withdraw"), "confirm_withdraw"
        sent = st.form_submit_button(label, key=key, width="stretch")
    if not sent:
        return
    rev.reason = reason.strip()
    if not rev.reason:
        said = t(f"gate.{rev.step}_say_why")
        st.html(f'<div class="cd-band warn" role="alert">{escape(said)}</div>')
        return
    if shown is None:
        rev.sure, rev.failure = True, None
    else:
        _release(rev, shown)
    st.rerun()


def _second_click(t: Texts, rev: Revision, shown: Preview, broke: int) -> None:
    who = state.person()
    said = t.counted(f"gate.{rev.step}_sure", broke)
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
        _release(rev, shown)
        st.rerun()
    st.button(t("gate.think_again"), key="think_again", width="stretch", on_click=_unsure)


def _unsure() -> None:
    version = state.library().version_id
    lifecycle_state.revision(version).sure = False


def _stop_button(t: Texts, rev: Revision) -> None:
    label = t(f"gate.{rev.step}_not")
    st.button(label, key="gate_stop", type="tertiary", on_click=rev.begin, args=("",))


def _release(rev: Revision, shown: Preview) -> None:
    """Make the release; what came in between is shown anew and decided again."""
    library, client = state.library(), state.lifecycle_client()
    broke = bool(rev.impact and rev.impact.count("broke"))
    affects = bool(rev.impact and rev.impact.affected)
    try:
        with st.spinner(state.words()(f"gate.{rev.step}_running")):
            if rev.step == "publish":
                client.publish(rev.version_id, reason=rev.reason, force=broke)
            else:
                document = shown.version.document_id
                client.withdraw(document, reason=rev.reason, force=broke)
    except Failure as failure:
        if failure.signed_out or failure.unreachable:
            raise
        rev.sure, rev.failure = False, failure
        if failure.code == "GATE_CLOSED":
            rev.impact = None
            rev.shown = 0
        return
    step = rev.step
    rev.begin("")
    rev.view, rev.diff = "content", None
    library.close_preview()
    library.relist()
    lifecycle_state.inbox().ask_again()
    told = "release.published_told" if affects else "release.published"
    library.remark = told if step == "publish" else "release.withdrawn"
