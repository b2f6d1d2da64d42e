"""Steps that are written as plain paragraphs: ``① Press OK.``, ``Step 2: ...``, ``2) ...``."""

from __future__ import annotations

from dataclasses import replace

from core.types import Element, ElementKind
from ingest.numbering import Label, Scheme, label_of

_SURE = (Scheme.STEP, Scheme.CIRCLED)
_LIKELY = (Scheme.DECIMAL, Scheme.PAREN, Scheme.SMALL_LETTER)
_NEAR = 12


def numbered_lines(text: str) -> list[str]:
    """Divide a paragraph at the line breaks before its numbers."""
    found: list[str] = []
    for line in text.split("\n"):
        if found and _label(line) is None:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found if len(found) > 1 and all(map(_label, found[1:])) else [text]


def mark_steps(elements: list[Element], first: int = 0) -> None:
    """Make steps of numbered paragraphs, in place, from an element on.

    A lone number may be that of a figure or a year: it takes a neighbour that counts on from it,
    or a mark that is used for steps only.
    """
    labels = {
        index: label
        for index in range(first, len(elements))
        if elements[index].kind is ElementKind.TEXT and (label := _label(elements[index].text))
    }
    places = list(labels)
    for position, index in enumerate(places):
        label = labels[index]
        near = places[max(0, position - 1) : position + 2]
        if label.scheme in _SURE or any(
            abs(other - index) <= _NEAR
            and elements[other].headings == elements[index].headings
            and _follows(label, labels[other])
            for other in near
        ):
            elements[index] = replace(elements[index], kind=ElementKind.STEP)


def _follows(one: Label, other: Label) -> bool:
    return one.scheme is other.scheme and abs(one.ordinals[0] - other.ordinals[0]) == 1


def _label(text: str) -> Label | None:
    label = label_of(text)
    if label is None or label.scheme not in (*_SURE, *_LIKELY):
        return None
    return label if label.depth == 1 and label.rest else None
