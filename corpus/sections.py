"""Which passages are for fewer people than their document, as somebody said of its sections.

What was said holds for every version of the document. Where a later version no longer has the
section, nobody knows where its text went: then the whole version is for those alone whom the
section was for, until somebody looks. Too little may be seen for a while, never too much.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.errors import OptionInvalid
from core.text import squeeze
from core.types import INTERNAL, PUBLIC, Chunk

_NUMBER = re.compile(
    r"^(?:第[\d〇一二三四五六七八九十百]+[章节節条條篇部]|[(（]?[\d〇一二三四五六七八九十]+(?:\.\d+)*[)）.、]?)"
)
_CUT = "…"
"""How a heading that was too long to store ends."""
_DEEPEST = 6
"""So many headings a passage keeps; of a deeper path the middle is left out."""
_KEPT_ABOVE = 2


@dataclass(frozen=True, slots=True)
class Where:
    """Where a section stands: under a heading path, or as the passages of some pages.

    Raises:
        OptionInvalid: neither is said, or the pages cannot be.
    """

    headings: tuple[str, ...] = ()
    pages: tuple[int, int] | None = None
    texts: tuple[str, ...] = ()
    """What the passages of the pages say, by :func:`digest`: in the next version the same text
    stands on other pages."""

    def __post_init__(self) -> None:
        if bool(self.headings) == (self.pages is not None):
            raise OptionInvalid(
                "It is not said which section is meant.", "Give its headings, or pages."
            )
        if self.pages is not None and not 1 <= self.pages[0] <= self.pages[1]:
            raise OptionInvalid("These cannot be pages.", "Give the first and the last, from 1.")


@dataclass(frozen=True, slots=True)
class Section:
    """A section that is for fewer people than its document."""

    id: str
    document_id: str
    audience: str
    places: tuple[Where, ...]
    """It is each of these; a later version may have it elsewhere."""
    by: str
    at: datetime


def narrower(one: str, other: str) -> str | None:
    """Return the narrower of two audiences; None for two groups, of which neither is."""
    if one == other:
        return one
    rank = {PUBLIC: 0, INTERNAL: 1}
    first, second = rank.get(one, 2), rank.get(other, 2)
    if first == second:
        return None
    return one if first > second else other


def digest(text: str) -> str:
    """Return what two printings of the same passage have in common, in short."""
    return hashlib.sha256(squeeze(text).encode()).hexdigest()[:32]


def narrowed(
    chunks: Sequence[Chunk], audience: str, came_at: datetime, sections: Iterable[Section]
) -> tuple[list[Chunk], list[Section]]:
    """Return a version's passages, each for whom it is, and the sections that it lacks.

    Args:
        chunks: all passages of the version, in order.
        audience: whom the version is for.
        came_at: when it came in; what was said earlier must be found in it.
        sections: what was said of the document's sections.

    Raises:
        OptionInvalid: a passage would be for two groups, or for a group of another's document.
    """
    meant = [audience] * len(chunks)
    lacking = []
    for section in sections:
        found = {index for place in section.places for index in _inside(place, chunks)}
        if chunks and section.at < came_at and not any(fits(p, chunks) for p in section.places):
            lacking.append(section)
            found = set(range(len(chunks)))
        for index in found:
            both = narrower(meant[index], section.audience)
            if both is None:
                raise OptionInvalid(
                    f"A passage cannot be for {meant[index]} and for {section.audience}.",
                    "Choose one group for the document and its sections.",
                )
            meant[index] = both
    return [
        chunk if chunk.audience == wanted else replace(chunk, audience=wanted)
        for chunk, wanted in zip(chunks, meant, strict=True)
    ], lacking


def counted(audience: str, chunks: Iterable[Chunk], places: Iterable[str] = ()) -> dict[str, int]:
    """Return how many passages each narrower audience has, as a version's row keeps it.

    ``places`` are the audiences in whose indexes the version lay before; they are kept with 0.
    """
    counts = dict.fromkeys((place for place in places if place != audience), 0)
    for chunk in chunks:
        if chunk.audience != audience:
            counts[chunk.audience] = counts.get(chunk.audience, 0) + 1
    return counts


def pages_of(chunks: Sequence[Chunk], first: int, last: int) -> Where:
    """Return pages of a version as a place, with what they say.

    Raises:
        OptionInvalid: they cannot be pages, or hold no passage.
    """
    here = [c for c in chunks if c.pages and c.pages[0] <= last and c.pages[1] >= first]
    if not here:
        raise OptionInvalid("No passage stands on these pages.", "The preview shows the pages.")
    return Where(pages=(first, last), texts=tuple(dict.fromkeys(digest(c.text) for c in here)))


def fits(place: Where, chunks: Sequence[Chunk]) -> bool:
    """Say whether a section stands there in a version with these passages."""
    if place.headings:
        return bool(_inside(place, chunks))
    return set(place.texts) <= {digest(chunk.text) for chunk in chunks}


def _inside(place: Where, chunks: Sequence[Chunk]) -> set[int]:
    """The positions of the passages that stand there."""
    if not place.headings:
        return {i for i, chunk in enumerate(chunks) if digest(chunk.text) in place.texts}
    # A chapter that got another number is the same chapter; one that kept it comes first.
    exact = _under([squeeze(h) for h in place.headings], chunks, numbered=True)
    return exact or _under([_bare(h) for h in place.headings], chunks, numbered=False)


def _under(wanted: list[str], chunks: Sequence[Chunk], *, numbered: bool) -> set[int]:
    found: set[int] = set()
    for index, chunk in enumerate(chunks):
        own = [squeeze(h) if numbered else _bare(h) for h in chunk.headings]
        whole = len(own) >= len(wanted) and all(map(_same, wanted, own))
        # Of a deep path the middle was left out; what follows such a section may be part of it.
        follows = index - 1 in found and len(own) == _DEEPEST and len(wanted) > _KEPT_ABOVE
        if whole or (follows and all(map(_same, wanted[:_KEPT_ABOVE], own))):
            found.add(index)
    return found


def _same(one: str, other: str) -> bool:
    """Say whether two headings are one; either may be cut short."""
    for cut, whole in ((one, other), (other, one)):
        if cut.endswith(_CUT) and len(cut) > 1 and whole.startswith(cut[:-1]):
            return True
    return one == other


def _bare(heading: str) -> str:
    folded = squeeze(heading)
    return _NUMBER.sub("", folded) or folded
