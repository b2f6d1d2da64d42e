"""The words by which an edit is read, compiled from ``cues.yaml``."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from core.text import fold

Pattern = re.Pattern[str]


class Cues:
    """What the words of a text show."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._policy = {name: _both(said) for name, said in data["policy"].items()}
        self.condition = _both(data["condition"])
        self.region = _both(data["region"])
        self.release = _both(data["release"])
        self._tone = _both(data["tone"])
        self._polite = _both(data["polite"])
        self._picture = re.compile(data["picture"])
        self._step = _both(data["step"])

    def policies(self, text: str) -> dict[str, str]:
        """Return what a text gives, promises or may not decide, each with its words."""
        folded = fold(text)
        found = {name: pattern.search(folded) for name, pattern in self._policy.items()}
        return {name: match.group() for name, match in found.items() if match}

    def conditions(self, clause: str) -> bool:
        """Say whether a clause says for whom or when something holds."""
        return bool(self.condition.search(_bare(clause)))

    def regions(self, text: str) -> frozenset[str]:
        """Return the regions that a text names."""
        return frozenset(self.region.findall(fold(text)))

    def polite(self, text: str) -> str:
        """Return the words of a text that are there for its tone."""
        folded = fold(text)
        words = (*self._polite.findall(folded), *self._tone.findall(folded))
        return " ".join((*words, *self._picture.findall(text)))

    def without_tone(self, text: str) -> str:
        """Return a text, folded, without the words that are there for its tone alone."""
        return self._polite.sub(" ", self._tone.sub(" ", self._picture.sub(" ", fold(text))))

    def toned(self, clause: str) -> bool:
        """Say whether a clause greets, thanks, regrets or comforts."""
        return bool(self._tone.search(_bare(clause)) or self._picture.search(clause))

    def steps(self, clause: str) -> bool:
        """Say whether a clause tells somebody to do something."""
        return bool(self._step.search(_bare(clause)))


@lru_cache(maxsize=1)
def cues() -> Cues:
    """Return the words as they come with the product."""
    text = files("evals.feedback").joinpath("cues.yaml").read_text(encoding="utf-8")
    return Cues(yaml.safe_load(text))


def _both(said: dict[str, str]) -> Pattern:
    return re.compile(f"{said['zh']}|{said['en']}")


def _bare(clause: str) -> str:
    return fold(clause).strip(" \t,，、;；。.!！()（）[]")
