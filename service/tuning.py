"""Tuning the search to a house's own approved questions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from core.database import utc_now
from core.ports import Progress, silent
from core.text import squeeze
from core.types import Chunk, DraftState, EvalCase
from evals.kept_cases import CaseOrigin
from service import tuned
from service.audiences import audiences_of
from service.resting import approved_cases, cases_here
from service.searching import learnt
from service.tuning_gate import held_against

if TYPE_CHECKING:
    from evals.tuning.judging import Tuned
    from evals.tuning.seen import Seen, TuningCase
    from retrieval.standard import Learnt
    from service.desk import Desk

_MADE = (CaseOrigin.SYNTHETIC, CaseOrigin.PROMOTED)
_LOOKING, _FITTED = 0.5, 0.7
"""How much of the work is done once all was searched for, and once it is fitted."""


def state(desk: Desk) -> dict[str, Any]:
    """Return how many questions there are to tune by, and what serves now."""
    from evals.tuning.judging import LEAST_CASES, LEAST_GROUPS

    cases = list(cases_of(desk))
    return {
        "cases": len(cases),
        "groups": len({case.group for case in cases}),
        "least_cases": LEAST_CASES,
        "least_groups": LEAST_GROUPS,
        "serving": _serving(desk),
    }


def check(desk: Desk, suite: str = "") -> None:
    """Make sure that there are questions enough.

    Raises:
        DataInvalid: there are too few.
    """
    from evals.tuning.judging import enough

    cases = list(cases_of(desk, suite))
    enough(len(cases), len({case.group for case in cases}))


def run(
    desk: Desk,
    *,
    adapter: bool = False,
    dry_run: bool = False,
    suite: str = "",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Fit the search to the house's questions, and take that over where the gain is real.

    Before it is taken over, both searches answer the same cases, those that are to be refused
    too, and the gate says whether any may not get worse and did (``gate`` of the result).

    Nothing is written before the very end, so that a run that breaks off has changed nothing.

    Raises:
        DataInvalid: there are too few questions.
    """
    from evals.tuning.judging import tune

    now = learnt(desk)
    cases = list(cases_of(desk, suite))
    seen = _seen(desk, cases, now, progress)
    found = tune(
        seen,
        now.weights,
        now.adapter,
        adapt=adapter,
        progress=lambda stage, done: progress(stage, _LOOKING + (_FITTED - _LOOKING) * done),
    )
    result = _result(found, now, cases)
    if not found.gain.real:
        return {**result, "gate": None, "taken_over": False, "version": None}
    fresh = replace(now, weights=found.fit.weights, adapter=found.fit.adapter or now.adapter)

    def gating(stage: str, done: float) -> None:
        progress(stage, _FITTED + (1 - _FITTED) * done)

    result["gate"] = held_against(desk, fresh, _gated(desk, suite), gating)
    if not result["gate"]["passed"] or dry_run:
        return {**result, "taken_over": False, "version": None}
    version = tuned.keep(desk.settings, fresh, _shipped(desk), desk.embedder.fingerprint, result)
    desk.search_anew()
    return {**result, "taken_over": True, "version": version}


def undo(desk: Desk) -> dict[str, Any]:
    """Search as it was before the last tuning.

    Raises:
        Conflict: nothing was tuned.
    """
    version = tuned.undo(desk.settings)
    desk.search_anew()
    return {"version": version, "serving": _serving(desk)}


def cases_of(desk: Desk, suite: str = "") -> Iterator[TuningCase]:
    """Yield the house's approved questions whose passages are live, each once.

    Approved answers with what they cite, and the cases of all suites, or of one.
    """
    found = [*_of_cases(desk, suite), *_of_answers(desk)]
    once: dict[tuple[str, tuple[str, ...]], TuningCase] = {}
    for case in found:
        once.setdefault((squeeze(case.question), case.audiences), case)
    yield from _grouped(list(once.values()), desk)


def _wanted(desk: Desk, suite: str) -> Sequence[EvalCase]:
    """The cases to tune by: nobody asks as what was made from the documents is worded."""
    if suite:
        return desk.evaluations.cases(suite)
    return [case for case in approved_cases(desk) if case.origin not in _MADE]


def _gated(desk: Desk, suite: str) -> Sequence[EvalCase]:
    """The cases that what was fitted is held against: those to be refused or asked back too."""
    return desk.evaluations.cases(suite) if suite else cases_here(desk)


def _of_cases(desk: Desk, suite: str) -> Iterator[TuningCase]:
    from evals.tuning.seen import TuningCase

    answered = [case for case in _wanted(desk, suite) if case.state is DraftState.ANSWERED]
    holding = _holding(desk, answered)
    for case in answered:
        audiences = audiences_of(case.audience)
        holds = frozenset(c.id for c in holding.get(case.id, ()) if c.audience in audiences)
        if holds:
            yield TuningCase(case.id, case.question, audiences, holds, "")


def _holding(desk: Desk, cases: Sequence[EvalCase]) -> dict[str, list[Chunk]]:
    """The live chunks that hold what each case expects to be quoted."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    for case in cases:
        for expected in case.expected:
            wanted.setdefault(expected.document, []).append((case.id, squeeze(expected.quote)))
    found: dict[str, list[Chunk]] = {}
    for version in desk.live.current().versions.values():
        quotes = wanted.get(desk.records.key_of(version.document_id))
        if not quotes:
            continue
        chunks = desk.records.version_chunks(version.version_id)
        texts = [squeeze(chunk.text) for chunk in chunks]
        for case_id, quote in quotes:
            held = [c for c, text in zip(chunks, texts, strict=True) if quote in text]
            found.setdefault(case_id, []).extend(held)
    return found


def _of_answers(desk: Desk) -> Iterator[TuningCase]:
    from answer.approved import AnswerState
    from evals.tuning.seen import TuningCase

    for answer in desk.approved_answers.every([AnswerState.APPROVED]):
        audiences = audiences_of(answer.audience)
        standing = desk.approved_serving.standing(answer) or ()
        cited = desk.records.chunks([citation.chunk_id for citation in standing])
        holds = frozenset(i for i, chunk in cited.items() if chunk.audience in audiences)
        if holds:
            yield TuningCase(answer.id, answer.question, audiences, holds, "")


def _grouped(cases: Sequence[TuningCase], desk: Desk) -> Iterator[TuningCase]:
    """Cases that share a passage, or the section of one, belong to one group."""
    chunks = desk.records.chunks(sorted({i for case in cases for i in case.holds}))
    home: dict[object, str] = {}
    members: dict[str, list[object]] = {}
    for case in cases:
        marks: list[object] = [chunks[i].section for i in sorted(case.holds) if i in chunks]
        names = sorted({home[mark] for mark in marks if mark in home}) or [case.id]
        marks += [mark for name in names for mark in members.pop(name, [])]
        home.update((mark, names[0]) for mark in marks)
        members[names[0]] = marks
    for case in cases:
        first = next((chunks[i].section for i in sorted(case.holds) if i in chunks), None)
        yield replace(case, group=home.get(first, case.id))


def _seen(desk: Desk, cases: Sequence[TuningCase], now: Learnt, progress: Progress) -> list[Seen]:
    from evals.tuning.seen import see

    seen = []
    for number, case in enumerate(cases):
        progress("searching", _LOOKING * number / len(cases))
        if one := see(case, desk.retriever, desk.store, desk.vectors, now.weights):
            seen.append(one)
    return seen


def _result(found: Tuned, now: Learnt, cases: Iterable[TuningCase]) -> dict[str, Any]:
    from evals.tuning.seen import weights_json

    asked = sorted((case.question, sorted(case.holds)) for case in cases)
    digest = hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:16]
    return {
        "gain": asdict(found.gain),
        "real": found.gain.real,
        "weights_before": weights_json(now.weights),
        "weights_after": weights_json(found.fit.weights),
        "adapter": found.fit.adapter is not None,
        "cases": digest,
        "at": utc_now().isoformat(),
    }


def _shipped(desk: Desk) -> Learnt:
    from retrieval.standard import default_learnt

    return default_learnt(desk.embedder.fingerprint)


def _serving(desk: Desk) -> dict[str, Any] | None:
    kept = tuned.current(desk.settings)
    if kept is None:
        return None
    why = tuned.stale(kept, _shipped(desk), desk.embedder.fingerprint)
    return {"version": kept.version, "stale": why, **kept.about}
