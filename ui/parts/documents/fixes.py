"""Setting right how a passage was understood; what is set right is kept for the next reading."""

from __future__ import annotations

from html import unescape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.documents_shapes import Passage, Preview
from ui.parts import notice

_LEVELS = (1, 2, 3, 4, 5, 6)
_LONGEST_LINE = 120
_MOST_LINES = 60
_CELL_MARK = " | "
"""What stands between the cells of a row in a passage's text."""


def open_for(chunk: Passage, shown: Preview) -> None:
    """Open what can be set right in a passage."""
    title = state.words()("fix.title")
    st.dialog(title)(_body)(chunk, shown)


def _body(chunk: Passage, shown: Preview) -> None:
    document = shown.version.document_id
    with st.container(key="fix"):
        _missed(chunk, shown)
        _wrong(chunk, document)
        _page(chunk, document)


def _missed(chunk: Passage, shown: Preview) -> None:
    """A line that is a heading, at a level."""
    t = state.words()
    lines = lines_of(chunk)
    # Beside the heading that is open, but under the document's own title.
    depth = len(chunk.headings) + (chunk.headings == (shown.version.title,))
    if lines:
        line = st.selectbox(t("fix.line"), lines, key=f"fix_line_{chunk.chunk_id}")
        level = st.segmented_control(
            t("fix.level"),
            _LEVELS,
            default=min(max(1, depth), _LEVELS[-1]),
            required=True,
            help=t("fix.level_help"),
            key=f"fix_level_{chunk.chunk_id}",
            width="stretch",
        )
        if st.button(t("fix.is_heading"), key="fix_is_heading", type="primary", width="stretch"):
            page = chunk.pages[0] if chunk.pages and chunk.pages[0] == chunk.pages[1] else None
            _keep(shown.version.document_id, "heading", line or "", level or 1, page)


def _wrong(chunk: Passage, document: str) -> None:
    """A heading over the passage that is none."""
    t = state.words()
    if chunk.headings:
        st.divider()
        wrong = st.selectbox(
            t("fix.heading"), chunk.headings[::-1], key=f"fix_wrong_{chunk.chunk_id}"
        )
        if st.button(t("fix.no_heading"), key="fix_no_heading", width="stretch"):
            _keep(document, "body", wrong or "")


def _page(chunk: Passage, document: str) -> None:
    """A page to leave out."""
    t = state.words()
    if chunk.pages:
        st.divider()
        for page in range(chunk.pages[0], chunk.pages[1] + 1):
            label = t("fix.exclude", n=page)
            if st.button(label, key=f"fix_exclude_{page}", width="stretch"):
                _keep(document, "exclude_page", page=page)


def prose_of(chunk: Passage) -> list[str]:
    """Return the lines of a passage that are not rows of its table."""
    lines = chunk.text.split("\n")
    if not chunk.table_html:
        return lines
    cells = "".join(unescape(chunk.table_html).split())
    return [line for line in lines if _CELL_MARK not in line and "".join(line.split()) not in cells]


def lines_of(chunk: Passage) -> list[str]:
    """Return the lines of a passage that could be headings, the likely ones first."""
    # A heading without anything under it is its own text.
    known = set(chunk.headings)
    lines = [line.strip() for line in prose_of(chunk)]
    usable = [line for line in dict.fromkeys(lines) if 0 < len(line) <= _LONGEST_LINE]
    ordered = sorted(usable, key=lambda line: line.endswith((".", "\u3002", ";", "\uff1b")))
    return [line for line in ordered if line not in known][:_MOST_LINES]


def _keep(
    document: str, kind: str, text: str = "", level: int = 0, page: int | None = None
) -> None:
    library = state.library()
    try:
        state.documents_client().correct(document, kind, text, level, page)
    except Failure as failure:
        notice.show(failure)
        return
    section = library.section
    library.close_preview()
    library.section, library.remark = section, "fix.kept"
    st.rerun()
