"""A question and the units that may answer it as one sequence of tokens for the reader.

``<s> query: question </s> heading </s> unit </s> unit </s> ...``: what stands together in a
passage stands together here, each passage under its title and heading. Units come in reading
order and as many as there is room for; those chosen first are kept first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from answer.extractive.units import Unit, spoken
from core.text.normalize import simplify

ROOM = 160
"""Tokens of a sequence: what a reply within 100 ms has time for."""
LEARNT_ROOM = 192
"""The same while learning, where shorter sequences make more lessons an hour."""
_QUESTION, _UNIT, _ABOUT = 40, 88, 14
_QUESTION_CHARACTERS, _UNIT_CHARACTERS, _ABOUT_CHARACTERS = 400, 600, 80
_PROMPT = "query: "

Tokenize = Callable[[Sequence[str]], list[list[int]]]


@dataclass(frozen=True, slots=True)
class Packed:
    """A sequence, and where each of the units lies in it."""

    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    """Of each unit of ``units``: its first token and the one after its last."""
    units: tuple[int, ...]
    """Which of the given units were taken, in the order of the sequence."""


def pack(
    question: str,
    units: Sequence[Unit],
    tokenize: Tokenize,
    marks: tuple[int, int, int],
    room: int = ROOM,
) -> Packed:
    """Return a question with units, which come in the order in which they should be taken."""
    opens, closes, _ = marks
    abouts = list(dict.fromkeys(about_of(unit) for unit in units))
    texts = [spoken(unit.text)[:_UNIT_CHARACTERS] for unit in units]
    asked = _PROMPT + " ".join(question.split())[:_QUESTION_CHARACTERS]
    tokens = tokenize([clean(text) for text in (asked, *abouts, *texts)])
    # A long message ends with what is asked more often than it begins with it.
    head, body = tokens[0][:3], tokens[0][3:]
    ids = [opens, *head, *body[-_QUESTION:], closes]
    context = {about: own[:_ABOUT] for about, own in zip(abouts, tokens[1:], strict=False)}
    bodies = [own[:_UNIT] for own in tokens[1 + len(abouts) :]]
    taken = _taken(units, bodies, context, room - len(ids))
    spans: list[tuple[int, int]] = []
    said: str | None = None
    for i in sorted(taken, key=lambda i: units[i].place):
        about = about_of(units[i])
        if about != said and context[about]:
            ids += [*context[about], closes]
        said = about
        spans.append((len(ids), len(ids) + len(bodies[i])))
        ids += [*bodies[i], closes]
    order = tuple(sorted(taken, key=lambda i: units[i].place))
    return Packed(tuple(ids), tuple(spans), order)


def about_of(unit: Unit) -> str:
    """Return the title and the nearest heading of a unit's passage."""
    chunk = unit.chunk
    heading = chunk.headings[-1] if chunk.headings else ""
    title = "" if heading and chunk.title in heading else chunk.title
    return " ".join(f"{heading} {title}".split())[:_ABOUT_CHARACTERS]


def _taken(
    units: Sequence[Unit],
    bodies: Sequence[Sequence[int]],
    context: dict[str, list[int]],
    room: int,
) -> list[int]:
    taken: list[int] = []
    held: set[str] = set()
    for i, unit in enumerate(units):
        about = about_of(unit)
        size = len(bodies[i]) + 1
        size += len(context[about]) + 1 if about not in held and context[about] else 0
        if size <= room and bodies[i]:
            taken.append(i)
            held.add(about)
            room -= size
    return taken


def clean(text: str) -> str:
    """Return a text as the encoder is given it."""
    return text if text.isascii() else simplify(text.encode("utf-8", "replace").decode("utf-8"))
