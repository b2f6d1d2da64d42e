"""A set's corpus behind all that the product searches with, of which parts can be taken away.

Passages are indexed once. What is taken away is not live, as a withdrawn document is in a house:
the routes look past it and nothing of it is found.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from answer.extractive.vectors import VectorCache
from core.ports import Progress, silent
from core.types import PUBLIC, Chunk, Evidence
from corpus.live import LiveSet, LiveVersion
from corpus.titles import Titles
from evals.bench.asking import asked_of
from evals.bench.beir import Passage, Question, chunks_of
from evals.retrieval_bench import HeldChunks
from retrieval.asked import Asked
from retrieval.embedding.base import Embedder
from retrieval.indexer import ChunkIndexer
from retrieval.keyword import KEYWORD_INDEXES
from retrieval.named import NamedDocuments
from retrieval.questions import QuestionIndex
from retrieval.retriever import Retriever
from retrieval.standard import Helpers, default_learnt, open_tokens, standard
from retrieval.stores import STORES

_BUDGET_MS = 1000.0
"""Of the second stage: what is fitted must not hang on how busy the machine is."""


class PartlyLive:
    """What is live of a corpus, and which title each has; both change when told."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks
        self.without(())

    def without(self, versions: Collection[str]) -> None:
        """Let everything be live but these versions."""
        gone = frozenset(versions)
        left = [chunk for chunk in self._chunks if chunk.version_id not in gone]
        live = {
            c.version_id: LiveVersion(c.version_id, c.document_id, c.audience, c.applicability)
            for c in left
        }
        by_title: dict[str, set[str]] = {}
        for chunk in left:
            by_title.setdefault(chunk.title, set()).add(chunk.version_id)
        self._live = LiveSet(epoch=1, versions=live)
        self.titles = Titles(self._live, {t: frozenset(v) for t, v in by_title.items() if t})

    def current(self) -> LiveSet:
        """Return the versions that are live now."""
        return self._live


class _TitlesOf:
    """A :class:`retrieval.named.TitleSource` over what is live of a corpus."""

    def __init__(self, live: PartlyLive) -> None:
        self._live = live

    def current(self) -> Titles:
        """Return the titles of what is live now."""
        return self._live.titles


@dataclass(frozen=True, slots=True)
class Whole:
    """A corpus that can be asked as a house is."""

    retriever: Retriever
    named: NamedDocuments
    live: PartlyLive
    owner: Mapping[str, str]
    """Chunk -> the passage that it is a piece of."""
    versions: Mapping[str, str]
    """Passage -> its version."""

    def asked(self, question: Question) -> Asked:
        """Return what a question with the turns before it is understood as, the last of several."""
        return asked_of(question, self.named.within([PUBLIC]))[-1]

    def search(self, question: Question, top: int) -> Evidence:
        """Search for a question, and say why what is found is found."""
        return self.retriever.search(
            self.asked(question), top=top, audiences=[PUBLIC], explain=True
        )

    def passages(self, chunk_ids: Sequence[str]) -> list[str]:
        """Return the passages of ranked pieces, each where its best piece is."""
        return list(dict.fromkeys(self.owner[chunk_id] for chunk_id in chunk_ids))


@contextmanager
def whole(
    passages: Sequence[Passage], embedder: Embedder, progress: Progress = silent
) -> Iterator[Whole]:
    """Index passages in a temporary store, which is gone at the end of the block."""
    chunks, owner = chunks_of(passages, embedder, heading=False, audience=PUBLIC)
    live, asking = PartlyLive(chunks), VectorCache(embedder)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="citedesk-bench-")))
        vectors = STORES.get("memory").open(folder, embedder.fingerprint)
        words = KEYWORD_INDEXES.get("tantivy").open(folder / "words")
        questions = QuestionIndex(embedder, STORES.get("memory").open(folder, "questions"))
        tokens = open_tokens(folder / "tokens", embedder.fingerprint)
        stack.callback(vectors.close)
        stack.callback(words.close)
        if tokens is not None:
            stack.callback(tokens.close)
        indexer = ChunkIndexer(embedder, vectors, words, "", questions, tokens)
        indexer.add(chunks, progress)
        named = NamedDocuments(_TitlesOf(live))
        learnt = default_learnt(embedder.fingerprint)
        helpers = Helpers(questions, tokens)
        extras = standard(helpers, learnt, asking, named=named, budget_ms=_BUDGET_MS)
        retriever = Retriever(asking, vectors, words, HeldChunks(chunks), live, None, extras)
        stack.callback(retriever.close)
        versions = {owner[chunk.id]: chunk.version_id for chunk in chunks}
        yield Whole(retriever, named, live, owner, versions)
