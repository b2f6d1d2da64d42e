"""The facts of a text that can be compared without a model: numbers, units and codes.

Kept apart from the check that drafts must pass, so that a blind spot of that check is not
also a blind spot of its measurement.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from core.text import fold

_TIME = {
    "second": "s sec secs second seconds 秒 秒钟",
    "minute": "min mins minute minutes 分钟",
    "hour": "h hr hrs hour hours 小时 个小时",
    "day": "day days 天 日",
    "working day": "working_day working_days business_day business_days 工作日 个工作日",
    "week": "week weeks 周 星期 个星期",
    "month": "month months 月 个月",
    "year": "year years 年",
}
_OTHER = {
    "%": "% percent",
    "°c": "°c 摄氏度",
    "°f": "°f",
    "w": "w watt watts 瓦",
    "kw": "kw 千瓦",
    "v": "v volt volts 伏 伏特",
    "mah": "mah 毫安时",
    "wh": "wh 瓦时",
    "kwh": "kwh 千瓦时",
    "hz": "hz 赫兹",
    "ghz": "ghz",
    "mhz": "mhz",
    "mb": "mb",
    "gb": "gb",
    "mm": "mm 毫米",
    "cm": "cm 厘米",
    "m": "m metre metres meter meters 米",
    "m2": "sqm 平方米 平",
    "m3": "cum 立方米",
    "g": "g gram grams 克",
    "kg": "kg 千克 公斤",
    "ml": "ml 毫升",
    "l": "l litre litres liter liters 升",
    "db": "db db(a) 分贝",
    "pa": "pa",
    "kpa": "kpa",
    "bar": "bar",
    "yuan": "¥ 元 人民币 yuan rmb cny",
    "dollar": "$ usd dollar dollars 美元",
    "euro": "€ eur euro euros 欧元",
    "time": "time times 次",
}
_UNITS = {
    spelling.replace("_", " "): unit
    for unit, spellings in {**_TIME, **_OTHER}.items()
    for spelling in spellings.split()
}


def _either(spellings: Collection[str]) -> str:
    longest_first = sorted(spellings, key=len, reverse=True)
    return "|".join(
        rf"{re.escape(s)}{'(?![a-z])' if s[-1].isalpha() else ''}" for s in longest_first
    )


_TIME_WORDS = _either([s.replace("_", " ") for words in _TIME.values() for s in words.split()])
_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_ENGLISH_DIGITS = {
    word: str(value)
    for value, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
}

_MONEY = {"cny": "¥", "rmb": "¥", "usd": "$", "eur": "€"}
_MONEY_WORD = re.compile(rf"\b({'|'.join(_MONEY)})\s?(?=\d)")
_POWER = re.compile(r"(?<![a-z])m([23])(?![a-z0-9])")
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)、]\s*(?=\D)", re.MULTILINE)
_CODE = re.compile(r"(?<![a-z0-9])[a-z]+(?:[-_./]?[a-z0-9]+)*(?![a-z0-9])")
_HAN_NUMBER = re.compile(
    rf"([一二两三四五六七八九]?十?[一二两三四五六七八九]?)(?=(?:{_TIME_WORDS}))"
)
_ENGLISH_NUMBER = re.compile(rf"\b({'|'.join(_ENGLISH_DIGITS)})(?=[ -](?:{_TIME_WORDS}))")
_NUMBER = re.compile(
    rf"(?P<money>[¥$€])?\s?(?<![a-z0-9.])(?P<value>\d+(?:[.,:]\d+)*)(?:[\s-]*(?P<unit>{_either(_UNITS)}))?"
)
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Fact:
    """A number with its unit, or a code (a part number, an error code, a model name)."""

    value: str
    unit: str = ""


def key_facts(text: str) -> frozenset[Fact]:
    """Return the numbers, with their units, and the codes that a text states.

    ``48 小时``, ``48h`` and ``48 hours`` are one fact; ``七天`` is 7 days; ``E-21`` is ``E21``.
    """
    plain = _LIST_NUMBER.sub("", fold(text))
    # Folded, m² is m2, which would pass for a code.
    plain = _POWER.sub(lambda found: " sqm" if found.group(1) == "2" else " cum", plain)
    plain = _MONEY_WORD.sub(lambda found: _MONEY[found.group(1)], plain)
    codes = {found.group() for found in _CODE.finditer(plain) if _has_digit(found.group())}
    plain = _CODE.sub(lambda found: " " if _has_digit(found.group()) else found.group(), plain)
    plain = _ENGLISH_NUMBER.sub(lambda found: _ENGLISH_DIGITS[found.group(1)], plain)
    plain = _HAN_NUMBER.sub(lambda found: _han_number(found.group(1)), plain)
    facts = {Fact(re.sub(r"[^a-z0-9]", "", code)) for code in codes}
    for found in _NUMBER.finditer(plain):
        unit = found.group("unit") or found.group("money") or ""
        facts.add(Fact(_value(found.group("value")), _UNITS.get(unit, "")))
    return frozenset(facts)


def covered(fact: Fact, said: Collection[Fact]) -> bool:
    """Say whether a fact is among those said; a unit on one side only is given credit.

    A table's cells state bare numbers whose unit stands in the column's header.
    """
    return any(
        other.value == fact.value and (other.unit == fact.unit or not (other.unit and fact.unit))
        for other in said
    )


def _has_digit(token: str) -> bool:
    return any(c.isdigit() for c in token)


def _value(written: str) -> str:
    plain = _THOUSANDS.sub("", written)
    try:
        return format(Decimal(plain).normalize(), "f")
    except InvalidOperation:
        # A time of day or a version: 18:00, 1.2.3.
        return plain


def _han_number(written: str) -> str:
    if "十" not in written:
        return "".join(str(_HAN_DIGITS[digit]) for digit in written)
    tens, ones = written.split("十")
    return str(_HAN_DIGITS.get(tens, 1) * 10 + _HAN_DIGITS.get(ones, 0))
