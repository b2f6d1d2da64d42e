"""Plain text: paragraphs between blank lines, headings by their numbers and their shape."""

from __future__ import annotations

import re

from core.ports import Progress, silent
from core.types import ElementKind, RawFile, Table
from ingest.clean import clean_line, join_all
from ingest.encoding import decode_text
from ingest.numbering import label_of
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.shape import heading_shaped, is_admonition
from ingest.structure import Line, Outline, build
from ingest.tables import table_text
from ingest.text_tables import text_tables

_RULE = re.compile(r"^\s*[=\-_*~#—─]{3,}\s*$")
_SENTENCE = re.compile(r"[。！？!?.:：；;][”\"’')）]*$")
_WRAPPED_AT = 60
_NARROWEST = 24


class TextParser:
    """Reads TXT in any of the encodings that are found by content."""

    media_types = ("text/plain",)
    extensions = (".txt", ".text")

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (this format has none)
        progress: Progress = silent,
    ) -> Parsed:
        """Read a text file."""
        lines = text_lines(decode_text(raw.path.read_bytes()))
        outline = Outline()
        if lines and _is_document_title(lines):
            outline.heading(lines.pop(0).text, is_document=True)
        elements = build(lines, outline)
        progress("parse", 1.0)
        return Parsed(tuple(elements), choose_title(elements, raw.name))


def text_lines(text: str, *, lone_heads: bool = True) -> list[Line]:
    """Return the paragraphs of a plain text; wrapped lines are joined, aligned columns are tables.

    Args:
        text: a whole file or the body of a message.
        lone_heads: whether a line that stands apart may be a heading, and is no greeting.
    """
    found: list[Line] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        rows = [row for row in block.split("\n") if row.strip()]
        underlined = len(rows) > 1 and bool(_RULE.match(rows[1])) and not _RULE.match(rows[0])
        rows = [row for row in rows if not _RULE.match(row)]
        lines: list[Line] = []
        for part in text_tables(rows):
            if isinstance(part, Table):
                lines.append(Line(table_text(part), role=ElementKind.TABLE, table=part))
            else:
                lines += [Line(text_, level=level) for text_, level in _paragraphs(part)]
        if lines:
            heads = lone_heads and _heads_block(lines)
            lines[0].strong = lines[0].table is None and (underlined or heads)
        found += lines
    for index, line in enumerate(found):
        line.strong = line.strong and _stands_over(found, index)
    return found


def _heads_block(lines: list[Line]) -> bool:
    """Say whether the first line of a block stands apart: alone, or over sentences and steps."""
    if lines[0].number is not None:
        return False
    if len(lines) == 1 or lines[1].table is not None:
        return True
    return lines[1].number is not None or bool(_SENTENCE.search(lines[1].text))


def _stands_over(lines: list[Line], index: int) -> bool:
    """A line alone between blank lines is a heading when longer text or a list follows it."""
    if index + 1 >= len(lines) or not heading_shaped(lines[index].text):
        return False
    following = lines[index + 1]
    if following.number is not None or following.table is not None:
        return True
    return len(following.text) > len(lines[index].text)


def _is_document_title(lines: list[Line]) -> bool:
    """The first line is the title when it looks like one and is not the only kind of its look."""
    first = lines[0]
    if len(lines) < 2 or first.number is not None or not heading_shaped(first.text):
        return False
    return first.strong or any(line.number is not None for line in lines[1:])


def _paragraphs(rows: list[str]) -> list[tuple[str, int]]:
    """Join rows that were wrapped by an editor; numbered rows start anew."""
    groups: list[list[str]] = []
    for row in rows:
        if groups and _continues(groups[-1][-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return [
        (clean_line(join_all([clean_line(row) for row in group])), _nesting(group[0]))
        for group in groups
    ]


def _continues(previous: str, row: str) -> bool:
    if label_of(row) is not None or is_admonition(row.strip()) or row.startswith("\u3000"):
        return False
    previous = previous.strip()
    width = sum(2 if ord(c) > 0x2E80 else 1 for c in previous)
    if width >= _WRAPPED_AT:
        return not re.search(r"[。！？!?:：]$", previous)
    # A sentence that stops at a comma goes on, however narrow the lines are.
    return width >= _NARROWEST and bool(re.search(r"[，、,]$", previous))


def _nesting(row: str) -> int:
    label = label_of(row)
    if label is None:
        return 0
    indent = len(row.expandtabs(4)) - len(row.expandtabs(4).lstrip())
    return min(4, indent // 2) if row[:1] in " \t" else 0


PARSERS.register("text")(TextParser())
