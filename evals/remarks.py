"""What is said about a run, as a sentence and as what the sentence was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said, which a screen can say in another language."""

    kind: str
    message: str
    """In English."""
    told: Mapping[str, object] = field(default_factory=dict)
    """The numbers and names in the message, by what they are."""
