"""Days that people name: yesterday afternoon, 上周五, 3 November; as the house's calendar has them.

What is asked about has happened, so a day without a year is the last such day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = rf"(?P<{{0}}>{'|'.join(_MONTHS)})(?:[a-z]{{{{0,6}}}})?\.?"
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
_CN_DAYS = "一二三四五六日"
_CN_NUMBERS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "几": 3, "半": 0}
_NUMBER_WORDS = "a an one two three four five six seven eight nine ten".split()

_AGO = {
    "大前天": 3,
    "前天": 2,
    "前晚": 2,
    "昨天": 1,
    "昨晚": 1,
    "昨日": 1,
    "昨夜": 1,
    "今天": 0,
    "今早": 0,
    "今晨": 0,
    "今晚": 0,
    "今日": 0,
    "刚才": 0,
    "刚刚": 0,
    "the day before yesterday": 2,
    "yesterday": 1,
    "last night": 1,
    "today": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "tonight": 0,
    "just now": 0,
}
_NEAR = re.compile(
    r"(?<![a-z])(?P<near>" + "|".join(sorted(_AGO, key=len, reverse=True)) + r")(?![a-z])"
)
_BACK = re.compile(
    r"(?P<count>\d{1,3}|[一二两三四五六七八九十])\s*(?P<unit>天|日|周|个?星期|个?礼拜|个月)(?:以|之)?前"
    r"|(?<![a-z0-9])(?P<en_count>\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten)"
    r" (?P<en_unit>day|week|month)s? ago"
)
_WEEKDAY = re.compile(
    r"(?<![到至~-])(?P<which>上上|上个?|这个?|本)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?!\s*(?:[天年月到至~-]))"
    r"|(?<![a-z])(?P<en_which>last|this|on|since)\s(?P<en_day>mon|tue|wed|thu|fri|sat|sun)"
    r"(?:day|sday|nesday|rsday|urday)?(?![a-z])"
)
_WHOLE = re.compile(
    r"(?P<year>20\d\d)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})(?!\d)[日号]?"
)
_NUMBERED = re.compile(
    r"(?<!\d)(?P<last>上个?月|这个?月|本月)(?P<mday>\d{1,2})[日号]"
    r"|(?<![\d年])(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
    rf"|(?<![\d])(?P<en_day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH.format('a')}"
    r"(?:,? (?P<ya>20\d\d))?"
    rf"|(?<![a-z]){_MONTH.format('b')} (?P<day_b>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
    r"(?:,? (?P<yb>20\d\d))?"
)
_TIME = re.compile(
    r"^\s*(?P<part>早上|上午|凌晨|清晨|中午|下午|傍晚|晚上|夜里|晚)?\s*(?P<hour>\d{1,2})"
    r"(?:[:：](?P<minute>[0-5]\d)|[点时](?P<half>半)?(?:(?P<m>[0-5]?\d)分?)?)"
    r"|^\s*(?:at |around |about |,? ?(?:morning|afternoon|evening) (?:at )?)?"
    r"(?P<en_hour>\d{1,2})(?::(?P<en_minute>[0-5]\d))? ?(?P<half_day>[ap])\.?m\b"
)
_PART = re.compile(
    r"^\s*(?:早上|上午|凌晨|清晨|中午|下午|傍晚|晚上|夜里|早|晚"
    r"|morning|afternoon|evening|night|at noon)"
)
_LATE = ("下午", "傍晚", "晚上", "夜里", "晚")


@dataclass(frozen=True, slots=True)
class Day:
    """A day in a text, and the time of it where that is named."""

    value: str
    """2026-11-21, or 2026-11-21 15:00."""
    start: int
    end: int


def days_in(folded: str, today: date) -> Iterator[Day]:
    """Yield the days up to ``today`` that a folded text names, in its order."""
    found: list[tuple[int, int, date]] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(folded):
            day = read(match, today)
            if day is not None and day <= today:
                found.append((match.start(), match.end(), day))
    last = -1
    for start, end, day in sorted(found, key=lambda one: (one[0], -one[1])):
        if start < last:
            continue
        clock, stretch = _clock(folded[end : end + 24])
        last = end + stretch
        yield Day(f"{day.isoformat()} {clock}".strip(), start, last)


def _near(match: re.Match[str], today: date) -> date:
    return today - timedelta(days=_AGO[match["near"]])


def _back(match: re.Match[str], today: date) -> date | None:
    count = _number(match["count"] or match["en_count"])
    unit = match["unit"] or match["en_unit"]
    if "月" in unit or unit == "month":
        return _months_before(today, count)
    return today - timedelta(days=count * (1 if unit in ("天", "日", "day") else 7))


def _weekday(match: re.Match[str], today: date) -> date:
    if match["day"]:
        day = _CN_DAYS.index("日" if match["day"] == "天" else match["day"])
        weeks = {"上上": 2, "上": 1, "上个": 1}.get(match["which"] or "", 0)
    else:
        day, weeks = _WEEKDAYS.index(match["en_day"]), 0
    monday = today - timedelta(days=today.weekday())
    if weeks:
        return monday + timedelta(days=day - 7 * weeks)
    back = (today.weekday() - day) % 7
    # "Last Friday" on a Friday is that of the week before.
    return today - timedelta(days=7 if not back and match["en_which"] == "last" else back)


def _whole(match: re.Match[str], today: date) -> date | None:
    del today
    return _date(int(match["year"]), int(match["month"]), int(match["day"]))


def _numbered(match: re.Match[str], today: date) -> date | None:
    if match["mday"]:
        month = _months_before(today, 1) if match["last"].startswith("上") else today
        return _date(month.year, month.month, int(match["mday"]))
    name = match["a"] or match["b"]
    month_number = _MONTHS.index(name) + 1 if name else int(match["month"])
    day = int(match["day"] or match["en_day"] or match["day_b"])
    year = match["ya"] or match["yb"]
    if year:
        return _date(int(year), month_number, day)
    this = _date(today.year, month_number, day)
    return this if this is None or this <= today else _date(today.year - 1, month_number, day)


def _months_before(today: date, count: int) -> date:
    whole = today.year * 12 + today.month - 1 - count
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(word: str) -> int:
    if word.isdecimal():
        return int(word)
    if word in _NUMBER_WORDS:
        return max(1, _NUMBER_WORDS.index(word) - 1)
    return _CN_NUMBERS.get(word, 1)


def _clock(after: str) -> tuple[str, int]:
    """The time of day right after a day, and how far it reaches."""
    match = _TIME.search(after)
    if match is None:
        part = _PART.search(after)
        return "", part.end() if part else 0
    if match["en_hour"]:
        hour, minute = int(match["en_hour"]) % 12, int(match["en_minute"] or 0)
        hour += 12 if match["half_day"] == "p" else 0
    else:
        hour = int(match["hour"])
        minute = int(match["minute"] or match["m"] or (30 if match["half"] else 0))
        hour += 12 if match["part"] in _LATE and hour < 12 else 0
    return (f"{hour:02}:{minute:02}", match.end()) if hour < 24 else ("", 0)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (_WHOLE, _whole),
    (_NUMBERED, _numbered),
    (_NEAR, _near),
    (_BACK, _back),
    (_WEEKDAY, _weekday),
)
