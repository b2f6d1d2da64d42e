"""Putting placeholders in the place of personal data, and the originals back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from core.personal.finding import find
from core.personal.kinds import KINDS, LABELS, PLACEHOLDER, Personal, PersonalKind, same
from core.personal.known import KnownValues
from core.text.language import reply_language


def mask(text: str, known: KnownValues | Collection[str] = ()) -> str:
    """Return a text with a placeholder for each piece of personal data.

    ``known`` holds what stands in public documents, such as the house's own hotline: it is kept.
    """
    return Masker(known).mask(text)


class Masker:
    """Masks the texts of one conversation: the same value has the same placeholder in all."""

    def __init__(self, known: KnownValues | Collection[str] = (), language: str = "") -> None:
        """``language`` is zh or en; empty: that of the first text in which there is any."""
        self._known = known
        self._language = language
        self._numbers: dict[tuple[PersonalKind, str], int] = {}
        self._originals: dict[tuple[PersonalKind, int], str] = {}
        self._taken: set[tuple[PersonalKind, int]] = set()

    def mask(self, text: str) -> str:
        """Return a text with a placeholder for each piece of personal data."""
        return self.filled(text, find(text, self._known))

    def filled(self, text: str, found: Sequence[Personal]) -> str:
        """Return a text with a placeholder for each piece that was found in it."""
        # What looks like a placeholder and is not ours must not be restored as one.
        self.reserve(text)
        if found and not self._language:
            self._language = reply_language(text)
        pieces, last = [], 0
        for one in found:
            pieces += [text[last : one.start], self._placeholder(one)]
            last = one.end
        return "".join([*pieces, text[last:]])

    def reserve(self, masked: str) -> None:
        """Give no value a placeholder that stands in a text which was masked before."""
        self._taken |= {key for key in _placeholders(masked) if key not in self._originals}

    def restore(self, text: str) -> str:
        """Return a text with the originals in the place of this masker's placeholders."""

        def original(match: re.Match[str]) -> str:
            return self._originals.get(_key(match), match.group())

        return PLACEHOLDER.sub(original, text)

    def _placeholder(self, one: Personal) -> str:
        key = (one.kind, same(one.kind, one.text))
        number = self._numbers.get(key)
        if number is None:
            number = 1 + sum(kind is one.kind for kind, _ in self._numbers)
            while (one.kind, number) in self._taken or (one.kind, number) in self._originals:
                number += 1
            self._numbers[key] = number
            self._originals[one.kind, number] = one.text
        zh, en = LABELS[one.kind]
        return f"[{zh}{number}]" if self._language == "zh" else f"[{en} {number}]"


def _placeholders(text: str) -> Iterable[tuple[PersonalKind, int]]:
    return map(_key, PLACEHOLDER.finditer(text))


def _key(match: re.Match[str]) -> tuple[PersonalKind, int]:
    return KINDS[match.group(1).lower()], int(match.group(2))
