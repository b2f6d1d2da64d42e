"""Who sees what: the audiences of passages, from the widest to the narrowest."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, Protocol

from core.audiences import BOTH as BOTH
from core.audiences import narrowest as narrowest
from core.types import INTERNAL, PUBLIC, Chunk


class _Everything(Container[str]):
    """Whom nothing is hidden from."""

    def __contains__(self, audience: object) -> bool:
        return True


EVERYTHING: Container[str] = _Everything()


class Passages(Protocol):
    """What is needed of :class:`corpus.records.Records`."""

    def chunks(self, ids: list[str]) -> Mapping[str, Chunk]:
        """Return the chunks with these ids."""
        ...


def audiences_of(audience: str) -> tuple[str, ...]:
    """Return what somebody of an audience may see: a group sees internal, internal sees public."""
    if audience == PUBLIC:
        return (PUBLIC,)
    return tuple(dict.fromkeys((PUBLIC, INTERNAL, *audience.split(BOTH))))


def sees(sight: Container[str], audience: str) -> bool:
    """Say whether somebody who sees these audiences sees this one."""
    return all(one in sight for one in audience.split(BOTH))


def audience_of_draft(
    passages: Passages, body: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]
) -> str:
    """Return whom a stored draft is for: those who may see all that it was made from.

    Whom its passages are for now counts; of passages that are gone, whom they were for then.
    """
    ids = [str(citation["chunk_id"]) for citation in body.get("citations") or ()]
    told = set()
    for hit in evidence:
        told.add(str(hit.get("audience") or PUBLIC))
        ids += [str(hit["chunk_id"]), *(str(n["chunk_id"]) for n in hit.get("neighbours") or ())]
    now = passages.chunks(list(dict.fromkeys(ids)))
    known = {chunk.audience for chunk in now.values()}
    gone = len(now) < len(set(ids))
    return narrowest(known | told if gone else known)
