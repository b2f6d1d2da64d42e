"""The text that goes out, held against what is for the house alone.

Whatever wrote a text, the drafter or an agent, a sentence of it that stands word for word or
nearly so in an internal passage, or says the same in other words, and in no public one, is not for
a customer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from answer.outgoing.overlap import copied_from, held, sentences_of
from core.errors import NotForCustomers
from core.types import PUBLIC, Chunk, Draft, Verdict
from corpus.audit import note
from service.audiences import sees

if TYPE_CHECKING:
    from answer.drafts import StoredDraft
    from answer.extractive.vectors import VectorCache
    from answer.ports import EvidenceSource
    from core.database import Database
    from corpus.records import Records
    from retrieval.keyword.base import KeywordIndex

_NEAREST = 5
"""Passages of each audience that a sentence is compared with: a copy shares most words."""
_LONGEST = 40
"""Sentences that are looked at; a reply of more is looked at in its first ones."""


class House(Protocol):
    """What is needed of :class:`service.desk.Desk`."""

    @property
    def keyword(self) -> KeywordIndex:
        """Where words lie."""
        ...

    @property
    def vectors(self) -> VectorCache:
        """What sentences mean."""
        ...

    @property
    def retriever(self) -> EvidenceSource:
        """What finds passages by meaning."""
        ...

    records: Records
    database: Database


@dataclass(frozen=True, slots=True)
class Leak:
    """A sentence of a text that is an internal passage's."""

    number: int
    """Which sentence, from 1."""
    sentence: str
    chunk: Chunk
    verbatim: bool = True
    """Whether it has the passage's words; else it says the same in others."""


class Outgoing:
    """Finds the words of internal passages in what goes out."""

    def __init__(self, house: House) -> None:
        self._house = house

    def leaks(self, text: str, known: Iterable[str] = ()) -> list[Leak]:
        """Return the sentences that are internal; ``known`` are passages to compare with first."""
        sentences = sentences_of(text)[:_LONGEST]
        near = self._chunks(known)
        found = []
        for number, sentence in enumerate(sentences, 1):
            chunks = {**near, **self._chunks(self._nearest(sentence))}
            public = [c.text for c in chunks.values() if c.audience == PUBLIC]
            closed = [c for c in chunks.values() if c.audience != PUBLIC]
            if leak := next((c for c in closed if copied_from(sentence, c.text, public)), None):
                found.append(Leak(number, sentence, leak))
            elif again := self._told_again(sentence, closed, public):
                found.append(Leak(number, sentence, again, verbatim=False))
        return found

    def _told_again(
        self, sentence: str, closed: Sequence[Chunk], public: Sequence[str]
    ) -> Chunk | None:
        """The internal passage that a sentence tells in other words, where no public one does."""
        from answer.outgoing.likeness import LEAST, comparable, each, nearest, told_again

        if not closed or any(held(sentence, text).copied for text in public):
            return None
        vectors = self._house.vectors
        if not comparable(sentence, vectors):
            return None
        likest, chunk = max(
            zip(each(sentence, [c.text for c in closed], vectors), closed, strict=True),
            key=lambda pair: pair[0],
        )
        if likest < LEAST:
            return None
        # A public passage that says the same may share no word with it.
        found = self._house.retriever.search(sentence, top=_NEAREST, audiences=(PUBLIC,))
        said = [*public, *(hit.chunk.text for hit in found.hits)]
        return chunk if told_again(likest, nearest(sentence, said, vectors)) else None

    def require(
        self, text: str, stored: StoredDraft, sight: Container[str], *, forced: bool
    ) -> list[Leak]:
        """Return what of a text is internal, where somebody insists on it with a reason.

        Raises:
            NotForCustomers: it holds internal words; ``sight`` decides whose they are said to be.
        """
        leaks = self.leaks(text or _reply(stored.body), _passages(stored))
        if leaks and not forced:
            raise _refusal(leaks[0], sight)
        return leaks

    def cleaned(self, draft: Draft) -> Draft:
        """Return a draft that nobody looks over, without sentences that are internal."""
        from answer.outgoing.rebuilding import rebuilt

        kept = [s for s in draft.sentences if not self.leaks(s.text)]
        return draft if len(kept) == len(draft.sentences) else rebuilt(draft, kept)

    def note(self, verdict: Verdict, leaks: Sequence[Leak]) -> None:
        """Write into the audit that somebody used internal words, and why."""
        with self._house.database.begin() as session:
            for document_id in dict.fromkeys(leak.chunk.document_id for leak in leaks):
                own = [leak for leak in leaks if leak.chunk.document_id == document_id]
                note(
                    session,
                    "internal_used",
                    kind="draft",
                    object_id=verdict.draft_id,
                    document_id=document_id,
                    by=verdict.by,
                    reason=verdict.reason,
                    detail={
                        "verdict": verdict.id,
                        "chunks": list(dict.fromkeys(leak.chunk.id for leak in own)),
                        "sentences": [leak.number for leak in own],
                    },
                )

    def _nearest(self, sentence: str) -> list[str]:
        from retrieval.keyword.base import query_terms

        index, terms = self._house.keyword, query_terms(sentence)
        if not terms:
            return []
        return [
            found.chunk_id
            for audience in sorted(index.audiences())
            for found in index.search(audience, terms, _NEAREST).found
        ]

    def _chunks(self, ids: Iterable[str]) -> dict[str, Chunk]:
        wanted: Sequence[str] = list(dict.fromkeys(ids))
        return dict(self._house.records.chunks(wanted)) if wanted else {}


def _refusal(leak: Leak, sight: Container[str]) -> NotForCustomers:
    seen = sees(sight, leak.chunk.audience)
    place = f" (“{leak.chunk.title}”)" if seen else ""
    if leak.verbatim:
        what, do = "has the words of", "Say it in words of your own or leave it out"
    else:
        what, do = "tells in other words what stands only in", "Leave it out"
    return NotForCustomers(
        f"Sentence {leak.number} {what} an internal document{place}.",
        f"{do}; if it is not for a customer, or must go out, send force with a reason.",
        sentence=leak.number,
        title=leak.chunk.title if seen else "",
        chunk_id=leak.chunk.id if seen else "",
    )


def _passages(stored: StoredDraft) -> list[str]:
    cited = [str(c["chunk_id"]) for c in stored.body.get("citations") or ()]
    return [*cited, *(str(hit["chunk_id"]) for hit in stored.evidence)]


def _reply(body: Mapping[str, Any]) -> str:
    from answer.tone.rendering import without_markers

    return without_markers(str(body.get("answer") or ""))
