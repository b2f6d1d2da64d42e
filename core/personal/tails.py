"""The last digits of a number, by which people name a phone, a card or an order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.personal.found import NAMED, Found
from core.personal.kinds import PersonalKind
from core.personal.labels import hinted

_PHONE = re.compile(
    r"(?:(?:手机|电话|号码|号)(?:号码?)?(?:的)?(?:尾号|后四位|末四位|后4位)(?:是|为|[:： ]){0,2}|last (?:four|4)(?: digits)? (?:of|on) (?:my|the|his|her) (?:phone|mobile|cell|number)(?: number)? (?:are|is) |(?:phone|mobile|number) ending (?:in|with) )(?P<digits>\d{3,4})(?!\d)",
    re.I,
)
_CARD = re.compile(
    r"(?:(?:卡号?|卡片)(?:的)?(?:尾号|后四位|末四位|后4位)(?:是|为|[:： ]){0,2}|尾号(?:是|为|[:： ]){0,2}(?=\d{4}的?[^\d\n]{0,6}卡)|(?:card|visa|mastercard|amex|account)(?: number)?,? (?:ending|that ends) (?:in|with) )(?P<digits>\d{4})(?!\d)",
    re.I,
)
_ORDER = re.compile(
    r"(?:(?:订单|运单|快递单?|工单|单)号?(?:的)?(?:尾号|后[四六]位|末[四六]位|后[46]位)(?:是|为|[:： ]){0,2}|(?:order|parcel|tracking|ticket)(?: number)?,? (?:ending|that ends) (?:in|with) )(?P<digits>\d{3,6})(?!\d)",
    re.I,
)
_HINTS = "尾号 后四 后六 后4 后6 末四 末六 last ending ends".split()
_TAILS = (
    (PersonalKind.PHONE, _PHONE),
    (PersonalKind.CARD, _CARD),
    (PersonalKind.ORDER, _ORDER),
)


def tails(text: str) -> Iterator[Found]:
    """Yield the digits that such a number is said to end with."""
    for kind, pattern in _TAILS if hinted(text, _HINTS) else ():
        for match in pattern.finditer(text):
            yield Found(kind, *match.span("digits"), NAMED)
