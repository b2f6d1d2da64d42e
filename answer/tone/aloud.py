"""Text as it is said on the telephone: no brackets, no signs, units in words; no value changes."""

from __future__ import annotations

import re
from collections.abc import Mapping

_UNITS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "m³/h": "立方米每小时",
        "m3/h": "立方米每小时",
        "mAh": "毫安时",
        "kWh": "千瓦时",
        "kHz": "千赫兹",
        "MHz": "兆赫兹",
        "GHz": "吉赫兹",
        "kPa": "千帕",
        "dB": "分贝",
        "kg": "千克",
        "mg": "毫克",
        "km": "千米",
        "cm": "厘米",
        "mm": "毫米",
        "m²": "平方米",
        "m³": "立方米",
        "mL": "毫升",
        "ml": "毫升",
        "kW": "千瓦",
        "Hz": "赫兹",
        "Pa": "帕",
        "min": "分钟",
        "°C": "摄氏度",
        "℃": "摄氏度",
        "°F": "华氏度",
        "L": "升",
        "W": "瓦",
        "V": "伏",
        "g": "克",
        "m": "米",
        "s": "秒",
        "h": "小时",
    },
    "en": {
        "m³/h": "cubic metres per hour",
        "m3/h": "cubic metres per hour",
        "mAh": "milliamp hours",
        "kWh": "kilowatt hours",
        "kHz": "kilohertz",
        "MHz": "megahertz",
        "GHz": "gigahertz",
        "kPa": "kilopascals",
        "dB": "decibels",
        "kg": "kilograms",
        "mg": "milligrams",
        "km": "kilometres",
        "cm": "centimetres",
        "mm": "millimetres",
        "m²": "square metres",
        "m³": "cubic metres",
        "mL": "millilitres",
        "ml": "millilitres",
        "kW": "kilowatts",
        "Hz": "hertz",
        "Pa": "pascals",
        "min": "minutes",
        "°C": "degrees Celsius",
        "℃": "degrees Celsius",
        "°F": "degrees Fahrenheit",
        "L": "litres",
        "W": "watts",
        "V": "volts",
        "g": "grams",
        "m": "metres",
        "s": "seconds",
        "h": "hours",
    },
}
_NUMBER = r"\d+(?:[.,]\d+)*"
_URL = re.compile(r"(?:https?://|www\.)[^\s)）\]】，。；,]+", re.IGNORECASE)
_MEASURE = {
    language: re.compile(
        rf"(?P<number>(?<![A-Za-z0-9.-]){_NUMBER})\s*"
        rf"(?P<unit>{'|'.join(map(re.escape, sorted(units, key=len, reverse=True)))})"
        r"(?![A-Za-z²³/])"
    )
    for language, units in _UNITS.items()
}
_SHARE_RANGE = re.compile(rf"({_NUMBER})\s*%?\s*[–—~～-]\s*({_NUMBER})\s*[%％]")
_SHARE = re.compile(rf"({_NUMBER})\s*[%％]")
_RANGE = re.compile(rf"(?<![A-Za-z\d-])({_NUMBER})\s*[–—~～]\s*(?={_NUMBER}(?![A-Za-z]*\d*-))")
_HYPHEN_RANGE = re.compile(
    rf"(?<![\w.-])({_NUMBER})-(?={_NUMBER}\s*(?:°|℃|[a-zA-Z]{{1,3}}\b|个|天|小时|分|秒|年|月|周|次|元"
    r"|days?\b|hours?\b|minutes?\b|weeks?\b|months?\b|years?\b))"
)
_BELOW = re.compile(r"(?<![\w.])[-−](?=\d)")
_BRACKETS = re.compile(r"\s*[（(\[【]\s*([^（）()\[\]【】]*?)\s*[）)\]】]\s*")
_MENU = re.compile(r"\s+[>›→]\s+")
_SLASH = re.compile(r"\s+/\s+")
_BAR = re.compile(r"\s*\|\s*")
_DASH = re.compile(r"\s*(?:——|—|\s–\s)\s*")
_SIGNS: Mapping[str, Mapping[str, str]] = {
    "zh": {"≤": "不超过 ", "≥": "不低于 ", "±": "正负 ", "×": " 乘 ", "≈": "约 "},
    "en": {"≤": "at most ", "≥": "at least ", "±": "plus or minus ", "×": " by ", "≈": "about "},
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {"to": " 到 ", "below": "负 ", "comma": "，", "then": "，然后 ", "listed": "、"},
    "en": {"to": " to ", "below": "minus ", "comma": ", ", "then": ", then ", "listed": ", "},
}
_TIDY = (
    (re.compile(r"\s*[，,]\s*(?=[，。！？；：])"), ""),
    (re.compile(r"\s*,\s*(?=[,.!?;:](?:\s|$))"), ""),
    (re.compile(r"(?<=[，。！？；：])[，]"), ""),
    (re.compile(r"(?<=[.!?])\s*,(?=\s|$)"), ""),
    (re.compile(r"^[，,]\s*"), ""),
    (re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])"), ""),
    (re.compile(r" {2,}"), " "),
)


def aloud(text: str, language: str, link: str) -> str:
    """Return a sentence so that it can be read out as it stands."""
    words = _WORDS[language]
    # The mark of a model in brackets stays a name: brackets become commas first.
    text = _URL.sub(link, text)
    text = _BRACKETS.sub(lambda m: f"{words['comma']}{m[1]}{words['comma']}" if m[1] else "", text)
    text = _MENU.sub(words["then"], text)
    text = _SLASH.sub(words["listed"], text)
    text = _BAR.sub(words["comma"], text)
    text = _numbers(text, language)
    text = _DASH.sub(words["comma"], text)
    for sign, said in _SIGNS[language].items():
        text = re.sub(rf"\s*{sign}\s*", f" {said}" if language == "en" else said, text)
    for pattern, instead in _TIDY:
        text = pattern.sub(instead, text)
    return text.strip()


def _numbers(text: str, language: str) -> str:
    words, units = _WORDS[language], _UNITS[language]
    if language == "zh":
        text = _SHARE_RANGE.sub(r"百分之 \1 到 \2", text)
        text = _SHARE.sub(r"百分之 \1", text)
    text = _RANGE.sub(rf"\1{words['to']}", text)
    text = _HYPHEN_RANGE.sub(rf"\1{words['to']}", text)
    text = _BELOW.sub(words["below"], text)
    if language == "en":
        text = _SHARE.sub(r"\1 percent", text)
    return _MEASURE[language].sub(lambda m: f"{m['number']} {_unit(m, units, language)}", text)


def _unit(found: re.Match[str], units: Mapping[str, str], language: str) -> str:
    said = units[found["unit"]]
    if language == "zh" or found["number"] != "1":
        return said
    first, _, rest = said.partition(" ")
    singular = first if first.endswith(("hertz", "ic", "re")) else first.removesuffix("s")
    if rest.startswith("metres"):
        rest = f"metre{rest[6:]}"
    return f"{singular} {rest}".strip()
