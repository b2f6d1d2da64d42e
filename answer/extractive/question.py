"""What a single question asks for: its kind, its terms, its codes, the models it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from answer.rules.lexicon import lexicon
from core.text import content_terms, fold
from core.text.words import is_code

MODEL = re.compile(
    r"(?<![a-z0-9])(?=[a-z0-9-]*\d)[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
    # An X2 air purifier is an X2; an "X2 Air" is not.
    r"(?:\s?(?:(?:pro|max|plus|lite|mini|ultra)(?![a-z])|(?:se|air)(?!\s?[a-z])))?"
)
# Folding writes m² as m2.
_MEASURES = frozenset({"m2", "m3", "cm2", "cm3", "mm2", "mm3", "km2"})
_TOKEN = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Question:
    """One question, read."""

    text: str
    kind: str
    """reason, number, time, procedure, polar, list, place, person or fact."""
    terms: frozenset[str]
    """What it is about, without the words of asking."""
    bigrams: frozenset[str]
    codes: frozenset[str]
    """Part numbers, error codes, models and numbers that it names."""
    models: frozenset[str]


def read_question(asked: str, context: str = "") -> Question:
    """Return what a question asks for, with what earlier turns said of it as context.

    Only the question itself decides its kind, and its own model goes before the context's.
    """
    text = f"{context} {asked}".strip()
    fillers = lexicon().fillers
    terms = frozenset(term for term in content_terms(text) if term not in fillers)
    codes = frozenset(t for t in terms if is_code(t)) | frozenset(_NUMBER.findall(fold(text)))
    return Question(
        text=text,
        kind=kind_of(fold(asked)),
        terms=terms,
        bigrams=bigrams_of(text),
        codes=codes,
        models=models_in(asked) or models_in(context),
    )


def kind_of(folded: str) -> str:
    """Return the kind of a folded question; fact where no form of asking is known."""
    folded = folded.strip()
    return next((kind for kind, pattern in lexicon().kinds if pattern.search(folded)), "fact")


def models_in(text: str) -> frozenset[str]:
    """Return the names in a text that are built like a model's, closed up (``x2pro``)."""
    names = (re.sub(r"\s", "", match.group()) for match in MODEL.finditer(fold(text)))
    return frozenset(name for name in names if name not in _MEASURES)


def bigrams_of(text: str) -> frozenset[str]:
    """Return pairs of adjacent Chinese characters and of adjacent Latin words.

    They see word order and survive any segmentation.
    """
    tokens = _TOKEN.findall(fold(text))
    return frozenset(a + b for a, b in pairwise(tokens) if a.isascii() == b.isascii())


def model_names(sources: Iterable[str]) -> dict[str, str]:
    """Return the models that titles and headings name, closed up, with how they are written."""
    names: dict[str, str] = {}
    for source in sources:
        for match in MODEL.finditer(fold(source)):
            # Folding keeps the length of everything a model name is made of.
            written = (
                source[match.start() : match.end()] if len(fold(source)) == len(source) else ""
            )
            name = re.sub(r"\s", "", match.group())
            if name not in _MEASURES:
                names.setdefault(name, written or match.group().upper())
    return names
