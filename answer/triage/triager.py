"""From a conversation to its triage: by fitted weights where there are any, else by the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from answer.triage.cues import CueBook, Found, cue_book
from answer.triage.features import Seen, see
from answer.triage.heard import Span, hear
from answer.triage.judging import NEEDS, judge, kind_of, level_of, raised, summed
from answer.triage.marks import says_nothing
from answer.triage.model import TriageModel, default_model
from core.types import Emotion, Signal, Triage, Turn

_SHOWN = 80
_MOST_SIGNALS = 8


class QueryEmbedder(Protocol):
    """What triage needs of the embedder; it is asked for one vector per conversation."""

    @property
    def fingerprint(self) -> str:
        """Which embedder it is."""
        ...

    def embed_query(self, text: str) -> Any:
        """Return the vector of a text, shape (dimension,)."""
        ...


class Triager:
    """Says what kind of conversation it is; holds no state between calls.

    With no embedder, or one that no weights were fitted for, the rules alone decide.
    """

    def __init__(
        self, embedder: QueryEmbedder | None = None, model: TriageModel | None = None
    ) -> None:
        self._embedder = embedder
        if model is None and embedder is not None:
            model = default_model(embedder.fingerprint)
        self._model = model

    @property
    def fitted(self) -> bool:
        """Whether fitted weights serve, and not the rules alone."""
        return self._model is not None

    def triage(self, conversation: Sequence[Turn], rules: Mapping[str, Any]) -> Triage:
        """Return kind, subject, needs, emotion, severity and emergency of a conversation.

        The last message weighs alone for the emotion; the last three for all else.
        """
        heard = hear(conversation)
        if not heard.messages:
            return Triage()
        book = cue_book(rules)
        seen = see(book, heard)
        if not seen.recent.spans and says_nothing(heard.last, book.shouted):
            return Triage()
        if self._model is None or self._embedder is None:
            return _by_rules(book, seen)
        vector = np.asarray(self._embedder.embed_query(heard.meaning), np.float32)
        return _by_weights(book, seen, self._model.likely(book, seen, vector))


def _by_rules(book: CueBook, seen: Seen) -> Triage:
    said = judge(book, seen.recent, seen.last, seen.marks)
    strength = summed(book, seen.last, "emotion").get(said.emotion, 0.0) + seen.marks.strength
    return Triage(
        kind=said.kind,
        complaint_about=said.about if said.kind == "complaint" else None,
        needs=said.needs,
        emotion=_emotion(book, seen, said.emotion, strength),
        severity=said.severity,
        emergency=said.emergency,
    )


def _by_weights(book: CueBook, seen: Seen, likely: Mapping[str, Mapping[str, float]]) -> Triage:
    best = decided(book, seen, likely)
    kind, emotion = best["kind"], best["emotion"]
    words = summed(book, seen.last, "emotion").get(emotion, 0.0) + seen.marks.strength
    strength = (likely["emotion"][emotion] + min(1.0, words)) / 2
    return Triage(
        kind=kind,
        complaint_about=best["about"] if kind == "complaint" else None,
        needs=tuple(n for n in NEEDS if best[n] == "yes") or ("functional",),
        emotion=_emotion(book, seen, emotion, strength),
        severity=int(best["severity"]),
        emergency=int(best["emergency"]),
    )


def decided(book: CueBook, seen: Seen, likely: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Return the label of each thing told apart: the likeliest, unless the words rule it out."""
    best = {head: max(chances, key=chances.__getitem__) for head, chances in likely.items()}
    wrong = best["kind"] == "complaint" or (
        best["kind"] == "fault" and kind_of(book, seen.recent) != "enquiry"
    )
    if best["emotion"] == "pleased" and wrong:
        # Praise for what went wrong is meant as its opposite; for a fault its words must say so.
        best["emotion"] = max(("angry", "disappointed"), key=likely["emotion"].__getitem__)
    for head in ("severity", "emergency"):
        best[head] = str(levelled(book, seen.recent, head, int(best[head])))
    return best


def levelled(book: CueBook, found: Found, dimension: str, level: int) -> int:
    """Return the level by the weights; words of danger hold whatever the weights make of them."""
    worst = level_of(book, found, dimension)
    return raised(book, found, dimension, max(level, worst if worst == 3 else 0))


def _emotion(book: CueBook, seen: Seen, label: str, strength: float) -> Emotion:
    if label == "calm":
        return Emotion()
    spans = [
        span
        for cue in book.cues
        if cue.emotion.get(label)
        for span in seen.last.spans.get(cue.name, ())
    ]
    shown = [
        Signal("words", _short(seen.heard.last.as_written(span)))
        for span in sorted(set(spans))
        if not any(_within(span, other) for other in spans)
    ]
    shown += seen.marks.signals
    if not shown:
        shown = [Signal("meaning", _short(seen.heard.meaning))]
    kept = tuple(dict.fromkeys(signal for signal in shown if signal.text))
    return Emotion(label, round(min(1.0, strength), 2), kept[:_MOST_SIGNALS])


def _within(span: Span, other: Span) -> bool:
    """Say whether a longer span holds this one."""
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"
