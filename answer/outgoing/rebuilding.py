"""A draft of which some sentences are taken out, with its citations numbered anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from answer.compose import refused, render
from core.types import Citation, Draft, DraftState, Sentence


def rebuilt(
    draft: Draft,
    kept: Sequence[Sentence],
    *,
    internal: Sequence[Sentence] = (),
    citations: Sequence[Citation] = (),
    notes: Sequence[str] = (),
) -> Draft:
    """Return the draft that says ``kept``, and shows the agent ``internal``, in this order.

    ``citations`` are new ones that sentences name beside the draft's own; an answer of which
    nothing is left becomes a refusal.
    """
    known: Mapping[int, Citation] = {c.marker: c for c in (*draft.citations, *citations)}
    order = dict.fromkeys(m for s in (*kept, *internal) for m in s.citations if m in known)
    number = {marker: place for place, marker in enumerate(order, 1)}
    first = {s.text: number[s.citations[0]] for s in kept if s.citations}
    changed = replace(
        draft,
        sentences=_numbered(kept, number),
        internal=_numbered(internal, number),
        citations=tuple(replace(known[marker], marker=number[marker]) for marker in order),
        steps=tuple(
            replace(step, citation=first[step.text]) for step in draft.steps if step.text in first
        ),
        missing=(*draft.missing, *notes),
    )
    if draft.state is DraftState.ANSWERED and not kept:
        return refused(changed)
    return replace(changed, answer=render(changed))


def _numbered(said: Sequence[Sentence], number: Mapping[int, int]) -> tuple[Sentence, ...]:
    return tuple(
        replace(s, citations=tuple(number[m] for m in s.citations if m in number)) for s in said
    )
