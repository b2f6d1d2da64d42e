"""What a drafter is, what it is asked, and the channels' forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from answer.following import Follower
from answer.generative.model import LanguageModel
from answer.ports import SupportModel, UnitEmbedder
from answer.rules.house import RulesSource, ShippedRules
from core.applies import Name
from core.registry import Registry
from core.types import Applicability, Draft, Evidence, Triage, Turn

if TYPE_CHECKING:
    from answer.generative.ahead import Ahead


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
    follower: Follower = field(default_factory=Follower, compare=False)
    """Who hears of the draft on its way, and may take it back."""
    rules: RulesSource = field(default_factory=ShippedRules, compare=False)
    """The house's words around an answer."""
    ahead: Ahead | None = field(default=None, compare=False, repr=False)
    """What a language model writes for it already; whoever began it closes it."""

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


@runtime_checkable
class Beginner(Protocol):
    """A drafter that can begin before all is known that its draft will need."""

    def begin(self, request: DraftRequest, evidence: Evidence) -> Ahead | None:
        """Begin what ``DraftRequest.ahead`` then brings to the draft; None if there is no need."""
        ...


@dataclass(frozen=True, slots=True)
class DrafterParts:
    """What the wiring has to offer a drafter; each takes what it needs."""

    embedder: UnitEmbedder
    language_model: LanguageModel | None = None
    """None where no endpoint is set."""
    check_model: SupportModel | None = None
    """What decides on meaning in the check; None is our own way."""
    ahead: bool = True
    """Whether a language model may begin before it is known that there is anything to answer."""


DrafterFactory = Callable[[DrafterParts], Drafter]
DRAFTERS: Registry[DrafterFactory] = Registry("drafter", "answer.drafters")


Adapt = Callable[[str, str, str], str]
"""From a sentence, its language and what stands for an address, to what the channel says."""


def as_written(text: str, _language: str, _link: str) -> str:
    """Return a sentence as it stands."""
    return text


def in_one_part(_text: str) -> int:
    """Return 1: the channel sends a text of any length at once."""
    return 1


@dataclass(frozen=True, slots=True)
class Channel:
    """The form a reply takes where it is sent; its words are in the templates."""

    name: str
    separator: str = ""
    """Between opening, body and closing."""
    step_break: str = "\n"
    sentences: int = 3
    """The most sentences of a factual answer to one question."""
    characters: Mapping[str, int] = field(default_factory=dict)
    """The most characters of a factual answer by language; steps are never cut short."""
    adapt: Adapt = as_written
    parts_of: Callable[[str], int] = in_one_part
    """In how many parts the channel sends a text."""
    most_parts: int = 0
    """So many parts are filled with more than the answer; 0 where parts do not matter."""


CHANNELS: Registry[Channel] = Registry("channel", "answer.channels")
