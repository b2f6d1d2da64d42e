"""Which of the chunks that an index returns may be used for a query."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from core.text.normalize import fold
from core.types import Applicability
from retrieval.stores.base import Found

if TYPE_CHECKING:
    from corpus.live import LiveSet

_SEVERAL = re.compile(r"[,，、;；|\n]")


class Live(Protocol):
    """What retrieval needs of :class:`corpus.live.LiveTable`."""

    def current(self) -> LiveSet:
        """Return the versions that are live now."""
        ...


Keep = Callable[[str, Found], bool]
"""Says whether what was found in an audience's index may be used."""


def keeper(live: LiveSet, wanted: Applicability | None) -> Keep:
    """Return the test that a found chunk must pass: live now, in this audience, applicable.

    The audience is compared again: a chunk left in the index of an audience that its version
    no longer has must not be found there.
    """

    def keep(audience: str, found: Found) -> bool:
        version = live.versions.get(found.version_id)
        return (
            version is not None
            and version.audience == audience
            and applies(version.applicability, wanted)
        )

    return keep


def applies(has: Applicability, wanted: Applicability | None) -> bool:
    """Say whether a passage about ``has`` is of use where ``wanted`` is asked about.

    An empty field of the passage applies to all; an empty field of the question asks for all.
    A passage may name several, separated by commas.
    """
    if wanted is None:
        return True
    return (
        _covers(has.product, wanted.product)
        and _covers(has.model, wanted.model)
        and _covers(has.region, wanted.region)
    )


def _covers(has: str, wanted: str) -> bool:
    names = _names(has)
    return not names or not (asked := _names(wanted)) or bool(names & asked)


@lru_cache(maxsize=4096)
def _names(field: str) -> frozenset[str]:
    return frozenset(name for part in _SEVERAL.split(field) if (name := fold(part).strip()))
