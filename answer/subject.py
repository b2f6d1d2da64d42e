"""What a conversation is about: the products, models, regions, releases and days that it names.

Compared with what the live documents tell apart, so that a word which only looks like a model's
name narrows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Protocol

from answer.told import days_told, regions_told, releases_told
from answer.understand import CUSTOMER, Understanding
from core.applies import Name, applies, model_key, names_of, region_code
from core.text.normalize import fold
from core.types import Applicability, Turn

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


class SubjectSource(Protocol):
    """What answering needs of :class:`corpus.subjects.Subjects`."""

    def current(self) -> Known:
        """Return what the live documents are about."""
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


class SubjectReader:
    """Says what a conversation is about, as far as the live documents tell it apart."""

    def __init__(self, source: SubjectSource) -> None:
        self._source = source
        self._finder: Finder | None = None

    def finder(self) -> Finder:
        """Return what finds the names that are known now."""
        known = self._source.current()
        held = self._finder
        if held is None or held.known is not known:
            held = self._finder = Finder(known)
        return held

    def models(self) -> frozenset[str]:
        """Return the models of all live documents, by what they are compared by."""
        return self.finder().keys

    def read(
        self,
        conversation: Sequence[Turn],
        understood: Understanding,
        given: Applicability | None,
    ) -> tuple[Understanding, Applicability | None]:
        """Return the question in the documents' names, and what it is about.

        The last message decides; one that names nothing is about what was named last. What the
        caller gave goes before what was found, field by field. Products that were found are told
        apart from what is wanted: passages of another product may speak of them too.
        """
        finder = self.finder()
        said = _Said(conversation, understood)
        models, products = _agreeing(
            said.latest(finder.models), said.latest(finder.products), given, finder.known.subjects
        )
        regions, _ = said.latest(finder.regions)
        contract_from, contract_to = said.days() if finder.known.contracts else ("", "")
        found = Applicability(
            model=", ".join(name.text or name.written for name in models),
            region=", ".join(name.text for name in regions),
            firmware=said.releases() if finder.known.firmware else "",
            contract_from=contract_from,
            contract_to=contract_to,
        )
        wanted = _over(given, found)
        asked = replace(
            understood,
            products=tuple(products),
            query=finder.written_out(understood.query),
            parts=tuple(finder.written_out(part) for part in understood.parts),
            context=finder.written_out(understood.context),
        )
        return asked, wanted if wanted != Applicability() else None


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


Found = tuple[list[Name], int]
"""Names, and how many turns before the last one they stand."""


class _Said:
    """The turns of a conversation, the latest first."""

    def __init__(self, conversation: Sequence[Turn], understood: Understanding) -> None:
        self._question = understood.question
        self._turns = list(reversed(conversation))
        self._asked = next((turn.text for turn in self._turns if turn.role != CUSTOMER), "")

    def latest(self, find: Callable[[str], list[Name]]) -> Found:
        """Return what was named last.

        An agent who names several offers them for choice, and nothing is chosen yet.
        """
        if found := find(self._question):
            return found, 0
        for back, turn in enumerate(self._turns):
            found = find(turn.text)
            if found and (turn.role == CUSTOMER or len(found) == 1):
                return found, back
        return [], len(self._turns)

    def releases(self) -> str:
        """Return the firmware that the customer named last."""
        return next(filter(None, (releases_told(*said) for said in self._told())), "")

    def days(self) -> tuple[str, str]:
        """Return the days of purchase that the customer named last."""
        return next(filter(any, (days_told(*said) for said in self._told())), ("", ""))

    def _told(self) -> Iterator[tuple[str, str]]:
        """What the customer wrote, each with what the agent had written before."""
        yield self._question, self._asked
        for back, turn in enumerate(self._turns):
            if turn.role == CUSTOMER:
                before = self._turns[back + 1 :]
                yield turn.text, next((t.text for t in before if t.role != CUSTOMER), "")


def _agreeing(
    models: Found, products: Found, given: Applicability | None, subjects: Sequence[Applicability]
) -> tuple[list[Name], list[Name]]:
    """The models and the products, less what another of them has put out of question.

    Who spoke of a kettle and now of the K1, which is none, speaks of a kettle no more; in one
    message the model is the more exact.
    """
    if given is not None and given.product:
        return models[0], []
    if not models[0] or not products[0]:
        return models[0], products[0]
    wanted = Applicability(model=", ".join(name.text for name in models[0]))
    of_model = [a.product for a in subjects if a.model and applies(a, wanted)]
    keys = frozenset[str]().union(*(name.keys for name in products[0]))
    if not of_model or any(not p or _keys(p) & keys for p in of_model):
        return models[0], products[0]
    return ([], products[0]) if products[1] < models[1] else (models[0], [])


def _keys(field: str) -> frozenset[str]:
    return frozenset[str]().union(*(name.keys for name in names_of(field)))


def _code(name: Name) -> str:
    return next(filter(None, map(region_code, sorted(name.keys))), "")


def _over(given: Applicability | None, found: Applicability) -> Applicability:
    if given is None:
        return found
    return Applicability(
        **{f.name: getattr(given, f.name) or getattr(found, f.name) for f in fields(found)}
    )
