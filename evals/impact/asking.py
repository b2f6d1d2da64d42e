"""Asking the corpus as it is and as it would be, over the same indexes, doing nothing twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import numpy as np

from answer.extractive.vectors import VectorCache
from answer.following import Follower
from core.types import Chunk, Draft, Evidence, Turn
from evals.impact.resting import Question

if TYPE_CHECKING:
    from answer.engine import AnswerEngine
    from answer.ports import UnitEmbedder
    from core.ports import ChunkSource
    from retrieval.embedding.base import Embedder, Vectors
    from retrieval.expansion import Terms
    from retrieval.keyword.base import KeywordAnswer, KeywordIndex
    from retrieval.narrowing import Live
    from retrieval.retriever import Extras, Retriever
    from retrieval.stores.base import Found, VectorStore

T = TypeVar("T")
_KEPT_SEARCHES = 64
"""Both sides ask a question right after each other, in each of a few threads."""


@dataclass(frozen=True, slots=True)
class Indexes:
    """What both sides search."""

    embedder: Embedder
    store: VectorStore
    keyword: KeywordIndex
    chunks: ChunkSource
    glossary: Terms | None = None
    extras: Callable[[Live, VectorCache], Extras] | None = None
    """What helps a retriever over a live set, with its embedder."""


Build = Callable[["Retriever", VectorCache, "Live"], "AnswerEngine"]
"""Puts an engine together over a retriever, its embedder, and what is live for it."""


class Sides:
    """Drafts from the corpus as it is and as it would be.

    Approved answers are left out, since they are the question. Made with the first question,
    because most revisions affect none.
    """

    def __init__(
        self,
        indexes: Indexes,
        build: Build,
        audiences: Callable[[str], Sequence[str]],
        as_is: Live,
        would_be: Live,
        *,
        vectors: VectorCache | None = None,
    ) -> None:
        """``vectors`` is kept from earlier sides over the same embedder, if there were any."""
        self._indexes = indexes
        self._vectors = vectors or gathering(indexes.embedder)
        self._build = build
        self._audiences = audiences
        self._lives = (as_is, would_be)
        self._engines: tuple[AnswerEngine, ...] = ()
        self._open = ExitStack()

    def prepare(self, questions: Sequence[str]) -> None:
        """Make ready for these questions; they are embedded in batches."""
        fresh = self._vectors.unknown_queries(questions)
        self._vectors.keep_queries(_embedded(self._indexes.embedder, fresh))
        if not self._engines:
            self._engines = self._made()

    def now(self, question: Question) -> Draft:
        """Return the draft from the corpus as it is."""
        return self.asked(0, question)[0]

    def then(self, question: Question) -> Draft:
        """Return the draft from the corpus as it would be."""
        return self.asked(1, question)[0]

    def asked(
        self, side: int, question: Question, follower: Follower | None = None
    ) -> tuple[Draft, Evidence]:
        """Return the draft of a side (0 is as it is, 1 as it would be) and what it is made from."""
        return self._engines[side].answer(
            (*question.history, Turn("customer", question.text)),
            channel=question.channel,
            audiences=self._audiences(question.audience),
            applicability=question.applicability,
            draft_id="",
            drafter="extractive",
            follower=follower,
        )

    def found(self, side: int, question: Question) -> Evidence | None:
        """Return what a side finds for a question, without a draft; None where it need not look."""
        try:
            self.asked(side, question, _Stopping())
        except _Found as found:
            return found.evidence
        return None

    def nearness(self, questions: Sequence[Question], chunks: Sequence[Chunk]) -> list[float]:
        """Return the cosine of each question with the nearest passage that its asker may see.

        -1 where there is none. The questions are to be prepared.
        """
        by_audience: dict[str, list[str]] = {}
        for chunk in chunks:
            by_audience.setdefault(chunk.audience, []).append(chunk.id)
        rows = {
            audience: np.stack(list(held.values()))
            for audience, ids in by_audience.items()
            if (held := self._indexes.store.vectors(audience, ids))
        }
        found = []
        for question in questions:
            vector = self._vectors.query(question.text)
            seen = [rows[a] for a in self._audiences(question.audience) if a in rows]
            found.append(max((float((part @ vector).max()) for part in seen), default=-1.0))
        return found

    def close(self) -> None:
        """End the retrievers' threads."""
        self._open.close()

    def _made(self) -> tuple[AnswerEngine, ...]:
        from retrieval.retriever import Retriever

        own = self._indexes
        store = cast("VectorStore", _StoreOnce(own.store))
        keyword = cast("KeywordIndex", _KeywordOnce(own.keyword))
        engines = []
        for live in self._lives:
            extras = own.extras(live, self._vectors) if own.extras is not None else None
            retriever = Retriever(
                self._vectors, store, keyword, own.chunks, live, own.glossary, extras
            )
            self._open.callback(retriever.close)
            engines.append(self._build(retriever, self._vectors, live))
        return tuple(engines)


def gathering(embedder: UnitEmbedder) -> VectorCache:
    """Return a cache over an embedder for sides that several threads ask."""
    return VectorCache(Gathering(embedder))


def _embedded(embedder: Embedder, questions: Sequence[str]) -> dict[str, Vectors]:
    """Embed questions as they would be one by one.

    Those of one length go together: padding a shorter one would change its vector in the last
    digits, and what is close to a limit could then come out otherwise than when it is asked.
    """
    unique = list(dict.fromkeys(questions))
    lengths = dict(zip(unique, embedder.count(unique), strict=True))
    found: dict[str, Vectors] = {}
    for _, group in groupby(sorted(unique, key=lengths.__getitem__), key=lengths.__getitem__):
        members = list(group)
        rows = embedder.embed_queries(members)
        found.update((text, row.copy()) for text, row in zip(members, rows, strict=True))
    return found


class Gathering:
    """An embedder that embeds together what several threads ask for meanwhile.

    A question brings about ten sentences, of all lengths; a batch of them alone is a third
    slower than one of many questions' sentences.
    """

    def __init__(self, embedder: UnitEmbedder) -> None:
        self._embedder = embedder
        self._lock = Lock()
        self._turn = Lock()
        self._waiting: list[tuple[Sequence[str], Future[Vectors]]] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text."""
        mine: Future[Vectors] = Future()
        with self._lock:
            self._waiting.append((texts, mine))
        with self._turn:
            # Whoever had the turn before may have done it already.
            if not mine.done():
                self._embed_waiting()
        return mine.result()

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question."""
        found: Vectors = self._embedder.embed_query(text)
        return found

    def query_states(self, text: str) -> Vectors:
        """Return the states of a question's tokens."""
        found: Vectors = self._embedder.query_states(text)
        return found

    @property
    def fingerprint(self) -> str:
        """Name the model, so that what was learnt for it serves here too."""
        return str(getattr(self._embedder, "fingerprint", ""))

    def layers(self) -> Any:
        """Return the model taken apart, for whatever reads with its layers."""
        take_apart = getattr(self._embedder, "layers", None)
        return take_apart() if take_apart is not None else None

    def _embed_waiting(self) -> None:
        with self._lock:
            taken, self._waiting = self._waiting, []
        unique = list(dict.fromkeys(text for texts, _ in taken for text in texts))
        try:
            rows = self._embedder.embed_passages(unique)
        except Exception as error:  # noqa: BLE001 - each thread raises it to its own caller
            for _, asked in taken:
                asked.set_exception(error)
            return
        place = {text: row for row, text in enumerate(unique)}
        for texts, asked in taken:
            asked.set_result(rows[[place[text] for text in texts]])


class _Last(Generic[T]):
    """The last few results of something, by what it was asked."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, T] = OrderedDict()

    def of(self, key: Hashable, find: Callable[[], T]) -> T:
        """Return the result, found anew where it is not at hand."""
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        found = find()
        with self._lock:
            self._kept[key] = found
            if len(self._kept) > _KEPT_SEARCHES:
                self._kept.popitem(last=False)
        return found


class _Found(Exception):
    """What was found, before anything is made of it."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__("found")
        self.evidence = evidence


class _Stopping(Follower):
    """Ends a draft once its evidence is there."""

    def evidence(self, evidence: Evidence) -> None:
        """Take what was found, and end."""
        raise _Found(evidence)


class _StoreOnce:
    """A vector store that is searched once for both sides: what is live plays no part in it."""

    def __init__(self, store: VectorStore) -> None:
        self._store = store
        self._last: _Last[list[Found]] = _Last()

    def search(self, audience: str, query: Vectors, top: int) -> list[Found]:
        """Return the nearest vectors, best first."""
        key = audience, query.tobytes(), top
        return self._last.of(key, lambda: self._store.search(audience, query, top))

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience."""
        return self._store.generation(audience)


class _KeywordOnce:
    """A keyword index that is searched once for both sides."""

    def __init__(self, keyword: KeywordIndex) -> None:
        self._keyword = keyword
        self._last: _Last[KeywordAnswer] = _Last()

    def search(
        self,
        audience: str,
        terms: Mapping[str, float],
        top: int,
        extra: Mapping[str, float] | None = None,
    ) -> KeywordAnswer:
        """Return the chunks that match weighted terms, best first."""
        key: Any = audience, tuple(terms.items()), top, tuple((extra or {}).items())
        return self._last.of(key, lambda: self._keyword.search(audience, terms, top, extra))

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience."""
        return self._keyword.generation(audience)
