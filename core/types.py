"""What flows through the house: RawFile -> Element -> Chunk -> Hit -> Draft -> Verdict -> EvalCase.

Frozen dataclasses; validation happens at the edges (settings, HTTP, JSON lines).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.explanation import Explanation

PUBLIC = "public"
INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as it was handed in."""

    name: str
    """File name with its extension, as the user knows it."""
    media_type: str
    sha256: str
    path: Path
    """Where the bytes are."""
    source: str = ""
    """Where it came from (a path or an upload); the default identity of its document."""


class ElementKind(StrEnum):
    """What a piece of a parsed document is."""

    TITLE = "title"
    TEXT = "text"
    LIST_ITEM = "list_item"
    STEP = "step"
    TABLE = "table"
    IMAGE_TEXT = "image_text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as cells; header rows first, every row as wide as the widest."""

    rows: tuple[tuple[str, ...], ...]
    header_rows: int = 1
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points (1/72 inch) from the top left corner as it is seen."""

    page: int
    """1-based."""
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Element:
    """A piece of a document in reading order, under its headings."""

    kind: ElementKind
    text: str
    page: int | None = None
    """1-based; None where the format has no pages before layout (DOCX, HTML, Markdown)."""
    headings: tuple[str, ...] = ()
    level: int = 0
    """Depth of a title (1 is the highest) or nesting of a list item or step (0 is flat)."""
    table: Table | None = None
    boxes: tuple[Box, ...] = ()
    """Where its lines stand; only where the format has fixed pages (PDF, images)."""
    confidence: float | None = None
    """How sure the OCR was, in [0, 1]; None for text that was not read from a picture."""


class ChunkKind(StrEnum):
    """What a chunk mostly holds."""

    TEXT = "text"
    LIST = "list"
    PROCEDURE = "procedure"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Applicability:
    """What a passage is about; an empty field applies to all. ``core.applies`` compares."""

    product: str = ""
    model: str = ""
    region: str = ""
    firmware: str = ""
    """Releases, as ``core.firmware`` writes them."""
    contract_from: str = ""
    """First day of the contracts or purchases it is about, ISO 8601; a day has no time zone,
    and as text it is the same in records, JSON and forms, and sorts as it follows."""
    contract_to: str = ""
    """Last such day."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of one section of one version, ready to be found and cited."""

    id: str
    document_id: str
    version_id: str
    ordinal: int
    """Position within the version, from 0."""
    text: str
    title: str
    """Title of the document version it belongs to."""
    headings: tuple[str, ...] = ()
    pages: tuple[int, int] | None = None
    """First and last page, 1-based."""
    kind: ChunkKind = ChunkKind.TEXT
    language: str = "en"
    """zh-Hans, zh-Hant, en, mixed or other."""
    audience: str = PUBLIC
    applicability: Applicability = field(default_factory=Applicability)
    table_html: str = ""
    boxes: tuple[Box, ...] = ()
    """Where its text stands, for showing a citation on its page."""
    confidence: float | None = None
    """How sure the OCR was of its least certain part, in [0, 1]; None where none was needed."""

    @property
    def section(self) -> tuple[str, tuple[str, ...]]:
        """The version and heading path that neighbouring chunks share."""
        return self.version_id, self.headings

    @property
    def page(self) -> int | None:
        """The page on which the passage starts."""
        return self.pages[0] if self.pages else None

    def context(self) -> str:
        """Title and heading path on one line, without repeating the title."""
        parts = [self.title, *(h for h in self.headings if h != self.title)]
        return " > ".join(part for part in parts if part)

    def embedding_text(self) -> str:
        """What is embedded and measured in tokens: the context line, then the text."""
        context = self.context()
        return f"{context}\n{self.text}" if context else self.text


@dataclass(frozen=True, slots=True)
class RouteScore:
    """What one retrieval route said of a hit."""

    rank: int
    """1-based."""
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query."""

    chunk: Chunk
    score: float
    """Fused score in [0, 1]."""
    routes: Mapping[str, RouteScore] = field(default_factory=dict)
    neighbours: tuple[Chunk, ...] = ()
    """Adjacent chunks of the same section that were found too and merged into this hit."""

    def passages(self) -> tuple[Chunk, ...]:
        """The chunk and its merged neighbours in reading order."""
        return tuple(sorted((self.chunk, *self.neighbours), key=lambda chunk: chunk.ordinal))


@dataclass(frozen=True, slots=True)
class Expansion:
    """A glossary term that a query holds, and the names it was also searched by."""

    term: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What retrieval found for one query, and how long it took."""

    query: str
    hits: tuple[Hit, ...]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    expanded: tuple[Expansion, ...] = ()
    explanation: Explanation | None = None
    """Why each passage has its place, where that was asked for."""
    confidence: float | None = None
    """How likely the evidence answers the question, in [0, 1]; None where it was not reckoned."""


class DraftState(StrEnum):
    """Whether the documents answer the question."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True)
class Citation:
    """A pinned quote: ``chunk.text[start:end] == quote``."""

    marker: int
    document_id: str
    version_id: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    chunk_id: str
    quote: str
    start: int
    end: int

    @classmethod
    def of(
        cls, chunk: Chunk, start: int = 0, end: int | None = None, *, marker: int = 0
    ) -> Citation:
        """Return the quote of a stretch of a passage; of the whole of it where none is named."""
        end = len(chunk.text) if end is None else end
        return cls(
            marker=marker,
            document_id=chunk.document_id,
            version_id=chunk.version_id,
            title=chunk.title,
            headings=chunk.headings,
            page=chunk.page,
            chunk_id=chunk.id,
            quote=chunk.text[start:end],
            start=start,
            end=end,
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a draft with the markers of what supports it."""

    text: str
    citations: tuple[int, ...]
    support: float
    """In [0, 1]; how well the cited quotes cover the sentence."""
    lead: str = ""
    """Words of the house before it: yes or no, or what joins it to the answer before."""
    language: str = ""
    """zh or en, where it quotes a passage in the other language than the reply; else empty."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a procedure, for the checklist beside the conversation."""

    text: str
    citation: int
    done: bool = False


@dataclass(frozen=True, slots=True)
class Clarify:
    """What to ask the customer before the documents can answer."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """A piece of a message that shows something, as the customer wrote it."""

    kind: str
    """words, punctuation, repetition, capitals or meaning."""
    text: str


@dataclass(frozen=True, slots=True)
class Emotion:
    """The customer's emotion, its strength in [0, 1], and what in the text shows it."""

    label: str = "calm"
    score: float = 0.0
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalation:
    """Whether a rule hands the conversation up, to which level and whom, and why."""

    needed: bool = False
    level: int = 0
    reason: str = ""
    rule: str = ""
    to: str = ""
    """A person or a queue."""


@dataclass(frozen=True, slots=True)
class Routing:
    """Who answers, by which rule, and why."""

    tier: str = "agent"
    """self_service, agent or expert."""
    rule: str = ""
    reason: str = ""
    to: str = ""
    """The queue of that tier."""


@dataclass(frozen=True, slots=True)
class Triage:
    """What kind of conversation this is."""

    kind: str = "enquiry"
    """enquiry, complaint or fault."""
    complaint_about: str | None = None
    """service, product, process or policy."""
    needs: tuple[str, ...] = ("functional",)
    emotion: Emotion = field(default_factory=Emotion)
    severity: int = 0
    emergency: int = 0
    """How soon it must be seen to: 0 whenever its turn comes to 3 at once."""
    escalate: Escalation = field(default_factory=Escalation)
    routing: Routing = field(default_factory=Routing)
    facts: Mapping[str, float | None] = field(default_factory=dict)
    """What the rules were held against: rounds, messages, repeats, parts, waiting_minutes."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: str
    """customer or agent."""
    text: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Tone:
    """The house's words around an answer, from its templates; none of them states a fact."""

    situation: str = ""
    """Which acknowledgement fits: complaint, anxious-fault, danger; empty where none is due."""
    subject: str = ""
    greeting: str = ""
    """Empty where an agent has spoken before."""
    acknowledgement: str = ""
    """Empty where none is due, or an agent has given it before."""
    lead_steps: str = ""
    step: str = "{n}. {text}"
    next_step: str = ""
    """What comes after an answer; the closing is said where nothing does."""
    closing: str = ""
    signature: str = ""
    refusal: str = ""
    """What is said where the documents do not answer."""
    open_part: str = ""
    """What is said of a part of the question that stays open; empty where none does."""
    also: str = ""
    foreign: str = ""
    """Stands before a quote in the other language."""
    link: str = ""
    """Is said where a written reply would give an address."""


@dataclass(frozen=True, slots=True)
class ApprovedUse:
    """The approved answer that a draft gives, and why it was thought to fit."""

    answer_id: str
    question: str
    """The question to which it was approved."""
    likeness: float
    threshold: float
    """From which likeness on an approved answer is given in this language."""
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply draft in which every sentence names its source."""

    id: str
    question: str
    state: DraftState
    language: str
    """zh or en."""
    channel: str
    answer: str
    """The reply with [n] markers, in the channel's form."""
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    confidence: float
    drafter: str
    clarify: Clarify | None = None
    steps: tuple[Step, ...] = ()
    triage: Triage = field(default_factory=Triage)
    missing: tuple[str, ...] = ()
    tone: Tone = field(default_factory=Tone)
    terms: tuple[Mapping[str, str], ...] = ()
    glosses: tuple[Mapping[str, str], ...] = ()
    """Terms of the reply in plain words, for customers: term and gloss."""
    approved: ApprovedUse | None = None
    prompt_version: str = ""
    audience: str = PUBLIC
    """Who may read the reply; other than public, it is for the agent and not to be sent."""
    internal: tuple[Sentence, ...] = ()
    """What only internal passages say: guidance for the agent, no part of the reply."""
    timings_ms: Mapping[str, float] = field(default_factory=dict)


class VerdictKind(StrEnum):
    """What an agent did with a draft."""

    ACCEPT = "accept"
    EDIT = "edit"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an agent said of a draft."""

    id: str
    draft_id: str
    kind: VerdictKind
    text: str
    reason: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExpectedPassage:
    """A passage that answers a case, named so that it survives re-chunking."""

    document: str
    """Key of the document."""
    quote: str
    """Text that the passage holds; white space is ignored in comparison."""


@dataclass(frozen=True, slots=True)
class EvalCase:
    """A question with what a right answer rests on."""

    id: str
    question: str
    language: str
    audience: str
    state: DraftState
    reference: str
    expected: tuple[ExpectedPassage, ...]
    tags: tuple[str, ...] = ()
    origin: str = "hand-written"
    status: str = "approved"
    history: tuple[Turn, ...] = ()
    """What was said before the question, oldest first."""
    channel: str = "im"
    product: str = ""
    difficulty: str = ""
    """easy, medium or hard; empty where nobody has said."""


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """A metric over a run: mean, 95 % bootstrap interval and how many cases it covers."""

    mean: float
    low: float
    high: float
    cases: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """One evaluation run: what was run, what every case scored, and the aggregate."""

    id: str
    suite: str
    fingerprint: Mapping[str, str]
    cases: tuple[Mapping[str, object], ...]
    metrics: Mapping[str, MetricSummary]
    started_at: datetime
    seconds: float
    state: str = "done"
    """running, done or cancelled; only what is done has metrics."""
    about: Mapping[str, object] = field(default_factory=dict)
    """How it was asked for, and what else there is to say of it."""
