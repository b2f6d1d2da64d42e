"""What a sentence says in numbers, and of what: the same in Chinese and English."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.applies import SUFFIXES
from core.text import claims, content_terms, fold
from core.text.words import stem
from corpus.overlap.measures import CLOCK, DATE, UNIT_OF, Quantity, bases

_MONTHS = "january february march april may june july august september october november december"
_MONTH_OF = {name: number for number, name in enumerate(_MONTHS.split(), 1)}
_CALENDAR = frozenset(
    [*_MONTH_OF, *"monday tuesday wednesday thursday friday saturday sunday".split()]
)
_DATES = (
    re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"),
    re.compile(rf"(?P<d>\d{{1,2}}) (?P<n>{'|'.join(_MONTH_OF)}) (?P<y>\d{{4}})"),
    re.compile(rf"(?P<n>{'|'.join(_MONTH_OF)}) (?P<d>\d{{1,2}}), (?P<y>\d{{4}})"),
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)")
_MONEY = re.compile(r"(?:cny|rmb|yuan|[¥￥])\s*(\d+(?:[.,]\d+)*)")
_DISCOUNT = re.compile("([一二三四五六七八九])折")
_DASH_NUMBER = re.compile(r"(?<=\d)\s*[-–—~～]\s*(?=\d)")
# Words of measure and limit say how much, not of what.
_MEASURE_WORDS = frozenset(
    "超过 不超过 不得 至少 最多 至多 不少于 不低于 不高于 以上 以下 以内 之内 大于 小于 高于 低于 "
    "左右 分钟 小时 工作 工作日 个工作日 个月 厘米 毫米 毫升 千克 公斤 最大 最高 最长 "
    "最小 最低 最短 most least more less than exceed up maximum minimum within about".split()
) | {stem(name) for name in UNIT_OF}
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Numbers that name a place in a text or an edition of it, and telephone numbers.
_NO_QUANTITY = re.compile(
    r"\d{3,4}-\d{3,4}-\d{3,4}|\d{3,4}-\d{7,8}"
    r"|第\s*\d+(?:\.\d+)*\s*[步章节条页项款级类]"
    r"|(?:见|按|参[照见考]|重复|返回)(?:本手册)?\s*\d+(?:\.\d+)*(?=\s*(?:[节章步。;,、)]|$|清|重))"
    r"|\b(?:see|sections?|steps?|chapters?|pages?|repeat|tables?|figures?|levels?)\s*\d+(?:\.\d+)*"
    r"|(?:版本|版|固件|version|edition|firmware|release|v)\s*[:：]?\s*\d+(?:\.\d+)+"
    r"|\d+(?:\.\d+)+\s*(?:版|或更高版本|及以上版本)"
)
_HYPHENED = re.compile(r"(?<=\d)-(?=(?:second|minute|hour|day|week|month|year|inch)\b)")
# After a space only a capital makes the name of a model: "X2 Air", and not "X2 air purifier".
_MODEL = re.compile(
    r"(?<![A-Za-z0-9-])([A-Za-z]{1,6}-?\d{1,5}[A-Za-z]?)"
    rf"(?:(?:[ -](?=[A-Z]))?((?i:{SUFFIXES})))?(?![A-Za-z0-9])"
)
_POSSESSIVE = re.compile(r"['’]s\b")
_NO_CODE = re.compile(r"\d+(?:[.,]\d+)*[a-zµ°%]+|pm\d.*|[a-z]?m[23].*|(?:cny|rmb|usd|eur)[\d.,]+")
_MARKS = frozenset('{}[]()=<>_$"\\;&*`~^')
_MOST_MARKS = 0.1
_COMMAND = re.compile(
    r"^\s*(?:[$#] ?|sudo |curl |git |docker |kubectl |apt |pip |npm )"
    r"|(?:^|\s)(?:/|~/|\./)[a-z][\w.-]*/|(?:^|\s)--[a-z]"
)
_WORDS = {
    "1": "one once single 一 首",
    "2": "two both twice second 二 两 双",
    "3": "three third 三",
    "4": "four fourth 四",
    "5": "five fifth 五",
    "6": "six sixth half-year 六 半年",
    "7": "seven 七",
    "8": "eight 八",
    "9": "nine 九",
    "10": "ten 十",
    "12": "twelve 十二",
    "15": "fifteen 十五",
    "20": "twenty 二十",
    "30": "thirty 三十 半小时 half-hour",
    "50": "half 半",
}
_WORD_VALUES = [(word, value) for value, words in _WORDS.items() for word in words.split()]
_ENGLISH_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be compared of a text."""

    quantities: frozenset[Quantity]
    codes: frozenset[str]
    """Part numbers, error codes and models; an X2 Pro is ``x2pro`` and no ``x2``."""
    terms: tuple[str, ...]
    """The words that say what it is about: no numbers, no codes."""
    negations: int
    limits: frozenset[str]

    @property
    def measured(self) -> frozenset[Quantity]:
        """The quantities in one unit for all that measure the same."""
        return bases(self.quantities)


@lru_cache(maxsize=50_000)
def facts_of(text: str) -> Facts:
    """Return what can be compared of a text."""
    terms = tuple(
        term
        for term in content_terms(_undated(text))
        if term not in _MEASURE_WORDS and not any(map(str.isdigit, term))
    )
    return Facts(
        frozenset(quantities(text)),
        codes_of(text),
        terms,
        claims.negations(text),
        frozenset(claims.limits(text)),
    )


def quantities(text: str) -> Counter[Quantity]:
    """Return the values of a text with what they count; 4,000 is 4000 and 小时 is hour."""
    folded = _MONEY.sub(r"\1 元", fold(text))
    # 九折 leaves nine tenths of the price: 10 % off.
    folded = _DISCOUNT.sub(lambda m: f"{90 - 10 * '一二三四五六七八九'.index(m[1])}%", folded)
    found: Counter[Quantity] = Counter()
    for pattern in _DATES:
        found.update((_iso(m), DATE) for m in pattern.finditer(folded))
        folded = pattern.sub(" ", folded)
    found.update((f"{int(h)}:{m}", CLOCK) for h, m in _CLOCK.findall(folded))
    folded = _NO_QUANTITY.sub(" ", _CLOCK.sub(" ", folded))
    folded = _DASH_NUMBER.sub(" ~ ", _HYPHENED.sub(" ", folded))
    folded = _THOUSANDS.sub("", folded)
    bare = claims.numbers(folded)
    for (value, unit), count in claims.measures(folded).items():
        if (known := UNIT_OF.get(unit)) is not None:
            found[_plain(value), known] += count
            bare[value] -= count
    found.update({(_plain(value), ""): count for value, count in bare.items() if count > 0})
    return found


@lru_cache(maxsize=50_000)
def codes_of(text: str) -> frozenset[str]:
    """Return the codes of a text, a model's name with what makes another model of it."""
    text = _POSSESSIVE.sub("", text)
    plain_text = unicodedata.normalize("NFKC", text)
    models = {(fold(m[1]), fold(m[2] or "")) for m in _MODEL.finditer(plain_text)}
    suffixed = {name.replace("-", "") for name, suffix in models if suffix}
    plain = {name.replace("-", "") for name, suffix in models if not suffix}
    found = {code.replace("-", "").replace(" ", "") for code in claims.codes(text)}
    found = {code for code in found if not _is_measure(code)}
    named = plain | {name.replace("-", "") + suffix for name, suffix in models if suffix}
    whole = {code for code in found if not any(code in other and code != other for other in found)}
    return frozenset((whole - (suffixed - plain)) | {n for n in named if not _is_measure(n)})


def written(code: str, text: str) -> str:
    """Return a code as it stands in a text."""
    match = re.search(r"[-_ ./]?".join(map(re.escape, code)), text, re.IGNORECASE)
    return match.group() if match else code


def told(quantities: Iterable[Quantity]) -> str:
    """Return quantities as they are shown: 3, 5 day, 12 month."""
    held: dict[str, list[str]] = defaultdict(list)
    for value, unit in quantities:
        held[unit].append(value)
    shown = []
    for unit in sorted(held):
        values = ", ".join(sorted(held[unit], key=lambda v: (len(v), v)))
        shown.append(f"{values} {unit}" if unit and unit not in (DATE, CLOCK) else values)
    return ", ".join(shown)


def _undated(text: str) -> str:
    folded = fold(text)
    for pattern in _DATES:
        folded = pattern.sub(" ", folded)
    return folded


def is_measured(term: str) -> bool:
    """Say whether an index term says how much, and not of what."""
    return term in _MEASURE_WORDS


def is_measure_word(word: str) -> bool:
    """Say whether a word is a unit of measure, a month or a day of the week."""
    return fold(word) in UNIT_OF or fold(word) in _CALENDAR


def is_command(text: str) -> bool:
    """Say whether a line is for a machine to read: a command, a query, a path, a program."""
    marks = sum(character in _MARKS for character in text)
    return marks > _MOST_MARKS * len(text) or bool(_COMMAND.search(text))


def in_words(text: str) -> frozenset[str]:
    """Return the values that a text may mean by words, such as two, 两 and half."""
    folded = fold(text)
    english = set(_ENGLISH_WORD.findall(folded))
    return frozenset(
        value
        for word, value in _WORD_VALUES
        if (word in english if word.isascii() else word in folded)
    )


def _is_measure(code: str) -> bool:
    return bool(_NO_CODE.fullmatch(code))


def _iso(match: re.Match[str]) -> str:
    groups = match.groupdict()
    month = int(groups["m"]) if groups.get("m") else _MONTH_OF[groups["n"]]
    return f"{groups['y']}-{month:02}-{int(groups['d']):02}"


def _plain(value: str) -> str:
    whole, dot, rest = value.partition(".")
    rest = rest.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{dot if rest else ''}{rest}"
