"""What in a text carries its reader, or data, elsewhere."""

from __future__ import annotations

import re

LINK = re.compile(r"(?:https?://|www\.)[^\s)\]）】]+|\]\(|<[a-z/!]", re.IGNORECASE)
"""An address, or the mark-up of a link or an element."""


def links(text: str) -> list[str]:
    """Return the addresses and pieces of mark-up in a text."""
    return LINK.findall(text)
