"""What stands in public documents, such as the house's own hotline: nobody's secret."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Protocol

from core.personal.contacts import contacts
from core.personal.digits import numbers
from core.personal.folding import folded
from core.personal.found import apart
from core.personal.kinds import Personal, PersonalKind, same

# Seven digits with little between them: few passages hold so many, or an at sign.
_DIGITS = re.compile(r"\d(?:[ .()/-]{0,3}\d){6}")
_AROUND = 80


class KnownValues(Protocol):
    """Says what is known to all."""

    def holds(self, one: Personal) -> bool:
        """Say whether a value is known, however it is written."""
        ...


class Listed:
    """Values that somebody listed."""

    def __init__(self, values: Collection[str] = ()) -> None:
        kinds = (PersonalKind.PHONE, PersonalKind.EMAIL)
        self._forms = frozenset(same(kind, value) for value in values for kind in kinds)

    def holds(self, one: Personal) -> bool:
        """Say whether a value was listed, however it is written."""
        return same(one.kind, one.text) in self._forms


NOTHING = Listed()


def values_in(text: str) -> Iterator[str]:
    """Yield the phone numbers, e-mail addresses, accounts and the like that a document gives.

    Each comes in the form that :func:`core.personal.kinds.same` gives all its writings. Names and
    postal addresses are not among them: a customer may have the same name as an author.
    """
    for piece in _pieces(text):
        look = folded(piece).text
        for one in apart([*contacts(look), *numbers(look)]):
            yield same(one.kind, look[one.start : one.end])


def _pieces(text: str) -> Iterator[str]:
    """The stretches of a text around what may be a number or an e-mail address."""
    places = [match.span() for match in _DIGITS.finditer(text)]
    place = text.find("@")
    while place >= 0:
        places.append((place, place))
        place = text.find("@", place + 1)
    start = end = -1
    for first, last in sorted(places):
        if end < 0 or first - _AROUND > end:
            if end >= 0:
                yield text[start:end]
            start = max(0, first - _AROUND)
        end = max(end, last + _AROUND)
    if end >= 0:
        yield text[start:end]
