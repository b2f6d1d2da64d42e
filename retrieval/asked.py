"""What retrieval is asked: the question, and what the conversation around it adds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Titled:
    """A document that a conversation names."""

    title: str
    """As it stands in the documents."""
    weight: float
    """How likely it is the one that is meant, above 0 and up to 1."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what the conversation adds to it, each apart."""

    text: str
    """The question by itself, in the customer's words."""
    context: str = ""
    """What earlier turns supply to it; empty where it stands by itself."""
    titles: tuple[Titled, ...] = ()
    """The documents that the conversation names, the likeliest first."""
    exact: tuple[str, ...] = ()
    """Part numbers, error codes, models, versions and quoted words, to be found as they stand."""
