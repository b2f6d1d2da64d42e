"""Ways of writing that say the same, brought into one form before a sentence is compared."""

from __future__ import annotations

import re
from functools import lru_cache

_FORMS = tuple(
    (re.compile(pattern, re.IGNORECASE), form)
    for pattern, form in (
        (r"(?<=[\d一二三四五六七八九十])\s*周岁", "岁"),
        (r"\b(\d+)[ -]years?[ -](?:old|of age)\b", r"\1"),
        (
            r"没有?(?:任何|其他)?(?:次数|数量|时间|金额)?的?(?:限制|上限|限额)|无(?:次数|数量)?限制",
            "不限",
        ),
        (r"\bunlimited\b|\bwithout (?:any )?limits?\b", "no limit"),
        (
            r"不(?:会|用|需要?|必)?(?:再|另外?|额外|多)+(?:收费|收钱|收取费用|加钱|加收费用|花钱)",
            "不另收费",
        ),
        (r"封顶(?=\s*\d)", "最多"),
        (r"\bcapped at\b", "at most"),
        (r"\btwice\b", "2 times"),
        (r"\b(\d+)(?:st|nd|rd|th)\b", r"\1"),
        (r"\bper cent\b", "percent"),
    )
)
_PARTS = {"百": 1.0, "千": 0.1, "万": 0.01}
_DIGITS = {d: n for n, d in enumerate("零一二三四五六七八九十")} | {"两": 2}
_SHARE = re.compile(
    r"(百|千|万)分之\s*(\d+(?:\.\d+)?|[一二两三四五六七八九十](?![一二三四五六七八九十百千万]))"
)


@lru_cache(maxsize=4_000)
def plain(text: str) -> str:
    """Return a text with what is written in several ways written in one."""
    for pattern, form in _FORMS:
        text = pattern.sub(form, text)
    return _SHARE.sub(_percent, text)


def _percent(match: re.Match[str]) -> str:
    told = match.group(2)
    value = _DIGITS[told] if told in _DIGITS else float(told)
    return f"{value * _PARTS[match.group(1)]:g} %"
