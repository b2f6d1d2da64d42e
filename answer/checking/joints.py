"""Whether small words that join or weaken were changed: "and" for "or", "certain" for "may"."""

from __future__ import annotations

import re

from answer.checking.clauses import Clause, Reading, told
from core.text import content_terms

_AND = re.compile(r"\band\b|以及|并且|而且|[和与且及]|并(?!不|非|未)")
_OR = re.compile(r"\bor\b|或者?")
_CERTAIN = re.compile(
    r"一定会?(?!要)|必定|必然|肯定会?|绝对会?|百分之百|\b(?:definitely|certainly|surely|inevitably"
    r"|always|in every case)\b"
)
_LIKELY = re.compile(
    r"可能|或许|也许|通常|一般|大多|往往|容易|\b(?:may|might|could|can|usually|normally|typically"
    r"|often|generally|sometimes|likely|expected)\b"
)
_ADVISED = re.compile(
    r"建议|推荐|最好|宜(?!家)|\b(?:recommend\w*|advis\w*|suggest\w*|preferabl\w*|ideally)\b"
)
_DEMANDED = re.compile(r"必须|务必|一定要|\b(?:must|have to|has to|mandatory|obligatory)\b")


def changed_joint(said: Reading, source: Reading) -> str:
    """Return the clause that joins otherwise, or is surer, than the clause that it tells."""
    for clause in said.clauses:
        near = told(clause, source.clauses, 0.05)
        if not near:
            continue
        if any(_other_joint(clause, other) for other in near[:1]) or _surer(clause, near):
            return clause.text
    return ""


def _surer(clause: Clause, near: list[Clause]) -> bool:
    """Whether what may happen is told as certain, or what is advised as a must."""
    text = clause.text
    if _CERTAIN.search(text) and not _LIKELY.search(text):
        return all(_LIKELY.search(c.text) and not _CERTAIN.search(c.text) for c in near)
    if _DEMANDED.search(text) and not clause.negated:
        return all(_ADVISED.search(c.text) and not _DEMANDED.search(c.text) for c in near)
    return False


def _other_joint(clause: Clause, other: Clause) -> bool:
    """Whether "A or B" is told of "A and B" (or the other way), of the same A and B.

    What is forbidden of A or of B is forbidden of A and of B: there it makes no difference.
    """
    if clause.negated or other.negated:
        return False
    for here, there in ((_OR, _AND), (_AND, _OR)):
        mine, theirs = _sides(here, clause.text), _sides(there, other.text)
        if mine & theirs and not _sides(here, other.text) & mine:
            return True
    return False


def _sides(joint: re.Pattern[str], text: str) -> frozenset[tuple[str, str]]:
    """The words right before and right behind each joint of a clause."""
    found = set()
    for match in joint.finditer(text):
        before, behind = content_terms(text[: match.start()]), content_terms(text[match.end() :])
        if before and behind:
            found.add((before[-1], behind[0]))
    return frozenset(found)
