"""What in a sentence does harm when it is wrong: numbers, units, limits, negations, warnings."""

from __future__ import annotations

import re
from collections import Counter

from core.text.normalize import fold
from core.text.words import content_terms, is_code

_CODE = re.compile(r"(?<![a-z0-9])[a-z]+(?:[-_./]?[a-z0-9]+)*(?![a-z0-9])")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_UNIT = (
    r"(?:(?:business|working) )?(?:hour|minute|second|day|week|month|year|time|percent|inch|degree)"
    r"|(?:milli|centi|kilo)?(?:met(?:re|er)|lit(?:re|er)|gram)|dollar|euro|ton(?:ne)?(?=s?\b)|watt|volt(?!a)"
    r"|%|°c|℃|[a-zµμ]{1,4}(?![a-z])|个工作日|工作日|小时|分钟|天|日|周|个月|月|年|美元|欧元|元"
    r"|毫秒|秒|次|倍|毫升|升|千克|公斤|毫克|克|吨|公里|千米|厘米|毫米|米|千瓦|瓦|千伏|伏|毫安"
    r"|千帕|兆帕|巴"
)
_MEASURE = re.compile(rf"(\d+(?:[.,]\d+)*)\s*({_UNIT})")
_NEGATION_ZH = re.compile(
    r"不(?!仅|但|同|少|过|管|论|断|妨|锈|久|足|超过|大于|小于|高于|低于|多于|少于|得超过)"
    r"|没有?|无(?!线|论|需担心)|未|非(?!常)|勿|禁止|切勿|除外"
)
_NEGATION_EN = re.compile(
    r"\b(?:not|no|never|none|cannot|nor|without|except|unless|neither)\b|n['’]t\b"
)
_LIMITS = {
    "most": re.compile(
        r"最多|至多|不(?:得|能|应|可)?(?:超过|大于|高于|多于)|上限|以内|以下|最大|最高|最长|[≤<]"
        r"|\b(?:at most|no more than|not exceed|up to|maximum|within|less than|below|under)\b"
    ),
    "least": re.compile(
        r"最少|至少|不(?:得|能|应|可)?(?:少于|小于|低于)|下限|以上|最小|最低|最短|[≥>]"
        r"|\b(?:at least|no less than|minimum|more than|above|over)\b"
    ),
}
_WARNING = re.compile(
    r"^\s*(?:[⚠️❗*_>-]+\s*)*(?:警告|危险|小心|注意|重要|当心"
    r"|warning|danger|caution|important|attention|notice)(?![a-z])"
)


def numbers(text: str) -> Counter[str]:
    """Return the numbers of a text, each with how often it stands there; R5 holds none."""
    return Counter(_NUMBER.findall(_without_codes(text)))


def measures(text: str) -> Counter[tuple[str, str]]:
    """Return the numbers that have a unit, with their units."""
    return Counter(_MEASURE.findall(_without_codes(text)))


def codes(text: str) -> frozenset[str]:
    """Return the part numbers, error codes and model names of a text."""
    return frozenset(term for term in content_terms(text) if is_code(term))


def negations(text: str) -> int:
    """Return how often a text says no; "no more than" is a limit and not counted."""
    folded = without_limits(text)
    return len(_NEGATION_ZH.findall(folded)) + len(_NEGATION_EN.findall(folded))


def limits(text: str) -> Counter[str]:
    """Return how often a text sets an upper ("most") and a lower ("least") limit."""
    folded = fold(text)
    return Counter(
        {kind: len(p.findall(folded)) for kind, p in _LIMITS.items() if p.search(folded)}
    )


def is_warning(text: str) -> bool:
    """Say whether a text begins as a warning does."""
    return bool(_WARNING.match(fold(text)))


def without_limits(text: str) -> str:
    """Return a text, folded, without the words that set an upper or a lower limit."""
    folded = fold(text)
    for pattern in _LIMITS.values():
        folded = pattern.sub(" ", folded)
    return folded


def _without_codes(text: str) -> str:
    return _CODE.sub(
        lambda found: " " if any(map(str.isdigit, found.group())) else found.group(), fold(text)
    )
