"""Whether a sentence keeps what its quote says: its columns, its negations, its conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from answer.extractive.units import Unit, UnitKind, row_cells
from core.text import content_terms, fold

_TOLD = 0.5
"""A clause is told when a sentence holds this share of its words."""
_HINTED = 0.34
"""A condition is kept when the sentence, or the question before it, holds this share of it."""
_CLAUSE = re.compile(
    r"[,，;；:：。!！?？\n]\s*|\.(?!\d)\s*| \| |"
    r"\s+(?=(?:if|unless|provided|as long as|only (?:if|when|for))\b)"
)
_CONDITION = re.compile(
    r"^(?:如|若|只有|仅|除非|凡|当)|(?:的|情况下|前提下)$"
    r"|^(?:if|unless|provided|as long as|only (?:if|when|for)|when)\b"
)
_NOT = re.compile(
    r"不(?!仅|但|同|少|过|管|论|断|妨|锈|久|足)|没有?|无(?!线|论|理由|条件|刷|叶|绳|尘|级|忧)|未|非(?!常)|勿|禁止|除外"
    r"|\b(?:not|no|never|none|cannot|nor|without|except|unless|neither)\b|n['’]t\b"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@lru_cache(maxsize=4_000)
def terms_of(text: str) -> frozenset[str]:
    """Return the words of a text that carry content."""
    return frozenset(content_terms(text))


def same_column(text: str, unit: Unit) -> bool:
    """Say whether a row's numbers are told of their own columns ("X2 Pro", not "X2")."""
    cells = [(fold(name), value) for name, value in row_cells(unit.text) if name]
    if unit.kind is not UnitKind.ROW or len(cells) < 3:
        return True
    said, named = fold(text), []
    for name, value in sorted(cells[1:], key=lambda cell: -len(cell[0])):
        if name in said:
            # "X2" inside "X2 Pro" names the latter only.
            said = said.replace(name, " ")
            named.append(value)
    if not named:
        return True
    held = set(_NUMBER.findall(fold(" ".join([cells[0][1], *named]))))
    elsewhere = set(_NUMBER.findall(fold(unit.text))) - held
    return not elsewhere & set(_NUMBER.findall(said))


def turned_around(text: str, leads: Sequence[str], quoted: Sequence[str], *, across: bool) -> bool:
    """Say whether a "not" was dropped or added, judged by the clauses that the sentence tells.

    A list's lead rules its items. Across languages no clause can be matched, so all of them count.
    """
    negated = _negated(fold(text))
    clauses = [clause for part in quoted for clause in _clauses(part)]
    if across:
        return negated != any(map(_negated, [*leads, *clauses]))
    terms = terms_of(text)
    told = [clause for clause in clauses if _share(terms, clause) >= _TOLD]
    return negated != any(map(_negated, [*map(fold, leads), *told]))


def drops_condition(text: str, unit: Unit, asked: frozenset[str]) -> bool:
    """Say whether a sentence tells a rule without the condition beside it.

    What the customer's question already says (``asked``) need not be said again.
    """
    if unit.kind is not UnitKind.SENTENCE:
        return False
    terms = terms_of(text)
    conditions = [clause for clause in _clauses(unit.text) if _CONDITION.search(clause)]
    return any(_share(terms | asked, clause) < _HINTED for clause in conditions)


def _clauses(text: str) -> list[str]:
    # One cell of a row says nothing of another, so cells are clauses too.
    return [clause.strip() for clause in _CLAUSE.split(fold(text)) if clause.strip()]


def _negated(clause: str) -> bool:
    return bool(_NOT.search(clause))


def _share(terms: frozenset[str], clause: str) -> float:
    own = terms_of(clause)
    return len(own & terms) / len(own) if own else 1.0
