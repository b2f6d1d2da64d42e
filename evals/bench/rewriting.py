"""Whether a language model's rewrites of leaning questions help, and what they cost.

``python -m evals.bench.rewriting --set SET_DIR`` takes queries with history after the first 400
of a set (the first ones are for reports), has the model write those out that lean on earlier
turns, and searches the set's corpus with and without. Without ``--endpoint`` the model is
SmolLM2, served here on one thread. It prints JSON: how many rewrites passed the checks and why
others did not, the seconds each took, and nDCG@10 with and without, over all queries and over
those whose rewrite passed. ``in_budget`` counts only rewrites made in the seconds that the
product waits.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from answer.generative.endpoint import EndpointModel
from answer.generative.guard import Limits
from answer.rewriting import (
    MOST_TOKENS,
    Rewrite,
    Rewriter,
    is_wanted,
    rewrite_prompt,
    with_rewrite,
)
from answer.together import together
from answer.understand import Understanding, understand
from core.errors import OptionInvalid
from core.types import PUBLIC, Turn
from evals.bench.asking import turns_of
from evals.bench.beir import Question, RetrievalSet, read_set
from evals.bench.remembered import RememberingEmbedder
from evals.bench.small_model import NAME, serving, small_model_file
from evals.metrics.ranking import every_measure
from evals.retrieval_bench import Indexed, indexed
from evals.statistics import paired_difference
from retrieval.embedding.base import Embedder

_SKIPPED = 400
_DEPTH = 30
_BUDGET_S = 1.5
"""What the product waits unless told otherwise."""
_PATIENCE_S = 30.0
_MEASURE = "ndcg@10"


@dataclass(frozen=True, slots=True)
class Case:
    """A query, what it was understood as, and what the model made of it."""

    question: Question
    turns: Sequence[Turn]
    understood: Understanding
    made: Rewrite | None
    """None where the query stands by itself."""
    seconds: float = 0.0


def measure(data: RetrievalSet, embedder: Embedder, model: EndpointModel) -> dict[str, Any]:
    """Return what came of having a set's leaning queries written out."""
    rewriter = Rewriter(model, _PATIENCE_S)
    with indexed(data.passages, embedder) as corpus:
        cases = [_case(question, corpus, rewriter) for question in data.questions]
        without = [_found(corpus, case, case.understood) for case in cases]
        rewritten = [_found(corpus, case, _understood(case, _PATIENCE_S)) for case in cases]
    tried = [case for case in cases if case.made is not None]
    seconds = [case.seconds for case in tried]
    prompts = {rewrite_prompt(case.turns, case.understood).version for case in tried}
    return {
        "model": model.name,
        "prompts": sorted(prompts),
        "queries": len(cases),
        "leaning": len(tried),
        "accepted": sum(_accepted(case) for case in cases),
        "accepted_in_budget": sum(_accepted(case, _BUDGET_S) for case in cases),
        "refused": dict(Counter(c.made.refused for c in tried if c.made and c.made.refused)),
        "seconds": {f"p{q}": round(float(np.percentile(seconds, q)), 2) for q in (50, 95)}
        if seconds
        else {},
        "all": _compared(data, cases, without, rewritten),
        "accepted_only": _compared(
            data,
            [case for case in cases if _accepted(case)],
            [found for case, found in zip(cases, without, strict=True) if _accepted(case)],
            [found for case, found in zip(cases, rewritten, strict=True) if _accepted(case)],
        ),
        "in_budget": _compared(
            data,
            cases,
            without,
            [
                new if _accepted(case, _BUDGET_S) else old
                for case, old, new in zip(cases, without, rewritten, strict=True)
            ],
        ),
        "rewrites": [
            {"question": c.question.text, "written": c.made.written, "refused": c.made.refused}
            for c in tried
            if c.made
        ],
    }


def _case(question: Question, corpus: Indexed, rewriter: Rewriter) -> Case:
    turns = turns_of(question)
    understood = understand(turns, corpus.named)
    if not is_wanted(turns, understood):
        return Case(question, turns, understood, None)
    begun = time.perf_counter()
    made = rewriter.rewrite(turns, understood)
    return Case(question, turns, understood, made, time.perf_counter() - begun)


def _accepted(case: Case, budget_s: float = _PATIENCE_S) -> bool:
    return case.made is not None and bool(case.made.text) and case.seconds <= budget_s


def _understood(case: Case, budget_s: float) -> Understanding:
    if case.made is None or not _accepted(case, budget_s):
        return case.understood
    return with_rewrite(case.understood, case.made.text)


def _found(corpus: Indexed, case: Case, understood: Understanding) -> list[str]:
    found = [
        corpus.retriever.search(asked, top=_DEPTH, audiences=[PUBLIC]) for asked in understood.asked
    ]
    hits = together(case.question.text, found).hits
    return corpus.passages([hit.chunk.id for hit in hits])


def _compared(
    data: RetrievalSet,
    cases: Sequence[Case],
    without: Sequence[Sequence[str]],
    rewritten: Sequence[Sequence[str]],
) -> dict[str, Any]:
    if not cases:
        return {"queries": 0}
    relevance = [data.relevance[case.question.id] for case in cases]
    before = every_measure(without, relevance)[_MEASURE]
    after = every_measure(rewritten, relevance)[_MEASURE]
    return {
        "queries": len(cases),
        "without": round(float(np.mean(before)), 4),
        "with": round(float(np.mean(after)), 4),
        "better": sum(new > old for old, new in zip(before, after, strict=True)),
        "worse": sum(new < old for old, new in zip(before, after, strict=True)),
        "difference": asdict(paired_difference(after, before)),
    }


def _later(folder: Path, queries: int) -> RetrievalSet:
    """The first so many queries with history after those that reports are made of."""
    data = read_set(folder, skip=_SKIPPED)
    held = [question for question in data.questions if question.history]
    if not held:
        raise OptionInvalid(f"No query of {folder} has a history.", "Name a set of conversations.")
    return RetrievalSet(data.passages, tuple(held[:queries]), data.relevance)


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path, required=True, help="a set in BEIR layout")
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--endpoint", help="an OpenAI-compatible endpoint in place of SmolLM2")
    parser.add_argument("--model", default=NAME, help="the model's name there")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--cache", type=Path, help="folder that keeps the passages' vectors")
    return parser.parse_args()


def main() -> int:
    """Measure and print."""
    options = _parsed()
    from retrieval.embedding import load_embedder

    embedder: Embedder = load_embedder(options.models)
    if options.cache:
        embedder = RememberingEmbedder(embedder, options.cache)
    data = _later(options.set, options.queries)
    with ExitStack() as stack:
        address = options.endpoint
        if not address:
            weights = small_model_file()
            if weights is None:
                raise OptionInvalid("SmolLM2 is not installed.", "Name an --endpoint instead.")
            address = stack.enter_context(serving(weights))
        limits = Limits(timeout_s=_PATIENCE_S, first_token_s=_PATIENCE_S, most_tokens=MOST_TOKENS)
        model = EndpointModel(address, options.model, limits=limits)
        report = measure(data, embedder, model)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
