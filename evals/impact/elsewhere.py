"""The cases that rest on other passages, and whose answers those of a revision could take away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from core.ports import Counted, uncounted
from core.text import squeeze
from core.types import Chunk, Draft, DraftState, EvalCase, Evidence
from corpus.diff import Diff
from evals.facts import covered, key_facts
from evals.impact.analysis import Affected, Impact, each, ordered
from evals.impact.judge import GateVerdict, Reason
from evals.impact.resting import Question, from_case
from evals.metrics.base import CaseOutcome
from evals.outcomes import DocumentKey, observe

MOST_SEARCHED = 60
"""How many cases' questions are searched for: those to which what changes is nearest."""
MOST_DRAFTED = 16
"""How many of these are drafted."""
_FIRST = 3
"""Among how many hits something that changes must stand to take an answer away."""
_LONGEST = 300
Found = tuple[GateVerdict, tuple[Reason, ...]]


class BothSides(Protocol):
    """What is needed of :class:`evals.impact.Sides`; side 0 is as it is, 1 as it would be."""

    def prepare(self, questions: Sequence[str]) -> None:
        """Make ready for these questions."""
        ...

    def nearness(self, questions: Sequence[Question], chunks: Sequence[Chunk]) -> list[float]:
        """Return how near each question is to the nearest passage."""
        ...

    def found(self, side: int, question: Question) -> Evidence | None:
        """Return what a side finds."""
        ...

    def asked(self, side: int, question: Question) -> tuple[Draft, Evidence]:
        """Return a side's draft, and what it was made from."""
        ...


@dataclass(frozen=True, slots=True)
class Revision:
    """What changes, and what the document says then."""

    diff: Diff
    chunks: tuple[Chunk, ...]
    """Those that are changed, removed or new, of both versions."""
    keys: frozenset[str]
    """The names by which cases may know the document."""
    text: str
    """All that it says then, without spaces."""

    @classmethod
    def of(
        cls, diff: Diff, before: Sequence[Chunk], after: Sequence[Chunk], keys: frozenset[str]
    ) -> Revision:
        """Return what a difference between two versions comes to."""
        changed = [c for c in before if c.id in diff.touched]
        changed += [c for c in after if c.id in diff.added]
        return cls(diff, tuple(changed), keys, squeeze("\n".join(chunk.text for chunk in after)))


@dataclass(frozen=True, slots=True)
class Others:
    """The cases whose answers a revision's passages take away, and of how many this is known."""

    affected: tuple[Affected, ...]
    asked: int
    of: int


def others(
    cases: Sequence[EvalCase],
    revision: Revision,
    sides: BothSides,
    document_key: DocumentKey,
    count: Counted = uncounted,
) -> Others:
    """Return the cases that a revision's passages take an answer away from.

    A draft is made only where what changes is found among the first for the question, now or
    then. Named are cases that lose their answer or the passage that it rests on, and those that
    were to be refused and would be answered; other words in an answer are no fault of a revision.

    Args:
        cases: those that rest on what it leaves alone, or on nothing.
        revision: what changes.
        sides: the corpus as it is and as it would be.
        document_key: names a document as cases do.
        count: told how many were asked, and of how many; may raise to end it.
    """
    near = _nearest(cases, revision, sides)

    def met(case: EvalCase) -> EvalCase | None:
        return case if _is_met(case, revision.diff, sides) else None

    def judged(case: EvalCase) -> Affected | None:
        return _judged(case, revision, sides, document_key)

    found: list[EvalCase] = []
    for number, one in enumerate(each(met, near), 1):
        found += [one] if one is not None else []
        count(number, len(near))
    affected: list[Affected] = []
    for entry in each(judged, found[:MOST_DRAFTED]):
        affected += [entry] if entry is not None else []
        count(len(near), len(near))
    asked = len(near) - len(found[MOST_DRAFTED:])
    return Others(tuple(affected), asked, len(cases))


def unbroken(cases: Iterable[EvalCase], impact: Impact) -> list[EvalCase]:
    """Return the cases of which it is not known yet that a revision breaks them."""
    broke = {e.id for e in impact.affected if e.verdict is GateVerdict.BROKE}
    return [case for case in cases if case.id not in broke]


def with_others(impact: Impact, found: Others) -> Impact:
    """Return an impact with the cases that rest elsewhere; of one known twice the worse stays."""
    known = {e.id for e in impact.affected if e.kind == "case"}
    fresh = [e for e in found.affected if e.id not in known or e.verdict is GateVerdict.BROKE]
    worse = {e.id for e in fresh}
    kept = [e for e in impact.affected if e.kind != "case" or e.id not in worse]
    return replace(
        impact, affected=ordered([*kept, *fresh]), others=found.asked, others_of=found.of
    )


def _nearest(cases: Sequence[EvalCase], revision: Revision, sides: BothSides) -> list[EvalCase]:
    if not cases or not revision.chunks:
        return []
    asked = [_question(case) for case in cases]
    sides.prepare([question.text for question in asked])
    nearness = sides.nearness(asked, revision.chunks)
    order = sorted(range(len(cases)), key=lambda n: (-nearness[n], cases[n].id))
    return [cases[n] for n in order[:MOST_SEARCHED] if nearness[n] > -1.0]


def _question(case: EvalCase) -> Question:
    return from_case(case, "", ()).asks


def _is_met(case: EvalCase, diff: Diff, sides: BothSides) -> bool:
    """Say whether a question finds anything of what changes, so that its draft could change."""
    now, then = (_first(sides.found(side, _question(case))) for side in (0, 1))
    return bool(now & diff.touched.keys() or then & diff.added)


def _first(evidence: Evidence | None) -> set[str]:
    hits = evidence.hits[:_FIRST] if evidence is not None else ()
    return {chunk.id for hit in hits for chunk in hit.passages()}


def _judged(
    case: EvalCase, revision: Revision, sides: BothSides, document_key: DocumentKey
) -> Affected | None:
    def asked(side: int) -> CaseOutcome:
        return observe(case, *sides.asked(side, _question(case)), 0.0, document_key)

    now = asked(0)
    if now.draft.state is not case.state:
        # It has nothing to lose.
        return None
    then = asked(1)
    verdict = _verdict(case, now, then, lambda n: _stands(case, n, revision))
    if verdict is None:
        return None
    fresh = {citation.chunk_id for citation in then.draft.citations}
    return Affected(
        kind="case",
        id=case.id,
        question=case.question,
        before=now.draft.answer,
        after=then.draft.answer,
        verdict=verdict[0],
        reasons=verdict[1],
        citations=tuple(c for c, held in zip(now.draft.citations, now.cites, strict=True) if held),
        changes=tuple(
            c for c in revision.diff.changes if c.after is not None and c.after.chunk_id in fresh
        ),
        audience=case.audience,
    )


def _verdict(
    case: EvalCase, now: CaseOutcome, then: CaseOutcome, stands: Callable[[int], bool]
) -> Found | None:
    if case.state is not DraftState.ANSWERED:
        # It may be just what the revision was written for: told, and no break.
        if then.answered:
            return GateVerdict.CHANGED, (Reason("answered", after=then.reply[:_LONGEST]),)
        return None
    if not then.answered:
        return GateVerdict.BROKE, (Reason("no_answer", after=then.draft.state),)
    held = [n for n in sorted(now.cited) if stands(n)]
    if not held or _says_one_of(case, held, then):
        return None
    quote = case.expected[held[0]].quote
    instead = next((c.quote for c in then.draft.citations), "")
    reasons = (Reason("other", quote[:_LONGEST], instead[:_LONGEST]),)
    facts, said = key_facts(case.reference), key_facts(then.reply)
    if facts and all(covered(fact, said) for fact in facts):
        return GateVerdict.CHANGED, reasons
    return GateVerdict.BROKE, reasons


def _stands(case: EvalCase, number: int, revision: Revision) -> bool:
    """Say whether a passage that a case expects is still there once the revision is."""
    wanted = case.expected[number]
    return wanted.document not in revision.keys or squeeze(wanted.quote) in revision.text


def _says_one_of(case: EvalCase, held: Sequence[int], then: CaseOutcome) -> bool:
    """Say whether a draft cites one of these quotes, in whichever document it stands."""
    texts = {c.id: c.text for hit in then.evidence.hits for c in hit.passages()}
    cited = [squeeze(texts.get(c.chunk_id, c.quote)) for c in then.draft.citations]
    return any(squeeze(case.expected[n].quote) in text for n in held for text in cited)
