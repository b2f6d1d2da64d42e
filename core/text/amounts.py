"""Amounts in a text: numbers with their units, written alike however the text writes them.

``1,000``, ``1000`` and ``一千`` are one number; ``24 小时`` and ``1 day`` one span of time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from core.text.normalize import fold


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a text: ``folded[start:end]`` of the folded text."""

    value: float
    """In the base unit of its kind."""
    kind: str
    """What it measures: time, mass, a currency; empty for a bare number."""
    start: int
    end: int

    @property
    def key(self) -> tuple[float, str]:
        """What two amounts are compared by."""
        return self.value, self.kind


_UNITS: dict[str, tuple[str, float]] = {}
# Kind, then units with how many of the base unit each is. A month is not a number of days.
for _kind, _listed in {
    "time": "毫秒 .001 ms .001 秒 1 秒钟 1 s 1 sec 1 second 1 分钟 60 min 60 minute 60 小时 3600 "
    "个小时 3600 钟头 3600 个钟头 3600 h 3600 hr 3600 hour 3600 天 86400 日 86400 day 86400 "
    "周 604800 星期 604800 个星期 604800 week 604800",
    "months": "个月 1 月 1 month 1 季度 3 个季度 3 quarter 3 年 12 周年 12 year 12",
    "workdays": "个工作日 1 工作日 1 business-day 1 working-day 1",
    "mass": "毫克 .001 mg .001 克 1 g 1 gram 1 千克 1000 公斤 1000 kg 1000 kilogram 1000 "
    "吨 1000000 t 1000000 ton 1000000 tonne 1000000 斤 500",
    "length": "毫米 1 mm 1 millimetre 1 millimeter 1 厘米 10 公分 10 cm 10 centimetre 10 "
    "centimeter 10 米 1000 m 1000 metre 1000 meter 1000 公里 1000000 千米 1000000 km 1000000 "
    "kilometre 1000000 kilometer 1000000 inch 25.4 英寸 25.4",
    "volume": "毫升 1 ml 1 millilitre 1 milliliter 1 升 1000 l 1000 litre 1000 liter 1000",
    "area": "平方米 1 平米 1 m2 1 square-metre 1 square-meter 1",
    "power": "毫瓦 .001 mw .001 瓦 1 w 1 watt 1 千瓦 1000 kw 1000",
    "voltage": "毫伏 .001 mv .001 伏 1 v 1 volt 1 千伏 1000 kv 1000",
    "current": "毫安 1 ma 1 安 1000 a 1000 amp 1000",
    "charge": "毫安时 1 mah 1 ah 1000",
    "pressure": "帕 1 pa 1 千帕 1000 kpa 1000 兆帕 1000000 mpa 1000000 巴 100000 bar 100000",
    "frequency": "hz 1 赫兹 1 khz 1000 mhz 1000000 ghz 1000000000",
    "celsius": "°c 1 c 1 摄氏度 1 degree 1 度 1",
    "fahrenheit": "°f 1 f 1 华氏度 1",
    "percent": "% 1 percent 1",
    "data": "kb 1 mb 1000 gb 1000000 tb 1000000000",
    "rate": "kbps 1 mbps 1000 gbps 1000000",
    "speed": "km/h 1 kph 1 公里/小时 1 千米/小时 1",
    "m/s": "m/s 1 米/秒 1",
    "mph": "mph 1",
    "noise": "db 1 分贝 1",
    "turns": "rpm 1 转/分 1",
    "yuan": "元 1 块 1 块钱 1 人民币 1 yuan 1 rmb 1",
    "dollars": "美元 1 dollar 1 usd 1",
    "euros": "欧元 1 euro 1 eur 1",
    "times": "次 1 遍 1 time 1",
    "pieces": "个 1",
    "pixels": "px 1 pixel 1 像素 1",
}.items():
    _parts = _listed.split()
    _UNITS |= {u: (_kind, float(n)) for u, n in zip(_parts[::2], _parts[1::2], strict=True)}

_BARE = frozenset({"pieces", "times"})
"""Counting words: "5 times" and "5 个" say no more than the number does."""
_SPANS = frozenset({"time", "months"})
_ENGLISH_WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}
_TENS = {"十": 10, "百": 100, "千": 1000}
_DIGITS = {d: n for n, d in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_DEGREES = str.maketrans({"℃": "°c", "℉": "°f", "㎡": "m2", "²": "2", "³": "3"})
_UNIT = "|".join(
    re.escape(unit).replace(r"\-", r"[ -]") + (r"s?(?![a-z])" if unit[-1].isascii() else "")
    for unit in sorted(_UNITS, key=len, reverse=True)
)
_CLASSIFIER = "个名位次声天小分月年周日元张节件项条台步遍层块份人种倍级层遍秒号笔"
_NUMBER = re.compile(
    rf"(?<![a-z0-9_.])(?P<sign>[-−](?=\d))?(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<wan>[万亿])?"
    rf"(?:\s*(?P<unit>{_UNIT}))?(?![a-z0-9_])"
    rf"|(?<![周期第十百千万零一二三四五六七八九两])(?P<han>[一二三四五六七八九两十百千][零一二三四五六七八九十百千万]*)"
    rf"\s*(?:(?P<han_unit>{_UNIT})|(?=[{_CLASSIFIER}]))"
    rf"|(?P<half>半个?|\bhalf (?:an? )?)(?P<half_unit>小时|钟头|年|hour|year)"
    rf"|\b(?P<word>{'|'.join(_ENGLISH_WORDS)})\b(?!-)(?:[ -](?P<word_unit>{_UNIT}))?"
)
_RANGE = re.compile(
    rf"(\d+(?:\.\d+)?)\s*(?:[–~～至到]|-(?=\d)|\bto\b)\s*(?=\d+(?:\.\d+)?\s*(?P<unit>{_UNIT}))"
)


@lru_cache(maxsize=8_000)
def amounts(text: str) -> tuple[Amount, ...]:
    """Return the amounts of a text in order; "R5" holds none, "2–8 °C" two with their unit.

    A written-out one ("一次", "one") is left out, as it is as often a word as a number, unless
    it tells a span of time.
    """
    folded = folded_amounts(text)
    found = []
    for match in _NUMBER.finditer(folded):
        value, unit = _value(match)
        if value is None:
            continue
        if not unit and (ranged := _RANGE.match(folded, match.start())):
            unit = ranged.group("unit")
        kind, factor = _UNITS.get(_singular(unit), ("", 1.0))
        kind = "" if kind in _BARE else kind
        found.append(Amount(round(value * factor, 6), kind, match.start(), match.end()))
    return tuple(found)


def folded_amounts(text: str) -> str:
    """Return the folded text that the places of its amounts count in."""
    return fold(text.translate(_DEGREES))


def _value(match: re.Match[str]) -> tuple[float | None, str]:
    if digits := match.group("digits"):
        value = float(digits.replace(",", ""))
        value *= {"万": 1e4, "亿": 1e8}.get(match.group("wan") or "", 1)
        # A dash before a number is a minus sign only where no number stands before it.
        return value, match.group("unit") or ""
    if match.group("half"):
        return 0.5, match.group("half_unit")
    if word := match.group("word"):
        value, unit = float(_ENGLISH_WORDS[word]), match.group("word_unit") or ""
    else:
        value, unit = _chinese(match.group("han")), match.group("han_unit") or ""
    counts = value > 1 or _UNITS.get(_singular(unit), ("", 1.0))[0] in _SPANS
    return (value if counts else None), unit


def _singular(unit: str) -> str:
    unit = unit.replace(" ", "-")
    return unit if unit in _UNITS or not unit.endswith("s") else unit[:-1]


def _chinese(text: str) -> float:
    total, section, digit = 0, 0, 0
    for character in text:
        if character == "万":
            total, section, digit = (section + digit) * 10_000, 0, 0
        elif character in _TENS:
            section += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return float(total + section + digit)
