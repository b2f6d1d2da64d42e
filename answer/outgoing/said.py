"""What the turns of a conversation say to people: nothing hidden, nothing meant for a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.text import content_terms, split_sentences
from core.text.addressed import addresses_model, unquotable, unquotable_spans
from core.text.hidden import visible
from core.types import Turn


def as_seen(conversation: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the turns as a reader sees them, without characters that show nothing."""
    return tuple(
        turn if (text := visible(turn.text)) == turn.text else replace(turn, text=text)
        for turn in conversation
    )


def to_people(conversation: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the turns without what turns to a language model, where something else is left.

    A message that says nothing else stays as it is: it is refused like any other that the
    documents do not answer.
    """
    return tuple(
        turn if (text := _to_people(turn.text)) == turn.text else replace(turn, text=text)
        for turn in conversation
    )


def _to_people(text: str) -> str:
    if not unquotable_spans(text) and not addresses_model(text):
        return text
    kept = []
    for line in text.splitlines():
        said = [span.text for span in split_sentences(line) if not unquotable(span.text)]
        if said:
            kept.append(" ".join(said))
    left = "\n".join(kept)
    return left if content_terms(left) else text
