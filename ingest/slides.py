"""What a slide says where: shapes in reading order, and the lists in them as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.types import ElementKind
from ingest.clean import clean_line, clean_text, join_all, join_lines
from ingest.numbering import Scheme, label_of
from ingest.shape import heading_shaped
from ingest.structure import Line

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_DEEPEST_GROUP = 24
_SHRINK = 0.12
_BULLETED = ("", "obj", "body")
_CHINESE_DIGITS = "一二三四五六七八九十"
_Box = tuple[float, float, float, float]


def placeholder_kind(shape: Any) -> str:
    """Return the kind of placeholder a shape is, or nothing."""
    return str(shape._element.ph.get("type", "obj")) if shape.is_placeholder else ""


def title_shape(slide: Any) -> Any:
    """Return the title's placeholder, or what stands at the top of the slide as one does."""
    shapes = list(ordered(slide.shapes))
    for shape in shapes:
        if placeholder_kind(shape) in ("title", "ctrTitle"):
            return shape
    # A title may stand over nothing but a picture.
    first = shapes[0] if shapes else None
    if first is None or not first.has_text_frame or placeholder_kind(first):
        return None
    height = slide.part.package.presentation_part.presentation.slide_height or 0
    paragraphs = [p for p in first.text_frame.paragraphs if p.text.strip()]
    alone = len(paragraphs) == 1 and heading_shaped(clean_line(paragraphs[0].text), strong=True)
    return first if alone and (first.top or 0) < height / 5 else None


def ordered(shapes: Any, depth: int = 0) -> Iterator[Any]:
    """Yield shapes that say something as they are read: bands from the top, columns in each."""
    told = [shape for shape in shapes if _says(shape, depth)]
    for index in _cut([_box(shape) for shape in told], list(range(len(told)))):
        if hasattr(told[index], "shapes"):
            yield from ordered(told[index].shapes, depth + 1)
        else:
            yield told[index]


def picture_data(shapes: Any, depth: int = 0) -> Iterator[bytes]:
    """Yield the pictures on a slide, those in groups too."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            if depth < _DEEPEST_GROUP:
                yield from picture_data(shape.shapes, depth + 1)
        elif hasattr(shape, "image"):
            # A picture may be a link to a file that is elsewhere.
            with suppress(ValueError, KeyError, AttributeError):
                yield shape.image.blob


def _says(shape: Any, depth: int) -> bool:
    if hasattr(shape, "shapes"):
        return depth < _DEEPEST_GROUP and any(_says(inner, depth + 1) for inner in shape.shapes)
    if shape.has_text_frame:
        return bool(shape.text_frame.text.strip())
    return bool(
        shape.has_table or shape.has_chart or shape._element.find(f".//{D}relIds") is not None
    )


def _box(shape: Any) -> _Box:
    left, top = float(shape.left or 0), float(shape.top or 0)
    width, height = float(shape.width or 0), float(shape.height or 0)
    # Boxes are larger than their text, and touch.
    return (
        left + width * _SHRINK, top + height * _SHRINK,
        left + width * (1 - _SHRINK), top + height * (1 - _SHRINK),
    )  # fmt: skip


def _cut(boxes: list[_Box], which: list[int]) -> list[int]:
    """Order boxes by cutting across first, then down; what cannot be cut goes by its corner."""
    if len(which) < 2:
        return which
    for side in (1, 0):
        groups: list[list[int]] = []
        end = float("-inf")
        for index in sorted(which, key=lambda i: boxes[i][side]):
            if boxes[index][side] >= end:
                groups.append([])
            groups[-1].append(index)
            end = max(end, boxes[index][side + 2])
        if len(groups) > 1:
            return [index for group in groups for index in _cut(boxes, group)]
    return sorted(which, key=lambda i: (boxes[i][1], boxes[i][0]))


def list_styles(shape: Any, slide: Any) -> list[Any]:
    """Return where a paragraph's bullet may be told: the shape, its layout, its master."""
    styles = [shape._element.find(f".//{A}lstStyle")]
    if placeholder_kind(shape) in _BULLETED[1:]:
        layout = slide.slide_layout
        number = shape.placeholder_format.idx
        same = [p for p in layout.placeholders if p.placeholder_format.idx == number]
        styles += [p._element.find(f".//{A}lstStyle") for p in same]
        styles.append(layout.slide_master._element.find(f"{_P}txStyles/{_P}bodyStyle"))
    return [style for style in styles if style is not None]


def _bullet(paragraph: Any, styles: list[Any]) -> Any:
    """Return the element that gives a paragraph its bullet or number, or None."""
    level = paragraph.level + 1
    told = [paragraph._p.find(f"{A}pPr"), *(s.find(f"{A}lvl{level}pPr") for s in styles)]
    for properties in told:
        for name in ("buNone", "buAutoNum", "buChar", "buBlip"):
            found = None if properties is None else properties.find(f"{A}{name}")
            if found is not None:
                return None if name == "buNone" else found
    return None


def text_lines(frame: Any, styles: list[Any]) -> list[Line]:
    """Return the paragraphs of a text, with the numbers and bullets that the slide shows."""
    lines: list[Line] = []
    counts: dict[int, int] = {}
    expected = 1
    for paragraph in frame.paragraphs:
        text = clean_line(join_all(clean_text(paragraph.text).split("\n")))
        if not text:
            continue
        level, bullet = paragraph.level, _bullet(paragraph, styles)
        counts = {key: count for key, count in counts.items() if key <= level}
        if bullet is not None and bullet.tag == f"{A}buAutoNum":
            counts[level] = counts.get(level, int(bullet.get("startAt", "1")) - 1) + 1
            text = _numbered(bullet.get("type", ""), counts[level]) + text
            lines.append(Line(text, role=ElementKind.STEP, level=level))
            continue
        counts.pop(level, None)
        label = label_of(text)
        typed = label is not None and label.scheme >= Scheme.DECIMAL and label.depth == 1
        if label is not None and label.scheme is Scheme.BULLET:
            lines.append(Line(text, role=ElementKind.LIST_ITEM, level=level))
        elif label is not None and typed and label.ordinals[0] == expected:
            expected += 1
            lines.append(Line(text, role=ElementKind.STEP, level=level))
        elif bullet is not None:
            lines.append(Line(f"• {text}", role=ElementKind.LIST_ITEM, level=level))
        elif lines and _goes_on(lines[-1], text):
            lines[-1] = replace(lines[-1], text=join_lines(lines[-1].text, text), number=None)
        else:
            lines.append(Line(text, role=ElementKind.TEXT))
    return lines


def _goes_on(item: Line, text: str) -> bool:
    """Say whether a paragraph is the second line of an item, which the author broke by hand."""
    is_item = item.role in (ElementKind.LIST_ITEM, ElementKind.STEP)
    return is_item and text[0].islower() and (item.text[-1].isalnum() or item.text[-1] in ",-–")


def _numbered(scheme: str, number: int) -> str:
    """Return the number of a list item as the slide shows it."""
    mark = str(number)
    if scheme.startswith("alpha") and number <= 26:
        mark = chr(number + (96 if scheme.startswith("alphaLc") else 64))
    elif scheme.startswith("ea1") and number <= 10:
        mark = _CHINESE_DIGITS[number - 1]
    elif scheme.startswith("circle") and number <= 20:
        return chr(0x245F + number) + " "
    if scheme.endswith("ParenBoth"):
        return f"({mark}) "
    return f"{mark}) " if scheme.endswith("ParenR") else f"{mark}. "
