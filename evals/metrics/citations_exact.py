"""Whether every citation is what it says it is."""

from __future__ import annotations

from core.types import Chunk, Citation
from evals.metrics.base import CaseOutcome, Tools, metric


@metric("citations_exact")
def citations_exact(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return 1 where each quote is its passage's text and each sentence is cited, else 0.

    Drafts that state nothing have nothing to cite.
    """
    draft = outcome.draft
    if not outcome.answered:
        return None
    chunks = {c.id: c for hit in outcome.evidence.hits for c in hit.passages()}
    markers = {citation.marker for citation in draft.citations}
    exact = all(_is_exact(citation, chunks.get(citation.chunk_id)) for citation in draft.citations)
    cited = all(s.citations and markers.issuperset(s.citations) for s in draft.sentences)
    stepped = all(step.citation in markers for step in draft.steps)
    return float(bool(draft.sentences) and exact and cited and stepped)


def _is_exact(citation: Citation, chunk: Chunk | None) -> bool:
    # A citation of a passage that is not in the evidence is a citation of something unseen.
    return (
        chunk is not None
        and bool(citation.quote)
        and chunk.text[citation.start : citation.end] == citation.quote
        and chunk.document_id == citation.document_id
        and chunk.version_id == citation.version_id
    )
