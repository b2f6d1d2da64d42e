"""The passages of a version as they were understood, each with a way to set it right."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state, tables
from ui.client import Failure
from ui.documents_shapes import Passage, Preview
from ui.parts import notice
from ui.parts.documents import fixes

_SHOWN = 15
_UNSURE = 0.8
_PICTURED = ("application/pdf", "image/")


def show(library: state.Library, shown: Preview) -> None:
    """Draw the passages from the chosen heading on."""
    t = state.words()
    chunks = [c for c in shown.chunks if c.ordinal >= library.section]
    count = t.counted("documents.passages", len(shown.chunks))
    st.html(
        f'<div class="cd-row"><div class="cd-h">{escape(t("preview.chunks"))}</div>'
        f'<span class="cd-muted">{escape(count)}</span></div>'
    )
    if not shown.chunks:
        names = {"failed": "preview.not_read", "processing": "preview.still_reading"}
        said = t(names.get(shown.version.state, "preview.no_chunks"))
        st.html(f'<div class="cd-empty tall">{escape(said)}</div>')
        return
    if library.section:
        st.button(
            t("preview.from_start"),
            key="from_start",
            type="tertiary",
            icon=":material/vertical_align_top:",
            on_click=_from_start,
        )
    limit = _SHOWN + library.shown
    for chunk in chunks[:limit]:
        _one(chunk, shown)
    if len(chunks) > limit:
        left = len(chunks) - limit
        st.button(t("documents.more", n=left), key="more_chunks", on_click=_more, width="stretch")


def _more() -> None:
    state.library().shown += _SHOWN


def _from_start() -> None:
    library = state.library()
    library.section = library.shown = 0
    st.session_state.pop(f"outline_{library.version_id}", None)


def _one(chunk: Passage, shown: Preview) -> None:
    t = state.words()
    with st.container(key=f"chunk_{chunk.chunk_id}"):
        st.html(markup(chunk))
        with st.container(horizontal=True, gap="medium"):
            if shown.version.state != "processing":
                st.button(
                    t("fix.open"),
                    key=f"fix_{chunk.chunk_id}",
                    type="tertiary",
                    icon=":material/edit:",
                    on_click=fixes.open_for,
                    args=(chunk, shown),
                )
            if chunk.pages and shown.version.media_type.startswith(_PICTURED):
                st.button(
                    t("preview.see_page", n=chunk.pages[0]),
                    key=f"see_{chunk.chunk_id}",
                    type="tertiary",
                    icon=":material/image:",
                    on_click=_see,
                    args=(chunk, shown.version.version_id),
                )


def markup(chunk: Passage) -> str:
    """Draw a passage as HTML, everything escaped."""
    t = state.words()
    *above, last = chunk.headings or (t("preview.no_heading"),)
    path = "".join(f"{escape(h)} › " for h in above) + f"<b>{escape(last)}</b>"
    facts = [t.named("chunk_kind", chunk.kind), t.named("text_language", chunk.language)]
    if chunk.pages:
        first, end = chunk.pages
        facts.insert(
            0,
            t("passage.page", n=first)
            if first == end
            else t("preview.page_range", first=first, last=end),
        )
    pills = "".join(f'<span class="cd-pill">{escape(fact)}</span>' for fact in facts)
    if chunk.confidence is not None:
        tone = "warn" if chunk.confidence < _UNSURE else ""
        said = t("preview.ocr", percent=round(100 * chunk.confidence))
        pills += f'<span class="cd-pill {tone}">{escape(said)}</span>'
    return f'<div class="cd-chunk-path">{path}</div><div class="cd-row">{pills}</div>{_body(chunk)}'


def _body(chunk: Passage) -> str:
    text = f'<div class="cd-chunk-text cd-wrap">{escape(chunk.text)}</div>'
    table = tables.safe_table(chunk.table_html) if chunk.table_html else ""
    if not table:
        return text
    # The table is what a reader sees; the text is what is searched and quoted.
    label = escape(state.words()("preview.searched_text"))
    beside = "\n".join(line for _, line in fixes.prose_of(chunk))
    above = f'<div class="cd-chunk-text cd-wrap">{escape(beside)}</div>' if beside else ""
    return (
        f'{above}<div class="cd-scroll">{table}</div>'
        f'<details class="cd-searched"><summary>{label}</summary>{text}</details>'
    )


def _see(chunk: Passage, version_id: str) -> None:
    assert chunk.pages is not None
    first, last = chunk.pages
    t = state.words()
    one = t("passage.page", n=first)
    title = one if first == last else t("preview.page_range", first=first, last=last)
    st.dialog(title, width="large")(_picture)(chunk, version_id)


def _picture(chunk: Passage, version_id: str) -> None:
    assert chunk.pages is not None
    t = state.words()
    page, last = chunk.pages
    if last > page:
        page = (
            st.segmented_control(
                t("passage.pages"),
                range(page, last + 1),
                default=page,
                required=True,
                format_func=lambda n: t("passage.page", n=n),
                key=f"seen_page_{chunk.chunk_id}",
                label_visibility="collapsed",
            )
            or page
        )
    try:
        client = state.documents_client()
        st.image(client.page_picture(version_id, page, chunk.chunk_id))
    except Failure as failure:
        notice.show(failure)
