"""What stands before a value and says what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

LOOK = 44
_OPEN = r"[ \"“”'‘’「」『』(【\[《<]{0,3}"
_SAID = (
    r"(?:(?:is|was|are|will be|should be|reads|equals|=+|:|#|是|为|叫|填的是|写的是|改成了?|改为|换成了?|发的是|收到的是|就是|分别是|->)"
    + _OPEN
    + r"){0,2}"
)
_JOIN = _OPEN + _SAID + r"$"
DEFAULT = re.compile(
    r"(?:默认|初始|出厂|缺省|預設|预设|default|factory|initial|example|例如|比如|如|e\.g\.)[^\n。]{0,20}$",
    re.I | re.A,
)
COMMON = frozenset(
    """admin administrator root user guest test default name password username email account null none true false the your and for not
    yes required optional string group login""".split()
)


def label_of(words: str) -> re.Pattern[str]:
    """Return what matches a text that ends with one of these labels."""
    return re.compile(rf"(?:{words}){_JOIN}", re.I | re.A)


def near(hint: re.Pattern[str], values: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the values that have a hint of their label before them; most texts hold no hint."""
    last = -1
    for found in hint.finditer(text):
        for match in values.finditer(text, max(last, found.end()), found.end() + LOOK + 120):
            if match.start() > found.end() + LOOK:
                break
            if match.start() > last:
                last = match.start()
                yield match


def words_before(text: str, start: int) -> str:
    """Return what stands before a place, as far as a label may reach."""
    return text[max(0, start - LOOK) : start]
