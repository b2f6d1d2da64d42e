"""The turns of a stored conversation: masked, and joined with what a caller sends anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from difflib import SequenceMatcher
from typing import Any

from answer.record.reader import CUSTOMER, moment_of
from answer.talk import THANKS, talk_of
from core.personal import Masker
from core.types import Turn

MOST_TURNS = 500
_LONGEST = 4_000
_MASKED = "["
Kept = dict[str, Any]
_Step = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Joined:
    """All turns of a conversation, and where those that were sent now stand among them."""

    turns: list[Kept]
    places: Mapping[int, int]
    dropped: int
    """How many of the oldest went, so that there are not too many."""
    new: bool
    """Whether anything was sent that was not known."""


def join(held: Sequence[Kept], sent: Sequence[Turn], now: datetime, zone: tzinfo | None) -> Joined:
    """Join what is stored with what was sent: all of the conversation, or its end alone."""
    first = max(0, len(sent) - MOST_TURNS)
    marks = [_mark(turn) for turn in sent[first:]]
    before = [turn["mark"] for turn in held]
    joined: list[Kept] = []
    places: dict[int, int] = {}
    steps = SequenceMatcher(None, before, marks, autojunk=False).get_opcodes()
    masker = _masker(held, sent[first:], steps)
    for what, a1, a2, b1, b2 in steps:
        for offset, place in enumerate(range(b1, b2)) if what == "equal" else ():
            places[first + place] = len(joined) + offset
        joined += held[a1:a2]
        if what in ("insert", "replace"):
            for place in range(b1, b2):
                places[first + place] = len(joined)
                joined.append(_kept(sent[first + place], marks[place], masker, now, zone))
    dropped = max(0, len(joined) - MOST_TURNS)
    return Joined(
        joined[dropped:],
        {one: at - dropped for one, at in places.items() if at >= dropped},
        dropped,
        len(joined) > len(held),
    )


def _masker(held: Sequence[Kept], sent: Sequence[Turn], steps: Iterable[_Step]) -> Masker:
    """A masker that goes on where the one before stopped: one number for one value."""
    masker = Masker()
    for what, a1, a2, b1, _ in steps:
        for place in range(a1, a2):
            # Of what held nothing personal there is nothing to learn.
            if _MASKED in held[place]["text"]:
                known = what == "equal"
                masker.mask(sent[b1 + place - a1].text if known else held[place]["text"])
    return masker


def answered_turn(text: str, now: datetime, held: Sequence[Kept] = ()) -> Kept:
    """Return what an agent told a customer as a turn; ``held`` are the turns before it."""
    turn, masker = Turn("agent", text), Masker()
    for before in held:
        masker.reserve(before["text"])
    return _kept(turn, _mark(turn), masker, now, None)


def waiting_since(turns: Sequence[Kept]) -> datetime | None:
    """Return when the earliest message was written that nobody has answered; thanks need none."""
    since: str | None = None
    for turn in reversed(turns):
        if turn["role"] != CUSTOMER:
            break
        if not turn.get("thanks"):
            since = turn["at"]
    return datetime.fromisoformat(since) if since else None


def _kept(turn: Turn, mark: str, masker: Masker, now: datetime, zone: tzinfo | None) -> Kept:
    at = moment_of(turn.at, zone) or now
    text = turn.text.strip()[:_LONGEST]
    kept: Kept = {
        "role": turn.role,
        "text": masker.mask(text),
        # A clock that runs ahead must not make a customer wait for less than nothing.
        "at": min(at, now).isoformat(),
        "mark": mark,
    }
    if turn.role == CUSTOMER and (not text or (len(text) < 40 and talk_of(text) == THANKS)):
        kept["thanks"] = True
    return kept


def _mark(turn: Turn) -> str:
    """What two turns are told apart by: too short to be turned back into what was written."""
    said = f"{turn.role}\x1f{turn.text.strip()}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:10]
