"""Units of measure in both languages, and values that are equal though written in other units."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

Quantity = tuple[str, str]
"""A value and what it counts; the second is empty where that is not known."""

DATE = "date"
CLOCK = "clock"

_UNITS = {
    "hour": "h hour 小时",
    "minute": "min minute 分钟",
    "second": "s sec second 秒",
    "ms": "ms 毫秒",
    "day": "day 天 日",
    "workday": "business_day working_day 工作日 个工作日",
    "week": "week 周",
    "month": "month 月 个月",
    "year": "year 年",
    "time": "time 次",
    "fold": "倍",
    "yuan": "yuan rmb cny 元",
    "dollar": "dollar usd 美元",
    "euro": "euro eur 欧元",
    "%": "% percent",
    "°c": "°c ℃",
    "inch": "inch 英寸",
    "mm": "mm millimetre millimeter 毫米",
    "cm": "cm centimetre centimeter 厘米",
    "m": "m metre meter 米",
    "km": "km kilometre kilometer 公里 千米",
    "ml": "ml millilitre milliliter 毫升",
    "l": "l litre liter 升",
    "mg": "mg 毫克",
    "g": "g gram 克",
    "kg": "kg kilogram 千克 公斤",
    "t": "t ton tonne 吨",
    "w": "w watt 瓦",
    "kw": "kw 千瓦",
    "v": "v volt 伏",
    "kv": "kv 千伏",
    "a": "a",
    "ma": "ma 毫安",
    "wh": "wh",
    "kwh": "kwh",
    "mah": "mah",
    "hz": "hz",
    "khz": "khz",
    "mhz": "mhz",
    "ghz": "ghz",
    "db": "db",
    "pa": "pa",
    "kpa": "kpa 千帕",
    "mpa": "mpa 兆帕",
    "bar": "bar 巴",
    "psi": "psi",
    "kb": "kb",
    "mb": "mb",
    "gb": "gb",
}
UNIT_OF = {name.replace("_", " "): unit for unit, names in _UNITS.items() for name in names.split()}
"""Every way of writing a unit, with the unit."""

# A month has no fixed number of days, and a working day no fixed number of hours. Of bytes, some
# count 1,000 and others 1,024, so they are left as they are.
_SCALES = {
    "second": {"ms": "0.001", "second": "1", "minute": "60", "hour": "3600", "day": "86400",
               "week": "604800"},
    "month": {"month": "1", "year": "12"},
    "m": {"mm": "0.001", "cm": "0.01", "m": "1", "km": "1000", "inch": "0.0254"},
    "l": {"ml": "0.001", "l": "1"},
    "g": {"mg": "0.001", "g": "1", "kg": "1000", "t": "1000000"},
    "w": {"w": "1", "kw": "1000"},
    "wh": {"wh": "1", "kwh": "1000"},
    "v": {"v": "1", "kv": "1000"},
    "a": {"ma": "0.001", "a": "1"},
    "hz": {"hz": "1", "khz": "1000", "mhz": "1000000", "ghz": "1000000000"},
    "pa": {"pa": "1", "kpa": "1000", "mpa": "1000000", "bar": "100000"},
}  # fmt: skip
_SCALE_OF = {
    unit: (kind, Decimal(factor))
    for kind, factors in _SCALES.items()
    for unit, factor in factors.items()
}


@lru_cache(maxsize=50_000)
def base(quantity: Quantity) -> Quantity:
    """Return a quantity in one unit for all that measures the same: 1 h and 60 min are one."""
    value, unit = quantity
    kind, factor = _SCALE_OF.get(unit, (unit, Decimal(1)))
    if unit in (DATE, CLOCK, ""):
        return quantity
    try:
        plain = Decimal(value.replace(",", "")) * factor
    except InvalidOperation:
        return quantity
    return f"{plain.normalize():f}", kind


def bases(quantities: Iterable[Quantity]) -> frozenset[Quantity]:
    """Return quantities in one unit for all that measure the same."""
    return frozenset(map(base, quantities))


def lacking(mine: Iterable[Quantity], theirs: Iterable[Quantity]) -> frozenset[Quantity]:
    """Return which of the first quantities equal none of the second, whatever the units."""
    held = bases(theirs)
    return frozenset(quantity for quantity in mine if base(quantity) not in held)
