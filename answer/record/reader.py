"""Reads the record of a conversation from its turns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Protocol

from answer.record import details, people
from answer.record.fields import CHOICES, Found, words
from answer.record.people import Piece
from answer.record.wants import wants
from answer.routing.facts import moment
from core.applies import Name
from core.text import fold
from core.types import Triage, Turn

CUSTOMER = "customer"
_MOST_TURNS = 200
_FIRST_TURNS = 20
"""Of a longer conversation, so many at its beginning are read, and the rest at its end."""
_LONGEST_TURN = 3_000
_MOST_READ = 24_000
_LONGEST_ANSWER = 60
"""Up to how many characters a message is taken for the answer to what was asked just before."""
_NO_ZONE = re.compile(r"^\d{4}-\d\d-\d\d[T ][\d:.]+$")


class Names(Protocol):
    """Finds the models and the products of the live documents in a text."""

    def models(self, text: str) -> list[Name]:
        """Return the models that a text names."""
        ...

    def products(self, text: str) -> list[Name]:
        """Return the products that a text names."""
        ...


@dataclass(frozen=True, slots=True)
class _Said:
    """One turn as it is read."""

    number: int
    text: str
    folded: str
    asked: str
    """What the agent said before it, folded."""
    today: date


class RecordReader:
    """Fills the fields of a record from what was said, each with where it was said."""

    def __init__(self, names: Callable[[], Names], zone: tzinfo | None = None) -> None:
        self._names = names
        self._zone = zone

    def read(
        self,
        turns: Sequence[Turn],
        triage: Triage | None = None,
        now: datetime | None = None,
    ) -> dict[str, Found]:
        """Return what the turns say, field by field; what was said last goes before.

        A day such as "yesterday" is meant from the time of its turn on, else from ``now`` on.
        """
        found: dict[str, Found] = {}
        said = list(self._said(turns, now or datetime.now(UTC)))
        known = self._names()
        for one in said:
            for field, piece in _pieces(one, known):
                found[field] = _found(one, piece)
        found.update(_tried(said))
        found.update(_wanted(said))
        if triage is not None and said:
            found.update(_judged(said, triage))
        return found

    def traits(self, turns: Sequence[Turn]) -> list[str]:
        """Return what decides, beyond the kind, what must be asked: own_order, visit."""
        said = [one.folded for one in self._said(turns, datetime.now(UTC))]
        patterns = words().traits.items()
        return [name for name, pattern in patterns if any(map(pattern.search, said))]

    def _said(self, turns: Sequence[Turn], now: datetime) -> Iterator[_Said]:
        asked, left = "", _MOST_READ
        for number in _read_turns(turns):
            turn = turns[number]
            if turn.role != CUSTOMER:
                asked = fold(turn.text[-600:])
                continue
            text = turn.text[: min(_LONGEST_TURN, left)]
            left -= len(text)
            if text.strip():
                at = moment_of(turn.at, self._zone) or now
                yield _Said(
                    number, text, same_length(text), asked, at.astimezone(self._zone).date()
                )


def moment_of(written: str, zone: tzinfo | None = None) -> datetime | None:
    """Return the time that a turn says it was written at; None where it says none."""
    if zone is not None and _NO_ZONE.match(written.strip()):
        try:
            return datetime.fromisoformat(written.strip()).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            return None
    return moment(written)


def same_length(text: str) -> str:
    """Return a text folded for matching in which every character stands where it stood."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded
    return "".join(one if len(one) == 1 else c for c in text for one in (fold(c),))


def _read_turns(turns: Sequence[Turn]) -> Iterable[int]:
    count = len(turns)
    if count <= _MOST_TURNS:
        return range(count)
    return [*range(_FIRST_TURNS), *range(count - _MOST_TURNS + _FIRST_TURNS, count)]


def _found(one: _Said, piece: Piece) -> Found:
    return Found(piece.value, one.number, one.text[piece.start : piece.end], piece.start, piece.end)


def _pieces(one: _Said, known: Names) -> Iterator[tuple[str, Piece]]:
    """What one message says; of a field named twice the later comes later."""
    rules = words()
    short = len(one.text.strip()) <= _LONGEST_ANSWER
    wanted = {name for name, p in rules.asked.items() if short and p.search(one.asked)}
    yield from (("name", piece) for piece in people.names(one.text, asked="name" in wanted))
    yield from (("email", piece) for piece in people.emails(one.text))
    held = list(people.phones(one.text))
    yield from (("phone", piece) for piece in held)
    labelled = [
        (field, piece)
        for field in ("order", "account", "contract", "serial")
        for piece in people.labelled(field, one.text)
    ]
    yield from labelled
    taken = [piece for _, piece in labelled] + held
    yield from _answers(one, wanted, taken)
    yield from _about(one, known, wanted, taken)


def _answers(one: _Said, wanted: set[str], taken: list[Piece]) -> Iterator[tuple[str, Piece]]:
    """A bare number that answers the question for it."""
    for field in ("order", "contract", "account", "serial"):
        if field in wanted:
            free = [p for p in people.bare_codes(one.text) if not _within(p, taken)]
            if free:
                taken.append(free[0])
                yield field, free[0]
            return


def _about(
    one: _Said, known: Names, wanted: set[str], taken: list[Piece]
) -> Iterator[tuple[str, Piece]]:
    models = known.models(one.text)
    for field, some in (("product", known.products(one.text)), ("model", models)):
        if some:
            place = _place(one.folded, some[-1])
            value = ", ".join(name.written for name in some[:4])
            yield field, Piece(value, *(place or (0, 0)))
    keys = frozenset[str]().union(*(name.keys for name in models)) if models else frozenset()
    for piece in details.codes(one.folded):
        plain = re.sub(r"[\W_]", "", piece.value)
        if plain not in keys and not _within(piece, taken):
            # As the customer wrote it: capitals are part of a code.
            yield (
                "error_code",
                Piece(one.text[piece.start : piece.end].strip(), piece.start, piece.end),
            )
    days = details.any_day if "happened" in wanted else details.happened
    yield from (("happened", piece) for piece in _first(days(one.folded, one.today)))
    yield from (("firmware", p) for p in details.releases(one.text, one.folded, one.asked))
    yield from (("place", piece) for piece in _first(details.places(one.text)))


def _first(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Of several in one message the first is what it is about."""
    piece = next(pieces, None)
    if piece is not None:
        yield piece


def _within(piece: Piece, others: Sequence[Piece]) -> bool:
    return any(piece.start < other.end and other.start < piece.end for other in others)


def _place(folded: str, name: Name) -> tuple[int, int] | None:
    for written in (name.written, *name.keys):
        start = folded.find(fold(written))
        if start >= 0:
            return start, start + len(written)
    return None


def _tried(said: Sequence[_Said]) -> dict[str, Found]:
    """Everything that was tried, told over several messages; the last is quoted."""
    held: list[tuple[_Said, Piece]] = []
    for one in said:
        pieces = list(details.tried(one.text, one.folded))
        answers = words().asked["tried"].search(one.asked) and len(one.text) <= 2 * _LONGEST_ANSWER
        if not pieces and answers and "?" not in one.folded and len(one.text.strip()) > 3:
            pieces = [Piece(one.text.strip(), 0, len(one.text))]
        held += [(one, piece) for piece in pieces]
    if not held:
        return {}
    texts = list(dict.fromkeys(piece.value for _, piece in held))[-3:]
    one, last = held[-1]
    return {
        "tried": Found(
            " / ".join(texts), one.number, one.text[last.start : last.end], last.start, last.end
        )
    }


def _wanted(said: Sequence[_Said]) -> dict[str, Found]:
    """All wishes that stand; what was asked stands only where nothing else is wished."""
    standing: dict[str, tuple[_Said, Piece]] = {}
    for one in said:
        for piece in sorted(wants(one.folded), key=lambda piece: piece.start):
            name = piece.value.lstrip("-")
            standing.pop(name, None)
            if name == piece.value:
                standing[name] = one, piece
    if len(standing) > 1:
        standing.pop("information", None)
    if not standing:
        return {}
    one, last = list(standing.values())[-1]
    value = ", ".join(name for name in CHOICES["wants"] if name in standing)
    return {
        "wants": Found(value, one.number, one.text[last.start : last.end], last.start, last.end)
    }


def _judged(said: Sequence[_Said], triage: Triage) -> dict[str, Found]:
    """Kind, subject and needs, as the triage says; quoted is what shows it, else the message."""
    last = said[-1]
    quote = next((s.text for s in triage.emotion.signals if s.text and s.text in last.text), "")
    start = last.text.find(quote) if quote else 0
    shown = quote or last.text.strip()[:80]
    start = last.text.find(shown) if shown else start
    values: Mapping[str, str] = {
        "kind": triage.kind,
        "about": triage.complaint_about or "",
        "needs": ", ".join(triage.needs),
    }
    return {
        name: Found(value, last.number, shown, max(start, 0), max(start, 0) + len(shown))
        for name, value in values.items()
        if value
    }
