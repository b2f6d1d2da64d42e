"""What the API answers, as plain types."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Route:
    """What one way of searching said of a hit."""

    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A passage before or after another one."""

    chunk_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question."""

    chunk_id: str
    version_id: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    text: str
    score: float
    kind: str
    audience: str
    table_html: str
    version_number: int | None
    confidence: float | None
    """How sure the reading of a scan was; None for text that needed none."""
    routes: tuple[Route, ...]
    neighbours: tuple[Neighbour, ...]
    applies: tuple[tuple[str, str], ...] = ()
    """What it is about alone: pairs such as ("model", "X2 Pro"); empty where it is about all."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that a draft rests on."""

    marker: int
    chunk_id: str
    version_id: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a procedure."""

    text: str
    citation: int
    done: bool = False
    language: str = ""
    """The language it is quoted in, where that is not the reply's."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Who answers: self-service, an agent or the experts, in which queue and why."""

    name: str = ""
    to: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """A piece of a message that shows an emotion, as the customer wrote it."""

    kind: str
    """words, punctuation, repetition, capitals or meaning."""
    text: str


@dataclass(frozen=True, slots=True)
class Triage:
    """What kind of conversation it is and whether a rule hands it up."""

    kind: str
    complaint_about: str
    needs: tuple[str, ...]
    emotion: str
    severity: int
    escalate: bool
    level: int
    reason: str
    to: str = ""
    """A person or a queue to which it goes up."""
    tier: Tier = field(default_factory=Tier)
    waiting_minutes: float = 0.0
    rounds: int = 1
    emotion_score: float = 0.0
    """How strong the emotion is, from 0 to 1."""
    signals: tuple[Signal, ...] = ()
    """What showed the emotion."""
    emergency: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A word that should not be used, and the one that should."""

    used: str
    should_be: str
    why: str


@dataclass(frozen=True, slots=True)
class ApprovedUse:
    """The approved answer that a draft gives, and how close its question is."""

    question: str
    by: str
    at: str
    likeness: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply draft with its citations."""

    id: str
    state: str
    language: str
    channel: str
    answer: str
    citations: tuple[Citation, ...]
    steps: tuple[Step, ...]
    missing: tuple[str, ...]
    terms: tuple[Term, ...]
    glosses: tuple[tuple[str, str], ...]
    """Terms of the reply with what they mean in plain words."""
    question: str
    options: tuple[str, ...]
    confidence: float
    drafter: str
    triage: Triage
    total_ms: float
    sentences: tuple[str, ...] = ()
    """What is said, without greeting and markers."""
    approved: ApprovedUse | None = None
    audience: str = "public"
    """Who may read the reply; other than public, it is not to be sent."""
    internal: tuple[str, ...] = ()
    """What only internal documents say, with its markers: for the agent alone."""

    @property
    def markers(self) -> frozenset[int]:
        """The numbers that cite something."""
        return frozenset(citation.marker for citation in self.citations)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with where it stands and what stands around it."""

    chunk_id: str
    version_id: str
    version_number: int | None
    state: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    pages: tuple[int, ...]
    """The pages that can be shown as pictures."""
    has_original: bool
    """Whether the reader may have the whole file: sections of it may be hidden from them."""
    confidence: float | None
    text: str
    kind: str
    table_html: str
    file_name: str
    published_at: str
    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    name: str
    role: str
    token: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A draft and the passages it was made from."""

    draft: Draft
    hits: tuple[Hit, ...]
