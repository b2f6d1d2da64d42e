"""Whether the evidence answers at all, and in which words it does not.

The gate is a logistic model over how well the best units fit and how much of the question the
evidence speaks of. It was fitted on questions whose right passage was there or was withheld
(``answer/extractive/fit.py``); weights, threshold and rates lie in ``weights.json``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from answer.extractive.naming import models_said
from answer.extractive.question import Question, model_names, models_in
from answer.extractive.reading import terms_of
from answer.extractive.score import Scored, weights
from core.text import content_terms, fold
from core.types import Chunk

GATE_FEATURES = (
    "best",
    "meaning",
    "heading_meaning",
    "margin",
    "codes_missing",
    "answer_type",
)
# How many of the question's words the evidence holds is left out on purpose: it tells best on
# questions written beside their passage and refused half of what customers ask in their own.
_UNKNOWN_CODE = 0.4
"""What is left of the chance when the question names a model or code that no passage holds."""
_CODE_FOUND = 0.5
"""The least chance when the best unit states the very code that was asked about."""
_MOST_MISSING = 3
_PRODUCT_LIKE = re.compile(r"[a-z]\d[a-z]*")
_WORD = re.compile(r"[^\W_]+(?:[-./'’][^\W_]+)*|[\u3400-\u9fff]+")


def gate_features(
    question: Question, scored: Sequence[Scored], chunks: Sequence[Chunk]
) -> dict[str, float]:
    """Return what the gate looks at."""
    best = scored[0]
    text = fold(" ".join(f"{chunk.context()} {chunk.text}" for chunk in chunks))
    missing = sum(code not in text for code in question.codes)
    return {
        "best": math.log(max(best.score, 1e-6) / max(1 - best.score, 1e-6)),
        "meaning": max(item.feature("meaning") for item in scored),
        "heading_meaning": max(item.feature("heading_meaning") for item in scored),
        "margin": best.score - (scored[3].score if len(scored) > 3 else 0.0),
        "codes_missing": missing / len(question.codes) if question.codes else 0.0,
        "answer_type": best.feature("answer_type"),
    }


def answerable(
    question: Question,
    scored: Sequence[Scored],
    chunks: Sequence[Chunk],
    model: dict[str, Any] | None = None,
) -> float:
    """Return how likely the evidence answers the question, in [0, 1]."""
    if not scored:
        return 0.0
    fitted = model or weights()["gate"]
    features = gate_features(question, scored, chunks)
    total = fitted["bias"] + sum(fitted["weights"][name] * features[name] for name in GATE_FEATURES)
    chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    if unknown_codes(question, chunks):
        return float(chance * _UNKNOWN_CODE)
    return float(max(chance, _CODE_FOUND) if _holds_code(question, scored[0], chunks) else chance)


def unknown_codes(question: Question, chunks: Sequence[Chunk]) -> str:
    """Return the models and codes of the question that no passage holds, as they were written."""
    text = fold(" ".join(f"{chunk.context()} {chunk.text}" for chunk in chunks))
    closed_up = "".join(text.split())
    names = model_names([question.text])
    return ", ".join(
        written for code, written in names.items() if code not in text and code not in closed_up
    )


def _holds_code(question: Question, best: Scored, chunks: Sequence[Chunk]) -> bool:
    """Whether the best unit states the error code or part number that was asked about.

    What the documents are about, the products in their titles, is no code.
    """
    about = models_in(" ".join(f"{chunk.title} {models_said(chunk)}" for chunk in chunks))
    own = best.unit.chunk
    codes = (question.models - about) & models_in(best.unit.text)
    # An FAQ names no product in its title: "X2" in one of its answers is the product's name.
    titled = bool(models_in(f"{own.title} {models_said(own)}"))
    return any(titled or not _PRODUCT_LIKE.fullmatch(code) for code in codes)


def missing_words(question: Question, chunks: Sequence[Chunk]) -> str:
    """Return the question's key words that no evidence holds, as the customer wrote them."""
    held = frozenset().union(*(_chunk_terms(chunk) for chunk in chunks))
    absent = question.terms - held
    found = [word for match in _WORD.finditer(question.text) for word in _absent(match, absent)]
    separator = "、" if re.search(r"[\u3400-\u9fff]", question.text) else ", "
    return separator.join(list(dict.fromkeys(found))[:_MOST_MISSING])


def _absent(match: re.Match[str], absent: frozenset[str]) -> list[str]:
    word = match.group()
    terms = content_terms(word)
    if word.isascii():
        return [word] if terms and all(term in absent for term in terms) else []
    folded = fold(word)
    held = [term for term in dict.fromkeys(terms) if term in absent and term in folded]
    # "滤芯" says it all where "芯" and "滤芯" are both absent.
    return [t for t in held if len(t) > 1 and not any(t != o and t in o for o in held)]


def _chunk_terms(chunk: Chunk) -> frozenset[str]:
    return terms_of(chunk.embedding_text())
