"""A version looked over: warnings on top, outline on the left, passages, and what is kept."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from ui import lifecycle_state, state
from ui.client import Failure
from ui.documents_shapes import Heading, Preview, Version, Warn
from ui.parts import notice
from ui.parts.documents import (
    changes,
    chunks,
    facts,
    gate,
    identity,
    record,
    release,
    unlock,
    views,
)
from ui.parts.documents.about import board
from ui.texts import Texts

_NAMED = 5
_UNBROKEN = "\u00a0"
_FULL_STOPS = ".\u3002"
_LISTED = re.compile(r"(?P<shown>\d+(?:, \d+)*)(?: and (?P<more>\d+) more)?")


def show(library: state.Library) -> None:
    """Draw the version that is open, fetching it first if need be."""
    shown = library.preview or _fetched(library)
    if shown is None:
        return
    with st.container(key="region_version"):
        view = _top(library, shown)
    if gate.show(shown):
        return
    if view == "changes":
        changes.show(shown)
    elif view == "about":
        board.show(shown)
    else:
        _content(state.words(), library, shown)


def _fetched(library: state.Library) -> Preview | None:
    t = state.words()
    try:
        with st.spinner(t("preview.working")):
            library.preview = state.documents_client().preview(library.version_id)
    except Failure as failure:
        if failure.signed_out or failure.unreachable:
            raise
        _back()
        notice.show(failure)
        return None
    # Opened anew, it is looked over, and nothing about it is being decided.
    lifecycle_state.revision(library.version_id).begin("")
    return library.preview


def _top(library: state.Library, shown: Preview) -> str:
    """Draw what stands over every view; return the view that is chosen."""
    t = state.words()
    _head(t, shown)
    if library.failure is not None:
        notice.show(library.failure)
    elif library.remark:
        st.html(f'<div class="cd-band good" role="status">{escape(t(library.remark))}</div>')
    release.said(shown)
    if shown.needs_password and not library.work:
        unlock.show_for(library, shown.version)
    if lifecycle_state.revision(library.version_id).step:
        return ""
    identity.show(shown)
    _warnings(t, shown)
    return views.choose(shown)


def _content(t: Texts, library: state.Library, shown: Preview) -> None:
    left, centre, right = st.columns([1, 2.1, 1], gap="small")
    with left, st.container(key="region_outline"):
        _outline(t, library, shown)
    with centre, st.container(key="region_chunks"):
        chunks.show(library, shown)
    with right, st.container(key="region_record"):
        record.show(shown)


def _back() -> None:
    t = state.words()
    st.button(
        t("preview.back"),
        key="back_to_documents",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=state.library().open,
        args=("",),
    )


def _head(t: Texts, shown: Preview) -> None:
    version = shown.version
    _back()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<h2 class="cd-version-title">{escape(version.title)}</h2>'
            f'<div class="cd-facts">{facts.state_pill(t, version)}{_other_live(t, shown)}'
            f"{facts.line(t, version)}</div>"
            f"{'' if shown.needs_password else facts.error(t, version)}"
        )
        release.show(shown)


def _other_live(t: Texts, shown: Preview) -> str:
    live = next((v for v in shown.history if v.live), None)
    if live is None or live.version_id == shown.version.version_id:
        return ""
    said = t("preview.other_live", n=live.number)
    return f'<span class="cd-pill good">{escape(said)}</span>'


def _warnings(t: Texts, shown: Preview) -> None:
    """Say what is odd, and what the next reading will change."""
    lines = [_said(t, warn) for warn in shown.warnings]
    if lines:
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        st.html(
            f'<div class="cd-band warn" data-warnings="{len(lines)}">'
            f"<b>{escape(t('preview.warnings'))}</b><ul>{items}</ul></div>"
        )
    elif _is_complete(shown.version):
        st.html(f'<div class="cd-muted">{escape(t("preview.no_warnings"))}</div>')


def _is_complete(version: Version) -> bool:
    return version.state not in {"failed", "processing"}


def _said(t: Texts, warn: Warn) -> str:
    """Say a warning in the reader's language; one that this screen does not know, as it is."""
    name = f"warning.{warn.code}"
    if not t.knows(name):
        return warn.text
    about = t("app.list_mark").join(warn.about[:_NAMED])
    if len(warn.about) > _NAMED:
        about += "…"
    said = t(name, **{"n": warn.count, **{k: _value(t, v) for k, v in warn.values.items()}})
    said = t("preview.about", what=said, about=about) if about else said
    for file in reversed(warn.files):
        said = t("preview.about", what=file, about=said)
    return said


def _value(t: Texts, value: str) -> str:
    """Say a value of a parser's sentence: numbers in a row, or why something failed."""
    failure = f"failure.{value.upper().replace(' ', '_')}"
    if t.knows(failure):
        return t(failure).rstrip(_FULL_STOPS)
    if listed := _LISTED.fullmatch(value):
        shown = t("app.list_mark").join(listed["shown"].split(", "))
        more = listed["more"]
        return t("preview.and_more", shown=shown, n=more) if more else shown
    return value


def _outline(t: Texts, library: state.Library, shown: Preview) -> None:
    count = t.counted("preview.headings", len(shown.outline))
    st.html(
        f'<div class="cd-row"><div class="cd-h">{escape(t("preview.outline"))}</div>'
        f'<span class="cd-muted">{escape(count)}</span></div>'
    )
    if not shown.outline:
        if shown.chunks:
            st.html(f'<div class="cd-empty">{escape(t("preview.no_outline"))}</div>')
        return
    places = range(len(shown.outline))
    # The key holds the version: the same place in another version is another heading.
    key = f"outline_{shown.version.version_id}"
    st.html(f"<style>{_indents(shown.outline)}</style>")
    with st.container(key="outline"):
        chosen = st.radio(
            t("preview.outline"),
            places,
            index=None,
            format_func=lambda at: _entry(t, shown.outline[at]),
            key=key,
            label_visibility="collapsed",
            on_change=_went_to,
            args=(key,),
        )
    del library, chosen


def _entry(t: Texts, heading: Heading) -> str:
    page = t("evidence.page", n=heading.page) if heading.page else ""
    count = t.counted("documents.passages", heading.chunks)
    tail = " · ".join(part for part in (page, count) if part).replace(" ", _UNBROKEN)
    return f"{plain(heading.text)}  :gray[{tail}]"


def _indents(outline: tuple[Heading, ...]) -> str:
    """Return a style by which each entry stands as deep as its heading, all its lines alike."""
    places: dict[int, list[str]] = {}
    for at, heading in enumerate(outline, 1):
        if heading.level > 1:
            places.setdefault(heading.level, []).append(f":nth-child({at})")
    return "".join(
        f'.st-key-outline [role="radiogroup"] > :is({",".join(those)}) '
        f"{{ padding-left:{level - 1}em; }}"
        for level, those in places.items()
    )


def plain(text: str) -> str:
    """Keep a document's words from being read as Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>$:~" else c for c in text)


def _went_to(key: str) -> None:
    library = state.library()
    at = st.session_state.get(key)
    if library.preview is not None and at is not None:
        library.section = library.preview.outline[at].ordinal
        library.shown = 0
