"""The passage behind a citation: where it stands, the exact quote, and what stands around it."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO

import streamlit as st

from ui import marks, shapes, state, tables
from ui.client import Failure, PageImage
from ui.parts import notice

_CONTEXT_LIMIT = 90
_DOUBTFUL = 0.85
"""A scan read with less certainty is to be compared with the page."""
_STATE_TONE = {"live": "good", "superseded": "warn", "withdrawn": "stop", "draft": "warn"}

_STYLE = """
[data-testid="stDialog"] > div:has(.st-key-passage .st-key-passage_page) { max-width:74rem; }
.cd-page { border:1px solid var(--line); border-radius:8px; background:#eef1ef; }
.cd-page summary { display:block; list-style:none; cursor:zoom-in; line-height:0; }
.cd-page summary::-webkit-details-marker { display:none; }
.cd-page img { display:block; width:100%; height:auto; border-radius:7px; background:#fff; }
.cd-page[open] { position:fixed; inset:0; z-index:10; overflow:auto; border:0; border-radius:0;
  padding:1rem; background:rgba(29,39,37,.88); }
.cd-page[open] summary { cursor:zoom-out; width:max-content; margin:0 auto; position:relative; }
/* Where browsers know it, the enlarged page opens at the highlight and not at its top. */
.cd-page[open] i { position:absolute; left:0; width:1px; height:1px;
  scroll-initial-target:nearest; scroll-margin-top:30vh; }
.cd-page[open] img { width:max(min(75rem, 96vw), 48rem); border-radius:3px; }
.cd-page-hint { color:var(--faint); font-size:.8rem; text-align:center; padding-top:.3rem; }
@media (min-width: 900px) {
  .st-key-passage_page { position:sticky; top:0; }
}
"""


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
        if not found.pages:
            st.html(markup(found, spans, quote))
            _download(found, public)
            return
        # With only a style in it, this takes up no room.
        st.html(f"<style>{_STYLE}</style>")
        words, paper = st.columns([11, 10], gap="medium")
        with words:
            st.html(markup(found, spans, quote))
            _download(found, public)
        with paper, st.container(key="passage_page"):
            _page(found, public)


def _page(found: shapes.Passage, public: bool) -> None:
    """Show the page that the passage stands on as it was printed, the passage highlighted."""
    t = state.words()
    page: int | None = found.pages[0]
    if len(found.pages) > 1:
        page = st.segmented_control(
            t("passage.pages"),
            found.pages,
            default=page,
            required=True,
            format_func=lambda n: t("passage.page", n=n),
            key=f"page_of_{found.chunk_id}",
            label_visibility="collapsed",
        )
    client = state.client_for("") if public else state.client()
    try:
        picture = client.page_image(found, page or found.pages[0], public=public)
    except Failure:
        # The passage itself is there to be read: a page that cannot be drawn is no failure.
        st.html(f'<div class="cd-empty">{escape(t("passage.no_picture"))}</div>')
        return
    st.html(page_markup(picture, page or found.pages[0]))


def page_markup(picture: PageImage, page: int) -> str:
    """Draw a page that fills the window when it is clicked, and goes back when clicked again."""
    t = state.words()
    # In the markup itself, so that an internal page has no address that others could open.
    source = f"data:image/png;base64,{b64encode(picture.png).decode()}"
    return (
        f'<details class="cd-page"><summary title="{escape(t("passage.enlarge"))}">'
        f'<img src="{source}" alt="{escape(t("passage.picture", n=page))}">'
        f'<i style="top:{picture.marked_at:.2%}"></i></summary></details>'
        f'<div class="cd-page-hint">{escape(t("passage.enlarge"))}</div>'
    )


def scanned(confidence: float | None) -> str:
    """Draw how sure the reading of a scan was; nothing for text that was not read from one."""
    if confidence is None:
        return ""
    t = state.words()
    # Rounded down: 99.6 % is not certain.
    said = t("passage.scanned", percent=int(confidence * 100))
    if confidence < _DOUBTFUL:
        said = t("passage.doubtful", said=said)
    tone = " warn" if confidence < _DOUBTFUL else ""
    return f'<span class="cd-pill cd-scanned{tone}">{escape(said)}</span>'


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
    facts.append(scanned(found.confidence))
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
    if not found.has_original:
        st.html(f'<div class="cd-muted">{escape(t("passage.no_original"))}</div>')
        return
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
