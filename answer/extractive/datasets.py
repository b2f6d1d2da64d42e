"""Reading a question set in BEIR layout and finding its passages by plain BM25.

For fitting and benchmarks only: what a drafter makes of passages is measured against the same
simple retrieval every time, so that a better retriever does not pass for a better drafter.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.text import content_terms, language_of
from core.types import Chunk, Hit, RouteScore

_K1, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its answers and the passages that hold them."""

    id: str
    text: str
    answers: tuple[str, ...]
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Passages and questions."""

    name: str
    chunks: tuple[Chunk, ...]
    queries: tuple[Query, ...]


def load_set(folder: Path, queries: int | None = None, *, headings: bool = True) -> QuestionSet:
    """Return the set in a folder, with its first questions; headings are optional."""
    rows = _json_lines(folder / "corpus.jsonl")
    chunks = tuple(_chunk(row, i, headings) for i, row in enumerate(rows))
    relevant: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, passage, _ = line.split("\t")
        relevant[query].add(passage)
    asked = _json_lines(folder / "queries.jsonl")
    return QuestionSet(
        folder.name,
        chunks,
        tuple(
            Query(q["id"], q["text"], tuple(q.get("answers", ())), frozenset(relevant[q["id"]]))
            for q in asked[:queries]
        ),
    )


def _json_lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _chunk(row: dict[str, Any], ordinal: int, headings: bool) -> Chunk:
    heading = row.get("heading", "") if headings else ""
    return Chunk(
        id=row["id"],
        document_id=row["id"],
        version_id=f"{row['id']}@1",
        ordinal=ordinal,
        text=row["text"],
        title=row.get("title", ""),
        headings=(heading,) if heading else (),
        language=language_of(row["text"]),
    )


class Bm25:
    """A plain inverted index over title, headings and text."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = list(chunks)
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._lengths = []
        for i, chunk in enumerate(self._chunks):
            counts = Counter(content_terms(chunk.embedding_text()))
            self._lengths.append(sum(counts.values()))
            for term, count in counts.items():
                self._postings[term].append((i, count))
        self._mean = sum(self._lengths) / max(1, len(self._lengths))

    def any(self, chance: random.Random, count: int) -> list[Hit]:
        """Return some passages drawn by chance."""
        return [Hit(chunk, 1.0) for chunk in chance.sample(self._chunks, count)]

    def search(self, query: str, top: int, without: Collection[str] = ()) -> tuple[Hit, ...]:
        """Return the best passages, leaving out those with the given ids."""
        scores: dict[int, float] = defaultdict(float)
        for term in set(content_terms(query)):
            postings = self._postings.get(term, [])
            idf = math.log(1 + (len(self._chunks) - len(postings) + 0.5) / (len(postings) + 0.5))
            for i, count in postings:
                norm = _K1 * (1 - _B + _B * self._lengths[i] / self._mean)
                scores[i] += idf * count * (_K1 + 1) / (count + norm)
        ranked = sorted(scores, key=lambda i: (-scores[i], i))
        ranked = [i for i in ranked if self._chunks[i].id not in without][:top]
        best = scores[ranked[0]] if ranked else 1.0
        return tuple(
            Hit(self._chunks[i], scores[i] / best, {"keyword": RouteScore(rank, scores[i])})
            for rank, i in enumerate(ranked, 1)
        )
