"""What punctuation, capitals and repetition show of a customer's temper."""

from __future__ import annotations

import re
from dataclasses import dataclass

from answer.triage.heard import Text
from core.types import Signal

_RUN = re.compile(r"[!！?？][!！?？\s]*")
_WORD = re.compile(r"(?<![\w/.:@#-])[A-Z]{2,}(?:['’][A-Z]{1,2})?(?![\w/@#-])")
_STRETCHED = re.compile(r"([a-z\u3400-\u9fff])\1{3,}")
_TWICE = re.compile(r"([\u3400-\u9fff]{2,4})\1+|\b([a-z]{3,})(?:[\s,.!]+\2\b){1,}")
# Laughter, and what is said twice in good temper.
_LAUGHED = re.compile(r"^(?:[哈呵嘿嘻6w]|ha|he|lo)|谢谢|好的|好了|拜拜|很多|very|bye|thank|really")
_SHOUTED_FROM = 2


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


def marks_of(text: Text, read: str, shouted: frozenset[str]) -> Marks:
    """Return the marks of a text; ``read`` is its folded form, white where it is passed over."""
    written = _as_read(text, read)
    runs = [run.group().strip() for run in _RUN.finditer(written)]
    together = [run for run in runs if len(re.sub(r"\s", "", run)) > 1]
    capitals = [w.group() for w in _WORD.finditer(written) if w.group().lower() in shouted]
    if len(capitals) < _SHOUTED_FROM and not any(len(word) > 3 for word in capitals):
        capitals = []
    repeated = [
        found.span()
        for pattern in (_STRETCHED, _TWICE)
        for found in pattern.finditer(read)
        if not _LAUGHED.search(found.group())
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


def _as_read(text: Text, read: str) -> str:
    """The written text, white where the folded one is."""
    kept = list(text.written)
    for folded, was, place in zip(read, text.folded, text.places, strict=True):
        if folded != was:
            kept[place] = " "
    return "".join(kept)
