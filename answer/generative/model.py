"""What the generative drafter asks of a language model, and a model that reads from a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from typing import Protocol

from answer.following import Cancel

CUT = "…"
"""How a reply ends that was cut short, by a limit or by its writer."""


class LanguageModel(Protocol):
    """Writes text when told what to do and shown what to do it with."""

    @property
    def name(self) -> str:
        """What a draft names as its drafter."""
        ...

    def complete(self, system: str, user: str) -> str:
        """Return the whole reply, within the model's own budget of time.

        Raises:
            ModelUnavailable: it did not answer in time, or what came back is no answer.
        """
        ...

    def stream(self, system: str, user: str, cancel: Cancel | None = None) -> Generator[str]:
        """Yield the reply in pieces as they come; one that was cut short ends in ``CUT``.

        Raises:
            ModelUnavailable: it did not answer in time, or what came back is no answer.
            DraftOutdated: ``cancel`` was set meanwhile; the model is not kept busy.
        """
        ...


class ScriptedModel:
    """Says what its script says: forces what a real model will not do when asked to."""

    def __init__(self, script: str | Callable[[str, str], str], *, name: str = "scripted") -> None:
        self.name = name
        self.asked: list[tuple[str, str]] = []
        """The instructions and the material of every call."""
        self._script = script

    def complete(self, system: str, user: str) -> str:
        """Return the script, or what it makes of instructions and material."""
        self.asked.append((system, user))
        return self._script if isinstance(self._script, str) else self._script(system, user)

    def stream(self, system: str, user: str, cancel: Cancel | None = None) -> Generator[str]:
        """Yield the same, a few letters at a time."""
        for piece in re.findall(r".{1,5}", self.complete(system, user), re.DOTALL):
            if cancel is not None:
                cancel.check()
            yield piece
