"""Which of the chunks that an index returns may be used for a query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from core.applies import applies, inherited
from core.types import Applicability, Chunk
from retrieval.stores.base import Found

if TYPE_CHECKING:
    from corpus.live import LiveSet


class Live(Protocol):
    """What retrieval needs of :class:`corpus.live.LiveTable`."""

    def current(self) -> LiveSet:
        """Return the versions that are live now."""
        ...


Keep = Callable[[str, Found], bool]
"""Says whether what was found in an audience's index may be used."""


def keeper(live: LiveSet, wanted: Applicability | None) -> Keep:
    """Return the test that a found chunk must pass: live now, in this audience, applicable.

    The audience is compared again: a chunk left in the index of an audience that nothing of its
    version is for any more must not be found there. Whether it is for that audience itself, its
    record says when it is fetched.
    """

    def keep(audience: str, found: Found) -> bool:
        version = live.versions.get(found.version_id)
        return (
            version is not None
            and audience in version.audiences
            and applies(version.applicability, wanted)
        )

    return keep


def for_its_version(chunk: Chunk, live: LiveSet) -> Chunk:
    """Return a chunk with what it applies to: its section's say, the rest from its version.

    Read when it is found and not stored with it, so that what a person confirms holds at once.
    """
    version = live.versions.get(chunk.version_id)
    if version is None:
        return chunk
    whole = inherited(chunk.applicability, version.applicability)
    return chunk if whole == chunk.applicability else replace(chunk, applicability=whole)
