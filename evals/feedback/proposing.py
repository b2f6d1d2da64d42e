"""Making a case of a verdict: the question with what it leans on, the answer, its passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answer.checking.checker import Checker
from answer.checking.quotes import quotes_of, supporting
from answer.drafts import StoredDraft
from answer.extractive.vectors import VectorCache
from answer.leaning import leans
from answer.rules.house import RulesSource
from core.serial import from_json, to_json
from core.text.claims import codes
from core.types import PUBLIC, Chunk, Citation, DraftState, Turn, Verdict, VerdictKind
from evals.feedback.sorting import plain, sort_edit, statements
from evals.feedback.sorts import Reading, Shown, Sort, gravest_first, sort_of_reason
from evals.kept_cases import CaseContent, CaseOrigin, CaseSource, Passage

_CUSTOMER = "customer"
_MOST_TURNS = 6
_MOST_PASSAGES = 8
_MOST_HITS = 6
_LEAST_SAID = 0.5
"""The least share of a sentence's words that a quote which supports it has to hold."""
ORIGINS = {
    VerdictKind.ACCEPT: CaseOrigin.DRAFT,
    VerdictKind.EDIT: CaseOrigin.EDIT,
    VerdictKind.FLAG: CaseOrigin.FLAG,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a verdict says a case should be."""

    content: CaseContent
    origin: CaseOrigin
    source: CaseSource
    document_ids: tuple[str, ...]
    """The documents that it is about, the most cited first."""


class Proposer:
    """Makes cases of verdicts; stores nothing."""

    def __init__(
        self, rules: RulesSource, vectors: VectorCache, key_of: Callable[[str], str]
    ) -> None:
        """``key_of`` names a document, by its id, as it survives in cases."""
        self._rules = rules
        self._vectors = vectors
        self._key_of = key_of

    def read(self, verdict: Verdict, stored: StoredDraft) -> Reading:
        """Return what a verdict says was wrong with its draft."""
        if verdict.kind is VerdictKind.EDIT:
            return sort_edit(
                str(stored.body["answer"]),
                verdict.text,
                channel=str(stored.body["channel"]),
                rules=self._rules,
                vectors=self._vectors,
            )
        sort = sort_of_reason(verdict.reason) if verdict.kind is VerdictKind.FLAG else None
        return gravest_first([Shown(sort)] if sort else [])

    def propose(
        self,
        verdict: Verdict,
        stored: StoredDraft,
        turns: Sequence[Turn] = (),
        product: str = "",
    ) -> Proposal:
        """Return the case that a verdict asks for; ``turns`` end with the answered message."""
        body = stored.body
        read = self.read(verdict, stored)
        question, history = asked(str(body["question"]), turns)
        reference = self._reference(verdict, body)
        cited = self._passages(verdict, read, stored, reference)
        state = DraftState(body["state"])
        if reference and verdict.kind is not VerdictKind.ACCEPT:
            # Somebody has written what the documents could not say by themselves.
            state = DraftState.ANSWERED
        content = CaseContent(
            question=question,
            language=str(body["language"]),
            history=history,
            channel=str(body["channel"]),
            product=product,
            audience=str(body.get("audience") or PUBLIC),
            state=state,
            reference=reference,
            expected=tuple(self._passage(one) for one in cited),
            difficulty=_difficulty(history, cited),
            sort=read.sort.value if read.sort else "",
        )
        shown = tuple({str(k): str(v) for k, v in to_json(one).items()} for one in read.shown)
        source = CaseSource(verdict.id, verdict.draft_id, verdict.kind.value, shown, verdict.at)
        return Proposal(content, ORIGINS[verdict.kind], source, _documents(cited, stored))

    def resting_on(self, reference: str, stored: StoredDraft) -> tuple[Passage, ...]:
        """Return the passages beside a draft that support an answer which somebody wrote."""
        cited = [from_json(Citation, one) for one in stored.body["citations"]]
        found = self._supporting(statements(reference), cited, stored.evidence)
        return tuple(self._passage(one) for one in found)

    def of_chunk(self, reference: str, chunk: Chunk) -> tuple[Passage, ...]:
        """Return what of a passage supports an answer, else the whole of it."""
        found = list(self._supporting(statements(reference), list(quotes_of(chunk)), ()))
        return tuple(self._passage(one) for one in found or [Citation.of(chunk)])

    def _reference(self, verdict: Verdict, body: Mapping[str, Any]) -> str:
        if verdict.kind is VerdictKind.EDIT:
            return verdict.text.strip()
        if verdict.kind is VerdictKind.ACCEPT:
            return verdict.text.strip() or plain(str(body["answer"]))
        # What is right has still to be written by whoever looks at the flag.
        return ""

    def _passages(
        self, verdict: Verdict, read: Reading, stored: StoredDraft, reference: str
    ) -> list[Citation]:
        """What the answer rests on: citations that support it still, else other evidence."""
        cited = [from_json(Citation, one) for one in stored.body["citations"]]
        if verdict.kind is VerdictKind.ACCEPT:
            return cited
        if verdict.kind is VerdictKind.FLAG:
            # A flag on the tone leaves the facts as they are; any other says that they are wrong.
            return cited if read.sort is Sort.TONE else []
        return list(self._supporting(statements(reference), cited, stored.evidence))

    def _supporting(
        self,
        sentences: Sequence[str],
        cited: Sequence[Citation],
        evidence: Sequence[Mapping[str, Any]],
    ) -> Iterator[Citation]:
        judge = Checker(self._vectors).judge
        others: list[Citation] | None = None
        given: set[tuple[str, int, int]] = set()
        for sentence in sentences:
            found, _ = supporting(sentence, cited, judge, minimum=_LEAST_SAID)
            if not found:
                others = others if others is not None else list(_quotes(evidence))
                found, _ = supporting(sentence, others, judge, minimum=_LEAST_SAID)
            for one in found:
                place = one.chunk_id, one.start, one.end
                if place not in given and len(given) < _MOST_PASSAGES:
                    given.add(place)
                    yield one

    def _passage(self, one: Citation) -> Passage:
        return Passage(
            document=self._key_of(one.document_id) or one.document_id,
            quote=one.quote,
            document_id=one.document_id,
            version_id=one.version_id,
            chunk_id=one.chunk_id,
            title=one.title,
            page=one.page,
        )


def asked(question: str, turns: Sequence[Turn]) -> tuple[str, tuple[Turn, ...]]:
    """Return what the customer asked, and the turns before it that the question leans on.

    ``question`` is what the draft answered, ``turns`` end with the message. They go along where
    the message leans on them, or where only they name the model.
    """
    place = len(turns)
    while place and turns[place - 1].role == _CUSTOMER:
        place -= 1
    last = "\n".join(turn.text.strip() for turn in turns[place:]).strip() or question.strip()
    before = turns[:place]
    named = any(codes(turn.text) for turn in before if turn.role == _CUSTOMER)
    if before and (leans(last) or (named and not codes(last))):
        return last, tuple(before[-_MOST_TURNS:])
    return last, ()


def _quotes(evidence: Sequence[Mapping[str, Any]]) -> Iterator[Citation]:
    for hit in evidence[:_MOST_HITS]:
        yield from quotes_of(
            Chunk(
                id=str(hit["chunk_id"]),
                document_id=str(hit["document_id"]),
                version_id=str(hit["version_id"]),
                ordinal=0,
                text=str(hit["text"]),
                title=str(hit["title"]),
                headings=tuple(hit["headings"]),
                pages=(hit["page"], hit["page"]) if hit["page"] is not None else None,
            )
        )


def _documents(cited: Sequence[Citation], stored: StoredDraft) -> tuple[str, ...]:
    said = [one.document_id for one in cited]
    said += [str(one["document_id"]) for one in stored.body["citations"]]
    said += [str(hit["document_id"]) for hit in stored.evidence[:1]]
    return tuple(dict.fromkeys(said))


def _difficulty(history: Sequence[Turn], cited: Sequence[Citation]) -> str:
    """A guess, to be put right: what leans on earlier turns or on several documents is harder."""
    documents = {one.document_id for one in cited}
    if len(documents) > 1 or (history and len(cited) > 1):
        return "hard"
    return "medium" if history or len(cited) > 1 else "easy"
