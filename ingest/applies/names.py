"""Names of models in lines: "KJ420-X2（X2）、KJ560-X2P（X2 Pro）" are two, each with two names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.applies import SUFFIXES, Name, model_key

_TOKEN = re.compile(
    r"(?<![A-Za-z0-9.])(?=[A-Za-z0-9-]*\d)[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){0,2}\+?"
    rf"(?:[ -]?(?i:{SUFFIXES})(?![A-Za-z]))?(?:\s?(?:系列|series\b))?(?![A-Za-z0-9.]*[A-Za-z0-9])"
)
# What is built like a model's name and is none: releases, measures, standards, quarters.
_OTHER = re.compile(
    r"(?i)v\d.*|(?:c|d|m|k)?m[23]|h2o2?|co2|o[23]|pm\d+|ip[x\d]\d?|usb\d*|usb-c|wi-?fi\d|"
    r"bt\d|mp[34]|a[3-6]|h26[45]|utf-?\d+|iso\d*.*|iec\d*.*|gb\d.*|en\d{3,}|covid-?19|q[1-4]|"
    r"fy\d+|e-?0x.*|[0-9a-z]*0x[0-9a-z]+|sha\d+|md5|ipv[46]|http\d*|x86|x64|win\d+|html5|css3|"
    r"web3|b2[bc]|o2o|c2c|k8s|i18n|4g|5g|2\dgb|s3|ec2"
)
_BRACKETED = re.compile(r"\s*[(（]\s*([^()（）]{1,40})\s*[)）]")
_SPLIT = re.compile(r"[,，、;；/]|\s(?:and|or|&)\s|和|与|及|或|以及")
_LONGEST_FREE = 24


@dataclass(frozen=True, slots=True)
class Found:
    """A model's name in a text, with the other names that stand in brackets after it."""

    written: str
    others: tuple[str, ...]
    start: int
    end: int


def models_in(text: str) -> list[Found]:
    """Return what is built like a model's name in a text, in its order."""
    found: list[Found] = []
    position = 0
    while match := _TOKEN.search(text, position):
        position = match.end()
        if _OTHER.fullmatch(match.group()):
            continue
        others: tuple[str, ...] = ()
        if bracket := _BRACKETED.match(text, match.end()):
            inside = [m.group() for m in _TOKEN.finditer(bracket.group(1))]
            if len(inside) == 1 and inside[0] == bracket.group(1).strip():
                others, position = (inside[0],), bracket.end()
        found.append(Found(match.group().strip(), others, match.start(), position))
    return found


def listed(text: str) -> list[Found]:
    """Return the models of a list after a label, where names without a digit count too."""
    found = models_in(text)
    if found:
        return found
    parts = [part.strip(" .。") for part in _SPLIT.split(text)]
    if not all(0 < len(part) <= _LONGEST_FREE and _is_free_name(part) for part in parts):
        return []
    return [Found(part, (), 0, 0) for part in parts]


def _is_free_name(part: str) -> bool:
    """Say whether a part of a list could be a name: "Mate Air", and no word in small letters."""
    return part[0].isupper() and all(c.isascii() for c in part) and len(part.split()) <= 3


def joined(sources: Iterable[Sequence[Found]]) -> list[list[str]]:
    """Return the names of each model, the one to show first; the first source is the title."""
    models: list[list[str]] = []
    for source in sources:
        for found in source:
            names = [found.written, *found.others]
            home = next((m for m in models if _shares(m, names)), None)
            if home is None:
                models.append(names)
            else:
                home += [name for name in names if not _shares(home, [name])]
    return _tails(models)


def field_of(models: Sequence[Sequence[str]]) -> str:
    """Return models as a field of an applicability."""
    return ", ".join(
        f"{names[0]} ({' = '.join(names[1:])})" if names[1:] else names[0] for names in models
    )


def subset_of(found: Sequence[Found], known: Sequence[Name]) -> list[Name] | None:
    """Return the known models that are named; None where one is named that is not known."""
    named: list[Name] = []
    for one in found:
        keys = {model_key(name) for name in (one.written, *one.others)}
        same = next((name for name in known if name.keys & keys), None)
        if same is None:
            return None
        if same not in named:
            named.append(same)
    return named


def _shares(names: Sequence[str], others: Sequence[str]) -> bool:
    return bool({model_key(n) for n in names} & {model_key(n) for n in others})


def _tails(models: list[list[str]]) -> list[list[str]]:
    """Join HU-H1 to H1 where there is but one model that it can be."""
    for names in list(models):
        homes = [m for m in models if m is not names and _is_tail(m, names)]
        if len(homes) == 1 and "-" in names[0]:
            homes[0] += names
            models.remove(names)
    return models


def _is_tail(short: Sequence[str], long: Sequence[str]) -> bool:
    return any(one.lower().endswith("-" + tail.lower()) for one in long for tail in short)
