"""Making chunks findable: what ingest calls, and what a re-index calls."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from core.ports import Progress, silent
from core.types import Chunk
from retrieval.embedding.base import Embedder, Vectors
from retrieval.interaction.index import TokenIndex
from retrieval.keyword.base import KeywordIndex
from retrieval.questions import QuestionIndex
from retrieval.stores.base import StoredVector, VectorStore

_EMBEDDING_SHARE = 0.95
"""Of the time that indexing takes; the rest is writing."""
_QUESTIONS_SHARE = 0.15
"""Of that time, what the embedding of questions takes, where they are indexed too."""


class Holdings(NamedTuple):
    """What an audience's indexes have of each version."""

    vectors: dict[str, int]
    words: dict[str, int]
    questions: dict[str, int]
    tokens: dict[str, int]


class ChunkIndexer:
    """Puts chunks into their audience's vector collection and keyword index.

    What they answer, and their tokens, go into indexes beside those, where such are given.
    Implements
    :class:`core.ports.Indexer` and :class:`core.ports.TokenCounter`. Nothing is found before its
    version is live, so a failure half-way is harmless: adding again replaces.
    """

    def __init__(
        self,
        embedder: Embedder,
        store: VectorStore,
        keyword: KeywordIndex,
        name: str = "",
        questions: QuestionIndex | None = None,
        tokens: TokenIndex | None = None,
    ) -> None:
        self._embedder = embedder
        self._name = name
        self._store = store
        self._keyword = keyword
        self._questions = questions
        self._tokens = tokens

    @property
    def fingerprint(self) -> str:
        """Names these indexes: by the embedder whose vectors they are, unless another is given."""
        return self._name or self._embedder.fingerprint

    @property
    def limit(self) -> int:
        """The most tokens one passage may have, prompt and special tokens included."""
        return self._embedder.limit

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text as a passage, prompt and special tokens included."""
        return self._embedder.count(texts)

    def add(
        self, chunks: Sequence[Chunk], progress: Progress = silent, *, like: Sequence[Chunk] = ()
    ) -> None:
        """Embed and index chunks in their audience's indexes; adding the same ids again is safe.

        Args:
            chunks: what is to be found.
            progress: told how far the embedding is.
            like: chunks indexed before; one that is embedded as the same text gives its vector
                and its tokens.

        Raises:
            IndexCorrupt: an index is damaged.
            DiskFull: an index has no room to grow.
        """
        if not chunks:
            return
        texts = [chunk.embedding_text() for chunk in chunks]
        known = self._known(set(texts), like)
        ready = self._tokens.copy(chunks, like) & known.keys() if self._tokens else known.keys()
        fresh = list(dict.fromkeys(text for text in texts if text not in ready))
        if fresh:
            share = _EMBEDDING_SHARE - (_QUESTIONS_SHARE if self._questions else 0.0)
            made = self._embed(
                fresh, chunks, lambda stage, fraction: progress(stage, fraction * share)
            )
            known.update(zip(fresh, made, strict=True))
        rows = [
            (chunk, StoredVector(chunk.id, chunk.version_id, chunk.document_id, known[text]))
            for chunk, text in zip(chunks, texts, strict=True)
        ]
        rows.sort(key=lambda row: row[0].audience)
        for audience, group in groupby(rows, key=lambda row: row[0].audience):
            members = list(group)
            self._store.put(audience, [vector for _, vector in members])
            self._keyword.put(audience, [chunk for chunk, _ in members])
        if self._questions:
            self._questions.add(chunks, like)
        progress("indexing", 1.0)

    def complete(self, chunks: Sequence[Chunk]) -> None:
        """Index what an earlier release did not of chunks whose passages it has indexed.

        What was done already is not done again.
        """
        if self._questions:
            self._questions.add(self._questions.lacking(chunks))
        if self._tokens:
            self._make_tokens(self._tokens.lacking(chunks))

    def _make_tokens(self, chunks: Sequence[Chunk]) -> None:
        if chunks:
            texts = list(dict.fromkeys(chunk.embedding_text() for chunk in chunks))
            self._embed(texts, chunks, silent)

    def _embed(self, texts: Sequence[str], chunks: Sequence[Chunk], progress: Progress) -> Vectors:
        """Return the texts' vectors, and store the tokens of the chunks that read so."""
        if self._tokens is None:
            return self._embedder.embed_passages(texts, progress)
        with self._tokens.taking(chunks, texts) as states:
            return self._embedder.embed_passages(texts, progress, states)

    def _known(self, wanted: set[str], like: Sequence[Chunk]) -> dict[str, Vectors]:
        """The vectors of the texts that are embedded already."""
        holders = [(c, text) for c in like if (text := c.embedding_text()) in wanted]
        known: dict[str, Vectors] = {}
        for audience in {chunk.audience for chunk, _ in holders}:
            here = {chunk.id: text for chunk, text in holders if chunk.audience == audience}
            found = self._store.vectors(audience, list(here))
            known.update((here[chunk_id], vector) for chunk_id, vector in found.items())
        return known

    def move(self, chunks: Sequence[Chunk], places: Sequence[str]) -> None:
        """Have chunks in their audience's indexes alone; their vectors go with them.

        What stays where it is can be found all the while. Doing it again is safe.

        Args:
            chunks: all chunks of a version, each with the audience that it has now.
            places: the audiences in whose indexes any of them may lie.
        """
        ids = [chunk.id for chunk in chunks]
        held = {audience: self._store.vectors(audience, ids) for audience in places}
        known = {i: vector for found in held.values() for i, vector in found.items()}
        lost = [chunk for chunk in chunks if chunk.id not in known]
        if lost:
            made = self._embedder.embed_passages([chunk.embedding_text() for chunk in lost])
            known.update((c.id, vector) for c, vector in zip(lost, made, strict=True))
        for audience in dict.fromkeys((*places, *(chunk.audience for chunk in chunks))):
            here = held.get(audience, {})
            coming = [c for c in chunks if c.audience == audience and c.id not in here]
            if coming:
                # The words first, and first out: what has a vector here has its words here.
                self._keyword.put(audience, coming)
                self._store.put(
                    audience,
                    [StoredVector(c.id, c.version_id, c.document_id, known[c.id]) for c in coming],
                )
        if self._questions:
            self._questions.move(chunks, places)
        if self._tokens:
            self._make_tokens(self._tokens.move(chunks, places))
        for audience in places:
            going = [chunk.id for chunk in chunks if chunk.audience != audience]
            if going:
                self._keyword.remove_chunks(audience, going)
                self._store.remove_chunks(audience, going)

    def remove(self, audience: str, version_id: str) -> None:
        """Forget every chunk of a version in one audience's indexes."""
        if self._tokens:
            self._tokens.remove(audience, version_id)
        if self._questions:
            self._questions.remove(audience, version_id)
        self._keyword.remove_version(audience, version_id)
        self._store.remove_version(audience, version_id)

    def indexed(self, audience: str) -> tuple[int, int]:
        """Return how many chunks of an audience have a vector, and how many their words."""
        return self._store.count(audience), self._keyword.count(audience)

    def versions(self, audience: str) -> set[str]:
        """Return the versions with anything in an audience's indexes, for sweeping old ones."""
        return set().union(*self.holdings(audience))

    def holdings(self, audience: str) -> Holdings:
        """Return how much of each version an audience's indexes have."""
        return Holdings(
            self._store.holdings(audience),
            self._keyword.holdings(audience),
            self._questions.holdings(audience) if self._questions else {},
            self._tokens.holdings(audience) if self._tokens else {},
        )

    def audiences(self) -> set[str]:
        """Return the audiences that have an index of any kind."""
        kinds = (self._store, self._keyword, self._questions, self._tokens)
        return set().union(*(kind.audiences() for kind in kinds if kind is not None))
