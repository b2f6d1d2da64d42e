"""The passages found, as cards beside the draft."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import explain_state, marks, shapes, state, tables
from ui.parts import passage

_TEXT_LIMIT = 260
_TABLE_ROWS = 5
_LEAST_BAR = 8
_BAR_RANKS = 20


def show(desk: state.Desk) -> None:
    """Draw the region."""
    if not _head(desk):
        return
    t = state.words()
    if desk.draft is not None and desk.draft.state == "no_evidence":
        st.html(f'<div class="cd-band plain">{escape(t("no_evidence.nearby"))}</div>')
    for at, hit in enumerate(desk.hits):
        cited = _cited(hit, desk.draft)
        with st.container(key=f"hit_{'cited_' if cited else ''}{at}"):
            st.html(card(hit, cited))
            if st.button(t("evidence.open"), key=f"open_hit_{at}", type="tertiary"):
                spans = tuple((c.start, c.end) for c in cited if c.chunk_id == hit.chunk_id)
                passage.open_chunk(hit.chunk_id, spans, public=False)


def preview(desk: state.Desk) -> None:
    """Draw the region while the draft is still being written."""
    if _head(desk):
        for at, hit in enumerate(desk.hits):
            with st.container(key=f"hit_coming_{at}"):
                st.html(card(hit, ()))


def _head(desk: state.Desk) -> bool:
    t = state.words()
    count = ""
    if desk.hits:
        count = f'<span class="cd-muted">{escape(t("evidence.count", n=len(desk.hits)))}</span>'
    # Drawn once more when the draft is whole.
    key = "why" if desk.draft is not None else "why_coming"
    with st.container(key=key, horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<div class="cd-row"><span class="cd-h">{escape(t("evidence.title"))}</span>'
            f"{count}</div>"
        )
        if desk.draft is not None:
            explain_state.link(desk.draft.id)
    if not desk.hits:
        asked = desk.draft is not None
        said = t("evidence.none") if asked else t("evidence.empty")
        st.html(f'<div class="cd-empty">{escape(said)}</div>')
    return bool(desk.hits)


def _cited(hit: shapes.Hit, draft: shapes.Draft | None) -> tuple[shapes.Citation, ...]:
    """The citations that rest on this hit, or on a neighbour that was merged into it."""
    if draft is None:
        return ()
    ids = {hit.chunk_id, *(n.chunk_id for n in hit.neighbours)}
    return tuple(c for c in draft.citations if c.chunk_id in ids)


def card(hit: shapes.Hit, cited: tuple[shapes.Citation, ...]) -> str:
    """Draw a hit as HTML, everything escaped."""
    t = state.words()
    numbers = "".join(f'<span class="cd-num">{c.marker}</span>' for c in cited)
    badge = ""
    if hit.audience != "public":
        badge = f'<span class="cd-pill warn cd-internal">{escape(t("evidence.internal"))}</span>'
    pills = badge + _applies(hit) + passage.scanned(hit.confidence)
    return (
        '<div class="cd-card">'
        f'<div class="cd-row">{numbers}{pills}</div>'
        f"<h4>{escape(hit.title)}</h4>"
        f'<div class="cd-path">{escape(_where(hit))}</div>'
        f"{_body(hit, cited)}{_scores(hit)}</div>"
    )


def _applies(hit: shapes.Hit) -> str:
    """Say which models, releases and so on a passage is about, where it is not about all."""
    t = state.words()
    said = [t(f"applies.{name}", value=value) for name, value in hit.applies if name != "product"]
    if not said:
        return ""
    return f'<span class="cd-pill cd-applies">{escape(" · ".join(said))}</span>'


def _where(hit: shapes.Hit) -> str:
    t = state.words()
    parts = [h for h in hit.headings if h != hit.title]
    path = " › ".join(parts)
    facts = []
    if hit.page is not None:
        facts.append(t("evidence.page", n=hit.page))
    if hit.version_number is not None:
        facts.append(t("evidence.version", n=hit.version_number))
    return " · ".join(part for part in (path, *facts) if part)


def _body(hit: shapes.Hit, cited: tuple[shapes.Citation, ...]) -> str:
    own = [c for c in cited if c.chunk_id == hit.chunk_id]
    if hit.table_html:
        table = tables.safe_table(hit.table_html, tuple(c.quote for c in own), _TABLE_ROWS)
        if table:
            return f'<div class="cd-scroll">{table}</div>'
    shown = [_passage(hit.text, [(c.start, c.end) for c in own])]
    for neighbour in hit.neighbours:
        spans = [(c.start, c.end) for c in cited if c.chunk_id == neighbour.chunk_id]
        if spans:
            shown.append(_passage(neighbour.text, spans))
    return "".join(shown)


def _passage(text: str, spans: list[marks.Span]) -> str:
    part = marks.excerpt(text, spans, _TEXT_LIMIT)
    return f'<div class="cd-text cd-wrap">{marks.highlight(part.text, part.spans)}</div>'


def _scores(hit: shapes.Hit) -> str:
    """The rank each way of searching gave, as small bars: scores of two ways do not compare."""
    t = state.words()
    bars = ""
    for route in hit.routes:
        if not route.rank:
            continue
        width = max(_LEAST_BAR, round(100 * (1 - (route.rank - 1) / _BAR_RANKS)))
        said = t("evidence.route_rank", route=t.named("route", route.name), rank=route.rank)
        bars += f'<span>{escape(said)}<i><b style="width:{width}%"></b></i></span>'
    return f'<div class="cd-scores">{bars}</div>' if bars else ""
