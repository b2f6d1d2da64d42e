"""What customers tell of their purchase: when it was, of which release and for which region."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable

from core.firmware import read_firmware
from core.text.normalize import fold

Days = tuple[str, str]
"""First and last possible day of a purchase, ISO 8601; an empty one is open."""

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"((?:19|20)\d\d)"
_DATE = re.compile(
    rf"{_YEAR}\s*年(?:\s*(\d{{1,2}})\s*月(?:\s*(\d{{1,2}})\s*[日号])?)?"
    rf"|{_YEAR}[-/.](\d{{1,2}})(?:[-/.](\d{{1,2}}))?(?!\d)"
    rf"|(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH},? {_YEAR}"
    rf"|\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}"
    rf"|\b{_MONTH},? {_YEAR}"
    rf"|\b(?<=\bin ){_YEAR}\b|(?<=\bsince ){_YEAR}\b|(?<=\bfrom ){_YEAR}\b"
)
_BOUGHT = re.compile(
    r"买|购|签|下单|入手|入网|开通|开户|办(?!公|法)|订|续约|合同|协议"
    r"|\b(?:bought|purchas\w*|sign(?:ed|ing)|ordered|contract|agreement|subscri\w+|joined|paid"
    r"|got (?:it|this|mine|my|one)|customer since|since)\b"
)
_ENDS = re.compile(r"到期|结束|截止|终止于|\b(?:expir\w*|ends?|runs? out|until)\b")
_CLAUSE = re.compile(r"[。！？；;!?\n，]|,(?!\s*\d{4})|\.(?=\s|$)")
_UP_TO = re.compile(r"(?:up to|until|by|not later than|截至|截止)\s*$")
_BEFORE = re.compile(r"(?:before|prior to|earlier than|早于)\s*$")
_AFTER = re.compile(r"(?:after|later than|晚于)\s*$")
_FROM = re.compile(r"(?:from|since|on or after|自)\s*$")
_AND_BEFORE = re.compile(r"^\s*(?:(?:及|或|和)(?:以前|之前)|(?:and|or) (?:before|earlier))")
_BEFORE_IT = re.compile(r"^\s*(?:以前|之前|前(?!\d|天|后))")
_AND_AFTER = re.compile(
    r"^\s*(?:(?:及|或|和)?(?:以后|之后|起)|(?:and|or) (?:after|later)|onwards?)"
)
_ASKED_DAY = re.compile(r"购买|签约|\b(?:bought|signed)\b")
_ASKED_RELEASE = re.compile(r"固件|\bfirmware\b")
_LONGEST_REPLY = 40

_FIRMWARE = re.compile(
    r"(?:固件|firmware|fw)\s*(?:版本|version)?\s*(?:是|为|is|:|：)?\s*([^，。,;；?？]{0,24})"
)
_RELEASE = re.compile(
    r"(?:(?:系统|软件|程序)(?:版本)?|版本号?|(?:升级|更新)到|\b(?:version|release|software|ver))"
    r"\s*(?:是|为|到|了|is|on|:|：)?\s*v?(\d{1,3}(?:\.\d{1,3}){1,3})(?!\d)"
    r"|(?<![a-z0-9])v(\d{1,3}(?:\.\d{1,3}){1,3})(?!\d)"
)

_EDITION = r"(?:[- ]\w+)?[- ](?:version|model|edition|variant|unit|plug)"
_EDITIONS = {
    "cn": r"国行|国内版|大陆版|内地版|中国版|\b(?:mainland|chinese|china)" + _EDITION,
    "hk": r"港[版行]|香港版|\b(?:hong kong|hk)" + _EDITION,
    "tw": r"台[版行]|台湾版|\btaiwan(?:ese)?" + _EDITION,
    "eu": r"欧[版规]|欧洲版|欧盟版|\b(?:european|eu)" + _EDITION,
    "uk": r"英[版规]|英国版|\b(?:british|uk)" + _EDITION,
    "us": r"美[版行规]|美国版|\b(?:american|us|usa)" + _EDITION,
    "jp": r"日[版行]|日本版|\b(?:japanese|japan)" + _EDITION,
    "kr": r"韩[版行]|韩国版|\b(?:korean|korea)" + _EDITION,
    "sg": r"新加坡版|\bsingapore" + _EDITION,
    "ca": r"加拿大版|\bcanadian" + _EDITION,
    "au": r"澳版|澳洲版|澳大利亚版|\baustralian" + _EDITION,
}
_PLACES = {
    "hk": "香港|hong kong",
    "mo": "澳门|macau|macao",
    "tw": "台湾|taiwan",
    "cn": "中国(?:大陆|内地)?(?!香港|澳门|台湾)|大陆|内地|mainland china|chinese mainland|china",
    "eu": "欧盟|欧洲|europe|european(?: union)?|eu",
    "uk": "英国|united kingdom|great britain|british|uk",
    "us": "美国|united states|american|usa",
    "jp": "日本|japan",
    "kr": "韩国|south korea|korea",
    "sg": "新加坡|singapore",
    "ca": "加拿大|canada|canadian",
    "au": "澳大利亚|澳洲|australia|australian",
}
# In small letters "us" is a pronoun.
_CAPITALS = re.compile(r"(?<![A-Za-z0-9])(US|CN|HK|TW|JP|KR|SG|CA|AU)(?![A-Za-z0-9])")
_CODE = {code: re.compile(pattern) for code, pattern in _EDITIONS.items()}
_PLACE = {
    code: re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])") for code, pattern in _PLACES.items()
}


def regions_told(text: str, known: Iterable[str]) -> list[str]:
    """Return the codes of the regions that a text names.

    An edition ("港版", "the EU version") always counts; a place only where documents know it,
    for it may be where somebody lives.
    """
    folded = fold(text)
    capitals = {match.group().lower() for match in _CAPITALS.finditer(text)}
    found = [code for code, pattern in _CODE.items() if pattern.search(folded)]
    if found:
        return found
    return [
        code
        for code in known
        if code in capitals or (code in _PLACE and _PLACE[code].search(folded))
    ]


def releases_told(text: str, asked: str = "") -> str:
    """Return the firmware that a text names, as ``core.firmware`` writes it.

    ``asked`` is what the agent said before: a bare number answers only that question.
    """
    folded = fold(text)
    if len(folded) <= _LONGEST_REPLY and _ASKED_RELEASE.search(fold(asked)):
        return read_firmware(folded)
    said = [read_firmware(match.group(1)) for match in _FIRMWARE.finditer(folded)]
    said += [match.group(1) or match.group(2) for match in _RELEASE.finditer(folded)]
    return ", ".join(dict.fromkeys(filter(None, said)))


def days_told(text: str, asked: str = "") -> Days:
    """Return when a text says that something was bought or signed; two empty strings if nowhere.

    ``asked`` is what the agent said before: a bare date answers only that question.
    """
    folded = fold(text)
    if len(folded) <= _LONGEST_REPLY and _ASKED_DAY.search(fold(asked)):
        return _days(folded, lambda _: True, chosen=True)
    return _days(folded, lambda clause: bool(_BOUGHT.search(clause) and not _ENDS.search(clause)))


def _days(folded: str, counts: Callable[[str], bool], *, chosen: bool = False) -> Days:
    for match in _DATE.finditer(folded):
        start, end = _clause(folded, match.start(), match.end())
        days = _of(match)
        if days is not None and counts(folded[start:end]):
            before, after = folded[start : match.start()], folded[match.end() : end]
            # "From May" chosen of several stretches is open; a contract from May is of that month.
            if chosen and _FROM.search(before):
                return days[0], ""
            return _bounded(*days, before, after)
    return "", ""


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch between the marks around a date."""
    before = [match.end() for match in _CLAUSE.finditer(text, 0, start)]
    after = _CLAUSE.search(text, end)
    return (before[-1] if before else 0), (after.start() if after else len(text))


def _of(match: re.Match[str]) -> Days | None:
    """The first and last day of a date, a month or a year; None where there is no such day."""
    groups = [group for group in match.groups() if group]
    year = next(int(group) for group in groups if len(group) == 4 and group.isdigit())
    named = next((group for group in groups if group in _MONTHS), "")
    rest = [int(group) for group in groups if group.isdigit() and len(group) < 4]
    month = _MONTHS.index(named) + 1 if named else (rest.pop(0) if rest else 0)
    day = rest[0] if rest else 0
    if month > 12 or (month and day > monthrange(year, month)[1]):
        return None
    last = day or (monthrange(year, month)[1] if month else 31)
    return (
        f"{year}-{month or 1:02}-{day or 1:02}",
        f"{year}-{month or 12:02}-{last:02}",
    )


def _bounded(first: str, last: str, before: str, after: str) -> Days:
    """The days, with what "before" and "from" say about them."""
    if _UP_TO.search(before) or _AND_BEFORE.search(after):
        return "", last
    # Up to that day: one day more or less decides nothing that was said so roughly.
    if _BEFORE.search(before) or _BEFORE_IT.search(after):
        return "", first
    if _AFTER.search(before):
        return last, ""
    if _AND_AFTER.search(after):
        return first, ""
    return first, last
