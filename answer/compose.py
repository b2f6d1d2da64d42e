"""From statements to a reply: markers, citations and the channel's form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from answer.base import CHANNELS, DraftRequest, Phrases
from core.text import is_chinese, reply_language
from core.types import Chunk, Citation, Clarify, Draft, DraftState, Sentence, Step


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


_REFUSAL = {
    "zh": "抱歉，现有资料里没有找到{about}的说明。为避免误导您，"
    "我先不作答复，会请同事核实后尽快回复您。",
    "en": "I could not find {about} in our documents, and I would rather not guess. "
    "I will check with a colleague and come back to you.",
}
_ABOUT = {"zh": "关于“{terms}”", "en": "anything about {terms}"}
_ABOUT_NOTHING = {"zh": "这个问题", "en": "the answer to this"}
_FOREIGN = {"zh": "（以下原文为英文）", "en": "(The source is in Chinese.) "}
_MISSING = {"zh": "资料没有回答：{question}", "en": "The documents do not answer: {question}"}
_ABSENT = {"zh": "资料中没有出现：{terms}", "en": "Not found in the documents: {terms}"}


def compose(
    request: DraftRequest,
    statements: Sequence[Statement],
    *,
    drafter: str,
    confidence: float,
    missing: Sequence[str] = (),
) -> Draft:
    """Return the answered draft that says these statements in this order."""
    citations: dict[tuple[str, int, int], Citation] = {}
    sentences, steps = [], []
    for item in statements:
        markers = tuple(dict.fromkeys(_cite(quote, citations).marker for quote in item.quotes))
        sentences.append(Sentence(item.text, markers, item.support))
        if item.step:
            steps.append(Step(item.text, markers[0]))
    draft = _empty(request, DraftState.ANSWERED, drafter)
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
) -> Draft:
    """Return the draft that says the documents do not answer, and what happens next.

    The customer is told no more than the model or code (``about``) that no document knows; which
    of his words are ``absent`` is for the agent and for whoever writes the next document.
    """
    missing = [unanswered(request.question, request.language)]
    if absent:
        missing.append(_ABSENT[request.language].format(terms=absent))
    draft = replace(
        _empty(request, DraftState.NO_EVIDENCE, drafter),
        confidence=round(confidence, 3),
        missing=tuple(missing),
    )
    return replace(draft, answer=render(draft, about))


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
        _empty(request, DraftState.CLARIFY, drafter),
        clarify=clarify,
        confidence=round(confidence, 3),
    )
    return replace(draft, answer=render(draft))


def render(draft: Draft, about: str = "") -> str:
    """Return the whole reply of a draft in its channel's form."""
    channel = CHANNELS.get(draft.channel)
    phrases = channel.phrases[draft.language]
    opening = [phrases.greeting, phrases.apology if _needs_apology(draft) else ""]
    space = "" if draft.language == "zh" else " "
    parts = [space.join(filter(None, opening))]
    if draft.state is DraftState.ANSWERED:
        parts += [_body(draft, phrases, channel.step_break), phrases.closing]
    elif draft.clarify is not None:
        parts.append(_clarification(draft.clarify, draft.language))
    else:
        terms = _ABOUT[draft.language].format(terms=about) if about else ""
        parts.append(_REFUSAL[draft.language].format(about=terms or _ABOUT_NOTHING[draft.language]))
    return channel.separator.join(filter(None, parts))


def foreign(quoted: str, context: str, language: str) -> bool:
    """Say whether a quote is in the other language than the reply.

    A line of figures has no language of its own; what its document is called decides then.
    """
    if language == "en":
        return reply_language(quoted) == "zh"
    return not is_chinese(quoted + context)


def _empty(request: DraftRequest, state: DraftState, drafter: str) -> Draft:
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
    )


def _cite(quote: Quote, citations: dict[tuple[str, int, int], Citation]) -> Citation:
    chunk = quote.chunk
    key = (chunk.id, quote.start, quote.end)
    if key not in citations:
        citations[key] = Citation(
            marker=len(citations) + 1,
            document_id=chunk.document_id,
            version_id=chunk.version_id,
            title=chunk.title,
            headings=chunk.headings,
            page=chunk.page,
            chunk_id=chunk.id,
            quote=chunk.text[quote.start : quote.end],
            start=quote.start,
            end=quote.end,
        )
    return citations[key]


def _needs_apology(draft: Draft) -> bool:
    triage = draft.triage
    return triage.kind in ("complaint", "fault") or triage.emotion.label not in ("calm", "pleased")


def _body(draft: Draft, phrases: Phrases, step_break: str) -> str:
    cited = {citation.marker: citation for citation in draft.citations}
    waiting = [step.text for step in draft.steps]
    space = "" if draft.language == "zh" else " "
    lines: list[str] = []
    after_step, was_foreign, number = True, False, 0
    for sentence in draft.sentences:
        markers = "".join(f"[{marker}]" for marker in sentence.citations)
        source = [cited[marker] for marker in sentence.citations]
        context = " ".join([c.title + " ".join(c.headings) for c in source])
        other = foreign(" ".join(c.quote for c in source), context, draft.language)
        said = f"{sentence.text}{space}{markers}"
        note = _FOREIGN[draft.language] if other and not was_foreign else ""
        was_foreign = other
        if waiting and sentence.text == waiting[0]:
            waiting.pop(0)
            number += 1
            if number == 1 and phrases.lead_steps:
                lines.append(phrases.lead_steps)
            lines.append(note + phrases.step.format(n=number, text=said))
            after_step = True
        elif after_step:
            lines.append(note + said)
            after_step = False
        else:
            lines[-1] += space + note + said
    return step_break.join(lines)


def _clarification(clarify: Clarify, language: str) -> str:
    if all(option in clarify.question for option in clarify.options):
        return clarify.question
    joined = ("、" if language == "zh" else ", ").join(clarify.options)
    return (
        f"{clarify.question}（{joined}）" if language == "zh" else f"{clarify.question} ({joined})"
    )
