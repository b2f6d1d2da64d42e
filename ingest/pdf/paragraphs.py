"""Lines into paragraphs, headings and list items, by place, size and numbering."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from core.types import ElementKind
from ingest.clean import clean_line, join_all
from ingest.numbering import Scheme, bare_number, label_of
from ingest.pdf.footnotes import is_footnote
from ingest.pdf.layout import TextLine, least
from ingest.pdf.placed import PlacedLine
from ingest.shape import heading_shaped, is_admonition, is_caption

_LARGER = 1.12
_APART = 1.0
_ENOUGH_LINES = 12
_ENDS = re.compile(r"[。！？!?：:；;.][\"”’」』）)]*$")
_CONTINUES = re.compile(r"^[a-z,.;:)，。；：、）”]")


def body_size(lines: Sequence[TextLine]) -> float:
    """Return the size that most characters of a document have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        for run in line.runs:
            sizes[round(run.size * 2) / 2] += len(run.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def paragraphs(
    lines: Sequence[TextLine], body: float, spacings: Mapping[int, float]
) -> list[PlacedLine]:
    """Join the lines of paragraphs and say what their look tells.

    Args:
        lines: in reading order.
        body: the size of body text.
        spacings: the line spacing of each page.
    """
    groups: list[list[TextLine]] = []
    for line in lines:
        if groups and _continues(groups[-1], line, body, spacings[line.page]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [found for group in groups if (found := _line(group, body)).text]


def spacings_of(lines: Sequence[TextLine]) -> dict[int, float]:
    """Return the line spacing of each page: scans of many documents may lie in one file."""
    pages: dict[int, list[TextLine]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    usual = _line_spacing(lines)
    return {
        page: _line_spacing(own) if len(own) >= _ENOUGH_LINES and _is_scanned(own) else usual
        for page, own in pages.items()
    }


def _is_scanned(lines: Sequence[TextLine]) -> bool:
    return any(line.confidence is not None for line in lines)


def _line_spacing(lines: Sequence[TextLine]) -> float:
    """Return the usual distance between base lines, relative to size."""
    gaps: Counter[float] = Counter()
    for one, other in itertools.pairwise(lines):
        if one.page == other.page and one.column == other.column and other.base > one.base:
            gaps[round((other.base - one.base) / max(one.size, 1), 1)] += 1
    usual = [gap for gap, _ in gaps.most_common(3) if 0.9 <= gap <= 2.6]
    return usual[0] if usual else 1.3


def _is_large(line: TextLine, body: float) -> bool:
    return line.size >= _LARGER * body


def _continues(group: list[TextLine], line: TextLine, body: float, spacing: float) -> bool:
    last = group[-1]
    text, before = line.text.strip(), last.text.strip()
    if label_of(text) is not None and not _wrapped_number(before, text):
        return False
    if is_admonition(text) or max(last.size, line.size) > _LARGER * min(last.size, line.size):
        return False
    if is_caption(text) and _ENDS.search(before):
        return False
    if last.page != line.page or last.column != line.column:
        return _flows_over(group, line, body)
    gap = (line.base - last.base) / max(last.size, 1)
    if not 0 < gap <= max(spacing * 1.25, 1.3):
        return False
    if _is_large(last, body) or (last.bold and line.bold):
        return last.bold == line.bold and gap <= spacing * 1.15 and _reaches_right(last, line, body)
    if last.bold != line.bold and group[0].bold and not _reaches_right(last, line, body):
        return False
    indented = line.x0 - last.x0 > 1.4 * line.size and line.x0 - line.left > 1.4 * line.size
    if line.rtl:
        indented = last.x1 - line.x1 > 1.4 * line.size and line.right - line.x1 > 1.4 * line.size
    first = group[0]
    if indented and label_of(first.text) is None and len(group) > 1:
        return False
    return _reaches_right(last, line, body)


def _wrapped_number(before: str, text: str) -> bool:
    """Say whether a line only looks numbered: "…up to\n5.2 litres" goes on."""
    label = label_of(text)
    return (
        label is not None
        and label.scheme is Scheme.DECIMAL
        and bool(re.search(r"[a-z,，、（(]$", before))
        and not before.endswith(("：", ":"))
        and bool(re.match(r"[a-z]", label.rest))
    )


def _reaches_right(last: TextLine, line: TextLine, body: float) -> bool:
    """Say whether a line was broken because it was full."""
    room = last.x0 - last.left if line.rtl else last.right - last.x1
    word = re.match(r"\S+", line.text)
    first = word.group(0) if word else ""
    width = line.size * (
        1.5 if re.match(r"[\u3000-\u9fff\uff00-\uffef]", first) else 0.55 * len(first) + 1
    )
    # Ragged lines end where the next word did not fit; the widest line may be wider than most.
    slack = 0.06 * (last.right - last.left)
    return room <= width + slack or bool(_CONTINUES.match(line.text)) or room < 2 * body


def _flows_over(group: list[TextLine], line: TextLine, body: float) -> bool:
    """Say whether a paragraph goes on in the next column or on the next page."""
    last = group[-1]
    if line.page - last.page > 1 or _is_large(line, body) or last.bold != line.bold:
        return False
    if _ENDS.search(last.text.strip()) or not _reaches_right(last, line, body):
        return False
    return line.x0 - line.left < 1.4 * line.size


def is_field(line: TextLine) -> bool:
    """Say whether a line is a bold name and, set apart from it, a value that is not bold."""
    words = [run for run in line.runs if any(c.isalpha() for c in run.text)]
    return any(
        one.bold and not other.bold and other.x0 - one.x1 > _APART * line.size
        for one, other in itertools.pairwise(words)
    )


def _line(group: list[TextLine], body: float) -> PlacedLine:
    text = clean_line(join_all([line.text.strip() for line in group]))
    size = sum(line.size for line in group) / len(group) / body
    bold = all(line.bold for line in group)
    large = size >= _LARGER
    strong = (large or (bold and size >= 0.95)) and heading_shaped(text, strong=large)
    strong = strong and not any(is_field(line) for line in group)
    first = group[0]
    found = PlacedLine(
        text,
        page=first.page,
        strong=strong,
        size=round(size, 2) if strong else 0.0,
        boxes=tuple(line.box for line in group),
        confidence=least(line.confidence for line in group),
    )
    depth = first.top / first.frame.level_size[1] if first.frame else 0.0
    found.is_note = not strong and is_footnote(text, size, depth)
    found.marks = frozenset().union(*(line.marks for line in group))
    label = found.number
    if label is None and strong and bare_number(text):
        return found
    if label is not None and label.scheme is Scheme.BULLET:
        found.role = ElementKind.LIST_ITEM
        found.strong = False
    if not strong and label is not None:
        found.level = min(4, max(0, round((first.x0 - first.left) / (2 * first.size)) - 1))
    return found
