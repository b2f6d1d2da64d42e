"""The one pipeline: understand, triage, evidence, draft, check, and only then show."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from answer.approved.serving import ApprovedServing
from answer.base import CHANNELS, Drafter, DraftRequest
from answer.check import Checker
from answer.compose import ask_back
from answer.explaining import Searched, explained
from answer.ports import EvidenceSource, NamedSource
from answer.products import of_products
from answer.rewriting import Rewriter
from answer.subject import SubjectReader, SubjectSource
from answer.terms import TermCheck
from answer.triage import triage
from answer.understand import Understanding, understand
from core.errors import OptionInvalid
from core.explanation import Explanation
from core.types import Applicability, Clarify, Draft, Evidence, Hit, Turn

DEFAULT_DRAFTER = "extractive"
_TOP = 10
_SMALL_TALK = {
    ("zh", "greeting"): "请问有什么可以帮您？",
    ("zh", "thanks"): "不客气！请问还有其他需要帮助的吗？",
    ("en", "greeting"): "How can I help you?",
    ("en", "thanks"): "You are welcome! Is there anything else I can help with?",
    # What a booking or a wait needs is the agent's to do; the draft only says that it was read.
    ("zh", "request"): "好的，收到，我来为您处理。",
    ("zh", "wait"): "好的，您慢慢来，有需要随时告诉我。",
    ("en", "request"): "Certainly, let me see to that for you.",
    ("en", "wait"): "Of course, take your time.",
}


class AnswerEngine:
    """Answers conversations from what retrieval finds; holds no state between calls.

    Each stage is a method, so that a caller may show the evidence before the draft is written.
    """

    def __init__(
        self,
        retriever: EvidenceSource,
        drafters: Mapping[str, Drafter],
        *,
        default: str = DEFAULT_DRAFTER,
        checker: Checker | None = None,
        approved: ApprovedServing | None = None,
        terms: TermCheck | None = None,
        subjects: SubjectSource | None = None,
        named: NamedSource | None = None,
        rewriter: Rewriter | None = None,
    ) -> None:
        self._retriever = retriever
        self._drafters = dict(drafters)
        self._default = default
        self._checker = checker or Checker()
        self._approved = approved
        self._terms = terms
        self._subjects = SubjectReader(subjects) if subjects is not None else None
        self._named = named
        self._rewriter = rewriter

    def answer(
        self,
        conversation: Sequence[Turn],
        *,
        channel: str = "im",
        audiences: Sequence[str],
        applicability: Applicability | None = None,
        draft_id: str,
        drafter: str | None = None,
        on_evidence: Callable[[Evidence], None] | None = None,
        on_explained: Callable[[tuple[Explanation, ...]], None] | None = None,
    ) -> tuple[Draft, Evidence]:
        """Return the checked draft for the customer's last message and the evidence behind it.

        ``on_evidence`` is called with the evidence before the draft is written, so that an agent
        can read while a language model writes; ``on_explained`` with why each search found what
        it found.

        Raises:
            QueryInvalid: the conversation asks nothing that can be read.
            OptionInvalid: no such channel or drafter.
        """
        begun = time.perf_counter()
        CHANNELS.get(channel)
        writer = self._drafter(drafter or self._default)
        understood, applicability = self._read(conversation, audiences, applicability)
        request = self.request(
            conversation, understood, channel, audiences, draft_id, applicability
        )
        clock = {"understand": _since(begun)}
        started = time.perf_counter()
        searches = self._searches(
            understood, audiences, applicability, explain=on_explained is not None
        )
        evidence = together(understood.query, [search.kept for search in searches])
        clock["retrieve"] = _since(started)
        if on_explained is not None:
            on_explained(explained(understood, applicability, searches))
        given = self._given(request, understood, evidence, drafter)
        if given is not None:
            evidence = given[1]
        if on_evidence is not None:
            on_evidence(evidence)
        started = time.perf_counter()
        draft = (
            self._small_talk(request, understood, writer.name)
            or (given[0] if given is not None else None)
            or writer.draft(request, evidence)
        )
        clock["draft"] = _since(started)
        started = time.perf_counter()
        draft = self._checker.check(draft, evidence)
        if self._terms is not None:
            draft = self._terms.check(draft)
        clock["check"] = _since(started)
        clock["total"] = _since(begun)
        return replace(draft, timings_ms=clock), evidence

    def request(
        self,
        conversation: Sequence[Turn],
        understood: Understanding,
        channel: str,
        audiences: Sequence[str],
        draft_id: str,
        applicability: Applicability | None = None,
    ) -> DraftRequest:
        """Return what a drafter is asked for a conversation that was understood."""
        return DraftRequest(
            id=draft_id,
            conversation=tuple(conversation),
            question=understood.question,
            language=understood.language,
            channel=channel,
            audiences=tuple(audiences),
            parts=understood.parts,
            context=understood.context,
            triage=triage(conversation),
            applicability=applicability or Applicability(),
            models=self._subjects.models() if self._subjects is not None else frozenset(),
            products=understood.products,
        )

    def explain(
        self,
        conversation: Sequence[Turn],
        *,
        audiences: Sequence[str],
        applicability: Applicability | None = None,
        top: int = _TOP,
    ) -> tuple[Evidence, tuple[Explanation, ...]]:
        """Return what a draft would rest on, and why, without drafting.

        Raises:
            QueryInvalid: the conversation asks nothing that can be read.
        """
        understood, wanted = self._read(conversation, audiences, applicability)
        searches = self._searches(understood, audiences, wanted, explain=True, top=top)
        return together(understood.query, [search.kept for search in searches]), explained(
            understood, wanted, searches
        )

    def _read(
        self,
        conversation: Sequence[Turn],
        audiences: Sequence[str],
        applicability: Applicability | None,
    ) -> tuple[Understanding, Applicability | None]:
        titles = self._named.within(audiences) if self._named is not None else None
        understood = understand(conversation, titles)
        if self._rewriter is not None:
            understood = self._rewriter.read(conversation, understood)
        if self._subjects is None:
            return understood, applicability
        return self._subjects.read(conversation, understood, applicability)

    def _searches(
        self,
        understood: Understanding,
        audiences: Sequence[str],
        applicability: Applicability | None,
        *,
        explain: bool,
        top: int = _TOP,
    ) -> list[Searched]:
        """Search for what is asked; small talk needs no search.

        Several questions are searched one by one and their hits taken in turn, since one query
        for all of them finds passages for none.
        """
        if understood.small_talk:
            return []
        # Some of what is found is of another product than the one that is named.
        products = understood.products
        deep = 2 * top if products else top
        searches = []
        for asked in understood.asked:
            found = self._retriever.search(
                asked, top=deep, audiences=audiences, applicability=applicability, explain=explain
            )
            kept = of_products(found, products, top) if products else found
            searches.append(Searched(found, kept))
        return searches

    def _given(
        self,
        request: DraftRequest,
        understood: Understanding,
        evidence: Evidence,
        drafter: str | None,
    ) -> tuple[Draft, Evidence] | None:
        """The approved answer, unless somebody asks for a certain drafter's work."""
        if self._approved is None or drafter or understood.small_talk:
            return None
        return self._approved.find(request, evidence)

    def _drafter(self, name: str) -> Drafter:
        if name not in self._drafters:
            known = ", ".join(sorted(self._drafters))
            raise OptionInvalid(f"There is no drafter called {name!r}.", f"Choose one of: {known}.")
        return self._drafters[name]

    def _small_talk(
        self, request: DraftRequest, understood: Understanding, drafter: str
    ) -> Draft | None:
        """A greeting or thanks is met by asking what is needed: no fact, so nothing to cite."""
        if not understood.small_talk:
            return None
        question = _SMALL_TALK[understood.language, understood.small_talk]
        draft = ask_back(request, Clarify(question, ()), drafter=drafter, confidence=1.0)
        # Who is in the middle of a conversation is not greeted a second time.
        return draft if understood.small_talk == "greeting" else replace(draft, answer=question)


def together(query: str, found: Sequence[Evidence]) -> Evidence:
    """Return the passages for all that a message asks, from one search for each question."""
    if len(found) > 1:
        return _merged(query, found)
    return found[0] if found else Evidence(query, ())


def _merged(query: str, found: Sequence[Evidence]) -> Evidence:
    """Hits of several searches in turn, each passage once."""
    hits: dict[str, Hit] = {}
    for rank in range(max(len(evidence.hits) for evidence in found)):
        for evidence in found:
            if rank < len(evidence.hits):
                hits.setdefault(evidence.hits[rank].chunk.id, evidence.hits[rank])
    timings = {
        stage: sum(evidence.timings_ms.get(stage, 0.0) for evidence in found)
        for stage in dict.fromkeys(stage for evidence in found for stage in evidence.timings_ms)
    }
    expanded = tuple(dict.fromkeys(e for evidence in found for e in evidence.expanded))
    return Evidence(query, tuple(hits.values())[: _TOP + len(found)], timings, expanded)


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 2)
