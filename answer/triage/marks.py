"""What punctuation, capitals and repetition show of a customer's temper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answer.triage.heard import Span, Text
from core.types import Signal

_RUN = re.compile(r"[!！?？][!！?？\s]*")
_WORD = re.compile(r"(?<![\w/.:@#-])[A-Z]{2,}(?:['’][A-Z]{1,2})?(?![\w/@#-])")
_STRETCHED = re.compile(r"([a-z\u3400-\u9fff])\1{3,}")
_TWICE = re.compile(r"([\u3400-\u9fff]{2,4})\1+|\b([a-z]{3,})(?:[\s,.!]+\2\b){1,}")
# Laughter, and what is said twice in good temper.
_LAUGHED = re.compile(r"^(?:[哈呵嘿嘻6w]|ha|he|lo)|谢谢|好的|好了|拜拜|很多|very|bye|thank|really")
_SHOUTED_FROM = 2
_RUN_ON = re.compile(r"([a-z])\1{2,}")
_ORDINARY = re.compile(r"[a-z]+")
_NOISE_FROM = 20
_NOISE_LETTERS = 2
_NOISE_TIMES = 5


@dataclass(frozen=True, slots=True)
class Marks:
    """How a message is written, apart from its words."""

    exclamations: int
    questions: int
    capitals: int
    repetitions: int
    signals: tuple[Signal, ...]

    @property
    def strength(self) -> float:
        """What they add to the strength of an emotion."""
        added = min(0.3, 0.1 * self.exclamations) if self.exclamations > 1 else 0.0
        added += min(0.16, 0.08 * self.questions) if self.questions > 1 else 0.0
        added += 0.25 if self.capitals else 0.0
        return added + (0.15 if self.repetitions else 0.0)


def marks_of(text: Text, read: str, ordinary: frozenset[str], known: Sequence[Span] = ()) -> Marks:
    """Return the marks of a text.

    Args:
        text: what was written.
        read: its folded form, white where it is passed over.
        ordinary: English words; what is shouted or said twice counts where it is one of them.
        known: where cues were found in it.
    """
    written = _as_read(text, read)
    runs = [run.group().strip() for run in _RUN.finditer(written)]
    together = [run for run in runs if len(re.sub(r"\s", "", run)) > 1]
    capitals = [w.group() for w in _WORD.finditer(written) if w.group().lower() in ordinary]
    if len(capitals) < _SHOUTED_FROM and not any(len(word) > 3 for word in capitals):
        capitals = []
    repeated = [
        found.span()
        for pattern in (_STRETCHED, _TWICE)
        for found in pattern.finditer(read)
        if not _LAUGHED.search(found.group()) and _means(found, read, ordinary, known)
    ]
    shown = [Signal("punctuation", run) for run in together]
    shown += [Signal("capitals", word) for word in capitals]
    shown += [Signal("repetition", text.as_written(span)) for span in repeated]
    return Marks(
        exclamations=sum(run.count("!") + run.count("！") for run in runs),
        questions=sum(run.count("?") + run.count("？") for run in runs),
        capitals=len(capitals),
        repetitions=len(repeated),
        signals=tuple(dict.fromkeys(shown)),
    )


def says_nothing(text: Text, ordinary: frozenset[str]) -> bool:
    """Say whether a text is a key held down or the same few letters over and over."""
    letters = [c for c in text.folded if c.isalnum()]
    words = _ORDINARY.findall(text.folded)
    if len(letters) < _NOISE_FROM or any(len(word) > 1 and word in ordinary for word in words):
        return False
    if len(set(letters)) <= _NOISE_LETTERS:
        return True
    latin = sum(map(len, words)) == len(letters)
    return latin and len(words) >= _NOISE_TIMES * len(set(words))


def _means(
    found: re.Match[str], read: str, ordinary: frozenset[str], known: Sequence[Span]
) -> bool:
    """Say whether what is repeated are words, and not a key held down."""
    start, end = found.span()
    if any(begun < end and start < ended for begun, ended in known):
        return True
    if not found.group()[0].isascii():
        return any(c.isalnum() for c in read[:start] + read[end:])
    word = _whole(read, start, end)
    return any(_RUN_ON.sub(kept, w) in ordinary for w in word.split() for kept in (r"\1", r"\1\1"))


def _whole(read: str, start: int, end: int) -> str:
    """The words that a place is in."""
    while start > 0 and "a" <= read[start - 1] <= "z":
        start -= 1
    while end < len(read) and "a" <= read[end] <= "z":
        end += 1
    return " ".join(_ORDINARY.findall(read[start:end]))


def _as_read(text: Text, read: str) -> str:
    """The written text, white where the folded one is."""
    kept = list(text.written)
    for folded, was, place in zip(read, text.folded, text.places, strict=True):
        if folded != was:
            kept[place] = " "
    return "".join(kept)
