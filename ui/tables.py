"""Tables out of documents, made safe: structure is kept, every other tag and attribute is not."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

_ROW_PARTS = {"tr", "td", "th"}
_MAX_SPAN = 100

_Row = list[tuple[str, str, str]]
"""Cells as (tag, span attributes, text)."""


class _Rows(HTMLParser):
    """Collect the rows of a table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[_Row] = []
        self._cell: tuple[str, str] | None = None
        self._text: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a row or a cell; line breaks inside cells become spaces."""
        if tag in {"script", "style"}:
            self._hidden += 1
        elif tag == "tr":
            self._close()
            self.rows.append([])
        elif tag in _ROW_PARTS:
            self._close()
            self._cell = (tag, _spans(attrs))
        elif tag in {"br", "p", "li", "div"}:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Close a cell."""
        if tag in {"script", "style"}:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _ROW_PARTS or tag == "table":
            self._close()

    def handle_data(self, data: str) -> None:
        """Keep the text of the open cell."""
        if self._cell and not self._hidden:
            self._text.append(data)

    def _close(self) -> None:
        if self._cell:
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append((*self._cell, " ".join("".join(self._text).split())))
        self._cell = None
        self._text = []


def _spans(attrs: list[tuple[str, str | None]]) -> str:
    """Keep colspan and rowspan where they are small whole numbers."""
    kept = ""
    for name, value in attrs:
        if name in {"colspan", "rowspan"} and value and value.isdecimal():
            kept += f' {name}="{min(int(value), _MAX_SPAN)}"'
    return kept


def safe_table(html: str, quotes: tuple[str, ...] = (), limit: int | None = None) -> str:
    """Draw a document's table anew, marking the rows that a quote holds whole.

    With a limit, header and marked rows stay and others give way to an ellipsis.
    """
    parser = _Rows()
    parser.feed(html)
    parser.close()
    rows = [row for row in parser.rows if row]
    if not rows:
        return ""
    squeezed = tuple("".join(quote.split()) for quote in quotes)
    cited = [_is_cited(row, squeezed) for row in rows]
    shown = _shown(rows, cited, limit)
    body = "".join(_row(rows[at], marked=cited[at]) for at in shown)
    if len(shown) < len(rows):
        body += f'<tr><td colspan="{max(len(row) for row in rows)}">…</td></tr>'
    return f'<table class="cd-table">{body}</table>'


def _shown(rows: list[_Row], cited: list[bool], limit: int | None) -> list[int]:
    """Choose the rows to draw, in order."""
    everything = list(range(len(rows)))
    # A cell that reaches over several rows would land on the wrong ones if some were left out.
    if limit is None or len(rows) <= limit or any("rowspan" in c[1] for row in rows for c in row):
        return everything
    wanted = [at for at in everything if cited[at] or all(tag == "th" for tag, _, _ in rows[at])]
    others = [at for at in everything if at not in wanted]
    return sorted(wanted + others[: max(0, limit - len(wanted))])


def _is_cited(row: _Row, quotes: tuple[str, ...]) -> bool:
    cells = ["".join(text.split()) for tag, _, text in row if tag == "td" and text]
    return bool(cells) and any(all(cell in quote for cell in cells) for quote in quotes)


def _row(row: _Row, *, marked: bool) -> str:
    opening = '<tr class="cd-cited-row">' if marked else "<tr>"
    body = "".join(f"<{tag}{spans}>{escape(text)}</{tag}>" for tag, spans, text in row)
    return f"{opening}{body}</tr>"
