"""From statements to a reply: markers, citations and the channel's form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from answer.base import DraftRequest
from answer.tone.choosing import Content, tone_of
from answer.tone.rendering import render
from core.text import is_chinese, reply_language
from core.types import Chunk, Citation, Clarify, Draft, DraftState, Sentence, Step

__all__ = [
    "Quote",
    "Statement",
    "ask_back",
    "compose",
    "foreign",
    "nearest",
    "refuse",
    "refused",
    "render",
    "unanswered",
    "unknown_model",
]


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a passage that supports a statement."""

    chunk: Chunk
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence to send, with what supports it."""

    text: str
    quotes: tuple[Quote, ...]
    step: bool = False
    support: float = 1.0
    lead: str = ""
    """Words of the house before it, as ``core.types.Sentence`` has them."""


_MISSING = {"zh": "资料没有回答：{question}", "en": "The documents do not answer: {question}"}
_ABSENT = {"zh": "资料中没有出现：{terms}", "en": "Not found in the documents: {terms}"}
_NEAREST = {"zh": "资料里最接近的是：{found}", "en": "The nearest that was found: {found}"}
_UNKNOWN = {"zh": "资料中没有型号 {name}", "en": "The documents know no {name}"}
_KNOWN = {"zh": "，已知的有：{names}", "en": "; they know: {names}"}
_FOUND_INSTEAD = 3
_LONGEST_SECTION = 60


def compose(
    request: DraftRequest,
    statements: Sequence[Statement],
    *,
    drafter: str,
    confidence: float,
    missing: Sequence[str] = (),
    open_part: bool = False,
) -> Draft:
    """Return the answered draft that says these statements in this order.

    ``open_part`` has the reply say that something stays unanswered, which ``missing`` names.
    """
    citations: dict[tuple[str, int, int], Citation] = {}
    sentences, steps = [], []
    for item in statements:
        markers = tuple(dict.fromkeys(_cite(quote, citations).marker for quote in item.quotes))
        other = _other_language(item, request.language)
        sentences.append(Sentence(item.text, markers, item.support, item.lead, other))
        if item.step:
            steps.append(Step(item.text, markers[0]))
    content = Content(steps=bool(steps), open_part=open_part)
    draft = _empty(request, DraftState.ANSWERED, drafter, content)
    draft = replace(
        draft,
        sentences=tuple(sentences),
        citations=tuple(citations.values()),
        steps=tuple(steps),
        confidence=round(confidence, 3),
        missing=tuple(missing),
    )
    return replace(draft, answer=render(draft))


def refuse(
    request: DraftRequest,
    *,
    drafter: str,
    confidence: float,
    about: str = "",
    absent: str = "",
    notes: Sequence[str] = (),
    found: Sequence[Chunk] = (),
) -> Draft:
    """Return the draft that says the documents do not answer, and what happens next.

    The customer is told no more than the model or code (``about``) that no document knows; which
    of his words are ``absent``, ``notes``, and what was ``found`` instead, are for the agent and
    for whoever writes the next document.
    """
    missing = [unanswered(request.question, request.language)]
    if absent:
        missing.append(_ABSENT[request.language].format(terms=absent))
    missing += notes
    if found:
        missing.append(nearest(found, request.language))
    draft = replace(
        _empty(request, DraftState.NO_EVIDENCE, drafter, Content(about=about)),
        confidence=round(confidence, 3),
        missing=tuple(missing),
    )
    return replace(draft, answer=render(draft))


def nearest(found: Sequence[Chunk], language: str) -> str:
    """Say which sections come nearest to what the documents do not answer."""
    named = list(dict.fromkeys(_place(chunk, language) for chunk in found))[:_FOUND_INSTEAD]
    return _NEAREST[language].format(found=("；" if language == "zh" else "; ").join(named))


def _place(chunk: Chunk, language: str) -> str:
    section = chunk.headings[-1] if chunk.headings and chunk.headings[-1] != chunk.title else ""
    if len(section) > _LONGEST_SECTION:
        section = f"{section[:_LONGEST_SECTION]}…"
    if language == "zh":
        page = f"（第 {chunk.page} 页）" if chunk.page else ""
        return f"《{chunk.title}》{section}{page}"
    page = f" (p. {chunk.page})" if chunk.page else ""
    return f"“{chunk.title}”{', ' if section else ''}{section}{page}"


def unknown_model(name: str, like: Sequence[str], language: str) -> str:
    """Say that no document knows a model, and which of its kind they know."""
    said = _UNKNOWN[language].format(name=name)
    names = ("、" if language == "zh" else ", ").join(like)
    return said + (_KNOWN[language].format(names=names) if names else "")


def unanswered(question: str, language: str) -> str:
    """Say that the documents do not answer a question."""
    return _MISSING[language].format(question=question)


def refused(draft: Draft) -> Draft:
    """Return a draft of which nothing was left as a refusal; what is missing stays listed."""
    empty = replace(draft, state=DraftState.NO_EVIDENCE, sentences=(), citations=(), steps=())
    return replace(empty, answer=render(empty))


def ask_back(request: DraftRequest, clarify: Clarify, *, drafter: str, confidence: float) -> Draft:
    """Return the draft that asks the customer before answering."""
    draft = replace(
        _empty(request, DraftState.CLARIFY, drafter, Content()),
        clarify=clarify,
        confidence=round(confidence, 3),
    )
    return replace(draft, answer=render(draft))


def foreign(quoted: str, context: str, language: str) -> bool:
    """Say whether a quote is in the other language than the reply.

    A line of figures has no language of its own; what its document is called decides then.
    """
    if language == "en":
        return reply_language(quoted) == "zh"
    return not is_chinese(quoted + context)


def _empty(request: DraftRequest, state: DraftState, drafter: str, content: Content) -> Draft:
    return Draft(
        id=request.id,
        question=request.question,
        state=state,
        language=request.language,
        channel=request.channel,
        answer="",
        sentences=(),
        citations=(),
        confidence=0.0,
        drafter=drafter,
        triage=request.triage,
        tone=tone_of(request, content),
    )


def _cite(quote: Quote, citations: dict[tuple[str, int, int], Citation]) -> Citation:
    key = (quote.chunk.id, quote.start, quote.end)
    if key not in citations:
        marker = len(citations) + 1
        citations[key] = Citation.of(quote.chunk, quote.start, quote.end, marker=marker)
    return citations[key]


def _other_language(item: Statement, language: str) -> str:
    """The language of what a statement quotes, where it is not the reply's."""
    quoted = " ".join(q.chunk.text[q.start : q.end] for q in item.quotes)
    context = " ".join(q.chunk.title + " ".join(q.chunk.headings) for q in item.quotes)
    if not item.quotes or not foreign(quoted, context, language):
        return ""
    return "en" if language == "zh" else "zh"
