"""The routes to passages, side by side: by meaning, by the questions they answer, by words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

from retrieval.embedding.adapter import QueryAdapter
from retrieval.embedding.base import QueryEmbedder, Vectors
from retrieval.fusion import RouteFound
from retrieval.keyword.base import KeywordAnswer, KeywordIndex
from retrieval.narrowing import Keep
from retrieval.stores.base import Found, VectorStore
from retrieval.wanted import Wanted

_WIDEN = 4
_DEEPEST = 20_000

Look = Callable[[str, int], Sequence[Found]]
"""Searches an audience's index to some depth."""


class Questions(Protocol):
    """What searching needs of :class:`retrieval.questions.QuestionIndex`."""

    def search(self, audience: str, query: Vectors, top: int) -> list[Found]:
        """Return the chunks whose best question is nearest, best first."""
        ...

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience."""
        ...


class Routes:
    """All routes over the indexes of the audiences they are told; safe for several threads."""

    def __init__(
        self,
        embedder: QueryEmbedder,
        store: VectorStore,
        keyword: KeywordIndex,
        questions: Questions | None = None,
        adapter: QueryAdapter | None = None,
    ) -> None:
        self._embedder = embedder
        self._store = store
        self._keyword = keyword
        self._questions = questions
        self._adapter = adapter
        # Words and questions of several queries at once; the dense route runs in the caller.
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="route")

    def find(
        self,
        wanted: Wanted,
        audiences: Sequence[str],
        keep: Keep,
        depth: int,
        timings: MutableMapping[str, float],
    ) -> RouteFound:
        """Return what every route finds; nothing where there is nothing to look for.

        ``timings`` gets embed, dense, questions and keyword, in milliseconds; keyword overlaps
        with the others, and questions with dense.
        """
        if not wanted.answerable or not audiences:
            return RouteFound()
        each = list(dict.fromkeys(audiences))
        words = self._pool.submit(self._by_keyword, wanted, each, keep, depth)
        questions: Future[tuple[list[Found], float]] | None = None
        try:
            with timed(timings, "embed"):
                vectors = [self._embedder.embed_query(form) for form in wanted.forms]
            # They are embedded under their document's title, as the last form is.
            questions = self._pool.submit(self._by_question, vectors[-1], each, keep, depth)
            with timed(timings, "dense"):
                dense = tuple(self._by_vector(self._moved(v), each, keep, depth) for v in vectors)
        finally:
            # Nothing may still search an index when this ends: whoever asked may close it then.
            looking: list[Future[Any]] = [words, *([questions] if questions else [])]
            wait(looking)
        keyword, ideal, timings["keyword"] = words.result()
        asked, timings["questions"] = questions.result()
        return RouteFound(dense, keyword, ideal, asked, wanted.titled)

    def plain(
        self, wanted: Wanted, audiences: Sequence[str], keep: Keep, depth: int
    ) -> tuple[list[Found], list[Found]]:
        """Return what the embedder as it is and the words find, for comparison."""
        if not wanted.answerable or not audiences:
            return [], []
        each = list(dict.fromkeys(audiences))
        vector = self._embedder.embed_query(wanted.forms[0])
        return (
            self._by_vector(vector, each, keep, depth),
            self._by_keyword(wanted, each, keep, depth)[0],
        )

    def close(self) -> None:
        """End the threads; the indexes stay open."""
        self._pool.shutdown()

    def _moved(self, vector: Vectors) -> Vectors:
        return self._adapter.apply(vector) if self._adapter is not None else vector

    def _by_vector(
        self, vector: Vectors, audiences: Sequence[str], keep: Keep, depth: int
    ) -> list[Found]:
        def look(audience: str, size: int) -> Sequence[Found]:
            return self._store.search(audience, vector, size)

        return _everywhere(look, audiences, keep, depth)

    def _by_question(
        self, vector: Vectors, audiences: Sequence[str], keep: Keep, depth: int
    ) -> tuple[list[Found], float]:
        if self._questions is None:
            return [], 0.0
        start = time.perf_counter()
        questions = self._questions
        found = _everywhere(
            lambda audience, size: questions.search(audience, vector, size), audiences, keep, depth
        )
        return found, (time.perf_counter() - start) * 1000.0

    def _by_keyword(
        self, wanted: Wanted, audiences: Sequence[str], keep: Keep, depth: int
    ) -> tuple[list[Found], float, float]:
        start = time.perf_counter()
        answers: dict[str, KeywordAnswer] = {}

        def look(audience: str, size: int) -> Sequence[Found]:
            answers[audience] = self._keyword.search(audience, wanted.terms, size, wanted.extra)
            return answers[audience].found

        found = _everywhere(look, audiences, keep, depth)
        ideal = max((answer.ideal for answer in answers.values()), default=0.0)
        return found, ideal, (time.perf_counter() - start) * 1000.0


def _everywhere(look: Look, audiences: Sequence[str], keep: Keep, depth: int) -> list[Found]:
    found: list[Found] = []
    for audience in audiences:
        found.extend(_deep_enough(partial(look, audience), audience, keep, depth))
    return sorted(found, key=lambda one: -one.score)[:depth]


def _deep_enough(
    search: Callable[[int], Sequence[Found]], audience: str, keep: Keep, depth: int
) -> list[Found]:
    """Search deeper until enough of what is found may be used, or there is no more."""
    size = depth
    while True:
        found = search(size)
        kept = [one for one in found if keep(audience, one)]
        if len(kept) >= depth or len(found) < size or size >= _DEEPEST:
            return kept
        size = min(size * _WIDEN, _DEEPEST)


@contextmanager
def timed(timings: MutableMapping[str, float], name: str) -> Iterator[None]:
    """Note how long something takes, in milliseconds."""
    start = time.perf_counter()
    try:
        yield
    finally:
        timings[name] = (time.perf_counter() - start) * 1000.0
