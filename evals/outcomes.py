"""Looking for a case's expected passages in what was found and in what was cited."""

from __future__ import annotations

from collections.abc import Callable

from core.text import squeeze
from core.types import Citation, Draft, EvalCase, Evidence, Hit
from evals.metrics.base import CaseOutcome

DocumentKey = Callable[[str], str]
"""From a document's id to the key by which cases name it."""


def observe(
    case: EvalCase, draft: Draft, evidence: Evidence, seconds: float, document_key: DocumentKey
) -> CaseOutcome:
    """Return what the system made of a case, expected passages matched.

    A passage is the expected one when it is of the right document and holds the quote, white
    space and letter case ignored; a hit's merged neighbours count as the hit.
    """
    wanted = [(expected.document, squeeze(expected.quote)) for expected in case.expected]
    texts = {chunk.id: chunk.text for hit in evidence.hits for chunk in hit.passages()}
    documents = tuple(document_key(hit.chunk.document_id) for hit in evidence.hits)

    def holds(key: str, text: str) -> tuple[int, ...]:
        squeezed = squeeze(text) if wanted else ""
        return tuple(
            i for i, (name, quote) in enumerate(wanted) if name == key and quote in squeezed
        )

    def cited(citation: Citation) -> tuple[int, ...]:
        text = texts.get(citation.chunk_id, citation.quote)
        return holds(document_key(citation.document_id), text)

    cites = tuple(cited(citation) for citation in draft.citations)
    return CaseOutcome(
        case=case,
        draft=draft,
        evidence=evidence,
        seconds=seconds,
        documents=documents,
        held=tuple(holds(k, _text(h)) for k, h in zip(documents, evidence.hits, strict=True)),
        cited=frozenset(i for held in cites for i in held),
        cites=cites,
    )


def _text(hit: Hit) -> str:
    return "\n".join(chunk.text for chunk in hit.passages())
