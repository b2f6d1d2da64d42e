"""Finding personal data in a text."""

from __future__ import annotations

from collections.abc import Collection

from core.personal.addresses import addresses
from core.personal.contacts import contacts
from core.personal.digits import numbers
from core.personal.folding import folded
from core.personal.found import apart
from core.personal.kinds import PLACEHOLDER, Personal, PersonalKind, same
from core.personal.labelled import labelled
from core.personal.names import names

_BESIDE = (
    PersonalKind.PHONE,
    PersonalKind.ADDRESS,
    PersonalKind.IDENTITY,
    PersonalKind.EMAIL,
    PersonalKind.CARD,
    PersonalKind.ACCOUNT,
)


def find(text: str, known: Collection[str] = ()) -> tuple[Personal, ...]:
    """Return the personal data in a text, in order and without overlap.

    ``known`` holds what stands in public documents, such as the house's own hotline: it is left
    out, however it is written.
    """
    look = folded(text)
    shaped = [*contacts(look.text), *numbers(look.text), *addresses(look.text)]
    near = [one for one in apart(shaped) if one.kind in _BESIDE]
    found = apart([*shaped, *labelled(look.text), *names(look.text, near)])
    done = [match.span() for match in PLACEHOLDER.finditer(look.text)]
    if done:
        found = [f for f in found if all(f.end <= start or end <= f.start for start, end in done)]
    result = []
    for one in found:
        start, end = look.span(one.start, one.end)
        result.append(Personal(one.kind, start, end, text[start:end]))
    if known:
        public = _plain(known)
        result = [one for one in result if same(one.kind, one.text) not in public]
    return tuple(result)


def _plain(known: Collection[str]) -> frozenset[str]:
    kinds = (PersonalKind.PHONE, PersonalKind.EMAIL)
    return frozenset(same(kind, value) for value in known for kind in kinds)
