"""What stands before a value and says what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

LOOK = 44
_OPEN = r"[ \"“”'‘’「」『』(【\[《<]{0,3}"
_SAID = (
    r"(?:(?:(?:was |is |has been |got )?(?:set|changed|reset) to|is|was|are|will be|should be|reads|equals|=+|:|#|是|为|叫|填的是|写的是|改成了?|改为|换成了?|发的是|收到的是|就是|分别是|->)"
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


class Label:
    """What matches a text that ends with one of some labels."""

    def __init__(self, words: str, hints: str) -> None:
        """One of the ``hints``, parted by bars and in small letters, is in every label."""
        self._pattern = re.compile(rf"(?:{words}){_JOIN}", re.I | re.A)
        self._hints = tuple(hints.split("|"))

    def search(self, before: str) -> re.Match[str] | None:
        """Return the label at the end of a text."""
        return self._pattern.search(before) if hinted(before, self._hints) else None


def near(hints: Sequence[str], values: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the values that have a hint of their label before them; most texts hold no hint."""
    last = -1
    for end in _ends(hints, text):
        for match in values.finditer(text, max(last, end), end + LOOK + 120):
            if match.start() > end + LOOK:
                break
            if match.start() > last:
                last = match.start()
                yield match


def _ends(hints: Sequence[str], text: str) -> list[int]:
    """Where these words end in a text, in order."""
    low = text.lower()
    if len(low) != len(text):
        # A few letters of other alphabets are two in small.
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    found = set()
    for hint in hints:
        place = low.find(hint)
        while place >= 0:
            found.add(place + len(hint))
            place = low.find(hint, place + 1)
    return sorted(found)


def hinted(text: str, hints: Iterable[str]) -> bool:
    """Say whether a text holds one of these words, which are in small letters.

    A search for a plain string costs a hundredth of one for a pattern: what no word of a text
    can make a value of need not be looked for.
    """
    low = text.lower()
    return any(hint in low for hint in hints)


def words_before(text: str, start: int) -> str:
    """Return what stands before a place, as far as a label may reach."""
    return text[max(0, start - LOOK) : start]
