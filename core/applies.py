"""What a passage applies to, and whether that is what a question is about.

A field may name several things, separated by commas; a name may be followed by others of the
same thing in brackets: ``X2 (KJ420-X2), X2 Pro (KJ560-X2P)``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache

from core.errors import OptionInvalid
from core.firmware import firmware_applies, read_firmware
from core.text.normalize import fold
from core.types import Applicability

SUFFIXES = "pro|max|plus|lite|mini|ultra|se|air"
"""Words that make another model of a name: an X2 Pro is no X2."""

_SEVERAL = re.compile(r"[,，、;；|\n]|\s/\s|/(?=[A-Za-z]+\d)")
_BRACKETS = re.compile(r"^(.*?)\s*[(（]([^()（）]*)[)）]\s*$")
_SERIES = re.compile(r"\s*(?:series|系列)$")
_NOT_NAME = re.compile(r"[^\w+]|_")
_REGIONS = {
    "cn": "中国 中国大陆 大陆 中国内地 内地 china mainlandchina chinesemainland cn prc",
    "hk": "香港 中国香港 hongkong hk",
    "mo": "澳门 中国澳门 macau macao mo",
    "tw": "台湾 中国台湾 taiwan tw",
    "eu": "欧盟 欧洲 eu europe europeanunion theeu",
    "uk": "英国 uk unitedkingdom greatbritain gb",
    "us": "美国 us usa unitedstates theus theusa",
    "jp": "日本 japan jp",
    "kr": "韩国 korea southkorea kr",
    "sg": "新加坡 singapore sg",
    "ca": "加拿大 canada ca",
    "au": "澳大利亚 澳洲 australia au",
}
_REGION_OF = {name: code for code, names in _REGIONS.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class Name:
    """One of the things that a field names."""

    written: str
    """As people write it."""
    keys: frozenset[str]
    """What it and its other names are compared by."""
    series: bool = False
    """Whether it stands for every model whose name begins so."""
    text: str = ""
    """As the field has it, with its other names."""


def model_key(name: str) -> str:
    """Return what a model's name is compared by: X2Pro, X2-Pro and "x2 pro" are one."""
    return _NOT_NAME.sub("", fold(name))


@lru_cache(maxsize=8192)
def names_of(field: str) -> tuple[Name, ...]:
    """Return the things that a field names, in its order."""
    names = []
    for part in _SEVERAL.split(field):
        match = _BRACKETS.match(part)
        written, others = (match[1], match[2].split("=")) if match else (part, [])
        series = bool(_SERIES.search(fold(written).strip()))
        shown = _SERIES.sub("", written.strip()) if series else written.strip()
        keys = frozenset(filter(None, map(model_key, (shown, *others))))
        if keys:
            names.append(Name(shown, keys, series, part.strip()))
    return tuple(names)


def applies(has: Applicability, wanted: Applicability | None) -> bool:
    """Say whether a passage about ``has`` is of use where ``wanted`` is asked about.

    An empty field of the passage applies to all; an empty field of the question asks for all.
    """
    if wanted is None:
        return True
    return (
        _covers(has.product, wanted.product)
        and _covers(has.model, wanted.model)
        and _covers(_regions(has.region), _regions(wanted.region))
        and firmware_applies(has.firmware, wanted.firmware)
        and _overlap(has, wanted)
    )


def inherited(own: Applicability, version: Applicability) -> Applicability:
    """Return what a passage applies to whose section says ``own`` in a version about ``version``.

    What the section says narrows; what it does not say is the version's.
    """
    if own == Applicability():
        return version
    said = {f.name: getattr(own, f.name) or getattr(version, f.name) for f in fields(own)}
    return Applicability(**said)


def clean(given: Applicability) -> Applicability:
    """Return what somebody gave, with firmware and dates as they are stored.

    Raises:
        OptionInvalid: a firmware or a date cannot be read, or the dates cross.
    """
    firmware = read_firmware(given.firmware)
    if given.firmware.strip() and not firmware:
        raise OptionInvalid(
            f"{given.firmware[:40]!r} names no firmware.", "Write it as 2.0, >=2.0 or 1.3-1.9."
        )
    starts, ends = _day(given.contract_from), _day(given.contract_to)
    if starts and ends and starts > ends:
        raise OptionInvalid(
            "The contracts would end before they begin.", "Put --contract-to after --contract-from."
        )
    return replace(
        given,
        product=given.product.strip(),
        model=given.model.strip(),
        region=given.region.strip(),
        firmware=firmware,
        contract_from=starts,
        contract_to=ends,
    )


def _covers(has: str, wanted: str) -> bool:
    names, asked = names_of(has), names_of(wanted)
    if not names or not asked:
        return True
    return any(_same(name, one) for name in names for one in asked)


def _same(name: Name, asked: Name) -> bool:
    if name.keys & asked.keys:
        return True
    return (name.series and _within(asked, name)) or (asked.series and _within(name, asked))


def _within(name: Name, series: Name) -> bool:
    return any(key.startswith(start) for key in name.keys for start in series.keys)


@lru_cache(maxsize=1024)
def _regions(field: str) -> str:
    """Regions under one name each, whatever language they are written in."""
    names = (next(iter(sorted(name.keys))) for name in names_of(field))
    return ", ".join(_REGION_OF.get(name, name) for name in names)


def region_code(name: str) -> str:
    """Return the code of a region by any of its names, or an empty string."""
    return _REGION_OF.get(model_key(name), "")


def disjoint(one: Applicability, other: Applicability, field: str) -> bool:
    """Say whether two passages are about different things in a field: both say so, none shared.

    ``field`` is product, model, region, firmware or contract.
    """
    names = ("contract_from", "contract_to") if field == "contract" else (field,)
    mine, theirs = (
        Applicability(**{name: getattr(a, name) for name in names}) for a in (one, other)
    )
    both = mine != Applicability() and theirs != Applicability()
    return both and not applies(mine, theirs) and not applies(theirs, mine)


def _overlap(has: Applicability, wanted: Applicability) -> bool:
    """Compare the days of contract; ISO dates sort as they follow."""
    late = wanted.contract_from and has.contract_to and wanted.contract_from > has.contract_to
    early = wanted.contract_to and has.contract_from and wanted.contract_to < has.contract_from
    return not (late or early)


def _day(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        raise OptionInvalid(f"{text[:40]!r} is no date.", "Write it as 2025-07-01.") from None
