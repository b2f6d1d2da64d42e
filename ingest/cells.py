"""How a spreadsheet shows a value: number formats, percent, units, dates."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].|'
    r"(AM/PM|y+|m+|d+|h+|s+|0+|#)|(.)",
    re.I | re.S,
)
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+")
_DATES = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "dddd": "%A", "ddd": "%a"}


def shown(value: object, code: str) -> str:
    """Return a value as a person sees it in a cell of this number format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, code)
    if isinstance(value, datetime):
        return _date(value, code.split(";")[0])
    return str(value)


def _date(value: datetime, code: str) -> str:
    # What a format with slashes shows depends on the machine; these dates nobody misreads.
    if "年" not in code and "mmm" not in code.lower():
        day, clock = value.strftime("%Y-%m-%d"), value.strftime("%H:%M:%S").removesuffix(":00")
        timed = "h" in code.lower() or (clock != "00:00" and "d" not in code.lower())
        return f"{day} {clock}" if timed else day
    text, last = "", ""
    for quoted, escaped, _, token, other in _TOKEN.findall(code):
        name = token.lower()
        minutes = name in ("m", "mm") and last.startswith("h")
        last = name or last
        text += quoted + escaped + other + (_date_part(value, "min" if minutes else name))
    return text.strip()


def _date_part(value: datetime, name: str) -> str:
    if name in _DATES:
        return value.strftime(_DATES[name])
    numbers = {"m": value.month, "d": value.day, "h": value.hour, "s": value.second}
    if name == "min":
        return f"{value.minute:02}"
    if name == "am/pm":
        return value.strftime("%p")
    return f"{numbers[name[0]]:0{len(name)}}" if name[:1] in numbers else ""


def _number(value: float, code: str) -> str:
    """Return a number with the decimals, separators, percent and units of its format."""
    sections = code.split(";")
    negative = value < 0 and len(sections) > 1 and "[" not in sections[0]
    index = 1 if negative else 2 if value == 0 and len(sections) > 2 else 0
    words: list[str] = []

    def keep(found: re.Match[str]) -> str:
        words.append(found[1] or found[2] or found[3] or "")
        return "\0"

    section = _QUOTED.sub(keep, sections[index])
    digits = _DIGITS.search(section)
    if section.strip().lower() == "general" or (digits is None and not words):
        return _general(value)
    if digits is None or "/" in section:
        return "".join(words) if digits is None and index == 2 else _general(value)
    if re.search("e[+-]", section, re.I):
        return f"{value:.{len(digits[0].partition('.')[2])}E}"
    whole, _, decimals = digits[0].partition(".")
    places = sum(c in "0?" for c in decimals)
    scaled = Decimal(repr(abs(value) if negative else value)).scaleb(2 * section.count("%"))
    scaled = scaled.scaleb(-3 * (len(whole) - len(whole.rstrip(","))))
    rounded = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    least = whole.count("0") if "," not in whole else 1
    body = f"{rounded:,.{places}f}" if "," in whole.rstrip(",") else f"{rounded:.{places}f}"
    sign = "-" if body.startswith("-") and float(body.replace(",", "")) else ""
    body = sign + body.lstrip("-").zfill(least + (places + 1 if places else 0))
    text = section[: digits.start()] + body + section[digits.end() :]
    return re.sub("\0", lambda _: words.pop(0), text).strip()


def _general(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{Decimal(f'{value:.10g}'):f}" if 1e-9 < abs(value) < 1e15 else f"{value:.5E}"
