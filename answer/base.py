"""What a drafter is, what it is asked, and the channels' forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from answer.generative.model import LanguageModel
from answer.ports import UnitEmbedder
from core.applies import Name
from core.registry import Registry
from core.types import Applicability, Draft, Evidence, Triage, Turn


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """One reply to write: what was said, what is asked, and the form it takes."""

    id: str
    conversation: tuple[Turn, ...]
    question: str
    """What is asked, in the customer's words."""
    language: str
    """zh or en: the language to reply in."""
    channel: str = "im"
    audiences: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    """The single questions in it; empty means the question is one."""
    context: str = ""
    """What the customer's earlier messages supply to it."""
    triage: Triage = field(default_factory=Triage)
    applicability: Applicability = field(default_factory=Applicability)
    """What the conversation is about, as far as it is known."""
    models: frozenset[str] = frozenset()
    """The models of all live documents, as ``core.applies.model_key`` writes them."""
    products: tuple[Name, ...] = ()
    """The products that the conversation names."""

    @property
    def questions(self) -> tuple[str, ...]:
        """The single questions to answer, in the order they were asked."""
        return self.parts or (self.question,)


class Drafter(Protocol):
    """Writes a reply from evidence and from nothing else."""

    @property
    def name(self) -> str:
        """What a draft names as its drafter."""
        ...

    def draft(self, request: DraftRequest, evidence: Evidence) -> Draft:
        """Return a draft whose every sentence cites the evidence, or one that refuses."""
        ...


@dataclass(frozen=True, slots=True)
class DrafterParts:
    """What the wiring has to offer a drafter; each takes what it needs."""

    embedder: UnitEmbedder
    language_model: LanguageModel | None = None
    """None where no endpoint is set."""


DrafterFactory = Callable[[DrafterParts], Drafter]
DRAFTERS: Registry[DrafterFactory] = Registry("drafter", "answer.drafters")


@dataclass(frozen=True, slots=True)
class Phrases:
    """A channel's fixed words in one language; none of them states a fact."""

    greeting: str = ""
    apology: str = ""
    """Said after the greeting to a customer who complains, is upset or has a fault."""
    lead_steps: str = ""
    closing: str = ""
    step: str = "{n}. {text}"


@dataclass(frozen=True, slots=True)
class Channel:
    """The form a reply takes where it is sent."""

    name: str
    phrases: Mapping[str, Phrases]
    """By language, zh and en."""
    separator: str = ""
    """Between opening, body and closing."""
    step_break: str = "\n"
    sentences: int = 3
    """The most sentences of a factual answer to one question."""
    characters: Mapping[str, int] = field(default_factory=dict)
    """The most characters of a factual answer by language; steps are never cut short."""
    part: Mapping[str, int] = field(default_factory=dict)
    """Characters in one part, where the channel sends long texts in parts."""

    def parts_of(self, text: str, language: str) -> int:
        """Return in how many parts the channel sends a text; 1 where it does not split."""
        size = self.part.get(language, 0)
        return max(1, -(-len(text) // size)) if size else 1


CHANNELS: Registry[Channel] = Registry("channel", "answer.channels")
