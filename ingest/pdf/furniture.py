"""What belongs to the page and not to the text: headers, footers, page numbers, contents."""

from __future__ import annotations

import re
import statistics
from collections import Counter

from ingest.pdf.glyphs import PageText, Run
from ingest.pdf.layout import TextLine, rows_of

_ZONE = 0.13
_NUMBER_ZONE = 0.13
_OUTER_ZONE = 0.085
_LARGER = 1.1
_FAR = 1.2
"""How far, in sizes, a page's number stands from the title beside it."""
_PAGE_NUMBER = re.compile(
    r"^(?:第\s*)?[-–—~·|\s]*(?:page\s*|p\.?\s*)?(?:\d{1,4}|[ivxlc]{1,6})"
    r"(?:\s*(?:/|of|页\s*[,，/]?\s*共)\s*\d{1,4})?[-–—~·|\s]*(?:页)?$",
    re.I,
)
_NUMBER = re.compile(r"^\d{1,4}$", re.ASCII)
_LEADERS = re.compile(
    r"(?:[.．·•…_⋯]\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,6}|[A-Z]?-?\d{1,3}(?:-\d{1,3})?)?\s*$", re.I
)
_ENDS_IN_NUMBER = re.compile(r"\S\s+(?:\d{1,4}|[ivxlc]{1,6})$")
_COUNTED = re.compile(r"\d+|(?<![^\W\d_])[IVXLC]+(?![^\W\d_])", re.I)
_LAST_NUMBER = re.compile(r"[^\W\d_]\S*\s+(\d{1,4})$")
_FEWEST_ENTRIES = 6
_CONTENTS = re.compile(
    r"^(?:目\s*录|目\s*次|目\s*錄|图\s*目\s*录|表\s*目\s*录|table\s+of\s+contents?|contents?|list\s+of\s+(?:figures|tables))$",
    re.I,
)


def without_furniture(pages: list[PageText]) -> list[list[TextLine]]:
    """Return the rows of each page, less running headers, footers and page numbers."""
    rows = [rows_of(page.runs) for page in pages]
    repeated = _repeated(pages, rows)
    _drop_counted(pages, rows)
    return [
        [row for row in lines if not _is_furniture(row, page, repeated)]
        for page, lines in zip(pages, rows, strict=True)
    ]


def _drop_counted(pages: list[PageText], rows: list[list[TextLine]]) -> None:
    """Drop numbers that end pages and count with them, wherever they stand."""
    last = {
        index: int(lines[-1].text) - page.number
        for index, (page, lines) in enumerate(zip(pages, rows, strict=True))
        if lines and _NUMBER.match(lines[-1].text)
    }
    usual = Counter(last.values())
    for index, offset in last.items():
        if usual[offset] > 1:
            rows[index].pop()


def strip_runs(page: PageText, kept: list[TextLine]) -> None:
    """Leave a page only the runs of the rows that were kept."""
    wanted: set[int] = {id(run) for row in kept for run in row.runs}
    runs: list[Run] = [run for run in page.runs if id(run) in wanted]
    page.runs = runs


def _shape(text: str) -> str:
    return re.sub(r"\s+", "", _COUNTED.sub("#", text)).lower()


def _key(row: TextLine, page: PageText) -> tuple[str, bool]:
    return _shape(row.text), row.base < page.height / 2


def _edge(row: TextLine, page: PageText, zone: float) -> bool:
    return row.base < zone * page.height or row.base > (1 - zone) * page.height


def _repeated(pages: list[PageText], rows: list[list[TextLine]]) -> set[tuple[str, bool]]:
    counts: Counter[tuple[str, bool]] = Counter()
    for page, lines in zip(pages, rows, strict=True):
        counts.update({_key(row, page) for row in lines if _edge(row, page, _ZONE)})
    fewest = 2 if len(pages) < 5 else max(3, len(pages) // 12)
    return {key for key, count in counts.items() if count >= fewest and len(pages) > 1}


def _is_furniture(row: TextLine, page: PageText, repeated: set[tuple[str, bool]]) -> bool:
    if _edge(row, page, _ZONE) and _key(row, page) in repeated:
        return True
    if not _edge(row, page, _NUMBER_ZONE):
        return False
    return bool(_PAGE_NUMBER.match(row.text.strip())) or _is_numbered(row, page)


def _is_numbered(row: TextLine, page: PageText) -> bool:
    """Say whether a row at the edge of a page is a title with the page's number far from it."""
    if len(row.runs) < 2 or not _edge(row, page, _OUTER_ZONE):
        return False
    if row.size > _LARGER * statistics.median(run.size for run in page.runs):
        return False
    first, second = row.runs[0], row.runs[1]
    before, last = row.runs[-2], row.runs[-1]
    size = row.size
    return (bool(_NUMBER.match(first.text)) and second.x0 - first.x1 > _FAR * size) or (
        bool(_NUMBER.match(last.text)) and last.x0 - before.x1 > _FAR * size
    )


def without_contents(lines: list[TextLine]) -> list[TextLine]:
    """Remove tables of contents: their title, and lines that lead to a page number."""
    lines = _without_untitled_contents(lines)
    led = Counter(line.page for line in lines if _LEADERS.search(line.text))
    kept: list[TextLine] = []
    inside = False
    for index, line in enumerate(lines):
        text = line.text.strip()
        if _CONTENTS.match(text) and _entries_follow(lines, index):
            inside = True
            continue
        leads = bool(_LEADERS.search(text))
        if leads and (led[line.page] >= 3 or inside):
            continue
        if inside and _ENDS_IN_NUMBER.search(text) and len(text) < 100:
            continue
        if inside and _wraps(lines, index):
            continue
        inside = False
        kept.append(line)
    return kept


def _without_untitled_contents(lines: list[TextLine]) -> list[TextLine]:
    """Remove runs of lines that end in page numbers which never fall."""
    last_page = max((line.page for line in lines), default=0)
    kept: list[TextLine] = []
    run: list[TextLine] = []
    reached = 0
    for line in [*lines, None]:
        match = _LAST_NUMBER.search(line.text) if line is not None else None
        number = int(match.group(1)) if match else 0
        if line is not None and match and reached <= number <= last_page:
            run.append(line)
            reached = number
            continue
        if len(run) < _FEWEST_ENTRIES or reached == _last_number(run[0]):
            kept.extend(run)
        run, reached = [], 0
        if line is not None:
            kept.append(line)
    return kept


def _last_number(line: TextLine) -> int:
    """Return the number that a line ends in."""
    match = _LAST_NUMBER.search(line.text)
    return int(match.group(1)) if match else 0


def _entries_follow(lines: list[TextLine], index: int) -> bool:
    following = [line.text.strip() for line in lines[index + 1 : index + 7]]
    entries = sum(bool(_LEADERS.search(t) or _ENDS_IN_NUMBER.search(t)) for t in following)
    return entries >= min(2, len(following)) and entries > 0


def _wraps(lines: list[TextLine], index: int) -> bool:
    """A contents entry may run over two lines: the number then stands on the second."""
    if index + 1 >= len(lines) or lines[index + 1].page != lines[index].page:
        return False
    following = lines[index + 1].text.strip()
    return bool(_LEADERS.search(following) or _ENDS_IN_NUMBER.search(following))
