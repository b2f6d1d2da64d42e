"""Text of a Word document that its reader does not see: hidden, too small, or white on white.

What a run says of itself is not all: its style, the style of its paragraph, and the styles that
these rest on may hide it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.wordtext import W, is_on

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_UNREADABLE_HALF_POINTS = 3
_PALE = 0xF8
_PAPER = ("background1", "light1", "bg1", "lt1")
_DEEPEST = 12
_PLAIN_TABLES = ("normal table", "table grid")
"""Names of table styles without a shade of their own."""


def drop_unseen(document: Any) -> int:
    """Take the text that is not seen out of a document; return how many letters it had."""
    styles = {style.style_id: style.element for style in document.styles}
    body = document.element.body
    # Something may lie behind white text: a picture, or paper that is not white.
    dark = document.element.find(f"{W}background") is not None or any(
        anchor.get("behindDoc") in ("1", "true") for anchor in body.iter(f"{_WP}anchor")
    )
    letters = 0
    for run in list(body.iter(f"{W}r")):
        if not _is_unseen(run, styles, dark=dark):
            continue
        for text in run.findall(f"{W}t"):
            letters += len("".join((text.text or "").split()))
            run.remove(text)
    return letters


def _is_unseen(run: Any, styles: Mapping[str, Any], *, dark: bool) -> bool:
    looks = list(_looks(run, styles))
    vanish = _first(looks, "vanish")
    if vanish is not None and is_on(vanish):
        return True
    size = _first(looks, "sz")
    tall = size.get(f"{W}val", "") if size is not None else ""
    if tall.isdigit() and int(tall) <= _UNREADABLE_HALF_POINTS:
        return True
    colour = _first(looks, "color")
    if dark or colour is None or not _is_pale(colour):
        return False
    return not any(_first(looks, name) is not None for name in ("shd", "highlight")) and not (
        _has_ground(run, styles)
    )


def _looks(run: Any, styles: Mapping[str, Any]) -> Iterator[Any]:
    """What decides how a run looks, the nearest first."""
    own = run.find(f"{W}rPr")
    if own is not None:
        yield own
        yield from _style_looks(own.find(f"{W}rStyle"), styles)
    paragraph = next(run.iterancestors(f"{W}p"), None)
    if paragraph is not None:
        yield from _style_looks(paragraph.find(f"{W}pPr/{W}pStyle"), styles)


def _style_looks(named: Any, styles: Mapping[str, Any]) -> Iterator[Any]:
    for style in _styles(named, styles):
        look = style.find(f"{W}rPr")
        if look is not None:
            yield look


def _styles(named: Any, styles: Mapping[str, Any]) -> Iterator[Any]:
    """A style and those that it rests on."""
    for _ in range(_DEEPEST):
        style = styles.get(named.get(f"{W}val", "")) if named is not None else None
        if style is None:
            return
        yield style
        named = style.find(f"{W}basedOn")


def _first(looks: list[Any], name: str) -> Any:
    return next((f for look in looks if (f := look.find(f"{W}{name}")) is not None), None)


def _is_pale(colour: Any) -> bool:
    theme = colour.get(f"{W}themeColor", "")
    if theme:
        shaded = colour.get(f"{W}themeShade")
        return theme in _PAPER and shaded is None
    value = colour.get(f"{W}val", "")
    try:
        parts = bytes.fromhex(value)
    except ValueError:
        return False
    return len(parts) == 3 and min(parts) >= _PALE


def _has_ground(run: Any, styles: Mapping[str, Any]) -> bool:
    """Say whether something coloured may stand behind a run."""
    for above in run.iterancestors():
        if above.tag == f"{W}txbxContent":
            return True
        if above.tag == f"{W}p":
            named = above.find(f"{W}pPr/{W}pStyle")
            shades = [above.find(f"{W}pPr/{W}shd")]
            shades += [style.find(f"{W}pPr/{W}shd") for style in _styles(named, styles)]
            if any(shade is not None for shade in shades):
                return True
        if above.tag == f"{W}tc" and above.find(f"{W}tcPr/{W}shd") is not None:
            return True
        if above.tag == f"{W}tbl":
            if above.find(f"{W}tblPr/{W}shd") is not None:
                return True
            if not all(map(_is_plain, _styles(above.find(f"{W}tblPr/{W}tblStyle"), styles))):
                return True
    return False


def _is_plain(style: Any) -> bool:
    name = style.find(f"{W}name")
    return name is not None and name.get(f"{W}val", "").lower() in _PLAIN_TABLES
