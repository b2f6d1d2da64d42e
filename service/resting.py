"""What rests on the live version of a document, from every place where it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.database import utc_now
from core.personal import KnownValues
from core.types import INTERNAL, Chunk, EvalCase
from service.audiences import narrowest

if TYPE_CHECKING:
    from answer.approved import ApprovedAnswer
    from evals.impact import Resting
    from service.parts import Parts

RECENT_DAYS = 30
_MOST_DRAFTS = 2000


def resting_on(
    parts: Parts, document_id: str, version_id: str, chunks: Sequence[Chunk]
) -> Iterator[Resting]:
    """Yield the approved answers, cases and drafts that rest on a document.

    Args:
        parts: the house.
        document_id: of the document.
        version_id: the version of it that is live.
        chunks: the chunks of that version.
    """
    from evals.impact import from_answer, from_cases, from_draft

    yield from (from_answer(a) for a in _answers(parts, document_id, version_id))
    yield from from_cases(
        approved_cases(parts.public_values), parts.records.key_of(document_id), chunks
    )
    since = utc_now() - timedelta(days=RECENT_DAYS)
    for body, people in parts.drafts.resting_on(version_id, since, _MOST_DRAFTS):
        yield from_draft(body, _audience_of(parts, body), people)


def approved_cases(known: KnownValues) -> tuple[EvalCase, ...]:
    """Every approved case of the suites at hand; which of them cite a document is seen later.

    ``known`` is what public documents give, and is not masked in them.
    """
    from evals.cases import load_suite, suite_names

    return tuple(case for name in suite_names() for case in load_suite(name, known=known))


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
