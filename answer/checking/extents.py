"""Whether a sentence promises more than its quote without saying a number: for life, for free."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

import yaml

from core.text import fold


def promised(sentence: str, held: str) -> str:
    """Return the word of a sentence that promises what a quote says nothing of."""
    said, quoted = fold(sentence), fold(held)
    for claim, ground in _families():
        found = claim.search(said)
        if found is not None and ground.search(quoted) is None:
            return found.group()
    return ""


@lru_cache(maxsize=1)
def _families() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    text = files("answer.checking").joinpath("extents.yaml").read_text(encoding="utf-8")
    return [(re.compile(each["said"]), re.compile(each["held"])) for each in yaml.safe_load(text)]
