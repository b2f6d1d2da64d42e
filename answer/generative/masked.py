"""A language model that sees placeholders where personal data stands."""

from __future__ import annotations

from collections.abc import Generator

from answer.following import Cancel
from answer.generative.model import LanguageModel
from core.personal import KnownValues, Masker
from core.personal.known import NOTHING

_OPEN, _CLOSE = "[［【", "]］】"
_LONGEST = 24
"""Of a placeholder; what opened a bracket longer ago is none."""


class MaskedModel:
    """Masks what is sent to a model, and puts the originals back into what it writes."""

    def __init__(self, model: LanguageModel, known: KnownValues = NOTHING) -> None:
        """``known`` is what anybody may read in the documents: it is sent as it is."""
        self._model = model
        self._known = known

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def complete(self, system: str, user: str) -> str:
        """Return the reply with the originals in it; the instructions hold nothing personal."""
        masker = Masker(self._known)
        return masker.restore(self._model.complete(system, masker.mask(user)))

    def stream(self, system: str, user: str, cancel: Cancel | None = None) -> Generator[str]:
        """Yield the reply with the originals in it; a placeholder comes in one piece."""
        masker = Masker(self._known)
        held = ""
        for piece in self._model.stream(system, masker.mask(user), cancel):
            held += piece
            keep = _unclosed(held)
            if ready := held[:keep]:
                yield masker.restore(ready)
            held = held[keep:]
        if held:
            yield masker.restore(held)


def _unclosed(text: str) -> int:
    """Where a placeholder may have begun that is not whole yet; else the end."""
    opened = max(text.rfind(mark) for mark in _OPEN)
    closed = max(text.rfind(mark) for mark in _CLOSE)
    return opened if opened > closed and len(text) - opened < _LONGEST else len(text)
