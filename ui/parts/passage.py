"""The passage behind a citation: where it stands, the exact quote, and what stands around it."""

from __future__ import annotations

from html import escape
from io import BytesIO

import streamlit as st

from ui import marks, shapes, state, tables
from ui.client import Failure
from ui.parts import notice

_CONTEXT_LIMIT = 90
_STATE_TONE = {"live": "good", "superseded": "warn", "withdrawn": "stop", "draft": "warn"}


def open_citation(citation: shapes.Citation, *, public: bool) -> None:
    """Open what a citation number stands for."""
    open_chunk(
        citation.chunk_id,
        ((citation.start, citation.end),),
        public=public,
        quote=citation.quote,
    )


def open_chunk(
    chunk_id: str, spans: tuple[marks.Span, ...], *, public: bool, quote: str = ""
) -> None:
    """Open a passage in a dialog."""
    title = state.words()("passage.title")
    st.dialog(title, width="large")(_body)(chunk_id, spans, public, quote)


def _body(chunk_id: str, spans: tuple[marks.Span, ...], public: bool, quote: str) -> None:
    with st.container(key="passage"):
        try:
            client = state.client_for("") if public else state.client()
            found = client.passage(chunk_id, public=public)
        except Failure as failure:
            notice.show(failure)
            return
        st.html(markup(found, spans, quote))
        _download(found, public)


def markup(found: shapes.Passage, spans: tuple[marks.Span, ...], quote: str) -> str:
    """Draw a passage as HTML, everything escaped."""
    t = state.words()
    out = [_head(found)]
    if found.state != "live":
        out.append(f'<div class="cd-band warn">{escape(t("passage.not_live"))}</div>')
    if quote and all(found.text[start:end] != quote for start, end in spans):
        # Never mark words that the draft did not cite.
        spans = ()
        out.append(f'<div class="cd-band warn">{escape(t("passage.mismatch"))}</div>')
    out += [_context(t("passage.before"), n.text) for n in found.before]
    quotes = tuple(found.text[start:end] for start, end in spans)
    table = tables.safe_table(found.table_html, quotes) if found.table_html else ""
    out.append(
        f'<div class="cd-passage cd-wrap" data-chunk="{escape(found.chunk_id)}">'
        f"{marks.highlight(found.text, spans)}</div>"
    )
    if table:
        out.append(f'<div class="cd-label">{escape(t("passage.table"))}</div>')
        out.append(f'<div class="cd-scroll">{table}</div>')
    out += [_context(t("passage.after"), n.text) for n in found.after]
    return f'<div class="cd-source">{"".join(out)}</div>'


def _head(found: shapes.Passage) -> str:
    t = state.words()
    path = " › ".join(h for h in found.headings if h != found.title)
    page = t("passage.no_page") if found.page is None else t("passage.page", n=found.page)
    facts = [f'<span class="cd-pill">{escape(page)}</span>']
    if found.version_number is not None:
        said = t("passage.version", n=found.version_number)
        facts.append(f'<span class="cd-pill">{escape(said)}</span>')
    tone = _STATE_TONE.get(found.state, "")
    facts.append(
        f'<span class="cd-pill {tone}">{escape(t.named("version_state", found.state))}</span>'
    )
    if found.published_at:
        said = t("passage.published", date=found.published_at[:10])
        facts.append(f'<span class="cd-muted">{escape(said)}</span>')
    return (
        f'<h3 class="cd-source-title">{escape(found.title)}</h3>'
        f'<div class="cd-path">{escape(path)}</div>'
        f'<div class="cd-row">{"".join(facts)}</div>'
    )


def _context(label: str, text: str) -> str:
    """Fold a neighbour away behind its first words, so that the quote stays in view."""
    if len(text) <= _CONTEXT_LIMIT:
        return f'<div class="cd-context cd-wrap"><b>{escape(label)}</b> {escape(text)}</div>'
    first = marks.excerpt(" ".join(text.split()), (), _CONTEXT_LIMIT).text
    return (
        f'<details class="cd-context"><summary><b>{escape(label)}</b> {escape(first)}</summary>'
        f'<div class="cd-wrap">{escape(text)}</div></details>'
    )


def _download(found: shapes.Passage, public: bool) -> None:
    t = state.words()
    # Fetched on the click, not for every passage that is opened.
    client = state.client_for("") if public else state.client()
    st.download_button(
        t("passage.download"),
        data=lambda: BytesIO(client.original(found.version_id, public=public)),
        file_name=found.file_name or f"{found.version_id}.bin",
        key="download_original",
        icon=":material/download:",
        on_click="ignore",
    )
