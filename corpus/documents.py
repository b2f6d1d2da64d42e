"""The vocabulary of the corpus: what can be said of a document when it comes in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.applies import clean
from core.errors import OptionInvalid
from core.types import PUBLIC, Applicability

_AUDIENCE = re.compile(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]")


def require_audience(name: str) -> None:
    """Let the name of an audience through.

    Raises:
        OptionInvalid: it cannot be one.
    """
    if not _AUDIENCE.fullmatch(name):
        raise OptionInvalid(
            f"{name[:40]!r} cannot be the name of an audience.",
            "Use public, internal, or a group's name of 2 to 32 of a-z, 0-9 and hyphens.",
        )


class VersionState(StrEnum):
    """Where a version stands in its life."""

    PROCESSING = "processing"
    FAILED = "failed"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


RELEASED = (VersionState.PUBLISHED, VersionState.SUPERSEDED, VersionState.WITHDRAWN)
"""States of what was released at some time."""


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when a version may be served; None is open.

    Raises:
        OptionInvalid: a date has no zone, or the dates cross.
    """

    starts: datetime | None = None
    ends: datetime | None = None

    def __post_init__(self) -> None:
        if any(d is not None and d.tzinfo is None for d in (self.starts, self.ends)):
            raise OptionInvalid("A validity date lacks its time zone.", "Write it as ISO 8601.")
        if self.starts and self.ends and self.starts >= self.ends:
            raise OptionInvalid(
                "The document would end before it begins.", "Put --valid-to after --valid-from."
            )


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How a file comes in.

    Raises:
        OptionInvalid: the audience is no name, a firmware or date cannot be read, a date has no
            zone, or the dates cross.
    """

    audience: str = PUBLIC
    applicability: Applicability = field(default_factory=Applicability)
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    draft: bool = False
    document: str = ""
    """Explicit identity: the key or id of the document this is a version of."""
    by: str = ""

    def __post_init__(self) -> None:
        require_audience(self.audience)
        if clean(self.applicability) != self.applicability:
            # Frozen, and what is stored must be comparable with what is given next time.
            object.__setattr__(self, "applicability", clean(self.applicability))
        Validity(self.valid_from, self.valid_to)
