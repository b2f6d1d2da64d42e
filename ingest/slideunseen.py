"""Text of a slide that nobody sees: beside it, switched off, too small, or white on white."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.slides import A

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_UNREADABLE = 150
"""Hundredths of a point."""
_PALE = 0xF8
_FILLS = tuple(f"{A}{name}" for name in ("solidFill", "gradFill", "blipFill", "pattFill"))


def drop_unseen(deck: Any) -> int:
    """Take the text that is not seen out of a deck; return how many letters it had."""
    room = (deck.slide_width or 0, deck.slide_height or 0)
    return sum(_drop(slide, room) for slide in deck.slides)


def _drop(slide: Any, room: tuple[int, int]) -> int:
    letters = 0
    for shape in list(slide.shapes):
        if _is_off(shape, room) or _is_switched_off(shape):
            letters += _count(shape._element.iter(f"{A}t"))
            shape._element.getparent().remove(shape._element)
    light = _is_light(slide)
    for shape in slide.shapes:
        if not shape.has_text_frame:
            continue
        bare = light and not _stands_on_something(shape, slide)
        for run in list(shape._element.iter(f"{A}r")):
            if _is_tiny(run) or (bare and _is_white(run)):
                letters += _count(run.iter(f"{A}t"))
                run.getparent().remove(run)
    return letters


def _count(texts: Iterator[Any]) -> int:
    return sum(len("".join((text.text or "").split())) for text in texts)


def _box(shape: Any) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom; None where a shape has its place from elsewhere."""
    try:
        sides = (shape.left, shape.top, shape.width, shape.height)
    except (AttributeError, ValueError):
        return None
    if any(side is None for side in sides):
        return None
    left, top, width, height = (int(side) for side in sides)
    return left, top, left + width, top + height


def _is_off(shape: Any, room: tuple[int, int]) -> bool:
    box = _box(shape)
    if box is None or not all(room):
        return False
    return box[2] <= 0 or box[3] <= 0 or box[0] >= room[0] or box[1] >= room[1]


def _is_switched_off(shape: Any) -> bool:
    named = next(shape._element.iter(f"{_P}cNvPr"), None)
    return named is not None and named.get("hidden") in ("1", "true")


def _is_tiny(run: Any) -> bool:
    size = (look.get("sz") or "") if (look := run.find(f"{A}rPr")) is not None else ""
    return size.isdigit() and int(size) <= _UNREADABLE


def _is_white(run: Any) -> bool:
    """Say whether a run is white; what is marked has a ground of its own."""
    look = run.find(f"{A}rPr")
    if look is None or look.find(f"{A}highlight") is not None:
        return False
    colour = look.find(f"{A}solidFill/{A}srgbClr")
    if colour is not None:
        try:
            parts = bytes.fromhex(colour.get("val", ""))
        except ValueError:
            return False
        return len(parts) == 3 and min(parts) >= _PALE
    theme = look.find(f"{A}solidFill/{A}schemeClr")
    return theme is not None and theme.get("val") in ("bg1", "lt1") and not len(theme)


def _is_light(slide: Any) -> bool:
    """Say whether the slide lies on plain paper: no background of its own or of its layout."""
    for part in (slide, slide.slide_layout, slide.slide_layout.slide_master):
        ground = part._element.find(f"{_P}cSld/{_P}bg")
        if ground is None:
            continue
        plain = ground.find(f"{_P}bgRef/{A}schemeClr")
        return plain is not None and plain.get("val") in ("bg1", "lt1")
    return True


def _stands_on_something(shape: Any, slide: Any) -> bool:
    """Say whether a shape has a ground of its own, or lies over something that may be one."""
    if _is_filled(shape):
        return True
    box = _box(shape)
    if box is None:
        return True
    behind = [
        other
        for part in (slide, slide.slide_layout, slide.slide_layout.slide_master)
        for other in part.shapes
        if other._element is not shape._element
    ]
    return any(_covers(other, box) for other in behind)


def _covers(other: Any, box: tuple[int, int, int, int]) -> bool:
    text_only = other.has_text_frame and not _is_filled(other)
    there = _box(other)
    if text_only or there is None:
        return False
    return there[0] < box[2] and box[0] < there[2] and there[1] < box[3] and box[1] < there[3]


def _is_filled(shape: Any) -> bool:
    look = shape._element.find(f"{_P}spPr")
    if look is None or look.find(f"{A}noFill") is not None:
        return look is None
    if any(look.find(fill) is not None for fill in _FILLS):
        return True
    style = shape._element.find(f"{_P}style/{A}fillRef")
    return style is not None and style.get("idx") not in ("0", None)
