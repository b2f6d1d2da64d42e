"""Setting right how a passage was understood; what is set right is kept for the next reading."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.documents_shapes import Fix, Passage, Preview
from ui.parts import notice

_LEVELS = (1, 2, 3, 4, 5, 6)
_LONGEST_LINE = 120
_MOST_LINES = 60
_HINT = 24
"""Characters of the line that tells one of two equal lines from the other."""
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
        at = st.selectbox(
            t("fix.line"),
            range(len(lines)),
            format_func=lambda n: _label(chunk, lines, n),
            key=f"fix_line_{chunk.chunk_id}",
        )
        level = _level(min(max(1, depth), _LEVELS[-1]), f"fix_level_{chunk.chunk_id}")
        if st.button(t("fix.is_heading"), key="fix_is_heading", type="primary", width="stretch"):
            page = chunk.pages[0] if chunk.pages and chunk.pages[0] == chunk.pages[1] else None
            number, line = lines[at or 0]
            fix = Fix("heading", line, level, page, chunk.chunk_id, number)
            _keep(shown.version.document_id, fix)


def _wrong(chunk: Passage, document: str) -> None:
    """A heading over the passage that is none, or of another level."""
    t = state.words()
    if not chunk.headings:
        return
    st.divider()
    deepest = len(chunk.headings) - 1
    over = st.selectbox(
        t("fix.heading"),
        range(deepest, -1, -1),
        format_func=lambda n: chunk.headings[n],
        key=f"fix_over_{chunk.chunk_id}",
    )
    at = deepest if over is None else over
    # The key holds the heading: each has a level of its own to start from.
    level = _level(min(at + 1, _LEVELS[-1]), f"fix_moved_{at}_{chunk.chunk_id}")
    move, drop = st.columns(2, gap="small")
    if move.button(t("fix.move"), key="fix_move", width="stretch", disabled=level == at + 1):
        _keep(document, Fix("heading", chunk.headings[at], level, chunk_id=chunk.chunk_id))
    if drop.button(t("fix.no_heading"), key="fix_no_heading", width="stretch"):
        _keep(document, Fix("body", chunk.headings[at], chunk_id=chunk.chunk_id))


def _level(first: int, key: str) -> int:
    t = state.words()
    level = st.segmented_control(
        t("fix.level"),
        _LEVELS,
        default=first,
        required=True,
        help=t("fix.level_help"),
        key=key,
        width="stretch",
    )
    return level or first


def _page(chunk: Passage, document: str) -> None:
    """A page to leave out."""
    t = state.words()
    if chunk.pages:
        st.divider()
        for page in range(chunk.pages[0], chunk.pages[1] + 1):
            label = t("fix.exclude", n=page)
            if st.button(label, key=f"fix_exclude_{page}", width="stretch"):
                _keep(document, Fix("exclude_page", page=page))


def prose_of(chunk: Passage) -> list[tuple[int, str]]:
    """Return the lines of a passage that are not rows of its table, with their numbers."""
    lines = list(enumerate(chunk.text.split("\n")))
    if not chunk.table_html:
        return lines
    cells = "".join(unescape(chunk.table_html).split())
    return [
        (number, line)
        for number, line in lines
        if _CELL_MARK not in line and "".join(line.split()) not in cells
    ]


def lines_of(chunk: Passage) -> list[tuple[int, str]]:
    """Return the lines of a passage that could be headings, numbered, the likely ones first."""
    # A heading without anything under it is its own text.
    known = set(chunk.headings)
    lines = [(number, line.strip()) for number, line in prose_of(chunk)]
    usable = [(n, line) for n, line in lines if 0 < len(line) <= _LONGEST_LINE]
    ordered = sorted(usable, key=lambda item: item[1].endswith((".", "\u3002", ";", "\uff1b")))
    return [(n, line) for n, line in ordered if line not in known][:_MOST_LINES]


def _label(chunk: Passage, lines: Sequence[tuple[int, str]], at: int) -> str:
    """Say a line; one that stands there more than once, with what follows it."""
    number, line = lines[at]
    if sum(line == other for _, other in lines) == 1:
        return line
    following = next((text for text in chunk.text.split("\n")[number + 1 :] if text.strip()), "")
    return f"{line} … {following.strip()[:_HINT]}"


def _keep(document: str, fix: Fix) -> None:
    library = state.library()
    try:
        state.documents_client().correct(document, fix)
    except Failure as failure:
        notice.show(failure)
        return
    section = library.section
    library.close_preview()
    library.section, library.remark = section, "fix.kept"
    st.rerun()
