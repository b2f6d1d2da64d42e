"""What was said of things done: by whom, in which words, and whether it helped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from answer.guidance.words import Words
from answer.record.reader import CUSTOMER, same_length
from core.text import split_sentences
from core.types import Turn

_MOST_TURNS = 60
_LONGEST_TURN = 2_000
_MOST_CLAIMS = 60
_LONGEST_CLAIM = 160
_CUT = re.compile(
    r"[，,；;、。.!！?？~\n]+(?!\d)|\s+(?:but|however|although|though)\s+|(?=但是?|不过|可是|然后|并且)"
    r"|\s+and (?=(?:then|now|also|i|we|it|the|still|nothing)\b)"
    r"|(?:(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff]))"
)
_LABEL = re.compile(r"^[\W_]+|[\W_]+$")
_WORD = re.compile(r"[^\W_]")


class Saying(StrEnum):
    """What a clause says of an action."""

    DONE = "done"
    UNDONE = "undone"
    TOLD = "told"
    ASKED = "asked"
    """An agent asks whether it was done."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause that says of an action whether it was done, or tells somebody to do it."""

    saying: Saying
    turn: int
    role: str
    start: int
    end: int
    text: str
    """``turns[turn].text[start:end]``."""
    before: str = ""
    """The clause before it in its sentence, which may name what it is about."""
    plain: bool = False
    """It says no more than that: what it is about was named by the agent just before."""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Clause:
    start: int
    end: int
    folded: str
    asks: bool


def claims_of(turns: Sequence[Turn], words: Words) -> list[Claim]:
    """Return what turns say was done or should be, in the order in which it was said."""
    claims: list[Claim] = []
    for number in range(max(0, len(turns) - _MOST_TURNS), len(turns)):
        turn = turns[number]
        text = turn.text[:_LONGEST_TURN]
        clauses = _clauses(text)
        new = list(_read(number, turn.role, text, clauses, words))
        customers = turn.role == CUSTOMER
        in_vain = customers and any(words.says("failed", clause.folded) for clause in clauses)
        if in_vain and not any(c.saying is Saying.DONE for c in new):
            # "Still the same" is said of what was done last.
            claims = _failed_before(claims, number)
        claims += new
    return claims[-_MOST_CLAIMS:]


def _read(
    number: int, role: str, text: str, clauses: Sequence[_Clause], words: Words
) -> Iterator[Claim]:
    whole = _LABEL.sub("", same_length(text)).strip()
    if role == CUSTOMER and (plain := _plain(whole, words)):
        yield Claim(plain, number, role, 0, len(text), text, plain=True)
        return
    for at, clause in enumerate(clauses):
        saying = _saying(clause, role, words)
        if saying is None:
            if role == CUSTOMER and (plain := _plain(clause.folded, words)) is Saying.DONE:
                yield _claim(plain, number, role, text, clause, "", plain=True)
            continue
        before = clauses[at - 1].folded if at and not clauses[at - 1].asks else ""
        later = [other.folded for other in clauses[at:]]
        failed = saying is Saying.DONE and any(words.says("failed", one) for one in later)
        claim = _claim(saying, number, role, text, clause, before)
        only = saying is Saying.DONE and role == CUSTOMER and _plain(clause.folded, words)
        yield replace(claim, failed=failed, plain=bool(only))


def _claim(
    saying: Saying,
    number: int,
    role: str,
    text: str,
    clause: _Clause,
    before: str,
    *,
    plain: bool = False,
) -> Claim:
    end = min(clause.end, clause.start + _LONGEST_CLAIM)
    return Claim(
        saying, number, role, clause.start, end, text[clause.start : end], before, plain=plain
    )


def _plain(folded: str, words: Words) -> Saying | None:
    if words.says("plain_undone", folded):
        return Saying.UNDONE
    if words.says("plain_done", folded) or words.says("plain_yes", folded):
        return Saying.DONE
    return None


def _saying(clause: _Clause, role: str, words: Words) -> Saying | None:
    text = clause.folded
    if words.says("supposed", text) or words.says("heard", text):
        return None
    if role != CUSTOMER:
        return _of_agent(clause, words)
    if clause.asks or words.says("asked", text) or words.says("by_itself", text):
        return None
    # "It did nothing" denies the effect, not the deed.
    without_effect = words.cues["failed"].sub(" ", text)
    if words.says("undone", without_effect):
        return Saying.UNDONE
    if words.says("ahead", text):
        return None
    return Saying.DONE if words.says("done", without_effect) else None


def _of_agent(clause: _Clause, words: Words) -> Saying | None:
    text = clause.folded
    if words.says("asks_whether_done", text) and (clause.asks or words.says("asked", text)):
        return Saying.ASKED
    if words.says("undone", text):
        return None
    if words.says("told", text):
        return Saying.TOLD
    if clause.asks or words.says("ahead", text) or words.says("by_itself", text):
        return None
    if words.says("done", text):
        return Saying.DONE
    return Saying.TOLD if words.says("doing", text) else None


def _failed_before(claims: list[Claim], number: int) -> list[Claim]:
    """The claims so far, the customer's last ones marked as of no avail."""
    done = [c.turn for c in claims if c.saying is Saying.DONE and c.role == CUSTOMER]
    last = max(done, default=-1)
    if not 0 < number - last <= 2:
        return claims
    return [
        replace(c, failed=True) if c.turn == last and c.saying is Saying.DONE else c for c in claims
    ]


def _clauses(text: str) -> list[_Clause]:
    found = []
    for sentence in split_sentences(text):
        start = 0
        cuts = [m.span() for m in _CUT.finditer(sentence.text)]
        for left, right in [*cuts, (len(sentence.text), len(sentence.text))]:
            piece = sentence.text[start:left]
            asks = sentence.text[left:right].strip()[:1] in ("?", "？") and left < right
            if _WORD.search(piece):
                begin = sentence.start + start + len(piece) - len(piece.lstrip())
                end = sentence.start + start + len(piece.rstrip())
                found.append(_Clause(begin, end, same_length(text[begin:end]), asks))
            start = right
    return found
