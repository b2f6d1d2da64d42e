"""Whether a quote from one version still stands, undisturbed, in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.types import Chunk, Citation
from corpus.diff.changes import Change, Diff, Unit, UnitKind
from corpus.diff.units import section_names

_ALONE = (UnitKind.ROW, UnitKind.ITEM)
"""Rows and steps are read one by one; sentences qualify each other."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """The changes of a cited passage that bear on what was quoted from it."""

    own: tuple[Change, ...] = ()
    """To the quoted words, or to the heading above them."""
    near: tuple[Change, ...] = ()
    """To the sentences around them, and what was added to their section."""

    def __bool__(self) -> bool:
        return bool(self.own or self.near)

    @property
    def disturbs(self) -> bool:
        """Whether the quote can no longer be taken to mean what it meant.

        What was added may be an exception or a warning; a change to another sentence is told,
        but leaves the quote as it is.
        """
        return bool(self.own) or any(change.before is None for change in self.near)


def bearing(citation: Citation, diff: Diff) -> Bearing:
    """Return what of a difference bears on a citation of the older version."""
    own, near = [], []
    for change in diff.touched.get(citation.chunk_id, ()):
        unit = change.before
        if unit is None:
            # A new row says nothing of the others; a new step or sentence may.
            if change.after is None or change.after.kind is not UnitKind.ROW:
                near.append(change)
        elif unit.kind is UnitKind.HEADING or _overlaps(unit, citation):
            own.append(change)
        elif unit.kind not in _ALONE:
            near.append(change)
    return Bearing(tuple(own), tuple(near))


def carried(citation: Citation, diff: Diff, chunks: Sequence[Chunk]) -> Citation | None:
    """Return the citation as one of another version's chunks; None where it does not stand there.

    Args:
        citation: from the older version of ``diff``.
        diff: what changed.
        chunks: of the newer version.
    """
    if bearing(citation, diff).disturbs:
        return None
    holders = [chunk for chunk in chunks if citation.quote in chunk.text]
    holders.sort(
        key=lambda chunk: section_names(chunk.headings) != section_names(citation.headings)
    )
    if not holders:
        return None
    chunk = holders[0]
    start = chunk.text.index(citation.quote)
    return replace(
        citation,
        version_id=chunk.version_id,
        title=chunk.title,
        headings=chunk.headings,
        page=chunk.page,
        chunk_id=chunk.id,
        start=start,
        end=start + len(citation.quote),
    )


def _overlaps(unit: Unit, citation: Citation) -> bool:
    return unit.start < citation.end and citation.start < unit.start + len(unit.text)
