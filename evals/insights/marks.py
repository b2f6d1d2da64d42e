"""What tells one question from another, but for how it is typed."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from core.text import fold

_BETWEEN = re.compile(r"[\W_]+")


@lru_cache(maxsize=20_000)
def mark_of(question: str) -> str:
    """Return what is the same for questions that differ only in case, width, spaces and
    punctuation; empty for a question without words. It cannot be turned back into them.
    """
    words = _BETWEEN.sub("", fold(question))
    return hashlib.sha256(words.encode()).hexdigest()[:32] if words else ""
