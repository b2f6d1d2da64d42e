"""Finding personal data in a text."""

from __future__ import annotations

from collections.abc import Collection

from core.personal.addresses import addresses
from core.personal.contacts import contacts
from core.personal.digits import numbers
from core.personal.folding import folded
from core.personal.found import apart
from core.personal.kinds import PLACEHOLDER, Personal, PersonalKind
from core.personal.known import KnownValues, Listed
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


def find(text: str, known: KnownValues | Collection[str] = ()) -> tuple[Personal, ...]:
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
    if result and known:
        public = Listed(known) if isinstance(known, Collection) else known
        result = [one for one in result if not public.holds(one)]
    return tuple(result)
