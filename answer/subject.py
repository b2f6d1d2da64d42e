"""What a conversation is about: the models, regions and releases that it names.

Compared with what the live documents tell apart, so that a word which only looks like a model's
name narrows nothing. A product ("humidifier") narrows nothing either: what is asked of one is
often answered in the guide of another, its app.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Protocol

from answer.understand import Understanding
from core.applies import Name, model_key
from core.firmware import read_firmware
from core.text.normalize import fold
from core.types import Applicability, Turn

_VARIANT = "pro|max|plus|lite|mini|ultra"
_RUN = re.compile(r"[a-z]+|\d+|[\u3400-\u9fff]+|\+")
_SUFFIX = re.compile(rf"(?<![a-z0-9-])({_VARIANT})(?![a-z0-9])")
_SUFFIX_WRITTEN = re.compile(
    r"(?<![A-Za-z0-9-])(?:Pro|PRO|Max|MAX|Plus|PLUS|Lite|Mini|Ultra)(?![A-Za-z0-9])"
)
_DENIED = re.compile(r"(?:不是|并非|而不是|不要|\bnot (?:the |a |an |my )?)\s*$")
_FIRMWARE = re.compile(
    r"(?:固件|firmware|fw)\s*(?:版本|version)?\s*(?:是|为|is|:|：)?\s*([^，。,;；?？]{0,24})"
)
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
        self._regions = _Names(known.regions)

    def models(self, text: str) -> list[Name]:
        """Return the models that a text names and does not deny: "X2 Pro" is no "X2"."""
        folded = fold(text)
        places = self._models.places(folded)
        said = [p for p in places if not _DENIED.search(folded[: p.start])]
        found = [place.name for place in said or places]
        found += self._by_suffix(text, folded, places)
        return list(dict.fromkeys(found))

    def regions(self, text: str) -> list[Name]:
        """Return the regions that a text names."""
        return list(dict.fromkeys(p.name for p in self._regions.places(fold(text))))

    def written_out(self, text: str) -> str:
        """Return a text with every model by the name that the documents use most."""
        folded = fold(text)
        if len(folded) != len(text):
            return text
        for place in reversed(self._models.places(folded)):
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
        caller gave goes before what was found, field by field.
        """
        finder = self.finder()
        models = _latest(finder.models, conversation, understood)
        found = Applicability(
            model=", ".join(name.text or name.written for name in models),
            region=", ".join(n.text for n in _latest(finder.regions, conversation, understood)),
            firmware=_firmware(understood.question) if finder.known.firmware else "",
        )
        wanted = _over(given, found)
        asked = replace(
            understood,
            query=finder.written_out(understood.query),
            parts=tuple(finder.written_out(part) for part in understood.parts),
            context=finder.written_out(understood.context),
        )
        return asked, wanted if wanted != Applicability() else None


class _Names:
    """One pattern for all names, the longest first."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._by_key: dict[str, Name] = {}
        patterns: dict[str, str] = {}
        for name in names:
            inside = [p for m in _OTHER_NAMES.findall(name.text) for p in m.split("=")]
            for written in (name.written, *inside):
                key = model_key(written)
                if len(key) > 1:
                    self._by_key[key] = name
                    patterns[key] = _pattern(fold(written))
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


def _latest(
    find: Callable[[str], list[Name]], conversation: Sequence[Turn], understood: Understanding
) -> list[Name]:
    found = find(understood.question)
    for turn in reversed(conversation):
        if found:
            break
        found = find(turn.text)
    return found


def _firmware(question: str) -> str:
    said = [read_firmware(match.group(1)) for match in _FIRMWARE.finditer(fold(question))]
    return ", ".join(dict.fromkeys(filter(None, said)))


def _over(given: Applicability | None, found: Applicability) -> Applicability:
    if given is None:
        return found
    return Applicability(
        **{f.name: getattr(given, f.name) or getattr(found, f.name) for f in fields(found)}
    )
