"""Whom a draft's words are for: what only internal passages say is for the agent's eyes.

Internal knowledge may guide an agent and is never quoted to a customer. A reply that begins with
what a public passage says keeps those sentences, and the others stand beside it as guidance. One
that begins with internal words answers the agent's own question: it stays whole and says whom it
is for, so that whatever sends texts can refuse it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from answer.checking.quotes import quotes_of
from answer.outgoing.overlap import held
from answer.outgoing.rebuilding import rebuilt
from core.audiences import narrowest
from core.types import INTERNAL, PUBLIC, Chunk, Citation, Draft, DraftState, Evidence, Sentence

_SAME = 0.8
"""From this share of its words on, a public passage says a sentence too."""


def for_whom(draft: Draft, evidence: Evidence) -> Draft:
    """Return the draft with its audience, and without internal words in a customer's reply."""
    chunks = {chunk.id: chunk for hit in evidence.hits for chunk in hit.passages()}
    closed = {c.marker for c in draft.citations if _audience(chunks, c) != PUBLIC}
    if not closed:
        return draft
    public = [chunk for chunk in chunks.values() if chunk.audience == PUBLIC]
    parting = _Parting(draft, closed, public)
    sentences = [parting.opened(sentence) for sentence in draft.sentences]
    own = [s for s in sentences if not closed.intersection(s.citations)]
    internal = [s for s in sentences if closed.intersection(s.citations)]
    if internal and (sentences[0] in internal or draft.state is not DraftState.ANSWERED):
        return replace(draft, audience=narrowest(_audience(chunks, c) for c in draft.citations))
    if sentences == list(draft.sentences) and not internal:
        return draft
    return rebuilt(draft, own, internal=internal, citations=parting.added)


@dataclass(slots=True)
class _Parting:
    """Finds public words for what cites internal ones."""

    draft: Draft
    closed: set[int]
    public: Sequence[Chunk]
    added: list[Citation] = field(default_factory=list)

    def opened(self, sentence: Sentence) -> Sentence:
        """The sentence with public citations in place of internal ones, where those say it."""
        if not self.closed.intersection(sentence.citations):
            return sentence
        cited = [c for c in self.draft.citations if c.marker in sentence.citations]
        own = tuple(c.marker for c in cited if c.marker not in self.closed)
        if any(held(sentence.text, c.quote).share >= _SAME for c in cited if c.marker in own):
            return replace(sentence, citations=own)
        for chunk in self.public:
            if held(sentence.text, chunk.text).share < _SAME:
                continue
            for quote in quotes_of(chunk):
                if held(sentence.text, quote.quote).share >= _SAME:
                    return replace(sentence, citations=(*own, self._added(quote)))
        return sentence

    def _added(self, quote: Citation) -> int:
        marker = len(self.draft.citations) + len(self.added) + 1
        self.added.append(replace(quote, marker=marker))
        return marker


def _audience(chunks: Mapping[str, Chunk], citation: Citation) -> str:
    chunk = chunks.get(citation.chunk_id)
    return chunk.audience if chunk is not None else INTERNAL
