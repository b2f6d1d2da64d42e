"""Holding every sentence of a draft to what it cites: no support, no sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from answer.checking.finding import Finding
from answer.checking.judge import Judge, Verdict
from answer.checking.quotes import holds, quotes_of, supporting
from answer.compose import refused, render
from answer.extractive.vectors import VectorCache
from answer.ports import SupportModel
from core.text import content_terms
from core.types import Chunk, Citation, Draft, DraftState, Evidence, Sentence

__all__ = ["Checker"]


@dataclass(frozen=True, slots=True)
class Checker:
    """Holds every sentence of a draft to its citations.

    A citation that does not support its sentence gives way to a quote of the evidence that does;
    where there is none, the sentence goes, and the draft says so.
    """

    vectors: VectorCache | None = None
    """By which meaning is compared; without them, words alone decide."""
    model: SupportModel | None = None
    """An NLI model or cross-encoder that decides on meaning instead."""
    minimum: float = 0.0
    """The least share of a sentence's content words that its citations must hold."""

    @property
    def judge(self) -> Judge:
        """What says of one sentence whether its quotes support it."""
        return Judge(self.vectors, self.model)

    def examine(self, sentence: str, cited: Sequence[Citation]) -> Finding | None:
        """Return what speaks against a sentence, None where its citations support it."""
        return self.verdict(sentence, cited).finding

    def verdict(
        self, sentence: str, cited: Sequence[Citation], asked: frozenset[str] = frozenset()
    ) -> Verdict:
        """Return whether citations support a sentence; ``asked`` are words of the question."""
        verdict = self.judge.judge(sentence, cited, asked)
        if verdict.finding is None and not holds(sentence, cited, self.minimum):
            return Verdict(verdict.support, Finding(sentence, "words"))
        return verdict

    def check(self, draft: Draft, evidence: Evidence) -> Draft:
        """Return the draft without what nothing supports, and say what went."""
        chunks = {chunk.id: chunk for hit in evidence.hits for chunk in hit.passages()}
        exact = {c.marker: c for c in draft.citations if _is_exact(c, chunks.get(c.chunk_id))}
        book = _Book(exact, max(exact, default=0))
        asked = frozenset(content_terms(draft.question))
        citing = [[exact[m] for m in s.citations if m in exact] for s in draft.sentences]
        self.judge.embed([(s.text, c) for s, c in zip(draft.sentences, citing, strict=True)])
        kept: list[Sentence] = []
        findings: list[Finding] = []
        stood_in = False
        for sentence, cited in zip(draft.sentences, citing, strict=True):
            verdict = self.verdict(sentence.text, cited, asked)
            stood_in = stood_in or verdict.stood_in
            if verdict.finding is None:
                cited = _telling(sentence.text, cited)
            else:
                cited, other = self._elsewhere(sentence.text, cited, chunks, asked)
                if not cited:
                    findings.append(verdict.finding)
                    continue
                verdict = other
            markers = tuple(book.marker(citation) for citation in cited)
            kept.append(replace(sentence, citations=markers, support=round(verdict.support, 3)))
        draft = _told(draft) if stood_in else draft
        same = [s.citations for s in kept] == [s.citations for s in draft.sentences]
        if same and len(exact) == len(draft.citations):
            return replace(draft, sentences=tuple(kept))
        return _rebuilt(draft, kept, book.citations, findings)

    def _elsewhere(
        self,
        text: str,
        cited: Sequence[Citation],
        chunks: Mapping[str, Chunk],
        asked: frozenset[str],
    ) -> tuple[list[Citation], Verdict]:
        """The quotes of the evidence that support a sentence which its own do not."""
        if not cited:
            # What cites nothing was not written from the evidence.
            return [], Verdict(0.0)
        candidates = [citation for chunk in chunks.values() for citation in quotes_of(chunk)]
        return supporting(text, candidates, self.judge, minimum=self.minimum, asked=asked)


@dataclass(slots=True)
class _Book:
    """The citations of a draft by marker; one that is new gets the next number."""

    citations: dict[int, Citation]
    last: int

    def marker(self, citation: Citation) -> int:
        """Return the marker of a citation."""
        place = citation.chunk_id, citation.start, citation.end
        for marker, known in self.citations.items():
            if (known.chunk_id, known.start, known.end) == place:
                return marker
        self.last += 1
        self.citations[self.last] = replace(citation, marker=self.last)
        return self.last


def _is_exact(citation: Citation, chunk: Chunk | None) -> bool:
    return (
        chunk is not None
        and bool(citation.quote)
        and chunk.text[citation.start : citation.end] == citation.quote
    )


def _telling(text: str, cited: Sequence[Citation]) -> list[Citation]:
    """The citations without those that share no word with the sentence, if others do."""
    if len(cited) < 2:
        return list(cited)
    terms = frozenset(content_terms(text))
    telling = [c for c in cited if terms & frozenset(content_terms(c.quote))]
    return telling or list(cited)


_STOOD_IN = {
    "zh": "核对所用的模型没有回答，改由内置方式核对。",
    "en": "The model of the check did not answer; the built-in check judged instead.",
}


def _told(draft: Draft) -> Draft:
    """The draft that says once that the built-in check stood in."""
    note = _STOOD_IN[draft.language]
    return draft if note in draft.missing else replace(draft, missing=(*draft.missing, note))


_FORM = {
    "zh": "已删去引文不支持的一句（{reason}）：{sentence}",
    "en": "Removed, as its citation does not support it ({reason}): {sentence}",
}


def _rebuilt(
    draft: Draft,
    kept: Sequence[Sentence],
    citations: Mapping[int, Citation],
    findings: Sequence[Finding],
) -> Draft:
    """The draft with what is left, its citations numbered anew by first use."""
    order = list(dict.fromkeys(marker for sentence in kept for marker in sentence.citations))
    number = {marker: i for i, marker in enumerate(order, 1)}
    first = {sentence.text: number[sentence.citations[0]] for sentence in kept}
    form, language = _FORM[draft.language], draft.language
    removed = [form.format(reason=f.said(language), sentence=f.sentence) for f in findings]
    rebuilt = replace(
        draft,
        sentences=tuple(
            replace(s, citations=tuple(number[marker] for marker in s.citations)) for s in kept
        ),
        citations=tuple(replace(citations[marker], marker=number[marker]) for marker in order),
        steps=tuple(
            replace(step, citation=first[step.text]) for step in draft.steps if step.text in first
        ),
        missing=(*draft.missing, *removed),
    )
    if draft.state is DraftState.ANSWERED and not kept:
        return refused(rebuilt)
    return replace(rebuilt, answer=render(rebuilt))
