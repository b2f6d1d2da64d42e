"""Cutting chunks into units that stay the same however the chunks were cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from core.text import split_sentences
from core.types import Chunk
from corpus.diff.changes import Unit, UnitKind

_NUMBERED = re.compile(
    r"(?:第\s*[\d一二三四五六七八九十百]{1,4}\s*[章节条步]|步骤\s*[\d一二三四五六七八九十]{1,3}[:：、.]?"
    r"|(?i:step|chapter|section)\s+\d{1,3}[:.)]?|[（(][\d一二三四五六七八九十]{1,3}[)）]"
    r"|[一二三四五六七八九十]{1,3}、|\d{1,3}(?:\.\d{1,3})+\.?(?=\s|[\u4e00-\u9fff])"
    r"|\d{1,3}[.)、](?=\D)|[①-⑳]|[A-Za-z][.)](?=\s))\s*"
)
_SECTION = re.compile(r"\d{1,3}(?:\.\d{1,3})*[.、]?\s+")
_BULLET = re.compile(r"[-*•·–]\s+")
_COLUMN = re.compile(r"(?:^|\| )[^|:]{1,60}: ")


def units_of(chunks: Sequence[Chunk]) -> list[Unit]:
    """Return a version's units in reading order, each heading once where its section begins."""
    units: list[Unit] = []
    shown: tuple[str, ...] = ()
    for chunk in sorted(chunks, key=lambda c: c.ordinal):
        units.extend(_headings(chunk, shown))
        shown = chunk.headings
        units.extend(_lines(chunk))
    return _without_repeats(units)


def split_label(text: str) -> tuple[str, str]:
    """Return the number or mark before a text, and the text."""
    match = _NUMBERED.match(text) or _BULLET.match(text)
    if match is None or match.end() == len(text):
        return "", text
    return text[: match.end()].strip(), text[match.end() :]


def split_heading(text: str) -> tuple[str, str]:
    """Return the number before a heading, also one that only white space follows ("3 Safety")."""
    label, rest = split_label(text)
    if not label and (match := _SECTION.match(text)) and match.end() < len(text):
        return match.group().strip(), text[match.end() :]
    return label, rest


def section_names(headings: Sequence[str]) -> tuple[str, ...]:
    """Return the headings without their numbers, which change when sections come and go."""
    return tuple(split_heading(heading)[1] for heading in headings)


def _headings(chunk: Chunk, shown: tuple[str, ...]) -> Iterator[Unit]:
    same = 0
    while same < min(len(shown), len(chunk.headings)) and shown[same] == chunk.headings[same]:
        same += 1
    for depth in range(same, len(chunk.headings)):
        label, text = split_heading(chunk.headings[depth])
        yield Unit(
            UnitKind.HEADING, text, label, chunk.headings[:depth], chunk.page, chunk.id, start=-1
        )


def _lines(chunk: Chunk) -> Iterator[Unit]:
    offset = 0
    for line in chunk.text.split("\n"):
        if line.strip():
            yield from _line_units(chunk, line, offset)
        offset += len(line) + 1


def _line_units(chunk: Chunk, line: str, offset: int) -> Iterator[Unit]:
    def unit(kind: UnitKind, text: str, label: str, start: int) -> Unit:
        return Unit(kind, text, label, chunk.headings, chunk.page, chunk.id, start)

    if chunk.table_html and (" | " in line or _COLUMN.match(line)):
        yield unit(UnitKind.ROW, line, "", offset)
        return
    label, rest = split_label(line)
    begin = offset + len(line) - len(rest)
    for index, span in enumerate(split_sentences(rest)):
        kind = UnitKind.ITEM if label else UnitKind.SENTENCE
        yield unit(kind, span.text, "" if index else label, begin + span.start)


def _without_repeats(units: list[Unit]) -> list[Unit]:
    """A caption or header that each part of a long table repeats counts once."""
    kept = units[:1]
    for before, unit in pairwise(units):
        repeated = unit.text == kept[-1].text and before.chunk_id != unit.chunk_id
        if not repeated:
            kept.append(unit)
    return kept
