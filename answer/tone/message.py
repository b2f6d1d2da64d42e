"""Text messages: which letters cost how much, and in how many parts a text is sent.

GSM 03.38 packs 160 letters of 7 bits into a message, or 153 into each part of a longer one; a
text with any other letter is sent in UCS-2, 70 and 67 units of 16 bits.
"""

from __future__ import annotations

import re

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
"""Sent as two letters each."""
_GSM, _GSM_PART, _UCS2, _UCS2_PART = 160, 153, 70, 67
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "}
)
_DEGREES = re.compile(r"\s*°\s*(?=[CF]\b)")


def parts_of(text: str) -> int:
    """Return in how many parts a text is sent; 1 for an empty one."""
    if all(c in _BASIC or c in _EXTENDED for c in text):
        return _parts([2 if c in _EXTENDED else 1 for c in text], _GSM, _GSM_PART)
    return _parts([2 if ord(c) > 0xFFFF else 1 for c in text], _UCS2, _UCS2_PART)


def cheap(text: str, language: str) -> str:
    """Return a text in letters that cost less where they say the same: straight quotes, "deg C"."""
    if language != "en":
        return text
    return _DEGREES.sub(" deg ", text.translate(_PLAIN))


def _parts(costs: list[int], alone: int, each: int) -> int:
    if sum(costs) <= alone:
        return 1
    parts, room = 1, each
    for cost in costs:
        # No letter is cut in two.
        if cost > room:
            parts, room = parts + 1, each
        room -= cost
    return parts
