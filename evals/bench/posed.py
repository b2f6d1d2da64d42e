"""Questions with what the product finds for them, half of them without the passages that answer.

For what is fitted and judged on refusals. Searching is the slow part of it: with a folder to keep
them in, what was found is written down once, and read as long as sets and embedder are the same.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from core.types import PUBLIC, Chunk, Evidence, Hit
from evals.bench.beir import Question, RetrievalSet, chunks_of, read_set
from evals.bench.retrieval import Configuration
from evals.bench.whole import Whole, whole
from evals.bench.withheld import withhold
from retrieval.embedding.base import Embedder
from retrieval.training.sets import REPORTED

_SETS = (
    ("cmrc2018", "cmrc2018"),
    ("xquad_en", "xquad_en"),
    ("xquad_zh", "xquad_zh"),
    ("xquad_zh", "xquad_en"),
    ("xquad_en", "xquad_zh"),
    ("esp_faq_zh", "esp_faq_zh"),
    ("esp_faq_en", "esp_faq_en"),
    ("dstc11_faq", "dstc11_faq"),
)
_TOP = 10


@dataclass(frozen=True, slots=True)
class Amount:
    """How many questions of each set are asked."""

    reported: int = 0
    """Of the first 400."""
    fitted: int = 0
    """Of those after them."""
    cache: Path | None = None
    """Where what was found is kept."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A question, whether the corpus can answer it, and what was found."""

    name: str
    fitting: bool
    """Whether anything may be fitted to it; else it is reported."""
    question: Question
    answerable: bool
    found: bool
    """Whether a passage that answers is among the hits."""
    evidence: Evidence


def configurations(data: Path, names: Sequence[str] = ()) -> list[Configuration]:
    """Return queries and corpora, those of one corpus together."""
    made = [
        Configuration(asks if asks == over else f"{asks} over {over}", data / asks, data / over)
        for asks, over in _SETS
    ]
    chosen = [one for one in made if not names or one.name in names]
    return sorted(chosen, key=lambda one: one.corpus)


def posed(chosen: Sequence[Configuration], embedder: Embedder, amount: Amount) -> Iterator[Posed]:
    """Ask the first questions of each set, and some of those after the first 400.

    What may be fitted to is asked twice, so that each is answerable once and once is not, and
    without any passage that answers a reported question.
    """
    for corpus_dir, group in groupby(chosen, key=lambda one: one.corpus):
        members = list(group)
        passages = read_set(corpus_dir).passages
        kept = {one.name: _file(one, embedder, amount) for one in members}
        known = all(file is not None and file.is_file() for file in kept.values())
        with nullcontext() if known else whole(passages, embedder) as corpus:
            chunks, _ = chunks_of(passages, embedder, heading=False, audience=PUBLIC)
            for one in members:
                print(one.name, file=sys.stderr, flush=True)
                file = kept[one.name]
                if corpus is None and file is not None:
                    yield from _read(file, {chunk.id: chunk for chunk in chunks})
                    continue
                assert corpus is not None
                found = list(_of_set(one, corpus, amount))
                if file is not None:
                    _write(file, found)
                yield from found


def _of_set(one: Configuration, corpus: Whole, amount: Amount) -> Iterator[Posed]:
    if amount.reported:
        data = read_set(one.queries, one.corpus, amount.reported)
        yield from _asked(one.name, data, corpus, frozenset(), fitting=False)
    if amount.fitted:
        first = read_set(one.queries, one.corpus, REPORTED)
        kept = frozenset(p for q in first.questions for p in _gold(first, q.id))
        later = read_set(one.queries, one.corpus, amount.fitted, REPORTED)
        own = [q for q in later.questions if not _gold(later, q.id) & kept]
        later = replace(later, questions=tuple(own))
        yield from _asked(one.name, later, corpus, kept, fitting=True)


def _asked(
    name: str, data: RetrievalSet, corpus: Whole, never: frozenset[str], *, fitting: bool
) -> Iterator[Posed]:
    every = frozenset(question.id for question in data.questions)
    _, half = withhold(data)
    for lost in (half, every - half)[: 2 if fitting else 1]:
        out = never.union(*(_gold(data, query) for query in lost))
        corpus.live.without({corpus.versions[passage] for passage in out})
        for question in data.questions:
            gold = _gold(data, question.id)
            evidence = corpus.search(question, _TOP)
            found = set(corpus.passages([hit.chunk.id for hit in evidence.hits]))
            answerable = question.id not in lost
            yield Posed(name, fitting, question, answerable, bool(gold & found), evidence)
    corpus.live.without(())


def _gold(data: RetrievalSet, query: str) -> set[str]:
    return {passage for passage, grade in data.relevance[query].items() if grade > 0}


def _file(one: Configuration, embedder: Embedder, amount: Amount) -> Path | None:
    """Where what is found for a set is kept: by all that it hangs on."""
    if amount.cache is None:
        return None
    mark = hashlib.sha256(f"{embedder.fingerprint} {amount.reported} {amount.fitted}".encode())
    for folder in (one.queries, one.corpus):
        for path in sorted(folder.iterdir()):
            mark.update(f"{folder.name}/{path.name} {path.stat().st_size}".encode())
    return amount.cache / f"posed-{one.name.replace(' ', '-')}-{mark.hexdigest()[:12]}.json"


def _write(file: Path, found: Sequence[Posed]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            **{name: getattr(one, name) for name in ("name", "fitting", "answerable", "found")},
            "question": asdict(one.question),
            "confidence": one.evidence.confidence,
            "hits": [
                (hit.chunk.id, hit.score, [other.id for other in hit.neighbours])
                for hit in one.evidence.hits
            ],
        }
        for one in found
    ]
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def _read(file: Path, chunks: Mapping[str, Chunk]) -> Iterator[Posed]:
    rows: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    for row in rows:
        asked = {**row.pop("question")}
        question = Question(asked["id"], asked["text"], tuple(asked["history"]))
        hits = tuple(
            Hit(chunks[own], score, neighbours=tuple(chunks[other] for other in others))
            for own, score, others in row.pop("hits")
        )
        sure = row.pop("confidence")
        yield Posed(
            **row, question=question, evidence=Evidence(question.text, hits, confidence=sure)
        )
