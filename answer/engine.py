"""The one pipeline: understand, triage, evidence, draft, check, and only then show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from answer.approved.serving import ApprovedServing
from answer.base import CHANNELS, Beginner, Drafter, DraftRequest
from answer.checking.checker import Checker
from answer.compose import ask_back
from answer.explaining import Searched, explained
from answer.following import Follower
from answer.outgoing.audience import for_whom
from answer.outgoing.look import last_look
from answer.outgoing.said import as_seen, to_people
from answer.ports import EvidenceSource, NamedSource
from answer.products import of_products
from answer.rewriting import Rewriter
from answer.routing import Dispatch
from answer.rules.house import RulesSource, ShippedRules
from answer.subject import SubjectReader, SubjectSource
from answer.terms import TermCheck
from answer.together import TOP, together
from answer.tone.wording import Wording
from answer.triage import Triager
from answer.understand import Understanding, understand
from answer.work import Work
from core.errors import OptionInvalid
from core.explanation import Explanation
from core.types import Applicability, Clarify, Draft, Evidence, Turn

DEFAULT_DRAFTER = "extractive"


class AnswerEngine:
    """Answers conversations from what retrieval finds; holds no state between calls.

    Each stage is a method that reads and sets what :class:`answer.work.Work` holds.
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
        dispatch: Dispatch | None = None,
        rules: RulesSource | None = None,
        triager: Triager | None = None,
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
        self._dispatch = dispatch or Dispatch()
        self._rules = rules or ShippedRules()
        self._triager = triager or Triager()

    def answer(
        self,
        conversation: Sequence[Turn],
        *,
        channel: str = "im",
        audiences: Sequence[str],
        applicability: Applicability | None = None,
        draft_id: str,
        drafter: str | None = None,
        follower: Follower | None = None,
    ) -> tuple[Draft, Evidence]:
        """Return the checked draft for the customer's last message and the evidence behind it.

        The ``follower`` hears of each stage as it is done, so that an agent can read the evidence
        while a language model writes, and may take the draft back.

        Raises:
            QueryInvalid: the conversation asks nothing that can be read.
            OptionInvalid: no such channel or drafter.
            DraftOutdated: the draft was taken back on the way.
        """
        CHANNELS.get(channel)
        self._drafter(drafter or self._default)
        work = Work(
            as_seen(conversation),
            channel,
            tuple(audiences),
            draft_id,
            drafter,
            follower or Follower(),
            applicability,
        )
        try:
            for name, stage in (
                ("understand", self._understand),
                ("retrieve", self._evidence),
                ("begin", self._begin),
                ("triage", self._triage),
                ("draft", self._draft),
                ("check", self._check),
                ("finish", self._finish),
            ):
                with work.timed(name):
                    stage(work)
        finally:
            work.close()
        return replace(work.draft, timings_ms=work.clocked()), work.evidence

    def _understand(self, work: Work) -> None:
        """What is asked, and what it is about."""
        work.understood, work.applicability = self._read(
            work.conversation, work.audiences, work.applicability
        )

    def _evidence(self, work: Work) -> None:
        """The passages that the reply may rest on; whoever follows sees them before all else."""
        understood, follower = work.understood, work.follower
        work.searches = self._searches(
            understood, work.audiences, work.applicability, explain=follower.explains
        )
        work.evidence = together(understood.query, [search.kept for search in work.searches])
        follower.evidence(work.evidence)
        if follower.explains:
            follower.explained(explained(understood, work.applicability, work.searches))

    def _begin(self, work: Work) -> None:
        """A language model writes already, unless what is said needs none."""
        writer = self._drafter(work.drafter or self._default)
        if work.understood.small_talk or not isinstance(writer, Beginner):
            return
        request = self._request(work)
        # An approved answer needs no model; that there is none need not be found out again.
        if self._approved_answer(request, work) is None:
            work.ahead = writer.begin(request, work.evidence)

    def _triage(self, work: Work) -> None:
        """What kind of conversation it is, and whether it goes up."""
        understood = work.understood
        work.triage = self._dispatch.escalated(
            self._triager.triage(work.conversation, self._rules.current("triage")),
            work.conversation,
            channel=work.channel,
            language=understood.language,
            parts=len(understood.parts),
        )
        work.follower.triaged(work.triage)

    def _draft(self, work: Work) -> None:
        """The reply: the one that is given, or a drafter's."""
        work.request = self._request(work)
        work.given = self._small_talk(work)
        if work.given is None and (found := self._approved_answer(work.request, work)):
            work.given, work.evidence = found
            # It brings passages of its own.
            work.follower.evidence(work.evidence)
        if work.given is not None:
            work.draft = work.given
            return
        writer = self._drafter(work.drafter or self._default)
        work.draft = writer.draft(work.request, work.evidence)

    def _check(self, work: Work) -> None:
        """Only what the passages support is left, and the house's terms are held up to it."""
        work.draft = self._checker.check(work.draft, work.evidence)
        if self._terms is not None:
            work.draft = self._terms.check(work.draft)
        work.draft = for_whom(last_look(work.draft), work.evidence)

    def _finish(self, work: Work) -> None:
        """Who answers, now that it is known how good the draft is."""
        found = replace(work.draft, triage=work.triage)
        work.draft = self._dispatch.routed(found, work.conversation)

    def _request(self, work: Work) -> DraftRequest:
        """What a drafter is asked."""
        understood = work.understood
        return DraftRequest(
            id=work.draft_id,
            conversation=work.conversation,
            question=understood.question,
            language=understood.language,
            channel=work.channel,
            audiences=work.audiences,
            parts=understood.parts,
            context=understood.context,
            triage=work.triage,
            applicability=work.applicability or Applicability(),
            models=self._subjects.models() if self._subjects is not None else frozenset(),
            products=understood.products,
            follower=work.follower,
            rules=self._rules,
            ahead=work.ahead,
        )

    def explain(
        self,
        conversation: Sequence[Turn],
        *,
        audiences: Sequence[str],
        applicability: Applicability | None = None,
        top: int = TOP,
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
        conversation = to_people(as_seen(conversation))
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
        top: int = TOP,
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

    def _approved_answer(self, request: DraftRequest, work: Work) -> tuple[Draft, Evidence] | None:
        """The approved answer, unless somebody asks for a certain drafter's work."""
        if self._approved is None or work.drafter or work.ahead is not None:
            return None
        return self._approved.find(request, work.evidence)

    def _drafter(self, name: str) -> Drafter:
        if name not in self._drafters:
            known = ", ".join(sorted(self._drafters))
            raise OptionInvalid(f"There is no drafter called {name!r}.", f"Choose one of: {known}.")
        return self._drafters[name]

    def _small_talk(self, work: Work) -> Draft | None:
        """A greeting or thanks is met by asking what is needed: no fact, so nothing to cite."""
        talk = work.understood.small_talk
        if not talk:
            return None
        drafter = self._drafter(work.drafter or self._default).name
        said = Wording(self._rules, work.understood.language, work.channel)
        question = said.words("small_talk", talk)
        draft = ask_back(work.request, Clarify(question, ()), drafter=drafter, confidence=1.0)
        # Who is in the middle of a conversation is not greeted a second time.
        return draft if talk == "greeting" else replace(draft, answer=question)
