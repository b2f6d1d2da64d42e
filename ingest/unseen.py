"""Text of a web page that its reader does not see: switched off, too small, or white on white."""

from __future__ import annotations

import re
from typing import Any

_OFF = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?:^|;)opacity:0(?:\.0+)?(?:;|!|$)|"
    r"font-size:(?:0|0?\.\d+|1)(?:px|pt|em|rem|%)?(?:;|!|$)|"
    r"(?:^|;)(?:left|top|right|text-indent|margin-left|margin-top):-\d{3,}|"
    r"clip:rect\((?:0|1)(?:px)?[,0-9px]*\)|clip-path:inset\((?:50|100)%|"
    r"color:(?:transparent|rgba\([^)]*,0(?:\.0+)?\))|"
    r"(?:^|;)(?:max-)?height:0(?:px)?;.*overflow:hidden|"
    r"overflow:hidden;.*(?:^|;)(?:max-)?height:0(?:px)?(?:;|$)"
)
# em sizes below one are ordinary; only those that cannot be read count.
_READABLE = re.compile(r"font-size:(?:0?\.[3-9]\d*|1)(?:em|rem)(?:;|!|$)")
_WHITE = re.compile(
    r"(?:^|;)color:(?:#f{3,8}\b|white\b|rgba?\(255,255,255(?:,1(?:\.0+)?)?\)|hsla?\([^)]*,100%\))"
)


def is_unseen(node: Any) -> bool:
    """Say whether an element's own style keeps its text from being seen."""
    style = re.sub(r"\s+", "", node.get("style") or "").lower()
    if style and _OFF.search(_READABLE.sub("", style)):
        return True
    white = _WHITE.search(style) or (
        node.tag == "font" and (node.get("color") or "").lower() in ("white", "#fff", "#ffffff")
    )
    return bool(white) and not _is_dark_behind(node)


def unseen_letters(roots: list[Any]) -> int:
    """Return how many letters of text stand where no reader sees them."""
    letters = 0
    for root in roots:
        for node in root.iter():
            if isinstance(node.tag, str) and is_unseen(node):
                if any(is_unseen(above) for above in node.iterancestors()):
                    continue
                letters += len("".join(node.text_content().split()))
    return letters


def _is_dark_behind(node: Any) -> bool:
    """Say whether something may stand behind white text: a colour, or a class that gives one."""
    for each in (node, *node.iterancestors()):
        if each.tag in ("body", "html") and not each.get("style") and not each.get("bgcolor"):
            continue
        if "background" in (each.get("style") or "").lower() or each.get("bgcolor"):
            return True
        if each.get("class") or each.get("id"):
            return True
    return False
