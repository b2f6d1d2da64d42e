"""Personal data as others see it: as much is left as tells two customers apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from answer.record import PERSONAL
from core.personal import mask

HIDDEN = "**"
_MOBILE = 11
"""A number with so many digits is known by its head and tail."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒")
_TITLES = ("先生", "女士", "小姐")
_REGION = re.compile(r"^[\u4e00-\u9fff]{1,7}?(?:省|自治区|市|州|盟)")


def hidden(field: str, value: str) -> str:
    """Return the value of a personal field of which only so much is left: 张**, 138****5678."""
    return _WAYS.get(field, _code)(value)


def without_personal(text: str, entries: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a text in which no personal value of a record stands, and nothing that looks so."""
    for name in PERSONAL & entries.keys():
        for value in {str(entries[name]["value"]), str(entries[name]["quote"])}:
            if len(value) > 1:
                text = text.replace(value, hidden(name, value))
    return mask(text)


def _name(value: str) -> str:
    if not _CHINESE.search(value):
        # Jane van Dyke: J. D.
        words = [word for word in value.split() if word[:1].isupper()] or value.split()
        return " ".join(f"{word[0]}." for word in (words[:1] + words[1:][-1:]))
    title = next((title for title in _TITLES if value.endswith(title)), "")
    family = value[:2] if value.startswith(_COMPOUND) else value[:1]
    # 王女士 says no more than the family name does.
    return f"{family}{title}" if title else f"{family}{HIDDEN}"


def _phone(value: str) -> str:
    digits = re.sub(r"\D", "", value)
    if len(digits) < 7:
        return HIDDEN * 2
    plus = "+" if value.lstrip().startswith("+") else ""
    head = digits[:3] if len(digits) >= _MOBILE else digits[: len(digits) - 8]
    return f"{plus}{head}{HIDDEN * 2}{digits[-4:]}"


def _email(value: str) -> str:
    head, at, domain = value.partition("@")
    return f"{head[:1]}{HIDDEN}{at}{domain}"


def _place(value: str) -> str:
    region = _REGION.match(value)
    return f"{region.group() if region else ''}{HIDDEN * 2}"


def _code(value: str) -> str:
    kept = 2 if len(value) >= 8 else 1
    return f"{value[:kept]}{HIDDEN * 2}{value[-kept:] if len(value) >= 4 else ''}"


_WAYS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "phone": _phone,
    "email": _email,
    "place": _place,
}
