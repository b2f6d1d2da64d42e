"""A proposed outline of what to write, so that a gap is none any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answer.approved.asking import read_asking

_MOST_POINTS = 8
_ORDER = (
    "meaning",
    "purpose",
    "which",
    "is",
    "can",
    "need",
    "amount",
    "price",
    "procedure",
    "interval",
    "duration",
    "when",
    "deadline",
    "place",
    "person",
    "reason",
    "remedy",
)
"""What a reader wants first: what it is, then how, then what to do when it fails."""
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Point:
    """Something to be said, and the questions that ask for it."""

    aspect: str
    """What is asked for, as ``answer.approved.asking`` names it, or ``other``."""
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """What to write, and beside what."""

    points: tuple[Point, ...]
    document_id: str = ""
    """The document in which it would stand best; empty where none is near."""
    title: str = ""
    headings: tuple[str, ...] = ()


def outline(questions: Sequence[str], near: Sequence[Mapping[str, Any]]) -> Outline:
    """Return what to write for questions, in the order in which readers want it.

    ``near`` are the passages found for them, as hits of the API, the nearest first: the document
    that ranks highest among them, and the section of its first one, is where it would stand.
    """
    asked: dict[str, list[str]] = {}
    for question in questions:
        aspects = [one for one in _ORDER if one in read_asking(question).aspects]
        asked.setdefault(aspects[0] if aspects else OTHER, []).append(question)
    places = {name: place for place, name in enumerate(_ORDER)}
    points = [
        Point(aspect, tuple(asked[aspect]))
        for aspect in sorted(asked, key=lambda name: places.get(name, len(places)))
    ]
    weights: dict[str, float] = {}
    for rank, hit in enumerate(near, 1):
        name = str(hit["document_id"])
        weights[name] = weights.get(name, 0.0) + 1 / rank
    if not weights:
        return Outline(tuple(points[:_MOST_POINTS]))
    chosen = max(weights, key=lambda name: weights[name])
    first = next(hit for hit in near if hit["document_id"] == chosen)
    return Outline(
        tuple(points[:_MOST_POINTS]),
        chosen,
        str(first["title"]),
        tuple(str(heading) for heading in first["headings"]),
    )
