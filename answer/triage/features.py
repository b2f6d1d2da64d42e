"""What the fitted weights see of a conversation: its meaning, its cues and its marks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from answer.triage.cues import CueBook, Found
from answer.triage.heard import Heard
from answer.triage.judging import (
    EMOTIONS,
    KINDS,
    LEVELS,
    NEEDS,
    SUBJECTS,
    judge,
    summed,
)
from answer.triage.marks import Marks, marks_of
from core.text import reply_language

Vector = NDArray[np.float32]

HEADS: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "about": SUBJECTS,
    "emotion": EMOTIONS,
    "severity": LEVELS,
    "emergency": LEVELS,
    **dict.fromkeys(NEEDS, ("no", "yes")),
}
"""What is told apart, and the labels of each."""

_SUMMED = (("kind", KINDS), ("about", SUBJECTS), ("emotion", EMOTIONS))


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in a conversation."""

    heard: Heard
    recent: Found
    last: Found
    marks: Marks


def see(book: CueBook, heard: Heard) -> Seen:
    """Look for cues and marks in what was heard."""
    last = book.find(heard.last)
    same = heard.recent.written == heard.last.written
    recent = last if same else book.find(heard.recent)
    known = [span for spans in last.spans.values() for span in spans]
    return Seen(heard, recent, last, marks_of(heard.last, last.read, book.shouted, known))


def without_cues(seen: Seen) -> Seen:
    """Return what is left where no rule knows the words: form and marks."""
    recent, last = (replace(found, spans={}) for found in (seen.recent, seen.last))
    return replace(seen, recent=recent, last=last)


def signals_of(book: CueBook, seen: Seen, names: Sequence[str]) -> Vector:
    """Return all features but the meaning; ``names`` are the cues in the order of the weights."""
    present = [float(name in found) for found in (seen.recent, seen.last) for name in names]
    sums = [
        summed(book, seen.last if dimension == "emotion" else seen.recent, dimension)
        for dimension, _ in _SUMMED
    ]
    weighed = [
        min(2.0, said.get(label, 0.0))
        for said, (_, labels) in zip(sums, _SUMMED, strict=True)
        for label in labels
    ]
    return np.asarray([*present, *weighed, *_judged(book, seen), *_form(seen)], np.float32)


def _judged(book: CueBook, seen: Seen) -> list[float]:
    said = judge(book, seen.recent, seen.last, seen.marks)
    shown = [float(said.kind == kind) for kind in KINDS]
    shown += [float(said.emotion == emotion) for emotion in EMOTIONS]
    shown += [float(said.severity >= level) for level in range(1, 4)]
    return shown + [float(said.emergency >= level) for level in range(1, 4)]


def _form(seen: Seen) -> list[float]:
    marks, last = seen.marks, seen.heard.last.written
    return [
        min(3, marks.exclamations) / 3,
        min(3, marks.questions) / 3,
        float(marks.capitals > 0),
        float(marks.repetitions > 0),
        marks.strength,
        min(4, seen.heard.messages) / 4,
        math.log1p(len(last)) / 6,
        float(reply_language(last) == "zh"),
        float(seen.recent.supposed),
        float(seen.recent.passed_over),
        float(seen.recent.corrected),
        float(last.rstrip().endswith(("?", "？"))),
        float(seen.last.read.strip() != seen.heard.last.folded.strip()),
    ]
