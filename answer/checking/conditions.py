"""Whether a sentence tells a rule without the condition that the quote puts on it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.checking.clauses import Clause, Reading, likeness, read_clause, told
from core.text import content_terms

_TOLD = 0.5
"""Least likeness of a clause to the one that it is taken to tell."""
_FILLED = 0.6
"""Share of a clause that a sentence has to hold to tell it too."""
_REACH = 1
_NEW = 0.34
"""Share of a sentence's words that its quote does not hold, beyond which it is told freely."""
_TRAILING = re.compile(r"^(?:until|unless|except|excluding|while|as long as|provided)\b|除外$")
_KEPT = 0.34
"""A condition is kept when the sentence, or the question before it, holds this share of it."""
_ZH = re.compile(
    r"^(?:如果?|若|只有|仅在|除非|凡|一旦|只要|当(?!日|天|月|地|前))"
    r"|(?:的|(?<!小)时|情况下|前提下|的话)$|除外$"
)
_EN = re.compile(
    r"^(?:and |but )?(?:if|unless|provided|as long as|except|excluding|only (?:if|when|for|from"
    r"|while|in|with|until|after)|when|while|once|until)\b"
)
_INSIDE = (
    re.compile(
        r"(?:仅在|只有在?|只在|仅当)(.+?)(?:时|后|之后|的情况下|的)?(?:才|方)?(?:可以|可|能)"
    ),
    re.compile(r"^(?:应|须)?经?(.+?)(?:之后|后|时|前)?(?:方可|才能|才可以?|方能)"),
    re.compile(r"(凭.{1,8}?)(?=免|可|办|领|入)"),
    re.compile(r"\bonly (?:if|when|while|after|from|with|until|in|for|at) (.+)$"),
)


def left_out(said: Reading, source: Reading, asked: frozenset[str]) -> str:
    """Return the condition of what a sentence tells that it leaves out.

    What the customer's question already says (``asked``) need not be said again.
    """
    held = _all_terms(said) | asked
    strange = _all_terms(said) - _all_terms(source)
    if len(strange) > _NEW * len(_all_terms(said)):
        # Told in other words: which of them stand for the condition cannot be told.
        return ""
    rules = _told(said, source)
    for number in dict.fromkeys(rule.sentence for rule in rules):
        clauses = [c for c in source.clauses if c.sentence == number]
        if len(clauses) == 1 and " | " in clauses[0].text:
            continue
        for place, clause in enumerate(clauses):
            for condition in _conditions(clause, alone=len(clauses) == 1):
                inside = condition != clause.text
                if not any(rule in rules for rule in _ruled(clauses, place, inside=inside)):
                    continue
                if _missing(condition, held):
                    return condition
    return ""


def _all_terms(reading: Reading) -> frozenset[str]:
    return frozenset(t for c in reading.clauses for t in c.all_terms)


def _missing(condition: str, held: frozenset[str]) -> bool:
    own = read_clause(condition).all_terms
    return bool(own) and len(own & held) < _KEPT * len(own)


def _conditions(clause: Clause, *, alone: bool) -> list[str]:
    text = clause.text
    found = [m.group(1) for pattern in _INSIDE if (m := pattern.search(text))]
    if not alone and (_ZH.search(text) or _EN.search(text)):
        found.append(text)
    return [c for c in found if content_terms(c)]


def _ruled(clauses: Sequence[Clause], place: int, *, inside: bool) -> Sequence[Clause]:
    """The clauses that a condition rules: its own, those behind it, or the one before it."""
    if inside:
        return clauses[place : place + 1]
    if place and _TRAILING.search(clauses[place].text):
        return clauses[place - 1 : place + 1]
    return clauses[place : place + 1 + _REACH]


def _told(said: Reading, source: Reading) -> list[Clause]:
    """The clauses that a text tells: the likest, and what else of that sentence it holds."""
    found: list[Clause] = []
    for clause in said.clauses:
        for best in told(clause, source.clauses, 0.02)[:1]:
            if likeness(clause, best) < _TOLD:
                continue
            if clause.negated and not (best.negated or best.excepted):
                # What is denied of an exception needs no condition of the rule.
                continue
            beside = (c for c in source.clauses if c.sentence == best.sentence)
            found += [c for c in beside if c is best or _held(c, clause)]
    return found


def _held(other: Clause, clause: Clause) -> bool:
    shared = other.all_terms & clause.all_terms
    return len(shared) >= max(2, _FILLED * len(other.all_terms))
