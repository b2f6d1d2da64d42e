"""A text as it is looked through: half width, digits as digits, nothing invisible."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t"), " ")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"), "-")
_SPOKEN = dict(
    zip("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789", strict=True)
)
_SPOKEN_DIGIT = "".join(_SPOKEN)
# Seven digits in a row are no amount and no date; a pause between them is said, too.
_SAID = re.compile(
    rf"[{_SPOKEN_DIGIT}](?:[ ,，、-]?[{_SPOKEN_DIGIT}]){{6,}}|[{_SPOKEN_DIGIT}0-9]{{7,}}"
)
_COUNTED = re.compile(rf"(?<=[0-9]{{6}})[{_SPOKEN_DIGIT}]{{1,2}}$")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where each of its characters stands in the original."""

    text: str
    places: tuple[int, ...] | None
    """None where every character stands where it stood."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the folded text stands in the original."""
        if self.places is None or start == end:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def folded(text: str) -> Folded:
    """Return the text as it is looked through, with the way back to the original."""
    places = None
    if _INVISIBLE.search(text):
        kept = [i for i, c in enumerate(text) if not _INVISIBLE.match(c)]
        places = tuple(kept)
        text = "".join(text[i] for i in kept)
    if not text.isascii():
        text = "".join([c if c < "\x80" else _narrow(c) for c in text])
        text = _SAID.sub(_digits, text)
    elif "\t" in text:
        text = text.replace("\t", " ")
    return Folded(text, places)


@lru_cache(maxsize=4096)
def _narrow(character: str) -> str:
    code = ord(character)
    if code in _SPACES:
        return " "
    if code in _DASHES:
        return "-"
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _digits(match: re.Match[str]) -> str:
    said, rest = match.group(), ""
    # GD2611070093三天: behind digits that were typed, what is spoken begins the next word.
    if counted := _COUNTED.search(said):
        said, rest = said[: counted.start()], said[counted.start() :]
    return "".join("-" if c in ",，、" else _SPOKEN.get(c, c) for c in said) + rest
