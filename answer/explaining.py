"""Why a draft rests on what it rests on: what only answering knows, and what of it is kept.

Retrieval explains one search. Answering may have read several questions from a message, kept to
a product, or searched for nothing at all; that is put in here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from answer.products import is_about
from answer.understand import Understanding
from core.applies import Name
from core.explanation import (
    Candidate,
    Dropped,
    DropReason,
    Explanation,
    Understood,
)
from core.serial import to_json
from core.text import content_terms
from core.types import Applicability, Evidence, Hit

MOST_CANDIDATES = 20
"""So many passages on their way are kept, the best first."""
MOST_DROPPED = 20
MOST_TEXT = 160
"""Characters of a passage's beginning that are kept."""


@dataclass(frozen=True, slots=True)
class Searched:
    """One search of a conversation: what retrieval found, and what was kept of it."""

    found: Evidence
    kept: Evidence


def explained(
    understood: Understanding,
    wanted: Applicability | None,
    searches: Sequence[Searched],
) -> tuple[Explanation, ...]:
    """Return one explanation for each search, with what answering knows; one for small talk."""
    said = Understood(
        question=understood.question,
        context=understood.rewrite or understood.context,
        language=understood.language,
        parts=understood.parts if len(understood.parts) > 1 else (),
        small_talk=understood.small_talk,
        subjects=_subjects(understood.products, wanted),
    )
    if not searches:
        return (Explanation("", said),)
    return tuple(_completed(search, said, understood.products) for search in searches)


def explanation_of(evidence: Evidence) -> Explanation:
    """Return how retrieval explains a search; of one that was not explained, what was asked."""
    asked = Understood(evidence.query, expanded=evidence.expanded)
    return evidence.explanation or Explanation(evidence.query, asked)


def kept_form(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON of a few kilobytes: the best candidates, texts cut short.

    ``left_out`` counts what was dropped for each reason, also what is not listed.
    """
    # That others are better is told by their places, and counted.
    dropped = [one for one in explanation.dropped if one.reason is not DropReason.BELOW_TOP]
    cut = replace(
        explanation,
        candidates=tuple(map(_short, _best(explanation.candidates))),
        dropped=tuple(dropped[:MOST_DROPPED]),
    )
    body: dict[str, Any] = _rounded(to_json(cut))
    return {**body, "left_out": dict(Counter(one.reason.value for one in explanation.dropped))}


def storable(explanation: Explanation) -> Explanation:
    """Return an explanation that tells of earlier messages only what documents say too.

    A draft keeps the customer's question and not the conversation: a name or a number that was
    told before must not come to be kept by way of what was searched for.
    """
    own = explanation.understood
    texts = (own.context, explanation.query, *own.parts, *own.exact)
    if all(text in own.question for text in texts):
        return explanation
    passages = [one for one in explanation.candidates if one.rank is not None]
    written = [" ".join((one.title, *one.headings, one.text)) for one in passages]
    said = frozenset(content_terms(" ".join((own.question, *own.subjects, *written))))

    def told(text: str) -> str:
        before, asked, after = text.partition(own.question)
        if not asked:
            return text if text in own.question else _known(text, said)
        return " ".join(filter(None, (_known(before, said), asked, _known(after, said))))

    understood = replace(
        own,
        context=told(own.context),
        parts=tuple(map(told, own.parts)),
        exact=tuple(filter(None, map(told, own.exact))),
    )
    return replace(explanation, query=told(explanation.query), understood=understood)


def _known(text: str, said: Container[str]) -> str:
    """The words of a text that are among others, each once and none as a part of another."""
    words = dict.fromkeys(term for term in content_terms(text) if term in said)
    return " ".join(w for w in words if not any(w != other and w in other for other in words))


def _completed(search: Searched, said: Understood, products: Sequence[Name]) -> Explanation:
    base = explanation_of(search.found)
    own = base.understood
    understood = replace(
        own,
        question=said.question,
        context=said.context or own.context,
        language=said.language,
        parts=said.parts or own.parts,
        subjects=tuple(dict.fromkeys((*said.subjects, *own.subjects))),
    )
    places = {hit.chunk.id: at for at, hit in enumerate(search.kept.hits, 1)}
    lost = [hit for hit in search.found.hits if hit.chunk.id not in places]
    return replace(
        base,
        understood=understood,
        candidates=tuple(replace(one, rank=places.get(one.chunk_id)) for one in base.candidates),
        dropped=(*(_lost(hit, products) for hit in lost), *base.dropped),
    )


def _subjects(products: Sequence[Name], wanted: Applicability | None) -> tuple[str, ...]:
    """What was named, each once: products, then what else passages must be about."""
    named = [name.written for name in products]
    if wanted is not None:
        named += [wanted.product, wanted.model, wanted.region, wanted.firmware]
        named += [wanted.contract_from]
    return tuple(dict.fromkeys(filter(None, named)))


def _lost(hit: Hit, products: Sequence[Name]) -> Dropped:
    """A hit of retrieval that answering did not take up."""
    other = bool(products) and not is_about(hit, products)
    reason = DropReason.NOT_APPLICABLE if other else DropReason.BELOW_TOP
    detail = hit.chunk.applicability.product if other else ""
    return Dropped(hit.chunk.id, hit.chunk.title, reason, detail, hit.chunk.audience)


def _best(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that came out best, in the order in which they went in."""

    def place(one: Candidate) -> tuple[bool, float, bool, float, int]:
        score = one.reranked_score
        return (
            one.rank is None,
            one.rank or 0,
            score is None,
            -(score or 0.0),
            one.fused_rank,
        )

    return sorted(sorted(candidates, key=place)[:MOST_CANDIDATES], key=lambda c: c.fused_rank)


def _short(one: Candidate) -> Candidate:
    flat = " ".join(one.text.split())
    text = flat if len(flat) <= MOST_TEXT else flat[: MOST_TEXT - 1] + "…"
    return replace(one, text=text)


def _rounded(value: Any) -> Any:
    """Four decimals say all that anybody reads off a score."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value
