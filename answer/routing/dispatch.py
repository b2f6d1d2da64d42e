"""The rules that hold now, held against a conversation and then against its draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from answer.routing.evaluate import escalation, routing, rule_named
from answer.routing.facts import facts_of, facts_with_draft
from answer.routing.rulebook import said
from answer.rules.house import RulesSource, ShippedRules
from core.database import utc_now
from core.types import Draft, Triage, Turn


class Dispatch:
    """Decides whether a conversation goes up and who answers it."""

    def __init__(
        self,
        rules: RulesSource | None = None,
        *,
        surge: Callable[[], bool] = lambda: False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Take the rules, and what tells whether it is a day of surge.

        Args:
            rules: the rules that hold; those that come with the product where none are given.
            surge: whether surge mode is on now.
            clock: the present time.
        """
        self._rules = rules or ShippedRules()
        self._surge = surge
        self._clock = clock

    def escalated(
        self,
        triage: Triage,
        conversation: Sequence[Turn],
        *,
        channel: str = "im",
        language: str = "zh",
        parts: int = 1,
    ) -> Triage:
        """Return the triage with its escalation, and with what the rules were held against."""
        body = self._rules.current("escalation")
        facts = facts_of(
            triage,
            conversation,
            channel=channel,
            language=language,
            parts=parts,
            unresolved=body["unresolved"],
            now=self._clock(),
        )
        return replace(triage, escalate=escalation(body, facts), facts=facts.kept())

    def routed(self, draft: Draft, conversation: Sequence[Turn]) -> Draft:
        """Return a draft with who answers it; its triage is as :meth:`escalated` returned it."""
        rules, surge = self._rules.current("routing"), self._surge()
        facts = facts_with_draft(draft, conversation)
        found = routing(rules, facts, surge=surge)
        return replace(draft, triage=replace(draft.triage, routing=found))

    def handover(self, draft: Draft) -> Draft:
        """Return what a customer is shown whom nobody attends to.

        What self-service may not answer alone says that a person will help; its reply stays only
        where the rule lets it stand beside that.
        """
        route = draft.triage.routing
        if route.tier == "self_service":
            return draft
        rules, surge = self._rules.current("routing"), self._surge()
        notice = said(rules["handover"]["surge" if surge else "normal"], draft.language)
        if rule_named(rules, route.rule, surge=surge).get("show_reply", False):
            return replace(draft, answer=f"{notice}\n{draft.answer}")
        return replace(draft, answer=notice, sentences=(), citations=(), steps=(), clarify=None)
