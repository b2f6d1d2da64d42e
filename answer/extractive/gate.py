"""Whether the evidence answers at all, and in which words it does not.

The gate is a logistic model over how well the best units fit, whether they are of the kind that is
asked for, and how sure retrieval is of what it found. It was fitted on questions whose right
passage was in the corpus or was taken out (``python -m evals.bench.refusal_fit``), once for each
of what may be missing: the reader, where the embedding model has none, and retrieval's own word.
Weights and thresholds lie in ``weights.json``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from answer.extractive.called import called_in, stands
from answer.extractive.fitting import MEASURED
from answer.extractive.naming import models_said
from answer.extractive.question import Question, models_in
from answer.extractive.reading import terms_of
from answer.extractive.score import Scored, weights
from core.applies import model_key
from core.text import content_terms, fold
from core.types import Chunk

GATE_FEATURES = (
    "best",
    "meaning",
    "margin",
    "codes_missing",
    "type_missing",
    "none",
    "confidence",
)
_OF_READER, _OF_VECTORS = ("none",), ("meaning",)
# What tells best on questions written beside their passage is left out on purpose, since it refuses
# what customers ask in words of their own: how many of the question's words the evidence holds,
# and, where retrieval's own word is known, what the reader says of "none of these".
_UNKNOWN_CODE = 0.05
"""What is left of the chance when the question names a model or code that no passage holds."""
_CODE_FOUND = 0.5
"""The least chance when the best unit states the very code that was asked about."""
_MOST_MISSING = 3

_PRODUCT_LIKE = re.compile(r"[a-z]\d[a-z]*")
_WORD = re.compile(r"[^\W_]+(?:[-./'’][^\W_]+)*|[\u3400-\u9fff]+")


def gate_features(
    question: Question,
    scored: Sequence[Scored],
    chunks: Sequence[Chunk],
    confidence: float | None = None,
) -> dict[str, float]:
    """Return what the gate looks at; without a reader or a confidence, what they would say is 0."""
    best = scored[0]
    text = fold(" ".join(f"{chunk.context()} {chunk.text}" for chunk in chunks))
    missing = sum(code not in text for code in question.codes)
    return {
        "best": _log_odds(best.score),
        "meaning": max(item.feature("meaning") for item in scored),
        "margin": best.score - (scored[3].score if len(scored) > 3 else 0.0),
        "codes_missing": missing / len(question.codes) if question.codes else 0.0,
        "type_missing": float(_lacks_type(question, best)),
        "none": best.none or 0.0,
        "confidence": 0.0 if confidence is None else _log_odds(confidence),
    }


def _lacks_type(question: Question, best: Scored) -> bool:
    """Whether a number or a time is asked for and the best unit states none."""
    return question.kind in MEASURED and not best.feature("answer_type")


def kind_of(scored: Sequence[Scored], confidence: float | None) -> str:
    """Return which of the gate's models is for what is known of the evidence."""
    read = bool(scored) and scored[0].none is not None
    if read:
        return "read" if confidence is None else "read_sure"
    return "plain" if confidence is None else "plain_sure"


def names_for(kind: str) -> tuple[str, ...]:
    """Return the features that one of the gate's models has."""
    gone = set(_OF_VECTORS if kind.startswith("read") else _OF_READER)
    gone |= set(_OF_READER if kind.endswith("_sure") else ("confidence",))
    return tuple(name for name in GATE_FEATURES if name not in gone)


def threshold_for(scored: Sequence[Scored], confidence: float | None) -> float:
    """Return the chance under which a draft is refused, as it comes with the product."""
    return float(weights()["gate"][kind_of(scored, confidence)]["threshold"])


def answerable(
    question: Question,
    scored: Sequence[Scored],
    chunks: Sequence[Chunk],
    confidence: float | None = None,
) -> float:
    """Return how likely the evidence answers the question, in [0, 1].

    ``confidence`` is how likely it does by retrieval's own word.
    """
    if not scored:
        return 0.0
    fitted = weights()["gate"][kind_of(scored, confidence)]
    features = gate_features(question, scored, chunks, confidence)
    total = fitted["bias"] + sum(w * features[name] for name, w in fitted["weights"].items())
    chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    if unknown_codes(question, chunks):
        return float(chance * _UNKNOWN_CODE)
    return float(max(chance, _CODE_FOUND) if _holds_code(question, scored[0], chunks) else chance)


def _log_odds(share: float) -> float:
    inside = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))


def unknown_codes(question: Question, chunks: Sequence[Chunk]) -> str:
    """Return the models and codes of the question that no passage holds, as they were written."""
    names = [one for one in called_in(question.text) if not (one.word or one.letters)]
    if not names:
        return ""
    text = fold("\n".join(f"{chunk.context()}\n{chunk.text}" for chunk in chunks))
    own = {model_key(name) for name in question.models}
    return ", ".join(
        one.written
        for one in names
        if (one.base or one.key) in own and not stands(one.base or one.key, text)
    )


def _holds_code(question: Question, best: Scored, chunks: Sequence[Chunk]) -> bool:
    """Whether the best unit tells what was asked of an error code or part number.

    What the documents are about, the products in their titles, is no code.
    """
    if _lacks_type(question, best):
        return False
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
