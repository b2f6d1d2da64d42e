"""What firmware, regions and contract dates a line speaks of."""

from __future__ import annotations

import re
from datetime import date, timedelta

from core.applies import region_code
from core.firmware import read_firmware
from core.text.normalize import fold

_FIRMWARE = re.compile(r"(?:固件|firmware|fw)(?:版本| versions?| releases?)?\s*[:：]?\s*(.{0,40})")
_BEFORE_FIRMWARE = re.compile(r"(?<![a-z0-9.-])(v?\d+\.[\d.]*\d\S{0,6})\s*(?:固件|firmware)")
_SENTENCE = re.compile(r"[。；;]|\.(?=\s|$)")
_REGION_LABEL = re.compile(
    r"^(?:适用|销售|使用|服务)?(?:国家和地区|国家/地区|国家|地区|区域|市场|范围)\s*[:：]\s*(.+)$"
    r"|^(?:applicable |sales )?(?:regions?|markets?|territor(?:y|ies)|countr(?:y|ies))\s*:\s*(.+)$"
)
_REGION_SAID = re.compile(
    r"(?:适用于|仅限|限于|仅适用于|仅在|面向)\s*([\u4e00-\u9fff、和及]{2,16}?)"
    r"(?:地区|市场|境内|用户|客户|销售|使用|购买|发售|$|[，。,)）(（])"
    r"|\b(?:for|in|within)\b(?= (?:the )?([a-z .]{2,24}?)"
    r"(?: market| only| customers| version| edition))"
    r"|\b(?:sold|valid|intended for use) (?:only )?in (?:the )?([a-z ]{2,24}?)(?: only|[.,;)]|$)"
)
_REGION_BRACKET = re.compile(
    r"[(（]([a-z .]{2,20}?|[\u4e00-\u9fff]{2,6}?)\s*(?:版|地区|市场|edition|version|only)?[)）]"
)
_LIST = re.compile(r"[,，、;；/]|\s(?:and|or|&)\s|和|及|与")
_MONTHS = "january february march april may june july august september october november december"
_MONTH = {name[:3]: number for number, name in enumerate(_MONTHS.split(), 1)}
_DAY = (
    r"(?:(?P<y{n}>\d{{4}})\s*[-年./]\s*(?P<m{n}>\d{{1,2}})\s*[-月./]\s*(?P<d{n}>\d{{1,2}})\s*日?"
    r"|(?P<e{n}>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<f{n}>[a-z]{{3,9}})\.?,?\s+(?P<g{n}>\d{{4}})"
    r"|(?P<i{n}>[a-z]{{3,9}})\.?\s+(?P<j{n}>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<k{n}>\d{{4}}))"
)
_DEAL_ZH = r"(?:购买|购入|购机|签订|签署|签约|订立|下单|成交|投保|生效|订购|开通)"
_DEAL_EN = (
    r"(?:purchas\w*|bought|sold|contracts?|orders?|ordered|agreements?|policies|signed|subscri\w+)"
)
_DEAL = re.compile(rf"{_DEAL_ZH}|\b{_DEAL_EN}\b")
_BETWEEN = re.compile(
    rf"{_DAY.format(n=1)}\s*(?:至|到|~|–|—|-|to|and|until|through)\s*{_DAY.format(n=2)}"
)
_SINCE = re.compile(
    rf"(?:自|从)?\s*{_DAY.format(n=1)}\s*(?:\(含\)|（含）)?\s*(?:起|及?以后|及?之后|及其后)"
    rf"|(?:from|on or after|since|after|starting|as of)\s+{_DAY.format(n=2)}"
)
_UNTIL = re.compile(
    rf"{_DAY.format(n=1)}\s*(?:\(含\)|（含）)?\s*(?P<zh>(?:及)?(?:以前|之前|前))"
    rf"|(?P<en>before|prior to|until|up to|on or before)\s+{_DAY.format(n=2)}"
)


def firmware_in(line: str) -> str:
    """Return the releases of firmware that a line names, as ``core.firmware`` writes them."""
    said = [read_firmware(match.group(1)) for match in _FIRMWARE.finditer(fold(line))]
    before = _BEFORE_FIRMWARE.search(fold(line))
    return next(filter(None, said), "") or (read_firmware(before.group(1)) if before else "")


def regions_in(line: str) -> list[str]:
    """Return the known regions that a line says it is for, as it writes them."""
    text = fold(line).strip()
    for pattern in (_REGION_LABEL, _REGION_SAID, _REGION_BRACKET):
        for match in pattern.finditer(text):
            said = next(filter(None, match.groups()), "")
            named = [part.strip(" .。") for part in _LIST.split(said)]
            if named and all(region_code(name) for name in named):
                return [name.upper() if name.isascii() else name for name in named]
    return []


def contracts_in(line: str) -> tuple[str, str]:
    """Return the first and last day of the contracts or purchases that a line speaks of."""
    for sentence in _SENTENCE.split(fold(line)):
        if _DEAL.search(sentence) and any(days := _days(sentence)):
            return days
    return "", ""


def _days(text: str) -> tuple[str, str]:
    if (
        (match := _BETWEEN.search(text))
        and (first := _date(match, 1))
        and (last := _date(match, 2))
    ):
        return first.isoformat(), last.isoformat()
    if (match := _SINCE.search(text)) and (day := _date(match, 1) or _date(match, 2)):
        return day.isoformat(), ""
    if (match := _UNTIL.search(text)) and (day := _date(match, 1) or _date(match, 2)):
        # Until a day has it in, before a day has not; "及以前" has it too.
        before = match["en"] in ("before", "prior to") or bool(
            match["zh"] and match["zh"][0] != "及"
        )
        return "", (day - timedelta(days=1) if before else day).isoformat()
    return "", ""


def _date(match: re.Match[str], number: int) -> date | None:
    part = {name[0]: value for name, value in match.groupdict().items() if name[1:] == str(number)}
    month = part.get("f") or part.get("i")
    year, day = (part.get(a) or part.get(b) or part.get(c) for a, b, c in ("ygk", "dej"))
    named = _MONTH.get(month[:3]) if month else int(part.get("m") or 0)
    try:
        return date(int(year or 0), named or 0, int(day or 0))
    except ValueError:
        return None
