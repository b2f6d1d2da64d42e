"""What the customer wrote, as it is read: folded, with the way back to each written character."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.text import fold
from core.text.normalize import simplify
from core.types import Turn

Span = tuple[int, int]
_READ = 4_000
_MESSAGES = 3
_COUNTED_TURNS = 500
_MEANING = 600
_GAP = "\n"
_LONGEST_S = 0.05


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it was written and as it is matched."""

    written: str
    folded: str
    places: tuple[int, ...]
    """For each folded character, where the written one stands."""

    def as_written(self, span: Span) -> str:
        """Return what the customer wrote where something was found in the folded text."""
        start, end = span
        if start >= end:
            return ""
        return self.written[self.places[start] : self.places[end - 1] + 1].strip()


@dataclass(frozen=True, slots=True)
class Heard:
    """The customer's side of a conversation, as far as it is read."""

    last: Text
    """What was written since the agent last spoke."""
    recent: Text
    """The last three messages."""
    messages: int
    """How many the customer wrote."""

    @property
    def meaning(self) -> str:
        """What is embedded: the last message, of a long one its beginning and its end.

        A short message is given whole and as it stands, so that the vector which search needs of
        the same words serves here too.
        """
        return _ends(self.last.written.strip(), _MEANING)


def hear(conversation: Sequence[Turn]) -> Heard:
    """Return what is read of a conversation; the work is bounded whatever its length."""
    latest = conversation[-_COUNTED_TURNS:]
    said = [turn.text for turn in latest if turn.role == "customer" and turn.text.strip()]
    since: list[str] = []
    for turn in reversed(latest):
        if turn.role == "customer" and turn.text.strip():
            since.append(turn.text)
        elif since:
            break
    last = _GAP.join(reversed(since[:_MESSAGES]))
    recent = _GAP.join(_ends(text, _READ) for text in said[-_MESSAGES:])
    return Heard(text_of(_ends(last, _READ)), text_of(_ends(recent, _READ)), len(said))


def text_of(written: str) -> Text:
    """Fold a text as ``core.text.fold`` does, and keep where each character came from."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(written):
        for made in _folded(character):
            folded.append(made)
            places.append(place)
    together = "".join(folded)
    # Some characters are simplified by the word they stand in; the length stays the same.
    simplified = simplify(together)
    return Text(written, simplified if len(simplified) == len(places) else together, tuple(places))


@lru_cache(maxsize=20_000)
def _folded(character: str) -> str:
    return fold(unicodedata.normalize("NFKC", character))


def _ends(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most // 2]}{_GAP}{text[-most // 2 :]}"


def blanked(text: str, patterns: Sequence[Any]) -> str:
    """Return a text of the same length in which what the patterns find is white."""
    for pattern in patterns:
        # A pattern that a house wrote may take too long; then it finds nothing.
        with suppress(TimeoutError):
            text = pattern.sub(lambda found: " " * len(found.group()), text, timeout=_LONGEST_S)
    return text
