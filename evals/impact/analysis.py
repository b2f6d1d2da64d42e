"""Asking every affected question of the corpus as it is and as it would be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.ports import Progress, silent
from core.types import Applicability, Chunk, Citation, Draft
from corpus.diff import Change, Diff
from corpus.diff.carry import Bearing, bearing
from evals.impact.judge import GateVerdict, Reason, Texts, judge, texts_of
from evals.impact.resting import Resting

Ask = Callable[[str, str, Applicability | None], Draft]
"""From a question, an audience and what it applies to, to the draft."""
_ORDER = (GateVerdict.BROKE, GateVerdict.CHANGED, GateVerdict.PASS)


@dataclass(frozen=True, slots=True)
class Affected:
    """Something that rests on a passage which the revision changes or removes."""

    kind: str
    id: str
    question: str
    before: str
    after: str
    verdict: GateVerdict
    reasons: tuple[Reason, ...]
    citations: tuple[Citation, ...]
    """The quotes that the revision touches."""
    changes: tuple[Change, ...]
    people: tuple[str, ...] = ()
    audience: str = ""
    """Who may see what rests on the passage."""


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that a revision affects, the worst first."""

    changed_passages: int
    affected: tuple[Affected, ...]

    def count(self, verdict: GateVerdict) -> int:
        """Return how many have a verdict."""
        return sum(entry.verdict is verdict for entry in self.affected)


def analyse(
    resting: Sequence[Resting],
    diff: Diff,
    before: Sequence[Chunk],
    after: Sequence[Chunk],
    ask_now: Ask,
    ask_then: Ask,
    progress: Progress = silent,
) -> Impact:
    """Return what a revision does to everything that rests on the older version.

    Args:
        resting: what cites the document.
        diff: from the version that is live to the one that would be.
        before: the chunks of the former.
        after: the chunks of the latter.
        ask_now: drafts from the corpus as it is.
        ask_then: drafts from the corpus as it would be.
        progress: told how far it is.
    """
    texts = texts_of(before, after)
    touched = [(item, found) for item in resting if (found := _touched(item, diff))]
    affected = []
    for number, (item, found) in enumerate(touched):
        progress("impact", number / len(touched))
        affected.append(_judged(item, found, texts, ask_now, ask_then))
    progress("impact", 1.0)
    affected.sort(key=lambda entry: (_ORDER.index(entry.verdict), entry.kind, entry.id))
    return Impact(len(diff.touched), tuple(affected))


def _touched(item: Resting, diff: Diff) -> list[tuple[Citation, Bearing]]:
    bearings = [(citation, bearing(citation, diff)) for citation in item.citations]
    return [(citation, found) for citation, found in bearings if found]


def _judged(
    item: Resting,
    touched: Sequence[tuple[Citation, Bearing]],
    texts: Texts,
    ask_now: Ask,
    ask_then: Ask,
) -> Affected:
    now = ask_now(item.question, item.audience, item.applicability)
    then = ask_then(item.question, item.audience, item.applicability)
    own = tuple(dict.fromkeys(change for _, found in touched for change in found.own))
    near = tuple(dict.fromkeys(change for _, found in touched for change in found.near))
    verdict, reasons = judge(item.text, Bearing(own, near), texts, now, then)
    return Affected(
        kind=item.kind,
        id=item.id,
        question=item.question,
        before=now.answer if item.kind == "case" else item.text,
        after=then.answer,
        verdict=verdict,
        reasons=reasons,
        citations=tuple(citation for citation, _ in touched),
        changes=tuple(dict.fromkeys((*own, *near))),
        people=item.people,
        audience=item.audience,
    )
