"""Whether a sentence repeats its quote word for word but for one thing put in place of another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from answer.checking.clauses import Clause, Reading, told
from core.text import content_terms, is_chinese

_SAME, _LEAST = 0.6, 3
_LONGEST = {True: 4, False: 2}
"""Most characters, or English words, that stand for one thing."""
_RULING = re.compile(
    r"[的了也都就会将请要须应得可能不没无未勿禁止严方才仅只以被把给为是有在则即并且或和与及时若如果当\s，,、。]"
)
_SMALL = frozenset("must may can cannot could need not should will shall allow have has be".split())


def other_subject(said: Reading, source: Reading) -> str:
    """Return the clause that tells of another subject what its quote tells in the same words."""
    for clause in said.clauses:
        for best in told(clause, source.clauses, 0.0)[:1]:
            pair = _change(clause, best)
            if pair is not None and not _akin(*pair):
                return clause.text
    return ""


def _akin(one: str, other: str) -> bool:
    """Whether two words share a part, as "旅客" and "乘客" do, or rule the clause alone."""
    if _PLACED.search(one) or _PLACED.search(other):
        return True
    if is_chinese(one + other):
        return bool(set(one) & set(other)) or min(len(one), len(other)) < _WORD
    return any(a[:_STEM] == b[:_STEM] for a in one.split() for b in other.split())


_PLACED = re.compile(
    r"[\d前后上下内外]|befor|after|onc|until|when|while|if|least|most|over|under|more|less|minimum"
    r"|maximum|don't|never|nobodi|noth|onli|all|any"
)
_WORD, _STEM = 2, 4


def _change(clause: Clause, best: Clause) -> tuple[str, str] | None:
    chinese = is_chinese(clause.text)
    mine, theirs = _tokens(clause, chinese), _tokens(best, chinese)
    if min(len(mine), len(theirs)) < _LEAST:
        return None
    steps = SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    changes = [step for step in steps if step[0] != "equal"]
    same = sum(step[2] - step[1] for step in steps if step[0] == "equal")
    if (
        len(changes) != 1
        or changes[0][0] != "replace"
        or same < _SAME * max(len(mine), len(theirs))
    ):
        return None
    _, a, b, c, d = changes[0]
    if a or c or max(b - a, d - c) > _LONGEST[chinese]:
        # Only what stands first is told of as the subject; a verb has too many other words.
        return None
    joint = "" if chinese else " "
    return joint.join(mine[a:b]), joint.join(theirs[c:d])


def _tokens(clause: Clause, chinese: bool) -> Sequence[str]:
    if chinese:
        return list(_RULING.sub("", clause.text))
    return [term for term in content_terms(clause.text) if term not in _SMALL]
