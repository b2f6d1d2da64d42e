"""Named groups: who may be in one, and how it may be called."""

from __future__ import annotations

from collections.abc import Container, Iterable

from core.errors import OptionInvalid
from core.types import INTERNAL, PUBLIC
from corpus.documents import require_audience


def groups_for(role: str, wanted: Iterable[str], rights: Container[str]) -> list[str]:
    """Return the names of groups, each once, for somebody with a role and its rights.

    Raises:
        OptionInvalid: a group cannot be one, or the role cannot be in any.
    """
    groups = sorted({group.strip() for group in wanted if group.strip()})
    for group in groups:
        require_audience(group)
        if group in (PUBLIC, INTERNAL):
            raise OptionInvalid(
                f"{group} is no group that somebody can be in.",
                "It follows from the role: all see what is public, staff what is internal.",
            )
    if groups and "ask" not in rights:
        raise OptionInvalid(
            f"The role {role} cannot be in a group.",
            "A group sees what is internal too: give a role of those who work here.",
        )
    return groups
