"""Numbers that are told by their form, and by a checksum where they have one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from core.personal.found import CERTAIN, CHECKED, NAMED, SHAPED, Found
from core.personal.kinds import PersonalKind
from core.personal.tails import tails

_BEFORE = 24
_NO = r"(?<![0-9A-Za-z])"

_MOBILE = re.compile(
    rf"{_NO}(?:(?:\+|00)?\(?86\)?[ -]{{0,3}})?1[3-9]"
    r"(?:\d{9}|\d([ .-]{1,2})\d{4}\1\d{4}|\d{2}([ -])\d{3}\2\d{4}|\d([ -])\d{3}\3\d{5}|\d[ -]\d{8}"
    r"|\d{5}[ -]\d{4}|\d{3}[ -]\d{6}|\d{2}[ -]\d{4}[ -]\d{3})(?![0-9]|[.]\d)"
)
_LANDLINE = re.compile(
    rf"{_NO}(?:\+?86[ -]?)?(?:\(0(?:10|2\d|[3-9]\d\d)\) ?|0(?:10|2\d|[3-9]\d\d)[ -]{{1,3}})"
    r"[2-9](?:\d{6,7}|\d{2,3}[ -]\d{4})(?![0-9])(?:,? {0,2}(?:转|-|ext\.?|#|分机号?|内线) {0,2}[:：]? ?\d{1,6}(?!\d))?",
    re.I,
)
_HOTLINE = re.compile(
    rf"{_NO}[48]00(?:\d{{7}}|([ -])\d{{3}}\1\d{{4}}|([ -])\d{{4}}\2\d{{3}})(?![0-9])"
)
_SERVICE = re.compile(
    r"(?:(?:\+?86[ -]?)?[48]00(?:\d{7}|([ -])\d{3}\1\d{4}|([ -])\d{4}\2\d{3})(?![0-9])"
    r"|\+?1?[ .(-]{0,2}8(?:00|33|44|55|66|77|88)\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"
    r"|\(?0(?:800|808|300|330|345|844|845)\)?[ -]\d{3}[ -]?\d{2,4}(?!\d)|1800[ -]\d{3}[ -]\d{3}(?!\d))"
)
_MINE = re.compile(
    r"(?:我的?|本人|家里|他的?|她的?|(?:联系|收货)(?:人|方式)?)(?:新)?(?:电话|手机|号码|座机)?(?:号码?)?(?:是|[:： ]){0,2}$"
    r"|\b(?:my|our|his|her) (?:\w+ )?(?:number|phone|cell|mobile)?(?: is|'s|:)? ?$|\bme (?:on|at) $",
    re.I,
)
_ABROAD = re.compile(
    r"(?<![0-9A-Za-z+])(?:\+|00(?=[1-9]\d{0,2}[ -]))[ ]?\(?[1-9](?:[ .()/-]{0,2}\d){6,14}(?![0-9])"
)
_AMERICAN = re.compile(
    rf"{_NO}(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d([.-]))[2-9]\d\d[ .-]\d{{4}}(?![0-9-]|\.\d)"
    r"(?:,? ?(?:x|ext\.?|extension) ?\d{1,6}\b)?",
    re.I,
)
_BRITISH = re.compile(
    rf"{_NO}(?:\(?0\d{{2,4}}\)? \d{{3,4}} ?\d{{3,4}}|07\d{{3}} ?\d{{3}} ?\d{{3}})(?![0-9]|[ .]\d)"
    r"(?:,? ?(?:x|ext\.?|extension) ?\d{1,6}\b)?",
    re.I,
)
_CALL = re.compile(
    r"(?:电话|手机|座机|号码|致电|拨打|回电|来电|回拨|联系|打给|传真|热线|電話|手機|[請请]撥|固话|手机号|短信|[找打呼]|tel|phone|mobile|cell"
    r"|\bcall|\bring|\btext|\breach|contact|whats ?app|\bfax|(?:my|his|her|our|the) (?:new |best )?number'?s?\b|\bnumber's|number is|numbers? is|line|fax|extension|分机|传真|短号|总机)"
    r"[^0-9\n]{0,28}$",
    re.I | re.A,
)
_FIFTEEN = re.compile(rf"{_NO}(?:01|35|86|99|45|49|52|33|44|91)\d{{13}}(?![0-9A-Za-z])")
_VIN = re.compile(
    rf"{_NO}(?=[A-Z0-9]{{0,16}}\d)(?=\d{{0,16}}[A-Z])[A-HJ-NPR-Z0-9]{{17}}(?![0-9A-Za-z])"
)
_LOOSE = re.compile(
    rf"(?:{_NO}|(?<=[a-z]))\(?\d(?:[ .()-]{{0,2}}\d){{6,13}}(?![0-9]|\.\d)(?: {{0,2}}(?:转|ext\.?|x) ?\d{{1,6}})?",
    re.I,
)

_LONG = re.compile(rf"{_NO}\d(?:[ -]?\d){{11,21}}(?![0-9])")
_IDENTITY = re.compile(
    rf"{_NO}[1-9]\d{{5}}[ -]?(?:18|19|20)(?:[ -]?\d){{9}}[ -]?[\dXx](?![0-9A-Za-z])"
)
_OLD = re.compile(rf"{_NO}[1-8]\d{{7}}\d{{7}}(?![0-9A-Za-z])")
_IDENTITY_WORDS = re.compile(
    r"(?:身份证|身分證|证件|證件|身份|居民证|回乡证|通行证|台胞证|居住证|\bID\b|identity|national|social security"
    r"|\bSSN|medicare|medicaid|\bnhs|health card|residence permit|\bNI(?:NO)?\b|insurance|\bNRIC|\bHKID|aadhaar|passport|护照|護照)[^\n。;；]{0,22}$",
    re.I | re.A,
)
_OFFICER_WORDS = re.compile(r"(?:军官|士兵|警官|文职|残疾|退役|律师|执业|记者)[^\n。;；]{0,12}$")
_REGIONAL = re.compile(
    rf"{_NO}(?:[A-Z]{{1,2}}\d{{6}} ?\(?[0-9A](?:\)|(?![0-9A-Za-z]))|[1578]\d{{6}}\(\d\)|[1578]/\d{{6}}/\d"
    r"|[A-Z][1289]\d{8}(?![0-9A-Za-z])|[HM]\d{8}(?:\d\d)?(?![0-9A-Za-z])|[STFGM]\d{7}[A-Z](?![0-9A-Za-z])"
    r"|[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D](?![0-9A-Za-z])|\d{4} \d{4} \d{4}(?! ?\d)|\d{6}-[1-8]\d{6}(?!\d)|\d{3} \d{2} \d{4}(?!\d)|\d{4}[ -]\d{5}[ -]\d(?!\d)|\d{3}[ -]\d{3}[ -]\d{3,4}(?!\d)|\d{8,10}(?![0-9A-Za-z]))"
)
_OFFICER = re.compile(r"[\u3400-\u9fff]字第? ?\d{6,8} ?号")
_HONG_KONG = re.compile(rf"{_NO}[A-Z]{{1,2}}\d{{6}}\([0-9A]\)")
_NINO = re.compile(rf"{_NO}[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] \d\d \d\d \d\d [A-D](?![0-9A-Za-z])")
_SSN = re.compile(rf"{_NO}\d{{3}}-\d{{2}}-\d{{4}}(?![0-9-])")
_CARD_WORDS = re.compile(
    r"(?:卡号|银行卡|信用卡|储蓄卡|借记卡|工资卡|[工建农中交招民行]行?卡|[工建农中交招民光浦兴华]行|邮储|\bcard|\bvisa|mastercard|\bamex|银联|[账帐][号户]|\biban|account)[^\n。;；]{0,22}$",
    re.I | re.A,
)
_IBAN = re.compile(rf"{_NO}[A-Z]{{2}}\d\d(?: ?[A-Z0-9]){{11,30}}", re.I)
_MAC = re.compile(
    r"(?<![0-9A-Za-z:-])[0-9A-F]{2}(?:([:-])[0-9A-F]{2})(?:\1[0-9A-F]{2}){4}(?![0-9A-Za-z:-])",
    re.I,
)
_PLATE = re.compile(
    r"(?<![0-9A-Za-z])[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使滬遼魯蘇贛陝閩貴粵瓊]"
    r" ?[A-HJ-NP-Z] ?[·•.・-]? ?(?=[A-Z]{0,5}\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![0-9A-Za-z])",
    re.I,
)
_PARCEL = re.compile(
    rf"{_NO}(?:1Z[A-Z0-9]{{16}}|SF\d{{12,15}}|YT\d{{13,15}}|JD[A-Z]{{0,3}}\d{{10,14}}|[A-Z]{{2}}\d{{9}}[A-Z]{{2}}|9[2-5]\d{{20}}"
    r"|\d{3}-\d{7}-\d{7})(?![0-9A-Za-z])"
)
_EXAMPLE_MAC = re.compile(
    r"^(?:00:?){5}|^(?:ff:?){5}|^(?:xx)|^00:?11:?22|^aa:?bb:?cc|^12:?34:?56|^01:?23:?45", re.I
)


def numbers(text: str) -> Iterator[Found]:
    """Yield phone numbers, identity numbers, cards, accounts, plates and the like."""
    for search in (_identities, _cards, _ibans, _phones, _others, tails):
        yield from search(text)


def luhn(digits: str) -> bool:
    """Say whether the check digit at the end is right."""
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _plain(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text)


def _named(words: re.Pattern[str], text: str, start: int) -> bool:
    return bool(words.search(text[max(0, start - _BEFORE - 16) : start]))


def _identities(text: str) -> Iterator[Found]:
    kind = PersonalKind.IDENTITY
    for match in _IDENTITY.finditer(text):
        if _is_chinese_id(_plain(match.group())):
            yield Found(kind, *match.span(), CERTAIN)
    for match in _OLD.finditer(text):
        if _is_date(f"19{match.group()[6:12]}") and _named(_IDENTITY_WORDS, text, match.start()):
            yield Found(kind, *match.span(), CHECKED)
    for match in _HONG_KONG.finditer(text):
        if _is_hong_kong_id(_plain(match.group())):
            yield Found(kind, *match.span(), CHECKED)
    for match in _OFFICER.finditer(text):
        if _OFFICER_WORDS.search(text[max(0, match.start() - _BEFORE) : match.start()]):
            yield Found(kind, *match.span(), NAMED)
    yield from _foreign(text)


def _foreign(text: str) -> Iterator[Found]:
    kind = PersonalKind.IDENTITY
    for match in _NINO.finditer(text):
        yield Found(kind, *match.span(), SHAPED)
    for match in _REGIONAL.finditer(text):
        if _named(_IDENTITY_WORDS, text, match.start()):
            yield Found(kind, *match.span(), NAMED)
    for match in _SSN.finditer(text):
        from stdnum.us import ssn

        if ssn.is_valid(match.group()) or _named(_IDENTITY_WORDS, text, match.start()):
            yield Found(kind, *match.span(), CHECKED)


def _is_chinese_id(number: str) -> bool:
    # A mistyped check digit still leaves the place and the date of a birth.
    return len(number) == 18 and number[0] in "12345678" and _is_date(number[6:14])


def _is_date(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    return 1900 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= 31


def _is_hong_kong_id(number: str) -> bool:
    letters, digits, check = number[:-7], number[-7:-1], number[-1]
    values = [36, *(ord(c) - 55 for c in letters)][-2:] + [int(d) for d in digits]
    total = sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if check == "A" else int(check))) % 11 == 0


def _cards(text: str) -> Iterator[Found]:
    for match in _LONG.finditer(text):
        digits = _plain(match.group())
        groups = [len(g) for g in re.split(r"[ -]", match.group())]
        if len(groups) > 1 and min(groups[:-1]) < 3:
            continue
        if (len(groups) > 1 or len(digits) != 18) and _named(_CARD_WORDS, text, match.start()):
            yield Found(PersonalKind.CARD, *match.span(), NAMED)
        elif len(digits) in (14, 15, 16, 19) and digits[0] in "234569" and luhn(digits):
            if len(digits) == 15 and digits[:2] not in ("34", "37"):
                continue
            yield Found(PersonalKind.CARD, *match.span(), SHAPED)


def _ibans(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        end = match.end()
        for _ in range(8):
            if _is_iban(text[match.start() : end]):
                yield Found(PersonalKind.ACCOUNT, match.start(), end, CERTAIN)
                break
            end = text.rfind(" ", match.start(), end)
            if end - match.start() < 15:
                break


def _is_iban(text: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(text, check_country=False))


def _phones(text: str) -> Iterator[Found]:
    for one in _numbers(text):
        # Such numbers are let to firms alone; said to be one's own, it is masked all the same.
        service = _SERVICE.match(text, one.start)
        if (
            not service
            or service.end() > one.end
            or _MINE.search(text[max(0, one.start - _BEFORE) : one.start])
        ):
            yield one


def _numbers(text: str) -> Iterator[Found]:
    kind = PersonalKind.PHONE
    for pattern in (_MOBILE, _LANDLINE, _HOTLINE, _AMERICAN):
        for match in pattern.finditer(text):
            yield Found(kind, *match.span(), SHAPED)
    for match in _ABROAD.finditer(text):
        if _is_abroad(match.group(), text, match.start()):
            yield Found(kind, *match.span(), SHAPED)
    for match in _BRITISH.finditer(text):
        british = re.match(r"07\d{3} ?\d{3} ?\d{3}$", match.group())
        if british or _is_valid(match.group(), "GB") or _named(_CALL, text, match.start()):
            yield Found(kind, *match.span(), SHAPED)
    for match in _LOOSE.finditer(text):
        address = re.fullmatch(r"(?:\d{1,3}\.){3}\d{1,3}", match.group())
        if (
            not address
            and _named(_CALL, text, match.start())
            and 7 <= len(_plain(match.group())) <= 15
        ):
            yield Found(kind, *match.span(), SHAPED)


def _is_abroad(number: str, text: str, start: int) -> bool:
    import phonenumbers

    written = "+" + number.lstrip("+0 ") if number.startswith("00") else number
    try:
        parsed = phonenumbers.parse(written)
    except phonenumbers.NumberParseException:
        return False
    apart = bool(re.search(r"\d[ .()/-]+\d", number))
    if not phonenumbers.is_possible_number(parsed):
        return False
    return apart or phonenumbers.is_valid_number(parsed) or _named(_CALL, text, start)


@lru_cache(maxsize=4096)
def _is_valid(number: str, region: str) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(number, region)))
    except phonenumbers.NumberParseException:
        return False


def _others(text: str) -> Iterator[Found]:
    for match in _PLATE.finditer(text):
        yield Found(PersonalKind.PLATE, *match.span(), CHECKED)
    for match in _PARCEL.finditer(text):
        yield Found(PersonalKind.ORDER, *match.span(), CHECKED)
    for match in _MAC.finditer(text):
        if not _EXAMPLE_MAC.match(match.group().replace("-", ":")):
            yield Found(PersonalKind.DEVICE, *match.span(), CHECKED)
    yield from _checked(text)


def _checked(text: str) -> Iterator[Found]:
    for match in _FIFTEEN.finditer(text):
        if luhn(match.group()):
            yield Found(PersonalKind.DEVICE, *match.span(), SHAPED)
    for match in _VIN.finditer(text):
        if _is_vin(match.group()):
            yield Found(PersonalKind.DEVICE, *match.span(), SHAPED)


_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _is_vin(number: str) -> bool:
    values = (int(_VIN_VALUES.get(c, c)) for c in number)
    rest = sum(v * w for v, w in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return number[8] == ("X" if rest == 10 else str(rest))


Recogniser = Callable[[str], Iterator[Found]]
