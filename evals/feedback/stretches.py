"""What was put in, taken out or exchanged between two sentences, stretch by stretch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.text import fold

_TOKEN = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]|\d+(?:[.,]\d+)*|[^\W\d_\u3400-\u9fff]+(?:['’-][^\W\d_]+)*|\s+|[^\w\s]|_"
)
_WORD = re.compile(r"\w")
_GLUE = 1
"""Single signs and characters that stayed between two changes tell nothing: they are one change."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a sentence and what stands for it now; either may be empty."""

    before: str
    after: str

    @property
    def worded(self) -> bool:
        """Whether a letter or a digit was changed, and not only signs and space."""
        return bool(_WORD.search(self.before + self.after))


@dataclass(frozen=True, slots=True)
class Changes:
    """How one sentence became another."""

    stretches: tuple[Stretch, ...]
    kept: float
    """The share of the sentences' words that stayed, in [0, 1]."""


def changes(before: str, after: str) -> Changes:
    """Return what differs between two sentences, in order."""
    one, other = _TOKEN.findall(before), _TOKEN.findall(after)
    steps = SequenceMatcher(None, _folded(one), _folded(other), autojunk=False).get_opcodes()
    found: list[tuple[str, str]] = []
    held = ""
    open_ended = False
    kept = 0
    for what, a1, a2, b1, b2 in steps:
        if what == "equal":
            held = "".join(one[a1:a2])
            kept += sum(bool(_WORD.search(token)) for token in one[a1:a2])
            open_ended = bool(found) and len(held.strip()) <= _GLUE
            continue
        piece = "".join(one[a1:a2]), "".join(other[b1:b2])
        if open_ended:
            last = found.pop()
            piece = last[0] + held + piece[0], last[1] + held + piece[1]
        found.append(piece)
        open_ended = False
    words = max(_words(one), _words(other))
    return Changes(
        tuple(Stretch(a.strip(), b.strip()) for a, b in found), kept / words if words else 1.0
    )


def _folded(tokens: Sequence[str]) -> list[str]:
    # Each by itself: folding the whole could join what is two.
    return [" " if token.isspace() else fold(token) for token in tokens]


def _words(tokens: Sequence[str]) -> int:
    return sum(bool(_WORD.search(token)) for token in tokens)
