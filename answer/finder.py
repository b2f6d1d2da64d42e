"""Finding the names of models, products and regions in what people write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from answer.told import regions_told
from core.applies import Name, model_key, region_code
from core.text.normalize import fold
from core.types import Applicability

_VARIANT = "pro|max|plus|lite|mini|ultra"
_RUN = re.compile(r"[a-z]+|\d+|[\u3400-\u9fff]+|\+")
_SUFFIX = re.compile(rf"(?<![a-z0-9-])({_VARIANT})(?![a-z0-9])")
_SUFFIX_WRITTEN = re.compile(
    r"(?<![A-Za-z0-9-])(?:Pro|PRO|Max|MAX|Plus|PLUS|Lite|Mini|Ultra)(?![A-Za-z0-9])"
)
_DENIED = re.compile(r"(?:不是|并非|而不是|不要|\bnot (?:the |a |an |my )?)\s*$")
_DENIAL = re.compile(r"[，,、]?\s*(?:(?:而|并)?不是|并非|不要|\bnot (?:the |a |an |my )?)\s*$")
_OTHER_NAMES = re.compile(r"[(（]([^()（）]*)[)）]")


class Known(Protocol):
    """What :class:`corpus.subjects.Known` says of the live documents."""

    @property
    def models(self) -> tuple[Name, ...]:
        """Their models."""
        ...

    @property
    def regions(self) -> tuple[Name, ...]:
        """Their regions."""
        ...

    @property
    def firmware(self) -> bool:
        """Whether any is about certain releases only."""
        ...

    @property
    def contracts(self) -> bool:
        """Whether any is about contracts or purchases of certain days only."""
        ...

    @property
    def products(self) -> tuple[Name, ...]:
        """Their products, with all names."""
        ...

    @property
    def subjects(self) -> tuple[Applicability, ...]:
        """What each of them is about."""
        ...


@dataclass(frozen=True, slots=True)
class _Place:
    name: Name
    start: int
    end: int


class Finder:
    """Finds the known names in what people write; made anew when the live documents change."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._models = _Names(known.models)
        self.keys = frozenset(key for name in known.models for key in name.keys)
        self._products = _Names(known.products, plural=True)
        self._regions = {code: n for n in known.regions if (code := _code(n))}
        self._other_regions = _Names([n for n in known.regions if not _code(n)])

    def models(self, text: str) -> list[Name]:
        """Return the models that a text names and does not deny: "X2 Pro" is no "X2"."""
        folded = fold(text)
        places = self._models.places(folded)
        said = [p for p in places if not _DENIED.search(folded[: p.start])]
        found = [place.name for place in said or places]
        found += self._by_suffix(text, folded, places)
        return list(dict.fromkeys(found))

    def regions(self, text: str) -> list[Name]:
        """Return the regions that a text names, where documents are told apart by region."""
        if not self.known.regions:
            return []
        found = [
            self._regions.get(code) or Name(code, frozenset({code}), text=code)
            for code in regions_told(text, self._regions)
        ]
        return found + list(dict.fromkeys(p.name for p in self._other_regions.places(fold(text))))

    def products(self, text: str) -> list[Name]:
        """Return the products that a text names and does not deny."""
        folded = fold(text)
        places = [p for p in self._products.places(folded) if not _DENIED.search(folded[: p.start])]
        return list(dict.fromkeys(place.name for place in places))

    def written_out(self, text: str) -> str:
        """Return a text with every model by the name that the documents use most.

        A model that it is said not to be goes: nothing is asked about it.
        """
        folded = fold(text)
        if len(folded) != len(text):
            return text
        places = self._models.places(folded)
        denied = [p for p in places if _DENIED.search(folded[: p.start])]
        for place in reversed(places):
            denial = _DENIAL.search(folded, 0, place.start) if place in denied else None
            if denial is not None and len(denied) < len(places):
                text = text[: denial.start()] + text[place.end :]
                continue
            if model_key(text[place.start : place.end]) != model_key(place.name.written):
                text = text[: place.start] + place.name.written + text[place.end :]
        return text

    def _by_suffix(self, text: str, folded: str, places: Sequence[_Place]) -> list[Name]:
        """The one model that ends in Pro, where somebody writes no more than "the Pro"."""
        if places or not _SUFFIX_WRITTEN.search(text):
            return []
        found = []
        for match in _SUFFIX.finditer(folded):
            ending = match.group(1)
            named = [n for n in self.known.models if _ends(n, ending)]
            found += named if len(named) == 1 else []
        return found


class _Names:
    """One pattern for all names, the longest first."""

    def __init__(self, names: Sequence[Name], *, plural: bool = False) -> None:
        self._by_key: dict[str, Name] = {}
        patterns: dict[str, str] = {}
        for name in names:
            inside = [p for m in _OTHER_NAMES.findall(name.text) for p in m.split("=")]
            for written in (name.written, *inside):
                key = model_key(written)
                if len(key) > 1:
                    self._by_key[key] = name
                    patterns[key] = _pattern(fold(written))
                    if plural and key.isascii():
                        self._by_key[f"{key}s"] = name
                        patterns[key] += "s?"
            for key in name.keys - patterns.keys():
                self._by_key[key], patterns[key] = name, _pattern(key)
        ordered = sorted(patterns, key=lambda key: (-len(key), key))
        alternatives = "|".join(patterns[key] for key in ordered)
        self._any = (
            re.compile(
                rf"(?<![a-z0-9])(?<![a-z0-9]-)(?:{alternatives})(?!-?[a-z0-9])(?!\+)"
                rf"(?!\s?(?:{_VARIANT})(?![a-z]))(?!\s?(?:air|se)(?!\s?[a-z]))"
            )
            if alternatives
            else None
        )

    def places(self, folded: str) -> list[_Place]:
        """Return where which name stands in a folded text."""
        if self._any is None:
            return []
        places = []
        for match in self._any.finditer(folded):
            name = self._by_key.get(model_key(match.group()))
            if name is not None:
                places.append(_Place(name, match.start(), match.end()))
        return places


def _pattern(folded: str) -> str:
    """A name with or without its spaces and hyphens; a space never parts letters from digits."""
    runs = list(_RUN.finditer(folded))
    pattern = ""
    for before, run in zip([None, *runs], runs, strict=False):
        if before is not None:
            apart = before.end() < run.start()
            digits = before.group().isalpha() and run.group().isdigit()
            pattern += "-?" if digits and not apart else r"[\s\-_]?"
        pattern += re.escape(run.group())
    return pattern or re.escape(folded)


def _ends(name: Name, ending: str) -> bool:
    return any(key.endswith(ending) and len(key) > len(ending) for key in name.keys)


def _code(name: Name) -> str:
    return next(filter(None, map(region_code, sorted(name.keys))), "")
