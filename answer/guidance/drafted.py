"""The steps that a draft tells, ticked as the same steps of a checklist are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from answer.extractive.vectors import VectorCache
from answer.guidance.procedures import key_of
from answer.guidance.ticking import done_of
from answer.guidance.types import Mark
from answer.guidance.words import Words
from core.types import Draft, Turn


@dataclass(frozen=True, slots=True)
class _Told:
    key: str
    text: str


def ticked(
    draft: Draft,
    turns: Sequence[Turn],
    words: Words,
    vectors: VectorCache,
    marks: Mapping[str, Mark],
) -> Draft:
    """Return a draft whose steps are done as far as a person or the conversation says so."""
    documents = {cited.marker: cited.document_id for cited in draft.citations}
    steps = [
        _Told(key_of(documents.get(step.citation, ""), step.text), step.text)
        for step in draft.steps
    ]
    found = done_of(steps, turns, words, vectors)
    done = [marks[one.key].done if one.key in marks else one.key in found for one in steps]
    return replace(
        draft, steps=tuple(replace(s, done=was) for s, was in zip(draft.steps, done, strict=True))
    )
