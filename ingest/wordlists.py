"""Numbering, heading levels and tables of contents as Word means them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_NAME = re.compile(r"^(?:heading|标题|h)\s*([1-9])$", re.I)
_TOC_NAME = re.compile(r"^(?:toc|目录)\s*\d*$|^toc heading$|^table of figures$", re.I)
_CHINESE_FORMATS = frozenset(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "ideographTraditional",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "chineseLegalSimplified",
        "koreanDigital",
    )
)
_CN = "零一二三四五六七八九"
_DEEPEST_STYLE = 10


@dataclass(frozen=True, slots=True)
class Number:
    """What Word prints before a paragraph."""

    text: str
    level: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    pattern: str
    restart: bool


class NumberedLists:
    """Counts numbered paragraphs the way Word does."""

    def __init__(self, document: Any, styles: dict[str, Any]) -> None:
        self._styles = styles
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        try:
            numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstract = {
            node.get(f"{_W}abstractNumId"): _read_levels(node)
            for node in numbering.iterfind(f"{_W}abstractNum")
        }
        for node in numbering.iterfind(f"{_W}num"):
            identity = node.get(f"{_W}numId")
            reference = node.find(f"{_W}abstractNumId")
            name = "" if reference is None else reference.get(f"{_W}val", "")
            overrides = {
                int(o.get(f"{_W}ilvl", "0")): int(start.get(f"{_W}val", "1"))
                for o in node.iterfind(f"{_W}lvlOverride")
                if (start := o.find(f"{_W}startOverride")) is not None
            }
            levels = dict(abstract.get(name, {}))
            for level, start in overrides.items():
                if level in levels:
                    old = levels[level]
                    levels[level] = _Level(start, old.form, old.pattern, old.restart)
            self._levels[identity] = levels
            # Lists that share a definition go on counting; one that says where it starts does
            # so when it is first met, and those after it go on from there.
            self._abstract[identity] = name
            self._starts[identity] = overrides

    def next(self, block: Any, style: Any) -> Number | None:
        """Return what is printed before this paragraph, counting it; None for no number."""
        identity, level = self._reference(block, style)
        levels = self._levels.get(identity)
        if not levels or level not in levels:
            return None
        form = levels[level]
        if form.form == "none":
            return None
        if form.form == "bullet":
            return Number("•", level, False)
        counts = self._counts[self._abstract[identity]]
        for started, start in self._starts.pop(identity, {}).items():
            counts[started] = start - (started >= level)
        for above in range(level):
            # A level that is named but was skipped counts as begun: 2.1.1 is followed by 2.2.
            if above in levels and f"%{above + 1}" in form.pattern:
                counts.setdefault(above, levels[above].start)
        counts[level] = counts.get(level, form.start - 1) + 1
        for deeper in [d for d in counts if d > level]:
            del counts[deeper]
        text = re.sub(
            r"%(\d)", lambda m: self._write(levels, counts, int(m.group(1)) - 1, form), form.pattern
        )
        return Number(text.strip(), level, True) if text.strip() else None

    def _write(
        self, levels: dict[int, _Level], counts: dict[int, int], level: int, current: _Level
    ) -> str:
        form = levels.get(level)
        if form is None:
            return ""
        count = counts.get(level, form.start)
        # In 1.1 the numbers of higher levels are written in the form of this one.
        return written_number(count, form.form if form is current else _legal(form.form))

    def _reference(self, block: Any, style: Any) -> tuple[str, int]:
        own = block.find(f"{_W}pPr/{_W}numPr")
        chain = [] if own is None else [own]
        depth = 0
        while style is not None and depth < _DEEPEST_STYLE:
            found = style.element.find(f"{_W}pPr/{_W}numPr")
            if found is not None:
                chain.append(found)
            style, depth = style.base_style, depth + 1
        identity = next((v for n in chain if (v := _value(n, "numId")) is not None), "0")
        level = next((v for n in chain if (v := _value(n, "ilvl")) is not None), "0")
        return identity, int(level) if level.isdigit() else 0


def _legal(form: str) -> str:
    return form if form != "bullet" else "decimal"


def _value(node: Any, name: str) -> str | None:
    found = node.find(f"{_W}{name}")
    return None if found is None else found.get(f"{_W}val")


def _read_levels(node: Any) -> dict[int, _Level]:
    levels = {}
    for level in node.iterfind(f"{_W}lvl"):
        start = _value(level, "start") or "1"
        levels[int(level.get(f"{_W}ilvl", "0"))] = _Level(
            int(start) if start.isdigit() else 1,
            _value(level, "numFmt") or "decimal",
            _value(level, "lvlText") or "",
            True,
        )
    return levels


def written_number(count: int, form: str) -> str:
    """Return a count in one of Word's number formats."""
    if form in _CHINESE_FORMATS:
        return _chinese(count)
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(count)
        return roman if form == "upperRoman" else roman.lower()
    if form == "decimalZero":
        return f"{count:02d}"
    if form.startswith("decimalEnclosedCircle") and 1 <= count <= 20:
        return chr(0x2460 + count - 1)
    return str(count)


def _chinese(count: int) -> str:
    if not 0 < count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_CN[tens]}十"
    return head + (_CN[ones] if ones else "")


def _roman(count: int) -> str:
    parts = []
    for value, letters in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        times, count = divmod(count, value)
        parts.append(letters * times)
    return "".join(parts)


def heading_level(style: Any, block: Any) -> int:
    """Return the heading level that a paragraph's style or outline level gives it; 0 for none."""
    depth = 0
    outline = block.find(f"{_W}pPr/{_W}outlineLvl")
    if outline is not None and outline.get(f"{_W}val", "9") in "012345678":
        return int(outline.get(f"{_W}val")) + 1
    while style is not None and depth < _DEEPEST_STYLE:
        if match := _HEADING_NAME.match(str(style.name or "")):
            return int(match.group(1))
        found = style.element.find(f"{_W}pPr/{_W}outlineLvl")
        if found is not None and found.get(f"{_W}val", "9") in "012345678":
            return int(found.get(f"{_W}val")) + 1
        style, depth = style.base_style, depth + 1
    return 0


def is_toc(style: Any, block: Any) -> bool:
    """Say whether a paragraph is a line of a table of contents."""
    if style is not None and _TOC_NAME.match(str(style.name or "")):
        return True
    fields = " ".join(node.text or "" for node in block.iter(f"{_W}instrText"))
    return "TOC \\" in fields or "PAGEREF _Toc" in fields
