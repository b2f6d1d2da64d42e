"""Numbers and marks at the start of a line, in Chinese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum


class Scheme(IntEnum):
    """How a line is numbered; a smaller value is usually higher in the tree."""

    PART = 10
    CHAPTER = 20
    APPENDIX = 21
    SECTION = 30
    ARTICLE = 35
    CHINESE = 40
    ROMAN = 44
    LETTER = 46
    CHINESE_PAREN = 50
    DECIMAL = 60
    PAREN = 70
    CIRCLED = 80
    SMALL_LETTER = 90
    STEP = 100
    BULLET = 110


@dataclass(frozen=True, slots=True)
class Label:
    """A number or mark at the start of a line and what follows it."""

    scheme: Scheme
    ordinals: tuple[int, ...]
    marker: str
    rest: str

    @property
    def depth(self) -> int:
        """How many numbers a decimal label has: 2 for 1.1."""
        return len(self.ordinals)


_CN = "零〇一二三四五六七八九十百两"
_DIGIT = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
_NUM = rf"(?P<n>\d{{1,3}}|[{_CN}]{{1,4}})"

_PATTERNS: tuple[tuple[Scheme, re.Pattern[str]], ...] = (
    (Scheme.PART, re.compile(rf"第\s*{_NUM}\s*(?:部分|篇|编)(?=[\s:：、　]|$|\S)")),
    (Scheme.CHAPTER, re.compile(rf"第\s*{_NUM}\s*章")),
    (Scheme.SECTION, re.compile(rf"第\s*{_NUM}\s*节")),
    (Scheme.ARTICLE, re.compile(rf"第\s*{_NUM}\s*条(?!件)")),
    (Scheme.STEP, re.compile(rf"第\s*{_NUM}\s*步(?=[\s:：、，,.]|$)")),
    (Scheme.STEP, re.compile(rf"步骤\s*{_NUM}(?=[\s:：、．.，,]|$)[:：、．.]?")),
    (Scheme.STEP, re.compile(r"(?i:step)\s+(?P<n>\d{1,3})(?=[\s:.)—–-]|$)[:.)]?")),
    (Scheme.PART, re.compile(r"(?:Part|PART)\s+(?P<n>\d{1,2}|[IVX]+)(?=[\s:.—–-]|$)[:.]?")),
    (Scheme.CHAPTER, re.compile(r"(?:Chapter|CHAPTER)\s+(?P<n>\d{1,3})(?=[\s:.—–-]|$)[:.]?")),
    (Scheme.SECTION, re.compile(r"(?:Section|SECTION)\s+(?P<n>\d{1,3})(?=[\s:.—–-]|$)[:.]?")),
    (
        Scheme.APPENDIX,
        re.compile(
            r"(?:附录|附件|Appendix|APPENDIX|Annex)\s*(?P<n>[A-Z]|\d{1,2}|[一二三四五六七八九十])"
            r"(?=[\s:：、.]|$|[\u4e00-\u9fff])[:：、.]?"
        ),
    ),
    (Scheme.CHINESE, re.compile(rf"(?P<n>[{_CN}]{{1,4}})[、．]")),
    (Scheme.CHINESE_PAREN, re.compile(rf"[（(](?P<n>[{_CN}]{{1,4}})[）)][、.]?")),
    (Scheme.PAREN, re.compile(r"[（(](?P<n>\d{1,3})[）)][、.]?")),
    (Scheme.PAREN, re.compile(r"(?P<n>\d{1,3})[)）](?!\))")),
    (Scheme.CIRCLED, re.compile(rf"(?P<n>[{_CIRCLED}])")),
    # 1.1, 1.1.1: not 5.2 L, not 3.14, not an IP address.
    (
        Scheme.DECIMAL,
        re.compile(
            r"(?P<n>\d{1,2}(?:[.．]\d{1,2}){1,4})[.．、]?(?=\s+[^\s\d=+<>≤≥~–-]|[\u4e00-\u9fff（《“])"
        ),
    ),
    (Scheme.DECIMAL, re.compile(r"(?P<n>\d{1,3})(?:[.．](?!\d)|、)(?=\s*\S|$)")),
    (Scheme.ROMAN, re.compile(r"(?P<n>[IVX]{1,5})[.、](?=\s*\S)")),
    (Scheme.LETTER, re.compile(r"(?P<n>[A-Z])(?:[.．](?=\s+\S)|、|\)(?=\s))")),
    (Scheme.SMALL_LETTER, re.compile(r"[（(](?P<n>[a-z])[）)]")),
    (Scheme.SMALL_LETTER, re.compile(r"(?P<n>[a-z])[.)）](?=\s+\S|[\u4e00-\u9fff])")),
    (Scheme.BULLET, re.compile(r"(?P<n>[•●○◦▪▫■□◆◇★☆►▶➤➢✓✔❖·∙⚫⁃])\s*(?=\S)")),
    (Scheme.BULLET, re.compile(r"(?P<n>[-–—*+])\s+(?=\S)")),
)
_BARE_DECIMAL = re.compile(r"(?P<n>\d{1,2})\s+(?=[\u4e00-\u9fffA-Z])")
_UNIT = re.compile(
    r"^(?:[kKMGmµμ]?(?:m|g|L|l|V|A|W|Hz|Pa|B|b|s|Wh|Ah|Ω|bit)|mm|cm|km|kg|ml|mL|kW|kWh|mAh|dB|dBm|%|℃|"
    r"°|寸|元|米|升|克|秒|分钟|小时|天|年|月|次|个|台|倍|伏|瓦|安|英寸)(?![A-Za-z\u4e00-\u9fff])"
)


def label_of(line: str) -> Label | None:
    """Return the number or mark that a line starts with, or None."""
    text = line.lstrip()
    for scheme, pattern in _PATTERNS:
        match = pattern.match(text)
        if match is None:
            continue
        rest = text[match.end() :].strip()
        if scheme is Scheme.DECIMAL and _UNIT.match(rest):
            return None
        ordinals = _ordinals(match.group("n"), scheme)
        if ordinals is not None:
            return Label(scheme, ordinals, match.group(0).strip(), rest)
    return None


def bare_number(line: str) -> Label | None:
    """Return a number that stands before a heading without a dot: "2 Safety"."""
    match = _BARE_DECIMAL.match(line)
    if match is None or _UNIT.match(line[match.end() :]):
        return None
    number = int(match.group("n"))
    return Label(Scheme.DECIMAL, (number,), match.group("n"), line[match.end() :].strip())


def _ordinals(written: str, scheme: Scheme) -> tuple[int, ...] | None:
    if scheme is Scheme.BULLET:
        return ()
    if written in _CIRCLED:
        return (_CIRCLED.index(written) + 1,)
    if scheme is Scheme.ROMAN or (scheme is Scheme.PART and written[0] in _ROMAN):
        return _roman(written)
    if written[0].isdigit():
        return tuple(int(part) for part in re.split(r"[.．]", written))
    if written.isascii():
        return (ord(written.lower()) - ord("a") + 1,)
    number = chinese_number(written)
    return (number,) if number else None


def _roman(written: str) -> tuple[int, ...]:
    values = [_ROMAN[c] for c in written]
    return (
        sum(
            -value if index + 1 < len(values) and value < values[index + 1] else value
            for index, value in enumerate(values)
        ),
    )


def chinese_number(written: str) -> int:
    """Return the value of a Chinese numeral up to 999: 二十三 is 23."""
    total, digit = 0, 0
    for character in written:
        if character == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif character == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _DIGIT[character]
    return total + digit
