"""Models that a question names and no passage knows, and what may be said all the same.

What the documents say of one model holds for no other: a question about an R9 is not answered with
what they say of the R5, however well that fits. Only what they say of all products may answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from answer.base import DraftRequest
from answer.extractive.called import Called, called_in, family_of, slip_of, stands
from answer.extractive.units import chunk_units
from answer.leaning import turns_away
from core.applies import model_key, names_of
from core.text import fold
from core.types import Chunk, Hit, Turn

_CUSTOMER = "customer"
_MOST_LIKE = 4
_BEFORE = r"(?:(?:\b(?:for|of|on|with) )?\b(?:my|the|an?|our|your|this|that) |我?的 ?)?"
_AFTER = r"(?: ?的)?"


@dataclass(frozen=True, slots=True)
class Stranger:
    """A model that no passage knows."""

    written: str
    like: tuple[str, ...] = ()
    """Models of its kind that the passages know, as they are written there."""
    meant: str = ""
    """The one of them that was mistyped, where that is plain."""


def strangers(
    text: str, before: str, request: DraftRequest, hits: Sequence[Hit]
) -> tuple[Stranger, ...]:
    """Return the models that one question is about and that no passage knows.

    ``before`` is what earlier turns supply to it. What the question itself names decides; where
    it names nothing, what was named last in the conversation does.
    """
    known = _Known(tuple(chunk for hit in hits for chunk in hit.passages()))
    names = called_in(text) or _named_before(before, request, known)
    alone = not any(not one.word for one in names)
    return tuple(
        Stranger(known.shown(one), *known.near(one))
        for one in names
        if not one.fault and (alone or not one.word) and not known.holds(one)
    )


def asks_of_a_stranger(request: DraftRequest, hits: Sequence[Hit]) -> bool:
    """Say whether any question of a message is about a model that no passage knows."""
    return any(strangers(text, request.context, request, hits) for text in request.questions)


def of_all(hits: Sequence[Hit]) -> list[Hit]:
    """Return what hits say of all products; nothing where the best of them is about certain ones.

    A passage that comes to speak of one model is read up to there: what follows may be about it.
    """
    read = [_up_to_a_model(hit.chunk) for hit in hits]
    if not read or read[0] is None:
        return []
    return [
        replace(hit, chunk=chunk, neighbours=())
        for hit, chunk in zip(hits, read, strict=True)
        if chunk is not None
    ]


def without(text: str, strange: Sequence[Stranger]) -> str:
    """Return a question without these names, and the small words that stand before them."""
    for one in strange:
        name = rf"{_BEFORE}{re.escape(one.written)}{_AFTER}"
        text = re.sub(name, " ", text, flags=re.IGNORECASE)
    return " ".join(text.split()) or text


def _named_before(before: str, request: DraftRequest, known: _Known) -> tuple[Called, ...]:
    """The names in what goes before a question, or in the turn that names something last."""
    turns = request.conversation
    said = {one.key: one for turn in turns for one in called_in(turn.text)}
    # What earlier turns supply are bare names: an order's number can be told from a model there.
    if supplied := tuple(said[one.key] for one in called_in(before) if one.key in said):
        return supplied
    if turns_away(request.question) or _is_given(request, turns):
        return ()
    for turn in reversed(turns):
        names = called_in(turn.text)
        # An agent who names several offers them for choice.
        if names and (turn.role == _CUSTOMER or len(names) == 1):
            return tuple(one for one in names if known.has_family(one))
    return ()


def _is_given(request: DraftRequest, turns: Sequence[Turn]) -> bool:
    """Whether the caller said which model it is, and no turn did."""
    keys = [key for name in names_of(request.applicability.model) for key in name.keys]
    said = fold(" ".join(turn.text for turn in turns)) if keys else ""
    return bool(keys) and not any(stands(key, said) for key in keys)


class _Known:
    """What the passages that were found know of models; others may not be for who asks."""

    def __init__(self, chunks: tuple[Chunk, ...]) -> None:
        self._chunks = chunks

    @cached_property
    def _text(self) -> str:
        return fold("\n".join(f"{chunk.context()}\n{chunk.text}" for chunk in self._chunks))

    @cached_property
    def _names(self) -> dict[str, str]:
        """By what they are compared by, as the first passage writes them."""
        named = [pair for chunk in reversed(self._chunks) for pair in reversed(_names_in(chunk))]
        first = dict(named)
        return {key: first[key] for key, _ in reversed(named)}

    def holds(self, one: Called) -> bool:
        """Whether any passage knows it, by whatever of its spellings."""
        if one.key in self._names or stands(one.key, self._text):
            return True
        if one.word:
            return stands(one.word, self._text)
        if one.letters:
            # A blank between letters and a number makes a name only of letters that are in use.
            return one.letters not in map(family_of, self._names)
        # A word of the documents beside a model's name is no part of it: the R5 Robot.
        return bool(one.base) and self.shown(one) != one.written and self._has(one)

    def shown(self, one: Called) -> str:
        """Return the name less a word of the documents after it."""
        last = one.key.removeprefix(one.base) if one.base else ""
        plain = last.isascii() and last.isalpha() and stands(last, self._text)
        return one.written.split()[0] if plain else one.written

    def has_family(self, one: Called) -> bool:
        """Return whether models of its kind are known."""
        return family_of(one.key) in map(family_of, self._names)

    def near(self, one: Called) -> tuple[tuple[str, ...], str]:
        """Return the known names of its kind, and the one that was meant if it is a slip."""
        family = family_of(one.key)
        like = [name for key, name in self._names.items() if family_of(key) == family]
        meant = slip_of(one.key, self._names)
        return tuple(dict.fromkeys(like))[:_MOST_LIKE], self._names.get(meant, "")

    def _has(self, one: Called) -> bool:
        return one.base in self._names or stands(one.base, self._text)


@lru_cache(maxsize=4096)
def _names_in(chunk: Chunk) -> tuple[tuple[str, str], ...]:
    """The models that a passage is about or speaks of: what they are compared by, as written."""
    about = names_of(chunk.applicability.model)
    said = [(key, name.written) for name in about for key in name.keys]
    return (*said, *_models_in(f"{chunk.context()}\n{chunk.text}"))


def _models_in(text: str) -> tuple[tuple[str, str], ...]:
    # In a passage, a word after a model's name belongs to the sentence.
    written = [
        one.written.split()[0] if one.base else one.written
        for one in called_in(text)
        if not (one.fault or one.word or one.letters)
    ]
    return tuple((model_key(name), name) for name in written)


@lru_cache(maxsize=4096)
def _up_to_a_model(chunk: Chunk) -> Chunk | None:
    """A passage that is about no certain product, as far as it names no model."""
    about = chunk.applicability
    if about.product or about.model or _models_in(chunk.context()):
        return None
    for unit in chunk_units(chunk):
        if _models_in(unit.text):
            return replace(chunk, text=chunk.text[: unit.start]) if unit.start else None
    return chunk
