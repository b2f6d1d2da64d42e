"""What the API answers about the glossary, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Named:
    """A term with what is said about it."""

    term: str
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the glossary."""

    id: str
    zh: str
    en: str
    synonyms: tuple[str, ...]
    abbreviations: tuple[str, ...]
    avoid: tuple[Named, ...]
    never_confuse: tuple[Named, ...]
    gloss_zh: str
    gloss_en: str
    status: str
    origin: str
    by: str

    @property
    def words(self) -> str:
        """Everything in it, to be filtered by."""
        named = (n.term for n in (*self.avoid, *self.never_confuse))
        names = (self.zh, self.en, *self.synonyms, *self.abbreviations, *named)
        return " ".join((*names, self.gloss_zh, self.gloss_en)).casefold()


def read_entry(item: Json) -> Entry:
    """Read an entry."""
    return Entry(
        id=str(item["id"]),
        zh=str(item.get("zh") or ""),
        en=str(item.get("en") or ""),
        synonyms=_both(item, "synonyms"),
        abbreviations=_both(item, "abbreviations"),
        avoid=_named(item, "avoid"),
        never_confuse=_named(item, "never_confuse"),
        gloss_zh=str(item.get("gloss_zh") or ""),
        gloss_en=str(item.get("gloss_en") or ""),
        status=str(item.get("status") or ""),
        origin=str(item.get("origin") or ""),
        by=str(item.get("by") or ""),
    )


def _both(item: Json, name: str) -> tuple[str, ...]:
    return tuple(str(t) for code in ("zh", "en") for t in item.get(f"{name}_{code}") or ())


def _named(item: Json, name: str) -> tuple[Named, ...]:
    return tuple(Named(str(n["term"]), str(n.get("why") or "")) for n in item.get(name) or ())
