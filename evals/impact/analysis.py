"""Asking every affected question of the corpus as it is and as it would be."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from core.ports import Counted, uncounted
from core.types import Chunk, Citation, Draft
from corpus.diff import Change, Diff
from corpus.diff.carry import Bearing, bearing
from evals.impact.judge import GateVerdict, Reason, Texts, judge, texts_of
from evals.impact.resting import Question, Resting

Ask = Callable[[Question], Draft]
T = TypeVar("T")
R = TypeVar("R")
_WORKERS = 8
"""The model computes outside Python's lock, for as many questions together as there are."""
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
    others: int = 0
    """How many cases that rest on other passages were asked too."""
    others_of: int = 0
    """And how many such cases there are."""

    def count(self, verdict: GateVerdict) -> int:
        """Return how many have a verdict."""
        return sum(entry.verdict is verdict for entry in self.affected)


def analyse(
    resting: Iterable[Resting],
    diff: Diff,
    before: Sequence[Chunk],
    after: Sequence[Chunk],
    ask_now: Ask,
    ask_then: Ask,
    count: Counted = uncounted,
    *,
    prepare: Callable[[Sequence[str]], object] = len,
) -> Impact:
    """Return what a revision does to everything that rests on the older version.

    Args:
        resting: what cites the document.
        diff: from the version that is live to the one that would be.
        before: the chunks of the former.
        after: the chunks of the latter.
        ask_now: drafts from the corpus as it is; called from a few threads.
        ask_then: drafts from the corpus as it would be; called likewise.
        count: told how many of the affected questions have been asked; may raise to end it.
        prepare: given the questions before any of them is asked.
    """
    texts = texts_of(before, after)
    touched = _touched(resting, diff)
    count(0, len(touched))
    groups = _by_question(touched)
    if groups:
        prepare([group[0].item.question for group in groups])

    def judged(group: Sequence[_Touched]) -> list[Affected]:
        now, then = ask_now(group[0].item.asks), ask_then(group[0].item.asks)
        return [_judged(one, texts, now, then) for one in group]

    affected: list[Affected] = []
    for found in each(judged, groups):
        affected += found
        count(len(affected), len(touched))
    return Impact(len(diff.touched), ordered(affected))


def ordered(affected: Iterable[Affected]) -> tuple[Affected, ...]:
    """Return what is affected, the worst first."""
    return tuple(sorted(affected, key=lambda e: (_ORDER.index(e.verdict), e.kind, e.id)))


@dataclass(frozen=True, slots=True)
class _Touched:
    """Something with those of its citations that the revision touches."""

    item: Resting
    citations: tuple[tuple[Citation, Bearing], ...]


def _touched(resting: Iterable[Resting], diff: Diff) -> list[_Touched]:
    found = []
    for item in resting:
        bearings = [(citation, bearing(citation, diff)) for citation in item.citations]
        if touched := tuple((citation, bears) for citation, bears in bearings if bears):
            found.append(_Touched(item, touched))
    return found


def _by_question(touched: Iterable[_Touched]) -> list[list[_Touched]]:
    """Those that ask the same together, so that it is asked once."""
    groups: dict[object, list[_Touched]] = {}
    for one in touched:
        groups.setdefault(one.item.asks, []).append(one)
    return list(groups.values())


def each(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """Yield the results in order, a few threads working ahead of whoever takes them."""
    ahead: deque[Future[R]] = deque()
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="impact") as pool:
        try:
            for item in items:
                ahead.append(pool.submit(work, item))
                if len(ahead) > 2 * _WORKERS:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _judged(touched: _Touched, texts: Texts, now: Draft, then: Draft) -> Affected:
    item = touched.item
    own = tuple(dict.fromkeys(change for _, found in touched.citations for change in found.own))
    near = tuple(dict.fromkeys(change for _, found in touched.citations for change in found.near))
    gone = bool(item.wanted) and not any(quote in texts.after for quote in item.wanted)
    verdict, reasons = judge(item.text, Bearing(own, near), texts, now, then, gone=gone)
    return Affected(
        kind=item.kind,
        id=item.id,
        question=item.question,
        before=now.answer if item.kind == "case" else item.text,
        after=then.answer,
        verdict=verdict,
        reasons=reasons,
        citations=tuple(citation for citation, _ in touched.citations),
        changes=tuple(dict.fromkeys((*own, *near))),
        people=item.people,
        audience=item.audience,
    )
