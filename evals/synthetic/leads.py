"""With what a passage begins, as a piece that can be quoted."""

from __future__ import annotations

from answer.extractive.units import Unit, UnitKind, chunk_units, spoken
from core.types import Chunk, ChunkKind
from evals.synthetic.wording import words

_FEWEST, _ENOUGH = 10, 120
_NOT_SAID = (UnitKind.ASKED, UnitKind.LEAD)


def lead_of(chunk: Chunk, after: int = 0, before: int | None = None) -> tuple[str, str]:
    """Return what a passage says first from a place on, and the quote by which to find it.

    What introduces a list or a table says nothing by itself and is passed over. Both are empty
    where the passage says too little.
    """
    units = [
        unit
        for unit in chunk_units(chunk)
        if unit.start >= after and (before is None or unit.end <= before)
        if unit.kind not in _NOT_SAID
        # In running text, a row is of what the page shows beside it.
        if unit.kind is not UnitKind.ROW or chunk.kind is ChunkKind.TABLE
        if not words()["of_itself"].search(spoken(unit.text))
    ]
    said: list[Unit] = []
    for unit in units:
        said.append(unit)
        if sum(len(one.text) for one in said) >= _ENOUGH:
            break
    text = "\n".join(spoken(one.text) for one in said)
    if len(text) < _FEWEST:
        return "", ""
    quote = max(said[:3], key=lambda one: min(len(one.text), _ENOUGH)).text
    return text, quote
