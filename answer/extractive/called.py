"""Names in a text that are built like a model's or a code's, and where one of them stands.

Built so too, and no name of a thing that documents could know: quantities with units, versions,
standards, order numbers. They are passed over here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from answer.extractive.question import MODEL
from core.applies import model_key
from core.text import fold

_RUN = re.compile(r"[a-z]+|\d+|\+|[\u3400-\u9fff]+")
_MODEL = re.compile(MODEL.pattern, re.IGNORECASE)
# Folding writes m² as m2.
_MEASURE = re.compile(r"[ckm]?m[23]")
_VERSION = re.compile(r"v\d+")
# What documents may speak of in other words: no product of a house is called so.
_STANDARD = re.compile(
    r"(?:ip[x\d]\d[a-z]?|usb\d?|wpa\d|iso\d+|iec\d+|en\d{3,}|gb\d{3,}|ieee\d+|ul\d+|cat\d[a-z]?"
    r"|rs\d{3}[a-z]?|ipv[46]|wi-?fi\d[a-z]?|utf-?\d+|mp[34]|h26[45]|co2|h2o|pm\d+|sha-?\d+|md5"
    r"|b2[bc]|i18n|x86|x64|[qh][1-4](?= ?20\d\d))(?:-\d+)*"
)
_ORDER_BEFORE = re.compile(
    r"(?:订单|单号|单据|运单|快递|物流|发票|序列号|工单|编号为|合同|保单"
    r"|(?<![a-z])(?:order|invoice|tracking|serial|ticket|receipt|shipment|parcel|rma|s/?n))"
    r"(?: ?(?:no\.?|number|id|号|号码|编号))?\s*(?:是|为|is|:|#)?\s*$"
)
_IN_ADDRESS = re.compile(r"^[\w.+-]*@|^[\w./-]*\.(?:com|cn|net|org|io)(?![a-z])")
_MANY_DIGITS = re.compile(r"\d{8}")
_FAULT = re.compile(r"0x[0-9a-f]|^e-?\d+$|^err")
_FAULT_BEFORE = re.compile(
    r"(?:错误|故障|报错|异常|状态|报警|告警|代码|(?:显示|提示|出现|报)(?:了|的是|为)?"
    r"|(?<![a-z])(?:error|fault|status|alarm|event|code|shows?|displays?|says))"
    r"(?: ?(?:code|number|no\.?|代?码))?\s*(?:是|为|is|:|#)?\s*$"
)
_SPACED = re.compile(r"(?<![A-Za-z0-9×*])([A-Z]{1,6}) (\d{1,5}[A-Za-z]?)(?![A-Za-z0-9.])")
# "X2 Turbo", "R5 II", "R5+", "R5 二代": whoever writes so means another one than the R5.
_MARK = re.compile(
    r"\+(?![A-Za-z0-9])| (?:[A-Z][a-z]{2,9}|II|III|IV|VI|Gen ?\d)(?![A-Za-z0-9]|-[A-Za-z])"
    r"| ?第?[二三四五六\d]代"
)
_NUMBERED = re.compile(
    r"(?<![A-Za-z0-9-])([A-Z]?[a-z]+[A-Z][A-Za-z]*|[A-Z][a-z]{2,}) (\d{1,4})(?![A-Za-z0-9.%°:/-])"
)
_SHORT = 4
_LOOKALIKE = str.maketrans("oil", "011")
# Much is counted so: one of them is a place in a list, and the name of nothing.
_COUNTED = re.compile(
    r"(?:step|page|chapter|section|figure|table|level|stage|phase|part|item|room|day|week|month|year"
    r"|version|error|code|fault|option|mode|type|class|size|question|line|port|channel|number|no"
    r"|about|after|before|within|over|under|for|only|every|all|the|my|is|are|can|does|do|will|have"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|firmware|layer|note|rule|article|floor|zone)s?"
)


@dataclass(frozen=True, slots=True)
class Called:
    """A name as it was written."""

    written: str
    key: str
    """What it is compared by."""
    fault: bool = False
    """Whether it is what a device shows, and no model."""
    base: str = ""
    """The key without its last word: that of an X2 where an X2 Turbo is named."""
    letters: str = ""
    """The letters of a name that is written with a blank before its number, folded: R 5."""
    word: str = ""
    """The word before the number, folded, of a name like iPhone 15."""


@lru_cache(maxsize=512)
def called_in(text: str) -> tuple[Called, ...]:
    """Return the names in a text that are built like those of models and codes, each once."""
    plain = unicodedata.normalize("NFKC", text)
    found: dict[str, Called] = {}
    for one in _called(plain):
        found.setdefault(one.key, one)
    return tuple(found.values())


def _called(plain: str) -> Iterator[Called]:
    for match in _MODEL.finditer(plain):
        written, before = match.group(), fold(plain[: match.start()])
        folded = written.lower()
        if _is_no_name(folded, before, plain[match.end() :], written):
            continue
        fault = bool(_FAULT.search(folded) or _FAULT_BEFORE.search(before))
        key = model_key(written)
        mark = None if " " in written or fault else _MARK.match(plain, match.end())
        if mark is not None:
            marked = f"{written}{mark.group()}"
            yield Called(marked, model_key(marked), base=key)
        else:
            yield Called(written, key, fault)
    for match in _SPACED.finditer(plain):
        letters = match.group(1).lower()
        yield Called(match.group(), model_key(match.group()), letters=letters)
    for match in _NUMBERED.finditer(plain):
        word = match.group(1)
        first = not plain[: match.start()].strip(" \"'“‘") and word[1:].islower()
        if not first and not _COUNTED.fullmatch(word.lower()):
            yield Called(match.group(), model_key(match.group()), word=word.lower())


def _is_no_name(folded: str, before: str, after: str, written: str) -> bool:
    number = _VERSION.fullmatch(folded) and (written[0] == "v" or re.match(r"\.\d", after))
    return bool(
        number
        or _MEASURE.fullmatch(folded)
        or _STANDARD.fullmatch(folded)
        or _MANY_DIGITS.search(folded)
        or _ORDER_BEFORE.search(before)
        or before.endswith(("@", "/", "_", "#"))
        or _IN_ADDRESS.match(after)
    )


@lru_cache(maxsize=1024)
def _standing(key: str) -> re.Pattern[str]:
    """Finds a name by itself, with or without its blanks and hyphens: no R9 in "for 90"."""
    # Part numbers have hyphens among their letters: F-X2-01 is compared as fx201.
    runs = r"[\s_./-]?".join("[-_]?".join(map(re.escape, run)) for run in _RUN.findall(key))
    # An order code goes on with a letter where the model's name ends in digits: CH592 and CH592F.
    last = r"(?:[a-z](?![a-z0-9]))?" if len(key) > _SHORT and key[-1].isdigit() else ""
    return re.compile(rf"(?<![a-z0-9]){runs}{last}(?![a-z0-9])")


def stands(key: str, folded: str) -> bool:
    """Say whether a name stands by itself in a folded text, however it is spaced."""
    if not key:
        return False
    return _standing(key).search(folded) is not None


def family_of(key: str) -> str:
    """Return the letters a name begins with; models of one make share them."""
    return key[: len(key) - len(key.lstrip("abcdefghijklmnopqrstuvwxyz"))]


def slip_of(key: str, known: Collection[str]) -> str:
    """Return the one known name that was mistyped, or an empty string.

    Neighbours changed places, one was typed twice or not, or an O stands for a 0. Another digit is
    another model.
    """
    meant = [name for name in known if name != key and _is_slip(key, name)]
    return meant[0] if len(meant) == 1 else ""


def _is_slip(key: str, name: str) -> bool:
    if key.translate(_LOOKALIKE) == name.translate(_LOOKALIKE):
        return True
    if min(len(key), len(name)) <= _SHORT:
        return False
    if len(key) == len(name):
        places = [i for i in range(len(key)) if key[i] != name[i]]
        if len(places) != 2 or places[1] != places[0] + 1:
            return False
        one, other = places
        return key[one] == name[other] and key[other] == name[one]
    longer, shorter = sorted((key, name), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(
        longer[i] == longer[i - 1] and longer[:i] + longer[i + 1 :] == shorter
        for i in range(1, len(longer))
    )
