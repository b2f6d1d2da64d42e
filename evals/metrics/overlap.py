"""What two texts share, word by word and fact by fact; used by metrics, is none itself."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from evals.facts import covered, key_facts


def words_f(reference: str, said: str) -> float:
    """Return the F measure of two texts' words, each as often as it stands there.

    Words of Chinese are rjieba's, those of English are stemmed, codes are whole; so two Chinese
    sentences are compared as two English ones are.
    """
    wanted, have = Counter(_words(reference)), Counter(_words(said))
    shared = (wanted & have).total()
    return _f(shared / wanted.total(), shared / have.total()) if shared else 0.0


def words_covered(reference: str, said: str) -> float:
    """Return the share of a text's different words that another has."""
    wanted = set(_words(reference))
    return len(wanted.intersection(_words(said))) / len(wanted) if wanted else 0.0


def facts_f(reference: str, said: str) -> float | None:
    """Return the F measure of two texts' numbers and codes; None where the first has none."""
    wanted, have = key_facts(reference), key_facts(said)
    if not wanted:
        return None
    if not have:
        return 0.0
    recall = sum(covered(fact, have) for fact in wanted) / len(wanted)
    precision = sum(covered(fact, wanted) for fact in have) / len(have)
    return _f(precision, recall)


def _f(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@lru_cache(maxsize=2_000)
def _words(text: str) -> tuple[str, ...]:
    from evals.metrics.ragas_rouge import words

    return tuple(words(text))
