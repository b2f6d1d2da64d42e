"""Folding text for matching; what is shown and quoted is always the original."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from core.text.hidden import visible


@lru_cache(maxsize=1)
def _to_simplified() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Return the text with traditional Chinese characters as simplified ones."""
    return str(_to_simplified().convert(text))


def fold(text: str) -> str:
    """Return the text as it is matched: NFKC, lower case, simplified, nothing invisible."""
    return simplify(unicodedata.normalize("NFKC", visible(text)).lower())


def squeeze(text: str) -> str:
    """Return the folded text without any white space, for comparing quotes across layouts."""
    return re.sub(r"\s+", "", fold(text))
