"""Cutting a passage into the pieces that can be quoted on their own.

A sentence, a list item, a step, a warning, a table row: each knows where it stands in the
passage, so that what is quoted is what is stored, and what must be said with it to be true
(the line that introduces a list, the header of a plain table).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from core.text import Span, content_terms, split_sentences
from core.text.addressed import unquotable_spans
from core.types import Chunk, ChunkKind, Hit


class UnitKind(StrEnum):
    """What a unit is in its passage."""

    SENTENCE = "sentence"
    ITEM = "item"
    STEP = "step"
    WARNING = "warning"
    ROW = "row"
    LEAD = "lead"
    """A line that introduces a list, a procedure or a table."""
    ASKED = "asked"
    """A question written in the passage, as an FAQ has them."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A quotable piece: ``chunk.text[start:end] == text``."""

    chunk: Chunk
    rank: int
    """Position of its hit among the hits, from 0."""
    index: int
    """Position among the units of its passage, from 0."""
    kind: UnitKind
    start: int
    end: int
    text: str
    lead: Span | None = None
    """The introducing line or the header row that it needs to be understood."""

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it stands in reading order: hit, passage, offset."""
        return self.rank, self.chunk.ordinal, self.start


_CN_DIGIT = "一二三四五六七八九十"
_STEP = re.compile(
    rf"^(?:步骤\s*[\d{_CN_DIGIT}]+\s*[:：.、]?|第\s*[\d{_CN_DIGIT}]+\s*步\s*[:：，,、.]?|"
    rf"step\s+\d+\s*[:.)-]?|\d{{1,2}}\s*[.)、．）](?!\d)|[（(]\d{{1,2}}[)）]|[①-⑳])\s*",
    re.IGNORECASE,
)
_BULLET = re.compile(
    rf"^(?:[-*•·●○▪◦–—»]\s+|[•·●○▪◦]|[（(][{_CN_DIGIT}a-z][)）]\s*|[{_CN_DIGIT}]{{1,2}}、|[a-z][.)]\s+)"
)
_WARNING = re.compile(
    r"^(?:>\s*)?[\W_]{0,4}(?:警告|注意|小心|危险|提示|重要|说明|备注|特别提醒|warning|caution|danger|note|"
    r"important|notice|tip)\s*(?:[:：!！]|\s-\s)",
    re.IGNORECASE,
)
_ASKED = re.compile(r"^(?:q|问|问题)\s*[:：.]\s*", re.IGNORECASE)
_ANSWERED = re.compile(r"^(?:a|答|答案|回答)\s*[:：]\s*", re.IGNORECASE)
_PAIR = re.compile(r"^[^:。.!?]{1,40}: [^。]+$")
_RULE_ROW = re.compile(r"^[|\s:+=-]+$")
_REPLY = (
    r"^(?:yes|no|sure|of course|correct|是|是的|不是|可以|不可以|不行|能|不能|支持|不支持|会|不会|"
    r"有|没有|需要|不需要|对|不对|否)"
)
_SHORT_REPLY = re.compile(rf"{_REPLY}[^\w]*$", re.IGNORECASE)
_LEADING_REPLY = re.compile(rf"{_REPLY}[。.,，!！；;]\s*", re.IGNORECASE)
_FEW_TERMS = 5
_CUT_PASSAGES = 1024
"""Passages whose units are kept, about 10 MB: a question's passages are those of others too."""
_LONG_ITEM = 220
_WORD = re.compile(r"[^\W_]")


def units_of(hit: Hit, rank: int) -> list[Unit]:
    """Return the units of a hit's passages, neighbours included, in reading order."""
    return [unit for chunk in hit.passages() for unit in chunk_units(chunk, rank)]


def chunk_units(chunk: Chunk, rank: int = 0) -> list[Unit]:
    """Return the units of one passage in reading order."""
    units = _cut(chunk)
    return list(units) if rank == 0 else [replace(unit, rank=rank) for unit in units]


@lru_cache(maxsize=_CUT_PASSAGES)
def _cut(chunk: Chunk) -> tuple[Unit, ...]:
    units: list[Unit] = []
    lead: Span | None = None
    for line in _lines(chunk.text):
        kind = _line_kind(line.text, chunk.kind)
        if kind is UnitKind.ROW and _RULE_ROW.match(line.text):
            continue
        if kind is UnitKind.LEAD:
            # A paragraph whose last sentence introduces a list says something before it.
            *said, line = _pieces(line, UnitKind.SENTENCE)
            for piece in said:
                cut = UnitKind.ASKED if piece.text.endswith(("?", "？")) else UnitKind.SENTENCE
                units.append(_unit(chunk, len(units), cut, piece, None))
        if kind is UnitKind.LEAD or (kind is UnitKind.ROW and _heads_plain_table(line, lead)):
            units.append(_unit(chunk, len(units), UnitKind.LEAD, line, None))
            lead = line
            continue
        if kind in (UnitKind.SENTENCE, UnitKind.ASKED):
            lead = None
        for piece in _pieces(line, kind):
            asked = kind is UnitKind.SENTENCE and piece.text.endswith(("?", "？"))
            cut = UnitKind.ASKED if asked else kind
            units.append(_unit(chunk, len(units), cut, piece, lead))
    return _quotable(units, chunk.text)


def _quotable(units: list[Unit], text: str) -> tuple[Unit, ...]:
    """The units that touch nothing which turns to a model or carries words away."""
    spans = unquotable_spans(text)
    if not spans:
        return tuple(units)
    kept = [u for u in units if not any(u.start < end and start < u.end for start, end in spans)]
    places = {unit.start for unit in kept}
    # A line that introduces a list says no more than what may be quoted of it.
    kept = [u if u.lead is None or u.lead.start in places else replace(u, lead=None) for u in kept]
    return tuple(replace(unit, index=index) for index, unit in enumerate(kept))


def spoken(text: str) -> str:
    """Return a unit's text without its bullet or number, on one line."""
    text = _ANSWERED.sub("", " ".join(text.split()))
    text = text.lstrip("> ")
    if text[:1] in '“「『"' and not set(text[1:]) & set('”」』"'):
        # The first sentence of a longer speech: its closing mark stands further on.
        text = text[1:]
    for marker in (_STEP, _BULLET):
        stripped = marker.sub("", text, count=1)
        if stripped != text and stripped:
            return stripped
    return text


def has_step_number(text: str) -> bool:
    """Say whether a line is numbered the way steps are."""
    return bool(_STEP.match(text))


def _unit(chunk: Chunk, index: int, kind: UnitKind, span: Span, lead: Span | None) -> Unit:
    return Unit(chunk, 0, index, kind, span.start, span.end, span.text, lead)


def _lines(text: str) -> list[Span]:
    spans = []
    offset = 0
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        if _WORD.search(stripped) or "|" in stripped:
            start = offset + raw.index(stripped[0])
            spans.append(Span(start, start + len(stripped), stripped))
        offset += len(raw)
    return spans


def _line_kind(line: str, chunk_kind: ChunkKind) -> UnitKind:
    if _WARNING.match(line):
        return UnitKind.WARNING
    if " | " in line or (line.startswith("|") and line.count("|") > 1):
        return UnitKind.ROW
    if chunk_kind is ChunkKind.TABLE and _PAIR.match(line):
        # A table of two columns without a header: "容量: 5.2 L" is a row.
        return UnitKind.ROW
    if _ASKED.match(line):
        return UnitKind.ASKED
    if _STEP.match(line):
        return UnitKind.STEP
    if _BULLET.match(line):
        return UnitKind.ITEM
    if line.endswith((":", "：")):
        return UnitKind.LEAD
    return UnitKind.SENTENCE


def _heads_plain_table(line: Span, lead: Span | None) -> bool:
    """Whether a row heads a table whose rows do not name their own columns."""
    cells = row_cells(line.text)
    named = sum(1 for name, _ in cells if name)
    return named == 0 and (lead is None or not (" | " in lead.text or lead.text.startswith("|")))


def row_cells(row: str) -> list[tuple[str, str]]:
    """Return a row's cells as (column, value); the column is empty where the row names none."""
    cells = []
    for cell in row.strip().strip("|").split("|"):
        name, mark, value = cell.strip().partition(": ")
        if not mark:
            name, mark, value = cell.strip().partition("：")
        cells.append((name.strip(), value.strip()) if mark else ("", cell.strip()))
    return cells


def _pieces(line: Span, kind: UnitKind) -> list[Span]:
    whole = kind not in (UnitKind.SENTENCE, UnitKind.ITEM)
    if whole or (kind is UnitKind.ITEM and len(line.text) <= _LONG_ITEM):
        return [line]
    sentences = [
        Span(line.start + s.start, line.start + s.end, s.text) for s in split_sentences(line.text)
    ]
    return _join_short_replies(sentences, line)


def _join_short_replies(sentences: list[Span], line: Span) -> list[Span]:
    """Keep "No." with the sentence that says why: alone it can be quoted to any question."""
    joined: list[Span] = []
    pending: int | None = None
    for sentence in sentences:
        start = sentence.start if pending is None else pending
        text = line.text[start - line.start : sentence.end - line.start]
        if _SHORT_REPLY.match(_ANSWERED.sub("", text)) or not content_terms(text):
            pending = start
            continue
        joined.append(Span(start, sentence.end, text))
        pending = None
    if pending is not None:
        text = line.text[pending - line.start :].rstrip()
        joined.append(Span(pending, pending + len(text), text))
    return joined


def reply_end(text: str) -> int:
    """Return where what follows a leading "Yes." or "不可以。" starts, or 0 where nothing leads."""
    match = _LEADING_REPLY.match(text)
    return match.end() if match and match.end() < len(text) else 0


def is_fragment(unit: Unit) -> bool:
    """Say whether a line is a label that states nothing: a company's name, "Version"."""
    if unit.kind is not UnitKind.SENTENCE or unit.text.endswith(tuple("。！？!?.…；;：:")):
        return False
    return not any(c.isdigit() for c in unit.text) and len(content_terms(unit.text)) < _FEW_TERMS


def first_of_list(text: str) -> bool:
    """Say whether a numbered line is the first of its list."""
    match = _STEP.match(text)
    return bool(match and re.search(r"(?<!\d)1(?!\d)|一|①", match.group()))
