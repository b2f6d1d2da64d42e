"""The vocabulary of the corpus: what can be said of a document when it comes in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.errors import OptionInvalid
from core.types import PUBLIC, Applicability

_AUDIENCE = re.compile(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]")


class VersionState(StrEnum):
    """Where a version stands in its life."""

    PROCESSING = "processing"
    FAILED = "failed"
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How a file comes in.

    Raises:
        OptionInvalid: the audience is no name, a date has no zone, or the dates cross.
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
        if not _AUDIENCE.fullmatch(self.audience):
            raise OptionInvalid(
                f"{self.audience[:40]!r} cannot be the name of an audience.",
                "Use public, internal, or a group's name of 2 to 32 of a-z, 0-9 and hyphens.",
            )
        if any(d is not None and d.tzinfo is None for d in (self.valid_from, self.valid_to)):
            raise OptionInvalid("A validity date lacks its time zone.", "Write it as ISO 8601.")
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            raise OptionInvalid(
                "The document would end before it begins.", "Put --valid-to after --valid-from."
            )
