"""A retrieval set through the real retriever, every route beside ours (`citedesk bench`)."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from answer.ports import Named
from answer.together import together
from core.ports import Progress, silent
from core.types import PUBLIC, Chunk, Evidence
from corpus.live import LiveSet, LiveVersion
from corpus.titles import Titles
from evals.bench.asking import asked_of
from evals.bench.beir import Passage, Question, chunks_of, read_set
from evals.metrics.ranking import Relevance, every_measure, mean_measures
from evals.statistics import PAIRED_RESAMPLES, mean_interval, paired_difference
from retrieval.embedding.base import Embedder
from retrieval.indexer import ChunkIndexer
from retrieval.keyword import KEYWORD_INDEXES
from retrieval.named import NamedDocuments
from retrieval.questions import QuestionIndex
from retrieval.reranking.base import Reranker
from retrieval.retriever import Retriever
from retrieval.standard import Helpers, Learnt, default_learnt, open_tokens, standard
from retrieval.stores import STORES

_DEPTH = 30
"""Hits asked for: several pieces of one passage may stand before the tenth passage."""
OURS = "ours"
ROUTES = ("dense", "keyword", "rrf")
_BASELINE = "rrf"


class HeldChunks:
    """A :class:`core.ports.ChunkSource` of chunks in memory, in place of the records."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._by_id = {chunk.id: chunk for chunk in chunks}

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Return the chunks with these ids; ids that do not exist are left out."""
        return {i: self._by_id[i] for i in ids if i in self._by_id}


class AllLive:
    """A :class:`retrieval.narrowing.Live` in which every version of some chunks is live."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._set = LiveSet(
            epoch=1,
            versions={
                c.version_id: LiveVersion(c.version_id, c.document_id, c.audience, c.applicability)
                for c in chunks
            },
        )

    def current(self) -> LiveSet:
        """Return the versions that are live now: all of them."""
        return self._set


class HeldTitles:
    """A :class:`retrieval.named.TitleSource` of chunks that are all live."""

    def __init__(self, chunks: Sequence[Chunk], live: LiveSet) -> None:
        versions: dict[str, set[str]] = {}
        for chunk in chunks:
            if chunk.title:
                versions.setdefault(chunk.title, set()).add(chunk.version_id)
        self._titles = Titles(live, {t: frozenset(ids) for t, ids in versions.items()})

    def current(self) -> Titles:
        """Return the titles of what is live now: all of them."""
        return self._titles


@dataclass(frozen=True, slots=True)
class Indexed:
    """A corpus that can be asked."""

    retriever: Retriever
    owner: Mapping[str, str]
    """Chunk -> the passage that it is a piece of."""
    seconds: float
    """What indexing took."""
    named: Named | None = None
    """Finds the passages' titles."""

    def search(self, question: Question, top: int) -> Evidence:
        """Return what our retriever finds for a query, read as the conversation that it ends."""
        found = [
            self.retriever.search(asked, top=top, audiences=[PUBLIC])
            for asked in asked_of(question, self.named)
        ]
        return together(question.text, found)

    def passages(self, chunk_ids: Sequence[str]) -> list[str]:
        """Return the passages of ranked pieces, each where its best piece is."""
        return list(dict.fromkeys(self.owner[chunk_id] for chunk_id in chunk_ids))


@dataclass(slots=True)
class Answers:
    """What every query found."""

    rankings: dict[str, list[list[str]]] = field(default_factory=dict)
    """Ours and each route -> for every query the passages, best first."""
    times_ms: list[float] = field(default_factory=list)
    """Of our searches."""


@contextmanager
def indexed(
    passages: Sequence[Passage],
    embedder: Embedder,
    *,
    heading: bool = False,
    store: str = "chroma",
    keyword: str = "tantivy",
    learnt: Learnt | None = None,
    reranker: Reranker | None = None,
    progress: Progress = silent,
) -> Iterator[Indexed]:
    """Index passages in temporary indexes, which are gone at the end of the block.

    All of the product's are there, and the retriever is helped by what helps the product's own.
    """
    chunks, owner = chunks_of(passages, embedder, heading=heading, audience=PUBLIC)
    live = AllLive(chunks)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="citedesk-bench-")))
        vectors = STORES.get(store).open(folder / "vectors", embedder.fingerprint)
        stack.callback(vectors.close)
        words = KEYWORD_INDEXES.get(keyword).open(folder / "words")
        stack.callback(words.close)
        questions = QuestionIndex(
            embedder, STORES.get(store).open(folder / "questions", embedder.fingerprint)
        )
        stack.callback(questions.close)
        tokens = open_tokens(folder / "tokens", embedder.fingerprint)
        if tokens is not None:
            stack.callback(tokens.close)
        start = time.perf_counter()
        indexer = ChunkIndexer(embedder, vectors, words, "", questions, tokens)
        indexer.add(chunks, progress)
        seconds = time.perf_counter() - start
        named = NamedDocuments(HeldTitles(chunks, live.current()))
        extras = standard(
            Helpers(questions, tokens),
            learnt or default_learnt(embedder.fingerprint),
            embedder,
            reranker=reranker,
            named=named,
        )
        held = HeldChunks(chunks)
        retriever = Retriever(embedder, vectors, words, held, live, None, extras)
        stack.callback(retriever.close)
        yield Indexed(retriever, owner, seconds, named.within([PUBLIC]))


def ask(
    corpus: Indexed,
    questions: Sequence[Question],
    *,
    routes: bool = True,
    progress: Progress = silent,
) -> Answers:
    """Ask our retriever every question, and each of its plain routes the joined last turns."""
    answers = Answers({name: [] for name in (OURS, *(ROUTES if routes else ()))})
    # The first query pays for what is loaded on demand; it is not what a user waits for.
    corpus.retriever.search(questions[0].search_text(), audiences=[PUBLIC])
    for number, question in enumerate(questions, 1):
        evidence = corpus.search(question, _DEPTH)
        answers.times_ms.append(evidence.timings_ms["total"])
        answers.rankings[OURS].append(corpus.passages([hit.chunk.id for hit in evidence.hits]))
        if routes:
            found = corpus.retriever.routes(question.search_text(), audiences=[PUBLIC])
            for name in ROUTES:
                answers.rankings[name].append(corpus.passages([i for i, _ in found[name]]))
        progress("asking", number / len(questions))
    return answers


def bench_retrieval(
    set_dir: Path,
    embedder: Embedder,
    *,
    corpus_from: Path | None = None,
    queries: int | None = None,
    heading: bool = False,
    store: str = "chroma",
    keyword: str = "tantivy",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Index a set in BEIR layout in a temporary store, ask its queries, and measure.

    A passage too long for the embedder is cut, and ranks where its best piece ranks. The result
    is what CONTRACT says of `bench retrieval`, with 95 % intervals of every mean and a paired
    test of ours against plain fusion; times are in seconds and milliseconds.

    Raises:
        PathNotFound: the folder or one of its files is missing.
        DataInvalid: a file does not follow the layout.
    """
    data = read_set(set_dir, corpus_from, queries)
    with indexed(
        data.passages, embedder, heading=heading, store=store, keyword=keyword, progress=progress
    ) as corpus:
        answers = ask(corpus, data.questions, progress=progress)
    relevance = [data.relevance[question.id] for question in data.questions]
    means = {
        name: mean_measures(list(zip(ranked, relevance, strict=True)))
        for name, ranked in answers.rankings.items()
    }
    return {
        "passages": len(data.passages),
        "queries": len(data.questions),
        "metrics": means.pop(OURS),
        "routes": means,
        "intervals": intervals(answers.rankings, relevance),
        "paired": {_BASELINE: paired(answers.rankings, relevance, _BASELINE)},
        "index_seconds": round(corpus.seconds, 3),
        "query_ms": {
            "p50": round(float(np.percentile(answers.times_ms, 50)), 3),
            "p95": round(float(np.percentile(answers.times_ms, 95)), 3),
        },
    }


def intervals(
    rankings: Mapping[str, Sequence[Sequence[str]]], relevance: Sequence[Relevance]
) -> dict[str, dict[str, list[float]]]:
    """Return the 95 % bootstrap interval of each mean: who ranked -> measure -> low and high."""
    found: dict[str, dict[str, list[float]]] = {}
    for name, ranked in rankings.items():
        summaries = {m: mean_interval(v) for m, v in every_measure(ranked, relevance).items()}
        found[name] = {m: [summary.low, summary.high] for m, summary in summaries.items()}
    return found


def paired(
    rankings: Mapping[str, Sequence[Sequence[str]]], relevance: Sequence[Relevance], against: str
) -> dict[str, Any]:
    """Return by how much ours is ahead of another ranking of the same queries, by measure."""
    ours = every_measure(rankings[OURS], relevance)
    theirs = every_measure(rankings[against], relevance)
    differences = {m: asdict(paired_difference(ours[m], theirs[m])) for m in ours}
    return {"resamples": PAIRED_RESAMPLES, **differences}
