"""A model's replies, kept in a folder: a slow run goes on where it ended, and checks run again.

What is kept is the model's words by all that it was asked, so that a change of the checks is seen
at once with the same words, and a change of the prompt has the model asked anew.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Generator
from hashlib import sha256
from pathlib import Path

from answer.following import Cancel
from answer.generative.model import LanguageModel

_FENCE_NAME = re.compile(r"(?<=passage-|uestion-)[0-9a-f]{6}")
"""Made up anew for each prompt."""


class KeptModel:
    """Asks a model once for each prompt, and says the same again from its folder."""

    def __init__(self, model: LanguageModel, folder: Path, settings: str = "") -> None:
        """``settings`` is what else decides on a reply, such as how long it may be."""
        self._model = model
        self._folder = folder
        self._settings = settings
        folder.mkdir(parents=True, exist_ok=True)
        self.said = ""
        """What was said last."""

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def complete(self, system: str, user: str) -> str:
        """Return the reply."""
        return "".join(self.stream(system, user))

    def stream(self, system: str, user: str, cancel: Cancel | None = None) -> Generator[str]:
        """Yield the reply; one that did not come to its end is not kept."""
        prompt = _FENCE_NAME.sub("", f"{self.name}\n{self._settings}\n{system}\n{user}")
        kept = self._folder / f"{sha256(prompt.encode()).hexdigest()[:24]}.json"
        if kept.exists():
            self.said = json.loads(kept.read_text(encoding="utf-8"))["said"]
            yield self.said
            return
        self.said, started = "", time.perf_counter()
        for piece in self._model.stream(system, user, cancel):
            self.said += piece
            yield piece
        seconds = round(time.perf_counter() - started, 1)
        entry = {"model": self.name, "seconds": seconds, "said": self.said}
        half = kept.with_suffix(".part")
        half.write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
        half.replace(kept)
