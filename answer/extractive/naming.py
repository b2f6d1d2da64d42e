"""Which model or code a unit speaks of, and what that leaves of its score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from answer.extractive.question import MODEL, Question, models_in
from answer.extractive.units import Unit
from core.applies import names_of
from core.text import content_terms, fold
from core.types import Chunk

_OTHER_MODEL = 0.15
"""What is left of a unit's score when it speaks of a model other than the one asked about."""
_OTHER_CODE = 0.25
"""What is left of it when the code asked about is not in it, its lead or its headings."""


_PRODUCT_LIKE = re.compile(r"[a-z]\d[a-z]*")


def of_what_is_named(question: Question, units: Sequence[Unit]) -> list[Unit]:
    """Return the units less those that tell of another code or product than the named one.

    The row beside the row that was asked for is like it in all but its name. Nothing is left out
    where no unit tells of what is named.
    """
    told = [models_in(" ".join(_own_words(unit))) for unit in units]
    held = question.models & frozenset().union(*told)
    families = {_family(name) for name in held}
    return [
        unit
        for unit, names in zip(units, told, strict=True)
        if not any(_is_another(names, held, family) for family in families)
    ]


def _is_another(names: frozenset[str], held: frozenset[str], family: str) -> bool:
    own = [name for name in names if _family(name) == family]
    return bool(own) and not any(held & {name, *name.split("-")} for name in own)


def _own_words(unit: Unit) -> tuple[str, ...]:
    return unit.text, unit.lead.text if unit.lead else "", *unit.chunk.headings


def _family(name: str) -> str:
    """What a name is one of: products among themselves, codes by the letters they begin with."""
    if any(_PRODUCT_LIKE.fullmatch(part) for part in name.split("-")):
        return "product"
    return name[: len(name) - len(name.lstrip("abcdefghijklmnopqrstuvwxyz"))]


def unit_models(unit: Unit, known: frozenset[str]) -> frozenset[str]:
    """Return which of the known models a unit speaks of, by the nearest words that say."""
    chunk = unit.chunk
    lead = unit.lead.text if unit.lead else ""
    named = [unit.text, lead, *reversed(chunk.headings), models_said(chunk), chunk.title]
    return next((found for text in named if (found := models_in(text) & known)), frozenset())


def models_said(chunk: Chunk) -> str:
    """Return the models that a passage is about, each by one name."""
    return ", ".join(name.written for name in names_of(chunk.applicability.model))


def section_of(chunk: Chunk) -> str:
    """Return the heading nearest to a passage, or its title."""
    return chunk.headings[-1] if chunk.headings and chunk.headings[-1] else chunk.title


def less_model(question: Question, known: frozenset[str]) -> Question:
    """Return the question less the model it names, which whole documents repeat on every line."""
    names = question.models & known
    if not names:
        return question
    named = frozenset(term for name in names for term in content_terms(name))
    held = frozenset(term for term in question.terms if any(term in name for name in names))
    return replace(
        question,
        terms=(question.terms - named - held) or question.terms,
        codes=question.codes - named - held,
    )


def nameless(text: str) -> str:
    """Return a text less the models and codes it names; whole where it is nothing else."""
    folded = fold(text)
    if len(folded) != len(text):
        return text
    kept, start = [], 0
    for match in MODEL.finditer(folded):
        kept.append(text[start : match.start()])
        start = match.end()
    return " ".join("".join([*kept, text[start:]]).split()) or text


def model_fit(question: Question, unit: Unit, known: frozenset[str]) -> float:
    """Return what a named model or code leaves of a unit's score."""
    factor = 1.0
    wanted = question.models & known
    named = unit_models(unit, known)
    if wanted and named and not named & wanted:
        factor *= _OTHER_MODEL
    codes = question.models - known
    if codes:
        lead = unit.lead.text if unit.lead else ""
        held = models_in(" ".join((unit.text, lead, *unit.chunk.headings)))
        factor *= 1.0 if held & codes else _OTHER_CODE
    return factor


@lru_cache(maxsize=64)
def known_models(chunks: tuple[Chunk, ...]) -> frozenset[str]:
    """Return the models that the titles and headings of passages name."""
    return frozenset(
        model
        for chunk in chunks
        for text in (chunk.title, models_said(chunk), *chunk.headings)
        for model in models_in(text)
    )
