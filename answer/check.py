"""The check that stands between every drafter and the agent: no support, no sentence.

It looks at each sentence beside what it cites: the quotes must be in the passages letter for
letter, every number, code and model of the sentence must be in them, a "not" must not appear
or vanish, and most of the sentence's words must be theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from answer.compose import foreign, refused, render
from core.text import claims, content_terms, is_chinese, squeeze
from core.types import Chunk, Citation, Draft, DraftState, Evidence, Sentence

_MOST_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a sentence was not let through."""

    sentence: str
    reason: str
    """no_citation, number, code, negation or words."""


@dataclass(frozen=True, slots=True)
class Checker:
    """Holds every sentence of a draft to its citations."""

    minimum: float = 0.5
    """The least share of a sentence's content words that its citations must hold."""

    def check(self, draft: Draft, evidence: Evidence) -> Draft:
        """Return the draft without what its citations do not support, and say what went."""
        chunks = {chunk.id: chunk for hit in evidence.hits for chunk in hit.passages()}
        exact = {c.marker: c for c in draft.citations if _is_exact(c, chunks.get(c.chunk_id))}
        kept: list[Sentence] = []
        findings: list[Finding] = []
        for sentence in draft.sentences:
            cited = [exact[marker] for marker in sentence.citations if marker in exact]
            if finding := self.examine(sentence.text, cited):
                findings.append(finding)
                continue
            markers = tuple(citation.marker for citation in cited)
            support = round(coverage(sentence.text, cited), 3)
            kept.append(Sentence(sentence.text, markers, support))
        unchanged = not findings and len(exact) == len(draft.citations)
        if unchanged:
            return replace(draft, sentences=tuple(kept))
        return _rebuilt(draft, kept, exact, findings)

    def examine(self, sentence: str, cited: Sequence[Citation]) -> Finding | None:
        """Return what speaks against a sentence, None where its citations support it."""
        if not cited:
            return Finding(sentence, "no_citation")
        quoted = "\n".join(citation.quote for citation in cited)
        context = "\n".join(" ".join((c.title, *c.headings)) for c in cited)
        if _unsupported_numbers(sentence, f"{quoted}\n{context}"):
            return Finding(sentence, "number")
        if claims.codes(sentence) - set(content_terms(f"{quoted}\n{context}")):
            return Finding(sentence, "code")
        if foreign(quoted, context, "zh" if is_chinese(sentence) else "en"):
            # Words of two languages share nothing; meaning across them is a later check's work.
            return None
        if _negation_changed(sentence, quoted, context):
            return Finding(sentence, "negation")
        if coverage(sentence, cited) < self.minimum:
            return Finding(sentence, "words")
        return None


def coverage(sentence: str, cited: Sequence[Citation]) -> float:
    """Return the share of a sentence's content words that its citations hold."""
    wanted = set(content_terms(sentence))
    if not wanted:
        return 1.0 if cited else 0.0
    held = {t for c in cited for t in content_terms(" ".join((c.quote, c.title, *c.headings)))}
    text = squeeze(" ".join(c.quote for c in cited))
    return sum(term in held or (len(term) > 1 and term in text) for term in wanted) / len(wanted)


def _is_exact(citation: Citation, chunk: Chunk | None) -> bool:
    return (
        chunk is not None
        and bool(citation.quote)
        and chunk.text[citation.start : citation.end] == citation.quote
    )


def _unsupported_numbers(sentence: str, quoted: str) -> bool:
    if claims.numbers(sentence).keys() - claims.numbers(quoted).keys():
        return True
    return bool(claims.measures(sentence).keys() - claims.measures(quoted).keys())


def _negation_changed(sentence: str, quoted: str, context: str) -> bool:
    said, held = claims.negations(sentence), claims.negations(quoted)
    if said > held + claims.negations(context):
        return True
    if " | " in quoted or "\n" in quoted:
        # A row is told by some of its cells, a list by some of its lines.
        return False
    terms, own = set(content_terms(quoted)), set(content_terms(sentence))
    tells_all = len(terms & own) >= _MOST_ALIKE * max(1, len(terms))
    return tells_all and said < held


_REMOVED: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "form": "已删去引文不支持的一句（{reason}）：{sentence}",
        "no_citation": "没有可核对的引文",
        "number": "数字或单位与引文不符",
        "code": "型号或代码不在引文中",
        "negation": "肯定与否定和引文不一致",
        "words": "内容不在引文中",
    },
    "en": {
        "form": "Removed, as its citation does not support it ({reason}): {sentence}",
        "no_citation": "no quote to check it against",
        "number": "a number or unit differs",
        "code": "a model or code is not in the quote",
        "negation": "a negation differs",
        "words": "it says what the quote does not",
    },
}


def _rebuilt(
    draft: Draft,
    kept: Sequence[Sentence],
    exact: Mapping[int, Citation],
    findings: Sequence[Finding],
) -> Draft:
    """The draft with what is left, its citations numbered anew by first use."""
    order = list(dict.fromkeys(marker for sentence in kept for marker in sentence.citations))
    number = {marker: i for i, marker in enumerate(order, 1)}
    texts = {sentence.text for sentence in kept}
    words = _REMOVED[draft.language]
    removed = [words["form"].format(reason=words[f.reason], sentence=f.sentence) for f in findings]
    rebuilt = replace(
        draft,
        sentences=tuple(
            replace(s, citations=tuple(number[marker] for marker in s.citations)) for s in kept
        ),
        citations=tuple(replace(exact[marker], marker=number[marker]) for marker in order),
        steps=tuple(
            replace(step, citation=number[step.citation])
            for step in draft.steps
            if step.text in texts and step.citation in number
        ),
        missing=(*draft.missing, *removed),
    )
    if draft.state is DraftState.ANSWERED and not kept:
        return refused(rebuilt)
    return replace(rebuilt, answer=render(rebuilt))
