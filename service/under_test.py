"""The house as an evaluation sees it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from answer.following import Follower
from core.explanation import Explanation
from core.text import squeeze
from core.types import Draft, EvalCase, Evidence, Turn
from service.audiences import audiences_of

if TYPE_CHECKING:
    from evals.runner import Seen
    from retrieval.embedding.base import Vectors
    from retrieval.standard import Learnt
    from retrieval.stores.base import Found, VectorStore
    from service.parts import Parts

_DEEP = 1000


class HouseUnderTest:
    """The house as the runner sees it; drafts made for a run are not stored as shown ones.

    It searches without a cache and without haste, so that what is found depends on neither what
    was asked before nor on how busy the machine is.
    """

    def __init__(
        self, parts: Parts, *, learnt: Learnt | None = None, drafter: str | None = None
    ) -> None:
        """It may search with other weights than the house's, and draft with another drafter."""
        from retrieval.retriever import Retriever
        from service.drafting import build_engine
        from service.searching import searching_as

        self._parts = parts
        self._drafter = drafter
        self._retriever = Retriever(
            parts.vectors,
            cast("VectorStore", _Deep(parts.store)),
            parts.keyword,
            parts.records,
            parts.live,
            parts.glossary,
            searching_as(parts, parts.live, parts.vectors, learnt),
        )
        self._engine = build_engine(
            parts.settings,
            self._retriever,
            parts.vectors,
            approved=parts.approved_serving,
            glossary=parts.glossary,
            subjects=parts.subjects,
            named=parts.named,
            dispatch=parts.dispatch,
            rules=parts.rules,
            guard=parts.model_guard,
            judging=parts.check_model,
            known=parts.public_values,
        )

    def __enter__(self) -> HouseUnderTest:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._retriever.close()

    def ask(self, case: EvalCase, seen: Seen) -> tuple[Draft, Evidence]:
        """Draft a reply to a case's question, after what was said before it."""
        return self._engine.answer(
            (*case.history, Turn("customer", case.question)),
            channel=case.channel,
            audiences=tuple(audiences_of(case.audience)),
            draft_id=f"case_{case.id}",
            drafter=self._drafter,
            follower=_Looking(seen),
        )

    def document_key(self, document_id: str) -> str:
        """Return the identity under which a document is known."""
        return self._parts.records.key_of(document_id)

    def embed(self, texts: Sequence[str]) -> Any:
        """Return one normalised vector per text; sentences are compared as the model's queries.

        Several metrics compare the same question, reference and reply: each is embedded once.
        """
        import numpy as np

        vectors = self._parts.vectors
        new = vectors.unknown_queries(texts)
        fresh: dict[str, Any] = {}
        if new:
            rows = self._parts.embedder.embed_queries(new)
            fresh = {text: row.copy() for text, row in zip(new, rows, strict=True)}
            vectors.keep_queries(fresh)
        return np.stack([fresh[t] if t in fresh else vectors.query(t) for t in texts])


class _Deep:
    """The vectors, searched so deep that a small index is gone through whole.

    The graph of an approximate search is built anew with each process, and seldom, but now and
    then, one process misses a passage that another finds.
    """

    def __init__(self, store: VectorStore) -> None:
        self._store = store

    def search(self, audience: str, query: Vectors, top: int) -> list[Found]:
        """Return the nearest vectors, best first."""
        return self._store.search(audience, query, max(top, _DEEP))[:top]

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience."""
        return self._store.generation(audience)


class _Looking(Follower):
    """Hands the evidence on, once, before a draft is written, and why it was found."""

    explains = True

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self._seen: Seen | None = seen
        self._told = seen

    def explained(self, explanations: tuple[Explanation, ...]) -> None:
        """Hear why each search found what it found."""
        self._told.explained(explanations)

    def evidence(self, evidence: Evidence) -> None:
        """Hear what the draft will rest on."""
        seen, self._seen = self._seen, None
        if seen is not None:
            seen(evidence)


def gone(parts: Parts, cases: Iterable[EvalCase]) -> frozenset[str]:
    """Return the ids of the cases whose expected passages all are gone from what is live.

    A case of documents that never came in is not one of them: there, the corpus is incomplete.
    """
    wanting = [case for case in cases if case.expected]
    texts: dict[str, list[str]] = {e.document: [] for case in wanting for e in case.expected}
    known = {key for key in texts if parts.records.document_of(key)}
    for version in parts.live.current().versions.values():
        key = parts.records.key_of(version.document_id)
        if key in texts:
            chunks = parts.records.version_chunks(version.version_id)
            # A quote may begin in one passage and end in the next.
            texts[key].append(squeeze("\n".join(chunk.text for chunk in chunks)))
    return frozenset(
        case.id
        for case in wanting
        if any(e.document in known for e in case.expected)
        if not any(squeeze(e.quote) in text for e in case.expected for text in texts[e.document])
    )
