"""How a query of a set is put to our retriever."""

from __future__ import annotations

from answer.ports import Named
from answer.understand import understand
from core.types import Turn
from evals.bench.beir import Question, spoken
from retrieval.asked import Asked

_AGENTS = frozenset({"agent", "assistant", "system", "客服"})


def turns_of(question: Question) -> list[Turn]:
    """Return a query as the conversation that it ends; a turn without a name is the customer's."""
    turns = []
    for turn in question.history:
        speaker, words = spoken(turn)
        turns.append(Turn("agent" if speaker in _AGENTS else "customer", words))
    return [*turns, Turn("customer", question.text)]


def asked_of(question: Question, titles: Named | None = None) -> tuple[Asked, ...]:
    """Return what our retriever is asked: one question, or each of several in one message.

    The plain routes are asked ``search_text()``.
    """
    understood = understand(turns_of(question), titles)
    return understood.asked or (Asked(question.text),)
