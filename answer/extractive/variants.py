"""Whether what is asked is another thing for another model, so that the customer must be asked.

Only where the best of the evidence speaks of one model, what comes close to it speaks of another,
both of the same thing, and what they say differs. A sentence or a row that states both is quoted
whole, and nobody is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from answer.extractive.naming import section_of, unit_models
from answer.extractive.question import Question, models_in
from answer.extractive.score import Scored
from answer.extractive.units import Unit
from core.text import content_terms, fold
from core.text.claims import limits, negations, numbers

RIVAL = 0.6
"""The share of the best unit's score from which another is as likely meant."""
_BESIDE = 0.2
"""The same for what stands beside it in one list or paragraph: it is written to be told apart."""
_ALIKE = 0.5
_SAME_WORDS, _SAME_LENGTH = 0.75, 1.5
_ALL = re.compile(
    r"(?:两|二|三|所有|全部|各|每)(?:个|款|种)?(?:型号|机型|产品|版本)|两者(?:均|都)"
    r"|\b(?:both|neither|all|either|every|each)\b(?: \w+)? "
    r"?(?:models?|versions?|of them|variants?)\b"
)
_LABEL = re.compile(r"^\W*([a-z0-9][a-z0-9 +-]{0,24}?)\s*[:：]")

Known = Mapping[str, str]
"""Models by the name they are compared by, with how they are written."""


def rivals(
    question: Question, scored: Sequence[Scored], chosen: Sequence[Unit], known: Known
) -> tuple[str, ...]:
    """Return the models to choose from, or nothing where the answer does not hang on them.

    ``chosen`` is what would be said if nobody were asked.
    """
    if question.models & known.keys() or len(known) < 2 or not scored:
        return ()
    names = frozenset(known)
    best = scored[0]
    said = [item for item in scored[1:] if item.unit in chosen]
    for anchor in (best, *(item for item in said if item.score >= RIVAL * best.score)):
        own = unit_models(anchor.unit, names)
        others = _others(question, anchor, scored, names) if len(own) == 1 else frozenset()
        if anchor is not best:
            # What is said of each is no guess, where it stands beside the answer.
            spoken = [unit_models(unit, names) for unit in chosen]
            others -= frozenset().union(*(models for models in spoken if len(models) == 1))
        if others and not any(
            _answers_for_all(unit, anchor.unit, own | others, names) for unit in chosen
        ):
            return tuple(known[name] for name in known if name in own | others)
    return ()


def _others(
    question: Question, anchor: Scored, scored: Sequence[Scored], names: frozenset[str]
) -> frozenset[str]:
    """The other models of which something else is said that is as likely meant."""
    own = unit_models(anchor.unit, names)
    others: set[str] = set()
    for item in scored:
        if item.score < least_share(anchor.unit, item.unit, names) * anchor.score:
            continue
        about = unit_models(item.unit, names)
        if len(about) == 1 and about != own and _competes(question, anchor, item, names):
            others |= about
    return frozenset(others)


def least_share(one: Unit, other: Unit, names: frozenset[str]) -> float:
    """Return the share of the one's score from which the other is as likely meant.

    Less will do where both are written to be told apart: side by side, or in the same words,
    since only the very difference then makes the score.
    """
    beside = one.chunk.id == other.chunk.id and one.kind == other.kind
    if beside and abs(one.index - other.index) == 1:
        return _BESIDE
    terms = sorted((subject_terms(unit.text, names) for unit in (one, other)), key=len)
    shared = len(terms[0] & terms[1]) >= _SAME_WORDS * max(1, len(terms[0]))
    return _BESIDE if shared and len(terms[1]) <= _SAME_LENGTH * len(terms[0]) else RIVAL


def _answers_for_all(unit: Unit, best: Unit, rivals: frozenset[str], names: frozenset[str]) -> bool:
    """Whether a unit states it for each of the models, or says that they are alike in it."""
    alike = bool(_ALL.search(fold(unit.text))) and unit.chunk.section == best.chunk.section
    return alike or models_in(unit.text) & names >= rivals


def _competes(question: Question, best: Scored, item: Scored, names: frozenset[str]) -> bool:
    one, other = best.unit, item.unit
    if not same_kind_of_thing(question, one, other):
        return False
    return _alike(one, other, names) and differ(one.text, other.text, names)


def same_kind_of_thing(question: Question, one: Unit, other: Unit) -> bool:
    """Say whether the question's words for the product fit both documents as well."""
    if one.chunk.document_id == other.chunk.document_id:
        return True
    titles = [frozenset(content_terms(unit.chunk.title)) for unit in (one, other)]
    return not (question.terms & titles[0]) - titles[1]


def _alike(one: Unit, other: Unit, names: frozenset[str]) -> bool:
    if one.chunk.section == other.chunk.section:
        return True
    headings = [subject_terms(section_of(unit.chunk), names) for unit in (one, other)]
    texts = [subject_terms(unit.text, names) for unit in (one, other)]
    return any(
        len(a & b) >= _ALIKE * max(1, min(len(a), len(b))) and bool(a & b)
        for a, b in (headings, texts)
    )


def subject_terms(text: str, names: frozenset[str]) -> frozenset[str]:
    """Return what a text is about, without its models and numbers."""
    gone = frozenset(term for name in names for term in content_terms(name)) | names
    return frozenset(t for t in content_terms(text) if t not in gone and not t[0].isdigit())


def differ(one: str, other: str, names: frozenset[str]) -> bool:
    """Say whether two texts on one thing say different things of it."""
    if numbers(one) != numbers(other) or limits(one) != limits(other):
        return True
    if bool(negations(one)) != bool(negations(other)):
        return True
    if models_in(one) - names != models_in(other) - names:
        return True
    # "X2: hold Timer", "X2 Pro: hold the lock icon": written to be told apart.
    return all(_LABEL.match(fold(text)) for text in (one, other))
