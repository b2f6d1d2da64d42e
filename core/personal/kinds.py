"""The kinds of personal data that are looked for, and what stands in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from core.personal.folding import folded


class PersonalKind(StrEnum):
    """What a piece of personal data is."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    NAME = "name"
    IDENTITY = "identity"
    """A document of identity: ID card, passport, social security number."""
    CARD = "card"
    ACCOUNT = "account"
    """A bank account: IBAN, SWIFT, an account number."""
    ORDER = "order"
    """A number of the customer's own: order, parcel, invoice, case."""
    PLATE = "plate"
    HANDLE = "handle"
    """A name on a messenger or a shop: WeChat, QQ, a user name."""
    BIRTHDAY = "birthday"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    """A password, a code sent to confirm something, a key."""
    DEVICE = "device"
    """What tells one device from all others: IMEI, MAC, serial number, public IP."""


@dataclass(frozen=True, slots=True)
class Personal:
    """A piece of personal data: ``text == whole[start:end]``."""

    kind: PersonalKind
    start: int
    end: int
    text: str


LABELS: dict[PersonalKind, tuple[str, str]] = {
    PersonalKind.PHONE: ("电话", "phone"),
    PersonalKind.EMAIL: ("邮箱", "email"),
    PersonalKind.ADDRESS: ("地址", "address"),
    PersonalKind.NAME: ("姓名", "name"),
    PersonalKind.IDENTITY: ("证件号", "identity number"),
    PersonalKind.CARD: ("银行卡", "bank card"),
    PersonalKind.ACCOUNT: ("银行账号", "bank account"),
    PersonalKind.ORDER: ("单号", "order number"),
    PersonalKind.PLATE: ("车牌", "licence plate"),
    PersonalKind.HANDLE: ("账号", "user name"),
    PersonalKind.BIRTHDAY: ("生日", "date of birth"),
    PersonalKind.SECRET: ("密码", "secret"),
    PersonalKind.DEVICE: ("设备号", "device number"),
}
"""What a placeholder says, in Chinese and in English."""

KINDS = {label.lower(): kind for kind, labels in LABELS.items() for label in labels}
"""What a placeholder's word stands for."""
_LABELS = "|".join(sorted(map(re.escape, KINDS), key=len, reverse=True))
PLACEHOLDER = re.compile(rf"[\[［【] ?({_LABELS}) {{0,2}}([0-9]{{1,6}}) ?[\]］】]", re.I)
"""A placeholder; a model may write it with other brackets, with a space, or with a capital."""
_BETWEEN = re.compile(r"[\W_]+")
_CHINA = re.compile(r"^(?:00)?86(?=1\d{10}$|0?[1-9]\d{8,10}$)")


def same(kind: PersonalKind, text: str) -> str:
    """Return what is equal for two writings of one value: +86 138-0013-8000, 13800138000."""
    plain = _BETWEEN.sub("", folded(text).text).casefold()
    if kind is PersonalKind.PHONE:
        digits = "".join(filter(str.isdigit, plain))
        return _CHINA.sub("", digits).lstrip("0")
    return plain
