"""Words that turn a meaning around, which neither shared words nor embeddings tell apart."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

import yaml

from core.text import fold


def opposed(sentence: str, quoted: str) -> bool:
    """Whether a sentence says a word of which the quote holds only the opposite."""
    said, held = fold(sentence), fold(quoted)
    for one, other in _pairs():
        for mine, theirs in ((one, other), (other, one)):
            if _only(mine, theirs, said) and _only(theirs, mine, held):
                return True
    return False


def _only(pattern: re.Pattern[str], opposite: re.Pattern[str], text: str) -> bool:
    """Whether a text holds the one outside of any place where it holds the other."""
    if pattern.search(text) is None:
        return False
    # "cannot" holds "can", and "未拆封" what "拆封" is: the longer match goes first.
    longer = opposite.sub(" ", text)
    return pattern.search(longer) is not None and opposite.search(pattern.sub(" ", text)) is None


@lru_cache(maxsize=1)
def _pairs() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    path = files("answer.generative").joinpath("opposites.yaml")
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    forms = {"zh": "(?:{})", "en": r"\b(?:{})\b"}
    return [
        (re.compile(forms[language].format(one)), re.compile(forms[language].format(other)))
        for language, pairs in data.items()
        for one, other in pairs
    ]
