"""Sentences made from true ones by one small, named change: most turn them false, some do not.

Each change is mechanical, so that it can be made on the sentences of any document too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.text import is_chinese
from core.text.amounts import amounts
from core.text.claims import codes


@dataclass(frozen=True, slots=True)
class Derived:
    """A changed sentence and how it was made."""

    text: str
    how: str
    shown: str
    """The change itself, old→new."""
    label: str
    """subtle where it is false now, supported where it says the same."""


_Swap = tuple[str, str]
_UNITS: tuple[_Swap, ...] = (
    ("小时", "天"), ("分钟", "小时"), ("个工作日", "个月"), ("工作日", "周"), ("个月", "天"),
    ("天", "个月"),
    ("秒", "分钟"), ("元", "美元"), ("°C", "°F"), ("℃", "℉"), ("毫米", "厘米"), ("厘米", "米"),
    ("公里", "米"),
    ("克", "千克"), ("mAh", "Ah"), ("GHz", "MHz"), ("MHz", "GHz"), ("kg", "g"), ("mm", "cm"),
    ("km/h", "m/s"), ("Mbps", "Gbps"),
    ("W", "kW"), (" m", " cm"), ("hours", "days"), ("minutes", "hours"), ("seconds", "minutes"),
    ("working days", "weeks"), ("days", "months"), ("months", "years"), ("dollars", "euros"),
    ("hour", "day"),
)  # fmt: skip
_NOT_GONE: tuple[_Swap, ...] = (
    ("不可以", "可以"), ("不得", "可以"), ("禁止", "允许"), ("不能", "能"), ("不要", "要"),
    ("请勿", "请"), ("不可", "可"),
    ("不予", "予以"), ("不会", "会"), ("不支持", "支持"), ("不适用", "适用"), ("无法", "可以"),
    ("没有", "有"),
    ("must not", "may"), ("may not", "may"), ("cannot", "can"), ("can't", "can"), ("do not ", ""),
    ("Do not ", "You should "),
    ("don't ", ""), ("Don't ", "You should "), (" is not ", " is "), (" are not ", " are "),
    ("does not ", "does "), (" was not ", " was "), (" were not ", " were "), ("did not ", "did "),
)  # fmt: skip
_NOT_ADDED: tuple[_Swap, ...] = (
    ("可以", "不可以"), ("会", "不会"), ("必须", "不得"), ("支持", "不支持"), ("需要", "不需要"),
    ("应当", "不应当"), ("允许", "禁止"), ("是", "不是"),
    (" can ", " cannot "), (" must ", " must not "), (" is ", " is not "), (" are ", " are not "),
    (" may ", " may not "), (" has ", " does not have "), (" was ", " was not "),
    (" were ", " were not "),
)  # fmt: skip
_LIMITS: tuple[_Swap, ...] = (
    ("不超过", "不低于"), ("至少", "至多"), ("最多", "最少"), ("以上", "以下"), ("以内", "以上"),
    ("以下", "以上"), ("不少于", "不超过"), ("低于", "高于"), ("高于", "低于"), ("超过", "低于"),
    ("at least", "at most"), ("at most", "at least"), ("up to", "at least"),
    ("no less than", "no more than"), ("no more than", "no less than"),
    ("more than", "less than"), ("less than", "more than"), ("below", "above"),
    ("above", "below"), ("over ", "under "),
)  # fmt: skip
# Whoever must also may: only what is free and is made a duty is false for certain.
_MODALS: tuple[_Swap, ...] = (
    ("可以", "必须"), (" can ", " must "), (" may ", " must "),
)  # fmt: skip
_ORDER: tuple[_Swap, ...] = (
    ("之前", "之后"), ("之后", "之前"), ("before ", "after "), ("Before", "After"),
    ("after ", "before "), ("After ", "Before "),
)  # fmt: skip
_NOT_WORDS = re.compile(r"不|勿|禁止|没有|无法|\b(?:not?|nobody|nothing)\b|n't|cannot", re.I)
_HEDGED = re.compile(
    r"不|勿|禁止|没有|无法|只|仅|才|方可|\b(?:no|not|nobody|nothing)\b|n't|cannot|only|before you",
    re.I,
)
_INSIDE_WORDS = {
    "会": "会(?!议|员|展|计|社)(?<!社会)(?<!机会)(?<!委员会)",
    "是": "(?<!还)(?<!只)(?<!但)(?<!不)(?<!于)(?<!就)(?<!可)(?<!总)(?<!要)(?<!或)是(?!否)",
    "以上": "(?<=[\\d 天岁人米克元个年月时倍]) ?以上",
    "以下": "(?<=[\\d 天岁人米克元个年月时倍]) ?以下",
    "超过": "(?<!不)(?<!不得)(?<!不应)超过",
    "低于": "(?<!不)(?<!不得)(?<!不应)低于",
    "高于": "(?<!不)(?<!不应)高于",
    "more than": "(?<!no )more than",
    "less than": "(?<!no )less than",
    "没有": "没有(?=[^。]{2})",
    "over ": r"\bover (?=\d)",
    "above": r"\babove(?= \d)",
    "below": r"\bbelow(?= \d)",
    "元": "(?<=[\\d ])元",
    "天": "(?<=[\\d ])天",
    "克": "(?<=[\\d ])克",
    "W": r"(?<=\d)\s?W\b",
    " m": r"(?<=\d) m\b",
    "要": "要",
    "支持": "(?<!不)支持",
    "可以": "(?<!不)可以",
    "需要": "(?<!不)需要",
}


def changed(text: str, held: str) -> Iterator[Derived]:
    """Yield the changes that a sentence allows; ``held`` is all that its passage says."""
    for maker in (_number, _unit, _code, _weekday):
        if made := maker(text, held):
            yield made
    swaps: tuple[tuple[str, tuple[_Swap, ...], Callable[[str], bool]], ...] = (
        ("not dropped", _NOT_GONE, lambda _: True),
        ("not added", _NOT_ADDED, lambda t: not _NOT_WORDS.search(t)),
        ("limit turned", _LIMITS, lambda _: True),
        ("modal changed", _MODALS, lambda t: not _HEDGED.search(t)),
        ("order turned", _ORDER, lambda _: True),
    )
    for how, listed, allowed in swaps:
        if allowed(text) and (made := _swapped(text, listed, how)):
            yield made


def same(text: str, number: int) -> Derived:
    """Return the sentence in another form that says the same; ``number`` chooses the form."""
    chinese = is_chinese(text)
    forms = [_connective, _full_width, _traditional] if chinese else [_connective, _full_width]
    return forms[number % len(forms)](text)


def _swapped(text: str, listed: tuple[_Swap, ...], how: str) -> Derived | None:
    for old, new in listed:
        pattern = _INSIDE_WORDS.get(old, re.escape(old))
        if match := re.search(pattern, text):
            made = (
                text[: match.start()]
                + match.group().replace(old.strip(), new.strip())
                + text[match.end() :]
            )
            if old != old.strip() or not new.strip():
                made = text[: match.start()] + new + text[match.end() :]
            if made.strip() != text:
                return Derived(_capital(made), how, f"{old.strip()}→{new.strip()}", "subtle")
    return None


def _number(text: str, held: str) -> Derived | None:
    known = {amount.value for amount in amounts(held)}
    for match in re.finditer(r"(?<![A-Za-z0-9_.,:-])(\d+)(?![A-Za-z0-9_:.,-]|\s?月\s?\d)", text):
        value = int(match.group())
        for new in (value * 2, value + 1, value * 3 + 1, value + 7):
            changed_text = f"{text[: match.start()]}{new}{text[match.end() :]}"
            if not {a.value for a in amounts(changed_text)} <= known:
                return Derived(changed_text, "changed number", f"{value}→{new}", "subtle")
    return None


def _unit(text: str, held: str) -> Derived | None:
    for old, new in _UNITS:
        bound = r"(?![A-Za-z])" if old[-1].isascii() else ""
        match = re.search(rf"(?<=\d)(\s?){re.escape(old.strip())}{bound}", text)
        if match is None or re.search(rf"\d\s?{re.escape(new.strip())}(?![A-Za-z])", held):
            continue
        made = f"{text[: match.start()]}{match.group(1)}{new.strip()}{text[match.end() :]}"
        return Derived(made, "changed unit", f"{old.strip()}→{new.strip()}", "subtle")
    return None


def _code(text: str, held: str) -> Derived | None:
    for code in sorted(codes(text), key=len, reverse=True):
        match = re.search(rf"(?<![A-Za-z0-9]){re.escape(code)}(?![A-Za-z0-9])", text, re.I)
        if match is None or not re.fullmatch(r"[a-z]{1,5}-?\d+[a-z]?", code):
            continue
        digits = re.search(r"\d+", match.group())
        if digits is None:
            continue
        new = match.group().replace(digits.group(), str(int(digits.group()) + 3), 1)
        if new.lower() in held.lower():
            continue
        made = text[: match.start()] + new + text[match.end() :]
        return Derived(made, "changed model or code", f"{match.group()}→{new}", "subtle")
    return None


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _weekday(text: str, held: str) -> Derived | None:
    for i, day in enumerate(_DAYS):
        new = _DAYS[(i + 2) % 7]
        if day in text and new not in held:
            return Derived(text.replace(day, new, 1), "changed date", f"{day}→{new}", "subtle")
    for i, day in enumerate("一二三四五六日"):
        for week in ("周", "星期"):
            new = week + "一二三四五六日"[(i + 2) % 7]
            if week + day in text and new not in held:
                made = text.replace(week + day, new, 1)
                return Derived(made, "changed date", f"{week}{day}→{new}", "subtle")
    return None


def _connective(text: str) -> Derived:
    lead = "您好，根据资料，" if is_chinese(text) else "According to our documents, "
    made = lead + (text if is_chinese(text) or text[:2].isupper() else text[0].lower() + text[1:])
    return Derived(made, "connective", f"+{lead.strip()}", "supported")


def _full_width(text: str) -> Derived:
    wide = {c: chr(ord(c) + 0xFEE0) for c in "0123456789%"}
    made = "".join(wide.get(c, c) for c in text)
    if made == text:
        return _connective(text)
    return Derived(made, "full width", "0-9→０-９", "supported")


def _traditional(text: str) -> Derived:
    import opencc

    return Derived(str(opencc.OpenCC("s2t").convert(text)), "traditional", "s2t", "supported")


def _capital(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]
