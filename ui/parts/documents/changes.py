"""What changed between two versions of a document, with what can do harm singled out."""

from __future__ import annotations

from html import escape
from itertools import groupby

import streamlit as st

from ui import lifecycle_state, state
from ui.client import Failure
from ui.documents_shapes import Preview, Version
from ui.lifecycle_shapes import Change, Diff
from ui.parts import differences, notice, passage
from ui.texts import Texts

LAYOUTS = ("beside", "merged")
ALERTS = ("number", "unit", "limit", "negation", "warning", "code")
KINDS = ("changed", "added", "removed", "moved")
_SHOWN = 30


def comparable(shown: Preview) -> list[Version]:
    """Return the versions that can be compared, the newest first."""
    return [v for v in shown.history if v.chunks and v.state not in ("failed", "processing")]


def show(shown: Preview) -> None:
    """Draw what changed."""
    t = state.words()
    with st.container(key="region_changes"):
        st.html(f"<style>{differences.STYLE}</style>")
        before, after, layout = _pair(t, shown)
        if before == after:
            st.html(f'<div class="cd-empty">{escape(t("changes.same_version"))}</div>')
            return
        found = _fetched(shown, before, after)
        if found is not None:
            _list(t, shown, found, layout)


def _pair(t: Texts, shown: Preview) -> tuple[str, str, str]:
    """Let two versions be chosen, and how their texts are shown."""
    versions = comparable(shown)
    ids = [v.version_id for v in versions]
    here = shown.version.version_id
    first = _against(versions, shown.version)
    named = {v.version_id: _name(t, v) for v in versions}
    older, newer, how = st.columns([1, 1, 0.8], gap="small", vertical_alignment="bottom")
    before = older.selectbox(
        t("changes.from"), ids, ids.index(first), named.__getitem__, key=f"changes_from_{here}"
    )
    after = newer.selectbox(
        t("changes.to"), ids, ids.index(here), named.__getitem__, key=f"changes_to_{here}"
    )
    layout = how.segmented_control(
        t("changes.layout"),
        LAYOUTS,
        default="beside",
        required=True,
        format_func=lambda name: t(f"changes.{name}"),
        key="changes_layout",
        label_visibility="collapsed",
        width="stretch",
    )
    return before or first, after or here, layout or "beside"


def _against(versions: list[Version], version: Version) -> str:
    """Return what a version is compared with at first: what is live, else what came before it."""
    others = [v for v in versions if v.version_id != version.version_id]
    live = [v for v in others if v.live and not version.live]
    earlier = [v for v in others if v.number < version.number]
    return (live or earlier or others)[0].version_id


def _name(t: Texts, version: Version) -> str:
    number = t("documents.version", n=version.number)
    return f"{number} · {t.named('document_state', version.shown_state)}"


def _fetched(shown: Preview, before: str, after: str) -> Diff | None:
    t = state.words()
    rev = lifecycle_state.revision(shown.version.version_id)
    if rev.diff is None or (rev.diff.before_id, rev.diff.after_id) != (before, after):
        try:
            with st.spinner(t("changes.working")):
                client = state.lifecycle_client()
                rev.diff = client.diff(shown.version.document_id, before, after)
                rev.shown = 0
        except Failure as failure:
            if failure.signed_out or failure.unreachable:
                raise
            notice.show(failure)
            return None
    return rev.diff


def _list(t: Texts, shown: Preview, found: Diff, layout: str) -> None:
    if found.hidden:
        st.html(f'<div class="cd-empty">{escape(t("changes.hidden"))}</div>')
        return
    if not found.changes:
        st.html(f'<div class="cd-empty tall">{escape(t("changes.none"))}</div>')
        return
    kinds = [
        f'<span class="cd-pill">{escape(t.named("change_kind", kind))} <b>{n}</b></span>'
        for kind in KINDS
        if (n := found.counts.get(kind))
    ]
    same = t.counted("changes.unchanged", found.unchanged)
    st.html(
        f'<div class="cd-row" data-changes="{len(found.changes)}">{"".join(kinds)}'
        f'<span class="cd-muted">{escape(same)}</span></div>'
    )
    wanted = _filter(t, found)
    chosen = [c for c in found.changes if _fits(c, wanted)]
    rev = lifecycle_state.revision(shown.version.version_id)
    limit = _SHOWN + rev.shown
    if layout == "beside":
        st.html(differences.side_names(t))
    number = 0
    for place, group in groupby(chosen[:limit], key=lambda c: c.place):
        path = " › ".join(place) or t("preview.no_heading")
        st.html(f'<div class="cd-section">{escape(path)}</div>')
        for change in group:
            _one(t, change, number, layout)
            number += 1
    if len(chosen) > limit:
        left = len(chosen) - limit
        label = t("documents.more", n=left)
        st.button(label, key="more_changes", on_click=_more, args=(rev.version_id,))


def _filter(t: Texts, found: Diff) -> str:
    harmful = sum(bool(c.alerts) for c in found.changes)
    counts = {"all": len(found.changes), "harm": harmful, **found.alerts}
    names = ["all", *(["harm"] if harmful else []), *(a for a in ALERTS if counts.get(a))]
    return (
        st.pills(
            t("changes.filter"),
            names,
            default="all",
            required=True,
            format_func=lambda name: f"{t.named('alert', name)} {counts[name]}",
            key=f"changes_filter_{found.before_id}_{found.after_id}",
            label_visibility="collapsed",
        )
        or "all"
    )


def _fits(change: Change, name: str) -> bool:
    return name == "all" or (bool(change.alerts) if name == "harm" else name in change.alerts)


def _more(version_id: str) -> None:
    lifecycle_state.revision(version_id).shown += _SHOWN


def _one(t: Texts, change: Change, number: int, layout: str) -> None:
    draw = differences.side_by_side if layout == "beside" else differences.merged
    with st.container(key=f"change_{number}", gap="xsmall"):
        st.html(differences.head(t, change) + draw(t, change))
        with st.container(horizontal=True, gap="medium"):
            for side, unit in (("before", change.before), ("after", change.after)):
                label = t(f"changes.open_{side}")
                if unit is not None and st.button(
                    label, key=f"open_change_{side}_{number}", type="tertiary"
                ):
                    passage.open_chunk(unit.chunk_id, unit.spans, public=False)
