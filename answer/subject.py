"""What a conversation is about: the products, models, regions, releases and days that it names.

Compared with what the live documents tell apart, so that a word which only looks like a model's
name narrows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Protocol

from answer.finder import Finder, Known
from answer.told import days_told, releases_told
from answer.understand import CUSTOMER, Understanding
from core.applies import Name, applies, names_of
from core.types import Applicability, Turn


class SubjectSource(Protocol):
    """What answering needs of :class:`corpus.subjects.Subjects`."""

    def current(self) -> Known:
        """Return what the live documents are about."""
        ...


class SubjectReader:
    """Says what a conversation is about, as far as the live documents tell it apart."""

    def __init__(self, source: SubjectSource) -> None:
        self._source = source
        self._finder: Finder | None = None

    def finder(self) -> Finder:
        """Return what finds the names that are known now."""
        known = self._source.current()
        held = self._finder
        if held is None or held.known is not known:
            held = self._finder = Finder(known)
        return held

    def models(self) -> frozenset[str]:
        """Return the models of all live documents, by what they are compared by."""
        return self.finder().keys

    def read(
        self,
        conversation: Sequence[Turn],
        understood: Understanding,
        given: Applicability | None,
    ) -> tuple[Understanding, Applicability | None]:
        """Return the question in the documents' names, and what it is about.

        The last message decides; one that names nothing is about what was named last. What the
        caller gave goes before what was found, field by field. Products that were found are told
        apart from what is wanted: passages of another product may speak of them too.
        """
        finder = self.finder()
        said = _Said(conversation, understood)
        models, products = _agreeing(
            said.latest(finder.models), said.latest(finder.products), given, finder.known.subjects
        )
        regions, _ = said.latest(finder.regions)
        contract_from, contract_to = said.days() if finder.known.contracts else ("", "")
        found = Applicability(
            model=", ".join(name.text or name.written for name in models),
            region=", ".join(name.text for name in regions),
            firmware=said.releases() if finder.known.firmware else "",
            contract_from=contract_from,
            contract_to=contract_to,
        )
        wanted = _over(given, found)
        asked = replace(
            understood,
            products=tuple(products),
            query=finder.written_out(understood.query),
            parts=tuple(finder.written_out(part) for part in understood.parts),
            context=finder.written_out(understood.context),
            asked=tuple(
                replace(
                    one,
                    text=finder.written_out(one.text),
                    context=finder.written_out(one.context),
                )
                for one in understood.asked
            ),
        )
        return asked, wanted if wanted != Applicability() else None


Found = tuple[list[Name], int]
"""Names, and how many turns before the last one they stand."""


class _Said:
    """The turns of a conversation, the latest first."""

    def __init__(self, conversation: Sequence[Turn], understood: Understanding) -> None:
        self._question = understood.question
        self._turns = list(reversed(conversation))
        self._asked = next((turn.text for turn in self._turns if turn.role != CUSTOMER), "")

    def latest(self, find: Callable[[str], list[Name]]) -> Found:
        """Return what was named last.

        An agent who names several offers them for choice, and nothing is chosen yet.
        """
        if found := find(self._question):
            return found, 0
        for back, turn in enumerate(self._turns):
            found = find(turn.text)
            if found and (turn.role == CUSTOMER or len(found) == 1):
                return found, back
        return [], len(self._turns)

    def releases(self) -> str:
        """Return the firmware that the customer named last."""
        return next(filter(None, (releases_told(*said) for said in self._told())), "")

    def days(self) -> tuple[str, str]:
        """Return the days of purchase that the customer named last."""
        return next(filter(any, (days_told(*said) for said in self._told())), ("", ""))

    def _told(self) -> Iterator[tuple[str, str]]:
        """What the customer wrote, each with what the agent had written before."""
        yield self._question, self._asked
        for back, turn in enumerate(self._turns):
            if turn.role == CUSTOMER:
                before = self._turns[back + 1 :]
                yield turn.text, next((t.text for t in before if t.role != CUSTOMER), "")


def _agreeing(
    models: Found, products: Found, given: Applicability | None, subjects: Sequence[Applicability]
) -> tuple[list[Name], list[Name]]:
    """The models and the products, less what another of them has put out of question.

    Who spoke of a kettle and now of the K1, which is none, speaks of a kettle no more; in one
    message the model is the more exact.
    """
    if given is not None and given.product:
        return models[0], []
    if not models[0] or not products[0]:
        return models[0], products[0]
    wanted = Applicability(model=", ".join(name.text for name in models[0]))
    of_model = [a.product for a in subjects if a.model and applies(a, wanted)]
    keys = frozenset[str]().union(*(name.keys for name in products[0]))
    if not of_model or any(not p or _keys(p) & keys for p in of_model):
        return models[0], products[0]
    return ([], products[0]) if products[1] < models[1] else (models[0], [])


def _keys(field: str) -> frozenset[str]:
    return frozenset[str]().union(*(name.keys for name in names_of(field)))


def _over(given: Applicability | None, found: Applicability) -> Applicability:
    if given is None:
        return found
    return Applicability(
        **{f.name: getattr(given, f.name) or getattr(found, f.name) for f in fields(found)}
    )
