"""Questions whose answer was taken out of the corpus, beside others whose answer is there.

What a confidence is fitted and judged on: whether the evidence found can answer the question.
Queries that share a passage go together, since a passage cannot be there and not be there; half
of these groups lose all their passages. Fit on queries after the first 400 of a set, which
reports are made of: ``read_set(..., skip=400)``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.ports import Progress, silent
from core.types import Evidence
from evals.bench.beir import Question, RetrievalSet
from evals.retrieval_bench import indexed
from retrieval.embedding.base import Embedder

_SEED = 20240501


@dataclass(frozen=True, slots=True)
class Trial:
    """One question, whether the corpus can answer it, and what was found."""

    question: Question
    answerable: bool
    """Whether the passages that answer it are in the corpus."""
    found: bool
    """Whether one of them is among the hits."""
    evidence: Evidence


def withhold(data: RetrievalSet, seed: int = _SEED) -> tuple[RetrievalSet, frozenset[str]]:
    """Take the gold passages of about half of the queries out of a set's corpus.

    Queries come to the half in groups that share passages, in an order drawn with ``seed``, until
    half of them are in it.

    Returns:
        The set with the passages that are left, and the ids of the queries that lost theirs.
    """
    groups = _sharing(data)
    random.Random(seed).shuffle(groups)  # noqa: S311 - an experiment's draw, not a secret
    lost: set[str] = set()
    for group in groups:
        if len(lost) + len(group) / 2 > len(data.questions) / 2:
            break
        lost |= group
    gone = {passage for query in lost for passage in _gold(data, query)}
    left = tuple(passage for passage in data.passages if passage.id not in gone)
    return replace(data, passages=left), frozenset(lost)


def trials(
    data: RetrievalSet,
    embedder: Embedder,
    *,
    seed: int = _SEED,
    top: int = 10,
    progress: Progress = silent,
) -> Iterator[Trial]:
    """Index what :func:`withhold` leaves of a set, and ask every question of it."""
    left, lost = withhold(data, seed)
    with indexed(left.passages, embedder, progress=progress) as corpus:
        for number, question in enumerate(left.questions, 1):
            evidence = corpus.search(question, top)
            passages = corpus.passages([hit.chunk.id for hit in evidence.hits])
            gold = set(_gold(data, question.id))
            yield Trial(question, question.id not in lost, not gold.isdisjoint(passages), evidence)
            progress("asking", number / len(left.questions))


def _gold(data: RetrievalSet, query: str) -> list[str]:
    return [passage for passage, grade in data.relevance[query].items() if grade > 0]


def _sharing(data: RetrievalSet) -> list[set[str]]:
    """The queries in groups: two that share a gold passage are in the same one."""
    group_of: dict[str, set[str]] = {}
    for question in data.questions:
        group = {question.id}
        for passage in _gold(data, question.id):
            group |= group_of.get(passage, set())
        for query in group:
            group_of.update((passage, group) for passage in _gold(data, query))
    return list({id(group): group for group in group_of.values()}.values())
