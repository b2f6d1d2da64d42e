"""The release gate: what a move of a document does to what rests on it."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import lifecycle_state, state
from ui.client import Failure
from ui.documents_shapes import Preview
from ui.lifecycle_shapes import Impact
from ui.lifecycle_state import Revision
from ui.parts import differences, notice
from ui.parts.documents import affected, deciding, working
from ui.release_client import Release, impact_path
from ui.texts import Texts

_SHOWN = 20


def show(shown: Preview) -> bool:
    """Draw the decision that is being made; False where none is."""
    rev = lifecycle_state.revision(shown.version.version_id)
    if not rev.step:
        return False
    with st.container(key="region_gate"):
        t = state.words()
        if rev.impact is None and not _found_out(t, rev, shown):
            return True
        assert rev.impact is not None
        if _is_enough(rev, rev.impact):
            # Nothing to decide: the one click that was made is enough.
            deciding.release(rev, shown, Release())
            if rev.failure is None:
                st.rerun()
        st.html(f"<style>{differences.STYLE}</style>")
        _decision(t, rev, shown, rev.impact)
    return True


def _is_enough(rev: Revision, impact: Impact) -> bool:
    return rev.step == "publish" and not (rev.dated or impact.total or rev.failure)


def _found_out(t: Texts, rev: Revision, shown: Preview) -> bool:
    version = shown.version
    path = impact_path(rev.step, version.version_id, version.document_id)
    rev.work = rev.work or working.begin(path)
    failure: Failure | None = None
    if rev.work.done():
        try:
            rev.impact = rev.work.result()
        except Failure as caught:
            failure = caught
            if failure.signed_out or failure.unreachable:
                raise
        else:
            return True
    left, right = st.columns([2.4, 1], gap="medium")
    with left:
        if failure is not None:
            notice.show(failure)
        else:
            working.watch(t, rev.work, path)
    with right, st.container(key="decide"):
        # Nobody has to wait in order to stop, or to roll back in an emergency.
        deciding.while_waiting(t, rev, shown)
    return False


def _decision(t: Texts, rev: Revision, shown: Preview, impact: Impact) -> None:
    left, right = st.columns([2.4, 1], gap="medium")
    with left:
        st.html(_headline(t, rev, impact))
        _entries(t, rev, impact)
    with right, st.container(key="decide"):
        deciding.show(t, rev, shown, impact)


def _headline(t: Texts, rev: Revision, impact: Impact) -> str:
    if not impact.total:
        said = t(f"gate.{rev.step}_affects_none")
    else:
        counts = [(v, impact.count(v)) for v in affected.VERDICTS]
        parts = [t.counted(f"gate.n_{v}", n) for v, n in counts if n]
        affects = t.counted(f"gate.{rev.step}_affects", impact.total)
        said = t("gate.headline", affects=affects, counts=t("gate.list_mark").join(parts))
    below = ""
    if rev.step != "withdraw" and impact.total and impact.changed_passages:
        passages = t.counted("gate.passages", impact.changed_passages)
        below = f'<div class="cd-muted">{escape(passages)}</div>'
    if impact.others_asked:
        others = t("gate.others", asked=impact.others_asked, of=impact.others)
        below += f'<div class="cd-muted">{escape(others)}</div>'
    counts_said = " ".join(
        f'data-{verdict}="{impact.count(verdict)}"' for verdict in affected.VERDICTS
    )
    return f'<h3 class="cd-verdict" {counts_said}>{escape(said)}</h3>{below}'


def _entries(t: Texts, rev: Revision, impact: Impact) -> None:
    if hidden := sum(impact.hidden.values()):
        said = t.counted("gate.hidden", hidden)
        st.html(f'<div class="cd-band warn" data-hidden="{hidden}">{escape(said)}</div>')
    if not impact.affected:
        return
    names = ["all", *(v for v in affected.VERDICTS if impact.listed(v))]
    counts = {"all": len(impact.affected), **{v: impact.listed(v) for v in affected.VERDICTS}}
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
