"""A draft and what was made of it, side by side, with what changed marked; pure functions."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from html import escape

_TOKEN = re.compile(r"[\u2e80-\uffff]|\w+|\s+|[^\w\s]")


def both(before: str, after: str) -> tuple[str, str]:
    """Return both texts as HTML, what went marked in the one and what came in the other."""
    one, other = _TOKEN.findall(before), _TOKEN.findall(after)
    left, right = [], []
    for what, a1, a2, b1, b2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        gone, new = "".join(one[a1:a2]), "".join(other[b1:b2])
        if what == "equal":
            left.append(escape(gone))
            right.append(escape(new))
            continue
        left.append(_marked("del", gone))
        right.append(_marked("ins", new))
    return "".join(left), "".join(right)


def swap(before: str, after: str) -> str:
    """Return a piece of text and what stands for it now."""
    return " ".join(filter(None, (_marked("del", before), _marked("ins", after))))


def _marked(tag: str, text: str) -> str:
    if not text.strip():
        return escape(text)
    return f'<{tag} class="cd-{tag}">{escape(text)}</{tag}>'
