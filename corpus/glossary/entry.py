"""What an entry of the glossary holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.text import is_chinese

LONGEST_TERM = 80
LONGEST_NOTE = 500
MOST_NAMES = 30
"""Names of one kind that an entry may have."""


class Status(StrEnum):
    """Whether an entry is used."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    """A proposal that somebody turned down; kept so that it is not made again."""


@dataclass(frozen=True, slots=True)
class Named:
    """A term with what is to be said about it, in the term's own language."""

    term: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing, and what it is called in Chinese and in English."""

    zh: str = ""
    """The canonical term; an entry has one in at least one language."""
    en: str = ""
    synonyms_zh: tuple[str, ...] = ()
    synonyms_en: tuple[str, ...] = ()
    abbreviations_zh: tuple[str, ...] = ()
    abbreviations_en: tuple[str, ...] = ()
    avoid: tuple[Named, ...] = ()
    """Names that customers may use and replies should not."""
    never_confuse: tuple[Named, ...] = ()
    """Names of other things that must not be said for this one, with the difference."""
    gloss_zh: str = ""
    """What it is in plain words, for customers."""
    gloss_en: str = ""
    status: Status = Status.APPROVED
    origin: str = ""
    """What a proposal was made from."""
    id: str = ""
    by: str = ""
    at: datetime | None = None

    def canonical(self, language: str) -> str:
        """Return the canonical term in a language, zh or en; the other's where it has none."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)

    def gloss(self, language: str) -> str:
        """Return the plain words in a language, empty where there are none."""
        return self.gloss_zh if language == "zh" else self.gloss_en

    def names(self) -> tuple[str, ...]:
        """Return what it may be called, the canonical terms first."""
        said = (self.zh, self.en, *self.synonyms_zh, *self.synonyms_en)
        return tuple(n for n in (*said, *self.abbreviations_zh, *self.abbreviations_en) if n)

    def all_names(self) -> tuple[str, ...]:
        """Return every name that means this thing, those to avoid last."""
        return (*self.names(), *(named.term for named in self.avoid))

    def label(self) -> str:
        """Return its canonical terms on one line."""
        return " / ".join(term for term in (self.zh, self.en) if term)


def language_of_term(term: str) -> str:
    """Return zh for a term with Chinese characters, else en."""
    return "zh" if is_chinese(term) else "en"
