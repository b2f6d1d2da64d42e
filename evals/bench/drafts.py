"""How good and how fast the extractive drafter is, on question sets in BEIR layout.

``python -m evals.bench.drafts --data DIR --models DIR --set cmrc2018`` reports, on the first 400
questions of a set (nothing is fitted to them, nor to the passages that answer them):

- whether the answer is inside the best one and best three units of BM25's top three passages
  (also of those questions alone whose answer is there), and inside the draft made from them;
- how often a draft is refused when the right passage is there and when it is withheld;
- how long drafting takes beside embedding the question, which every retrieval must do too.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from answer.base import DraftRequest
from answer.checking.checker import Checker
from answer.extractive.datasets import Bm25, Query, load_set
from answer.extractive.drafter import ExtractiveDrafter
from answer.extractive.fit import example
from answer.extractive.vectors import VectorCache
from answer.ports import UnitEmbedder
from core.text import reply_language, squeeze
from core.types import Draft, DraftState, Evidence, Hit, Turn
from retrieval.training.sets import REPORTED

_HITS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question came to."""

    best1: bool
    best3: bool
    inside: bool
    in_draft: bool
    found: bool
    refused: bool
    refused_withheld: bool
    draft_ms: float
    query_ms: float


def run(folder: Path, embedder: UnitEmbedder, queries: int) -> dict[str, float | str]:
    """Return the measurements of one set."""
    data = load_set(folder, headings=False)
    index = Bm25(data.chunks)
    asked = data.queries[:queries]
    drafter, vectors = ExtractiveDrafter(embedder), VectorCache(embedder)
    outcomes = [outcome(query, index, drafter, vectors, embedder) for query in asked]
    return {"set": data.name, "questions": len(outcomes), **summary(outcomes)}


def outcome(
    query: Query,
    index: Bm25,
    drafter: ExtractiveDrafter,
    vectors: VectorCache,
    embedder: UnitEmbedder,
) -> Outcome:
    """Draft one question with its passages and without them."""
    hits = index.search(query.text, _HITS)
    started = time.perf_counter()
    embedder.embed_query(query.text)
    query_ms = (time.perf_counter() - started) * 1000
    started = time.perf_counter()
    draft = _draft(query, hits, drafter)
    draft_ms = (time.perf_counter() - started) * 1000
    withheld = _draft(query, index.search(query.text, _HITS, query.relevant), drafter)
    ranked = example(query, hits, vectors)
    answers = [squeeze(answer) for answer in query.answers]
    quoted = squeeze(" ".join(citation.quote for citation in draft.citations))
    passages = [squeeze(hit.chunk.text) for hit in hits]
    return Outcome(
        best1=any(ranked.labels[:1]),
        best3=any(ranked.labels[:3]),
        inside=any(answer in passage for answer in answers for passage in passages),
        in_draft=any(answer in quoted for answer in answers),
        found=ranked.answerable,
        refused=draft.state is DraftState.NO_EVIDENCE,
        refused_withheld=withheld.state is DraftState.NO_EVIDENCE,
        draft_ms=draft_ms,
        query_ms=query_ms,
    )


def _draft(query: Query, hits: tuple[Hit, ...], drafter: ExtractiveDrafter) -> Draft:
    request = DraftRequest(
        id=query.id,
        conversation=(Turn("customer", query.text),),
        question=query.text,
        language=reply_language(query.text),
    )
    evidence = Evidence(query.text, hits)
    return Checker().check(drafter.draft(request, evidence), evidence)


def summary(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return rates and medians."""
    found = [o for o in outcomes if o.found]
    there = [o for o in outcomes if o.inside]

    def share(flags: Sequence[bool]) -> float:
        return round(sum(flags) / max(1, len(flags)), 3)

    return {
        "best1": share([o.best1 for o in outcomes]),
        "best3": share([o.best3 for o in outcomes]),
        "best1_where_there": share([o.best1 for o in there]),
        "best3_where_there": share([o.best3 for o in there]),
        "in_passages": share([o.inside for o in outcomes]),
        "in_draft": share([o.in_draft for o in outcomes]),
        "refused_answerable": share([o.refused for o in found]),
        "refused_withheld": share([o.refused_withheld for o in outcomes]),
        "draft_ms_p50": round(float(np.median([o.draft_ms for o in outcomes])), 1),
        "draft_ms_p95": round(float(np.percentile([o.draft_ms for o in outcomes], 95)), 1),
        "query_embedding_ms_p50": round(float(np.median([o.query_ms for o in outcomes])), 1),
    }


def main() -> None:
    """Print the measurements as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of question sets")
    parser.add_argument("--models", type=Path, required=True, help="folder of embedding models")
    parser.add_argument("--set", action="append", dest="sets", help="a set's name; repeatable")
    parser.add_argument("--queries", type=int, default=REPORTED)
    given = parser.parse_args()
    from retrieval.embedding import load_embedder

    embedder = load_embedder(given.models)
    for name in given.sets or ["cmrc2018", "xquad_en"]:
        print(json.dumps(run(given.data / name, embedder, given.queries)), flush=True)


if __name__ == "__main__":
    main()
