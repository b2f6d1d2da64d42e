"""Whether a "not" was dropped or added, each bound to what it denies."""

from __future__ import annotations

import re

from answer.checking.clauses import Clause, Reading, likeness, negators, told

_ALIKE = 0.8
_SLACK = 0.1
_SAME_DENIED = 0.35
_TOLD = 0.6
_SAME = 0.5


def turned_around(said: Reading, source: Reading, leads: Reading) -> str:
    """Return the clause whose "not" comes or goes, empty where all agree.

    A list's lead rules the items under it, so that its "not" is theirs.
    """
    led = any(c.negated or c.excepted for c in leads.clauses)
    saying = any(c.negated or c.excepted for c in said.clauses)
    for clause in said.clauses:
        if not clause.order:
            continue
        near = told(clause, source.clauses)
        if clause.negated and not led and _added(clause, near, said, source):
            return clause.text
        if not saying and led and near:
            return clause.text
        if (
            not (clause.negated or clause.excepted)
            and not led
            and _dropped(clause, near, said, source)
        ):
            return clause.text
    return ""


def _denies(clause: Clause) -> bool:
    return clause.negated or clause.excepted


def _added(clause: Clause, near: list[Clause], said: Reading, source: Reading) -> bool:
    """Whether what a clause denies is denied nowhere in the source."""
    keys = {a.key for a in clause.amounts}
    if any(c.only and keys & {a.key for a in c.amounts} for c in source.clauses):
        # "Not below X" is what "only from X" means; the limit itself is compared elsewhere.
        return False
    if any(c.excepted and _tells(said, c) for c in source.clauses):
        # "X is excepted" denies of X what is allowed elsewhere.
        return False
    denying = [c for c in source.clauses if _denies(c)]
    if _denied_in_turn(clause, said, source):
        return False
    if not denying:
        # "Only by X" is said as "not by others", which shares few of its words.
        held = likeness(clause, near[0]) if near else 0.0
        return held >= _ALIKE or not any(c.only for c in near)
    if any(_denies(c) for c in near) or _denied_beside(clause, source):
        return False
    plain = max((likeness(clause, c) for c in source.clauses if not _denies(c)), default=0.0)
    return plain > max(likeness(clause, c) + _scoped(clause, c) for c in denying) + _SLACK


_WITHOUT = re.compile(r"\bwithout\b|\bunless\b|没有?|未经?|除非")


def _denied_in_turn(clause: Clause, said: Reading, source: Reading) -> bool:
    """Whether what stands beside a clause is told of a sentence that denies too.

    "Only by X" is said as "without X, not", and "only here" as "here, not elsewhere".
    """
    others = [c for c in said.clauses if c is not clause and c.sentence == clause.sentence]
    best = [near for c in others for near in told(c, source.clauses, 0.0)[:1]]
    if any(_WITHOUT.search(c.text) for c in (clause, *others)):
        best += told(clause, source.clauses, 0.0)[:1]
        return any(c.only or _denies(c) for c in best)
    numbers = {c.sentence for c in best if c.only or _denies(c)}
    beside = [c for c in source.clauses if c.sentence in numbers]
    return any(c.only for c in others) and any(c.only for c in beside) and any(map(_denies, beside))


def _tells(said: Reading, other: Clause) -> bool:
    return bool(other.terms) and len(said.terms & other.terms) >= _TOLD * len(other.terms)


def _scoped(clause: Clause, other: Clause) -> float:
    """What it counts that two clauses deny the same words."""
    mine = [head for head, _ in negators(clause)]
    theirs = frozenset(t for _, behind in negators(other) for t in behind)
    return _SAME_DENIED if any(head and head <= theirs for head in mine) else 0.0


def _denied_beside(clause: Clause, source: Reading) -> bool:
    """Whether words that only a denying clause holds are what the clause is about."""
    plain = frozenset(t for c in source.clauses if not _denies(c) for t in c.order)
    return any(_denies(c) and (c.terms - plain) & clause.terms for c in source.clauses)


def _dropped(clause: Clause, near: list[Clause], said: Reading, source: Reading) -> bool:
    """Whether a clause affirms what the source denies."""
    elsewhere = [c for c in said.clauses if c is not clause and _denies(c)]
    if near and all(other.negated for other in near):
        # What stands in one clause there may stand in two here, one of which says the "not".
        return not any(set(told(c, source.clauses)) & set(near) for c in elsewhere)
    if elsewhere:
        return False
    plain = frozenset(t for c in source.clauses if not _denies(c) for t in c.order)
    for other in source.clauses:
        if not _denies(other) or not other.terms:
            continue
        own = other.terms - plain
        share = len(other.terms & clause.terms) / len(other.terms)
        if own & clause.terms and share >= _TOLD:
            return True
        if other.excepted and own & clause.terms and len(own & clause.terms) >= _SAME * len(own):
            return True
    return False
