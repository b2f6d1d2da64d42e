"""ROUGE-L by ragas, over words instead of over what is ASCII."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from core.text import fold
from core.text.words import stem
from evals.metrics.base import CaseOutcome, Tools, metric

_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]"
_WORD = re.compile(rf"(?P<han>{_HAN}+)|(?:(?!{_HAN})[^\W_])+(?:[-./'](?:(?!{_HAN})[^\W_])+)*")


@metric("ragas_rouge")
def ragas_rouge(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return ROUGE-L (F) between draft and reference on answerable cases; a refusal scores 0."""
    if not outcome.answerable or not words(outcome.case.reference):
        return None
    return rouge(outcome.case.reference, outcome.reply) if outcome.answered else 0.0


def rouge(reference: str, response: str) -> float:
    """Return ROUGE-L (F) of two texts in any language, computed by ragas.

    ragas's tokenizer keeps only a-z and 0-9, so that two different Chinese sentences that share
    their digits score 1.0. Each distinct word is therefore handed over as a token of its own
    (``w0``, ``w1``, ...), which its tokenizer and its stemmer leave as it is.
    Lin, "ROUGE: A Package for Automatic Evaluation of Summaries" (2004).
    """
    tokens: dict[str, str] = {}

    def coded(text: str) -> str:
        return " ".join(tokens.setdefault(word, f"w{len(tokens)}") for word in words(text))

    result = _scorer().score(reference=coded(reference), response=coded(response))
    return float(result.value)


def words(text: str) -> list[str]:
    """Return a text's words in order: Chinese cut by rjieba, English stemmed, codes whole."""
    import rjieba

    found: list[str] = []
    for match in _WORD.finditer(fold(text)):
        if han := match.group("han"):
            found.extend(rjieba.cut(han))
        else:
            word = match.group()
            found.append(stem(word) if word.isalpha() else word)
    return found


@lru_cache(maxsize=1)
def _scorer() -> Any:
    from ragas.metrics.collections import RougeScore

    return RougeScore(rouge_type="rougeL", mode="fmeasure")
