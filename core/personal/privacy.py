"""What of a text is kept where other people read it, as the house's setting has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.personal.known import NOTHING, KnownValues
from core.personal.masking import Masker

_TYPED = frozenset(
    {"question", "note", "reason", "why", "query", "context", "parts", "exact", "reference"}
    | {"answer", "text", "clarify", "missing", "terms", "tone", "before", "after"}
)
"""Fields of JSON in which the words of customers and colleagues stand, or are repeated."""
_WRITTEN = frozenset({"citations", "candidates", "dropped", "expected", "evidence", "passages"})
"""Fields that hold the documents' own words: a quote must stay what the document says."""


class Privacy:
    """Masks what is kept for evals, in the audit and in reports, where this is wanted."""

    def __init__(self, known: KnownValues = NOTHING, *, on: bool = True) -> None:
        self._known = known
        self._on = on

    def text(self, text: str) -> str:
        """Return a text with a placeholder for each piece of personal data."""
        return Masker(self._known).mask(text) if self._on else text

    def body(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return a body of JSON in which all that people typed is masked, however deep it lies."""
        if not self._on:
            return dict(body)
        masked: dict[str, Any] = _masked(body, Masker(self._known), typed=False)
        return masked


def _masked(value: Any, masker: Masker, *, typed: bool) -> Any:
    if isinstance(value, Mapping):
        return {
            name: held if name in _WRITTEN else _masked(held, masker, typed=typed or name in _TYPED)
            for name, held in value.items()
        }
    if isinstance(value, list | tuple):
        return [_masked(one, masker, typed=typed) for one in value]
    return masker.mask(value) if typed and isinstance(value, str) else value
