"""Suites on their way out of the house and into it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.text import squeeze
from core.types import EvalCase
from evals.casebook import CasesWanted
from evals.kept_cases import CaseContent, CaseOrigin, CaseStatus, Passage

if TYPE_CHECKING:
    from service.parts import Parts

_STAYING = (CaseStatus.PROPOSED, CaseStatus.APPROVED, CaseStatus.RETIRED)


def exported(parts: Parts, suite: str, form: str, run: str = "") -> dict[str, str]:
    """Return a suite's cases as the files of a format, with what a run made of them.

    Raises:
        OptionInvalid: there is no such suite or format.
        NotFound, Conflict: of the run.
    """
    from evals.formats import FORMATS

    chosen = FORMATS.get(form)
    runs = parts.evaluations
    records = {str(r["id"]): _with_texts(parts, r) for r in runs.records(run)} if run else {}
    return chosen.files(runs.cases(suite), records)


def imported(
    parts: Parts, text: str, name: str, *, by: str, approve: bool = False
) -> dict[str, Any]:
    """Take cases of JSON lines into the casebook, all or, where one is wrong, none.

    They wait there to be approved, unless whoever hands them in answers for them. One whose
    question the casebook has already, after the same turns and for the same audience, stays out.

    Raises:
        DataInvalid: a line is not a case, has an unknown field or repeats an id; says which.
    """
    from evals.cases import parse_cases

    cases = list(parse_cases(text, name, parts.public_values))
    book = parts.casebook
    held = {_mark(parts, one.content) for one in book.every(CasesWanted(_STAYING))}
    taken, known, waiting = [], [], 0
    for case in cases:
        content = content_of(case)
        mark = _mark(parts, content)
        if mark in held:
            known.append(case.id)
            continue
        held.add(mark)
        kept = book.propose(content, _origin(case.origin), by=by)
        # What nobody wrote is approved one by one, by whoever has read it.
        if kept.origin is CaseOrigin.SYNTHETIC:
            waiting += approve
        elif approve:
            book.move(kept.id, CaseStatus.APPROVED, by=by, why=f"imported from {name}")
        taken.append({"id": case.id, "case_id": kept.id})
    return {"imported": taken, "known": known, "approved": approve, "waiting": waiting}


def _origin(name: str) -> CaseOrigin:
    return CaseOrigin(name) if name in set(CaseOrigin) else CaseOrigin.BY_HAND


def content_of(case: EvalCase) -> CaseContent:
    """Return a suite's case as the casebook keeps one."""
    return CaseContent(
        question=case.question,
        language=case.language,
        history=case.history,
        channel=case.channel,
        product=case.product,
        audience=case.audience,
        state=case.state,
        reference=case.reference,
        expected=tuple(Passage(e.document, e.quote) for e in case.expected),
        tags=case.tags,
        difficulty=case.difficulty,
    )


def _mark(parts: Parts, content: CaseContent) -> tuple[str, ...]:
    """What tells a question from others: its words, those before it, and who asks.

    Masked as it is stored, so that a second import of the same file finds the first.
    """
    said = [*(turn.text for turn in content.history), content.question]
    return (content.audience, *(squeeze(parts.privacy.text(text)) for text in said))


def _with_texts(parts: Parts, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A case's record with the texts of the passages that were found, as far as they are kept."""
    ids = [str(hit["chunk_id"]) for hit in record["evidence"]]
    kept = parts.records.chunks(ids)
    return {**record, "contexts": [kept[i].text for i in ids if i in kept]}
