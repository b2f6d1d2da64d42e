"""What the cues alone say: used where no weights were fitted for the embedder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from answer.triage.cues import CueBook, Found
from answer.triage.marks import Marks

KINDS = ("enquiry", "complaint", "fault")
SUBJECTS = ("service", "product", "process", "policy")
NEEDS = ("functional", "emotional", "implicit", "behavioural")
EMOTIONS = ("calm", "anxious", "angry", "disappointed", "pleased")
LEVELS = ("0", "1", "2", "3")
_CALM_BELOW = 0.25
_MARKED_FROM = 0.3


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a conversation is, in one word or level for each dimension."""

    kind: str
    about: str
    needs: tuple[str, ...]
    emotion: str
    severity: int
    emergency: int


def judge(book: CueBook, recent: Found, last: Found, marks: Marks) -> Judgement:
    """Return the verdict of the rules."""
    kind = kind_of(book, recent)
    sums = summed(book, recent, "about")
    about = max(SUBJECTS, key=lambda s: sums.get(s, 0.0)) if any(sums.values()) else ""
    emotion = emotion_of(book, last, marks)
    severity = level_of(book, recent, "severity", most=0 if kind == "enquiry" else 2)
    emergency = level_of(book, recent, "emergency", most=1 if kind == "enquiry" else 2)
    return Judgement(
        kind=kind,
        about=about or book.default_about,
        needs=needs_of(book, recent),
        emotion=emotion,
        severity=max(severity, 1 if kind != "enquiry" else 0),
        emergency=emergency,
    )


def summed(book: CueBook, found: Found, dimension: str) -> dict[str, float]:
    """Return what the cues that were found weigh for each label of a dimension."""
    sums: dict[str, float] = {}
    for cue in book.cues:
        if cue.name in found:
            weights: Mapping[str, float] = getattr(cue, dimension)
            for label, weight in weights.items():
                sums[label] = sums.get(label, 0.0) + weight
    return sums


def kind_of(book: CueBook, found: Found) -> str:
    """Return enquiry unless the cues for a complaint or a fault reach the threshold."""
    sums = summed(book, found, "kind")
    if found.supposed:
        return "enquiry"
    # A broken product that makes a customer complain is a complaint about the product.
    best = max(("complaint", "fault"), key=lambda kind: sums.get(kind, 0.0))
    return best if sums.get(best, 0.0) >= book.threshold else "enquiry"


def emotion_of(book: CueBook, found: Found, marks: Marks) -> str:
    """Return the strongest emotion; marks without words are anger."""
    sums = summed(book, found, "emotion")
    if not sums:
        return "angry" if marks.strength >= _MARKED_FROM else "calm"
    best = max(sums, key=lambda label: sums[label])
    return best if sums[best] + marks.strength >= _CALM_BELOW else "calm"


def needs_of(book: CueBook, found: Found) -> tuple[str, ...]:
    """Return what the customer needs; functional where nothing else is said."""
    shown = {need for cue in book.cues if cue.name in found for need in cue.needs}
    return tuple(need for need in NEEDS if need in shown) or ("functional",)


def level_of(book: CueBook, found: Found, dimension: str, *, most: int = 3) -> int:
    """Return the highest level of the cues that were found; only level 3 passes ``most``."""
    level = 0
    for cue in book.cues:
        if cue.name in found:
            says: int = getattr(cue, dimension)
            level = max(level, says if says == 3 else min(says, most))
    return raised(book, found, dimension, level)


def raised(book: CueBook, found: Found, dimension: str, level: int) -> int:
    """Return a level as the cues set it that do so whatever else is found."""
    for cue in book.cues:
        if cue.name in found and dimension in cue.raises:
            level = max(level, cue.raises[dimension]) if cue.raises[dimension] else 0
    return level
