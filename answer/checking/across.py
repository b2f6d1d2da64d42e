"""What can be compared of a sentence and a quote in the other language, where no word is shared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.checking import figures
from answer.checking.clauses import Clause, Reading, within
from answer.checking.finding import Finding
from answer.checking.sequence import reversed_across
from answer.checking.wording import opposite_word, rival_word
from answer.extractive.vectors import VectorCache

_NEAR = 0.012
"""Cosines that close do not say which clause is meant."""
_MOST = 16
_FRAGMENT = re.compile(
    r"^(?:before|after|once|when|while|if|until|as|in case of|except)\b|(?:前|后|时|的|的话"
    r"|情况下)$"
)
"""A clause that says only when or whether: what is said stands in the one beside it."""


def examine_across(
    sentence: str, said: Reading, source: Reading, vectors: VectorCache | None = None
) -> Finding | None:
    """Return what speaks against a sentence: a "not", a limit, a "must" that came or went.

    Clauses are matched by what they mean; of readings without vectors, all clauses may be meant.
    """
    if figures.turned_limit(said, source, across=True):
        return Finding(sentence, "limit")
    if value := figures.wrong_value(said, source):
        return Finding(sentence, "number", value)
    if vectors is not None and reversed_across(said.sentences, source.sentences, vectors):
        return Finding(sentence, "order")
    for clause in said.clauses:
        if _FRAGMENT.search(clause.text) and len(said.clauses) > 1:
            continue
        near = _nearest(clause, source)
        if near and (finding := _against(sentence, clause, near, said, source)):
            return finding
    return None


def _against(
    sentence: str, clause: Clause, near: Sequence[Clause], said: Reading, source: Reading
) -> Finding | None:
    text = clause.text
    # "Before switching on" is no opposite of what is to be switched off later.
    aside = [c for c in source.clauses if _FRAGMENT.search(c.text)]
    held = " ".join(c.text for c in (*near, *aside))
    if _turned(clause, near, said, source):
        return Finding(sentence, "negation")
    word = opposite_word(text, held, across=True) or rival_word(text, held)
    if word:
        return Finding(sentence, "opposite", word)
    beside = _beside(near, source)
    if clause.all and any(c.only for c in near) and not any(c.all for c in beside):
        return Finding(sentence, "scope")
    return Finding(sentence, "modal") if _other_modal(clause, near) else None


def _other_modal(clause: Clause, near: Sequence[Clause]) -> bool:
    """Whether a clause allows what must or must not be, or demands what may be."""
    if clause.may and not (clause.must or clause.only):
        return all(((c.must and not c.may) or c.negated) and not c.only for c in near)
    strict = clause.must and not clause.may and not clause.negated
    return strict and all(c.may and not c.only for c in near)


def _turned(clause: Clause, near: Sequence[Clause], said: Reading, source: Reading) -> bool:
    """Whether a clause denies what none of those denies, or affirms what all of them deny."""
    if _denies(clause):
        excepted = clause.excepted and any(c.excepted for c in source.clauses)
        return not excepted and not any(_denies(c) or c.only for c in near)
    if any(_denies(c) for c in said.clauses):
        return False
    if any(c.only for c in said.clauses):
        return False
    return all(c.negated for c in near)


def _denies(clause: Clause) -> bool:
    return clause.negated or clause.excepted


def _beside(near: Sequence[Clause], source: Reading) -> list[Clause]:
    """The clauses of the sentences in which those stand."""
    sentences = {c.sentence for c in near}
    return [c for c in source.clauses if c.sentence in sentences]


def _nearest(clause: Clause, source: Reading) -> Sequence[Clause]:
    """The clauses of the source that mean most nearly what one says; all where none can tell."""
    clauses = [c for c in source.clauses[:_MOST] if not _FRAGMENT.search(c.text)]
    clauses = clauses or list(source.clauses[:_MOST])
    if clause.vector is None or len(clauses) < 2:
        return clauses
    likely = [within(clause, c) for c in clauses]
    return [c for c, a in zip(clauses, likely, strict=True) if a >= max(likely) - _NEAR]
