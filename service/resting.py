"""What rests on the live version of a document, from every place where it is kept."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.database import utc_now
from core.text import squeeze
from core.types import INTERNAL, Chunk, EvalCase
from service.audiences import narrowest

if TYPE_CHECKING:
    from answer.approved import ApprovedAnswer
    from evals.impact import Resting
    from service.parts import Parts

RECENT_DAYS = 30
_MOST_DRAFTS = 2000


def resting_on(
    parts: Parts,
    document_id: str,
    version_id: str,
    chunks: Sequence[Chunk],
    cases: Sequence[EvalCase],
) -> Iterator[Resting]:
    """Yield the approved answers, cases and drafts that rest on a document.

    Args:
        parts: the house.
        document_id: of the document.
        version_id: the version of it that is live.
        chunks: the chunks of that version.
        cases: as :func:`cases_here` gives them.
    """
    from evals.impact import from_answer, from_cases, from_draft

    yield from (from_answer(a) for a in _answers(parts, document_id, version_id))
    yield from from_cases(cases, keys_of(parts, document_id, cases), chunks)
    since = utc_now() - timedelta(days=RECENT_DAYS)
    for body, people in parts.drafts.resting_on(version_id, since, _MOST_DRAFTS):
        yield from_draft(body, _audience_of(parts, body), people)


def approved_cases(parts: Parts) -> tuple[EvalCase, ...]:
    """Return every approved case: those of the casebook, and those of the suites at hand.

    One that was taken from a suite into the casebook is the casebook's.
    """
    from evals.cases import load_suite, suite_names

    known = parts.public_values
    suites = (case for name in suite_names() for case in load_suite(name, known=known))
    once: dict[object, EvalCase] = {}
    for case in (*parts.casebook.approved(), *suites):
        mark = (squeeze(case.question), case.audience, case.history, case.expected)
        once.setdefault(mark, case)
    return tuple(once.values())


def cases_here(parts: Parts) -> tuple[EvalCase, ...]:
    """Return the approved cases that this house can be held to, with what they rest on here.

    Of a suite about documents that are not here, nothing can be asked; of a case's expected
    passages, those of documents that are not live count no more.
    """
    cases = approved_cases(parts)
    named = {e.document for case in cases for e in case.expected}
    live = {v.document_id for v in parts.live.current().versions.values()}
    here = {key for key in named if parts.records.document_of(key) in live}
    own = {case.id for case in parts.casebook.approved()}
    suited = any(case.id not in own and _rests(case, here) for case in cases)
    return tuple(
        replace(case, expected=tuple(e for e in case.expected if e.document in here))
        for case in cases
        if _rests(case, here) or (not case.expected and (suited or case.id in own))
    )


def keys_of(parts: Parts, document_id: str, cases: Sequence[EvalCase]) -> frozenset[str]:
    """Return the names by which cases know a document; one that was joined to it has its own."""
    named = {e.document for case in cases for e in case.expected}
    return frozenset(key for key in named if parts.records.document_of(key) == document_id)


def _rests(case: EvalCase, here: Container[str]) -> bool:
    return any(e.document in here for e in case.expected)


def _audience_of(parts: Parts, body: Mapping[str, Any]) -> str:
    """Whom a draft is for, by what it cites; drafts are for those who work here."""
    cited = parts.records.chunks([c["chunk_id"] for c in body["citations"]])
    return narrowest([INTERNAL, *(chunk.audience for chunk in cited.values())])


def _answers(parts: Parts, document_id: str, version_id: str) -> Iterator[ApprovedAnswer]:
    """The approved answers that stand on the live version, cited as passages of it."""
    from answer.approved import AnswerState

    for answer in parts.approved_answers.every([AnswerState.APPROVED]):
        if all(citation.document_id != document_id for citation in answer.citations):
            continue
        standing = parts.approved_serving.standing(answer)
        if standing and any(citation.version_id == version_id for citation in standing):
            yield replace(answer, citations=standing)
