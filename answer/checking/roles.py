"""Whether what is said of one thing in the quote is said of another in the sentence.

Two models in a table, two kinds of goods in a policy, two people in a procedure: their rules
stand side by side in the same words, and a sentence that takes the one's name and the other's
value holds nothing but words of the quote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.checking.clauses import Clause, Reading, likeness, told
from core.text import content_terms, fold
from core.text.amounts import amounts

_HELD, _REST, _MOST = 0.5, 0.34, 0.6
_SAME, _FRAME = 0.75, 0.6
"""A thing was exchanged only where all else was left as it was; other words are another way of
saying it."""
_TOPIC = re.compile(r"禁止|严禁|谢绝")
"""What may stand before as well as behind what it rules."""
_MODAL = re.compile(
    r"不得|不可以?|不能|不应|不要|禁止|必须|可以|应当?|须|能|\b(?:must|may|can|cannot|should|will)\b"
)
_BY = re.compile(r"由|被|\bby\b")
_AGENT = re.compile(
    r"由(.{1,10}?)(?:自行|自己|负责|承担|批准|审批|进行|办理|处理|赔偿|提供|支付|执行|填写)"
)
_STRANGE = 0.2
_FOLLOWS = re.compile(r"^(?:之后|此后|其后|超出|超时|逾期|超过)|^(?:after that|later|otherwise)\b")
_ROW = " | "


def mixed_up(said: Reading, source: Reading, topic: frozenset[str] = frozenset()) -> str:
    """Return the clause that joins what the quote says of two different things.

    What the titles name (``topic``) is what all of it is about, and mixes nothing.
    """
    for clause in said.clauses:
        if (
            _crosses(clause, source, topic)
            or _other_agent(clause, source)
            or _swapped(clause, source)
        ):
            return clause.text
    return ""


def _crosses(clause: Clause, source: Reading, topic: frozenset[str]) -> bool:
    """Whether a clause takes words from two parallel clauses, and the whole of neither."""
    mine = clause.all_terms - topic
    for i, one in enumerate(source.clauses):
        for other in source.clauses[i + 1 :]:
            shared = one.all_terms & other.all_terms
            if not _parallel(one, other, shared):
                continue
            left, right = one.all_terms - shared, other.all_terms - shared
            if not (mine & left and mine & right and left - mine and right - mine):
                continue
            if mine <= one.all_terms or mine <= other.all_terms:
                continue
            if max(likeness(clause, one), likeness(clause, other)) < _HELD:
                continue
            if len(mine - one.all_terms - other.all_terms) > _STRANGE * len(mine):
                # Other words for it: which of its words stand for which cannot be told.
                continue
            if other.sentence == one.sentence and _FOLLOWS.search(other.text):
                continue
            return True
    return False


def _parallel(one: Clause, other: Clause, shared: frozenset[str]) -> bool:
    if _ROW in one.text or _ROW in other.text:
        return _ROW in one.text and _ROW in other.text
    kinds = {a.kind for a in one.amounts} & {a.kind for a in other.amounts}
    near = abs(one.sentence - other.sentence) <= 1
    smaller = min(len(one.all_terms), len(other.all_terms))
    least = 1 if one.sentence == other.sentence else max(1, 0.34 * smaller)
    return near and (len(shared) >= least or bool(kinds))


def _other_agent(clause: Clause, source: Reading) -> bool:
    """Whether "由 X 承担" names another X than the quote does for the same."""
    mine = _AGENT.search(clause.text)
    if mine is None:
        return False
    agent = frozenset(content_terms(mine.group(1)))
    with_agent = [c for c in source.clauses if _AGENT.search(c.text)]
    for other in told(clause, with_agent, 0.05)[:1]:
        theirs = _AGENT.search(other.text)
        same_act = likeness(clause, other) >= _HELD
        if theirs and same_act and agent.isdisjoint(content_terms(theirs.group(1))):
            return True
    return False


def _swapped(clause: Clause, source: Reading) -> bool:
    """Whether the one who acts and the one acted on have changed places, or the one is new."""
    near = told(clause, source.clauses, 0.05)
    if not near or any(_ROW in c.text for c in near):
        return False
    best = near[0]
    if bool(_BY.search(clause.text)) != bool(_BY.search(best.text)):
        return False
    mine, theirs = _around(clause.text), _around(best.text)
    topic = _TOPIC.search(clause.text) or _TOPIC.search(best.text)
    if mine and theirs and not topic:
        moved = clause.order[:1] and clause.order[0] in theirs[1] and clause.order[0] in mine[0]
        came = best.order[:1] and best.order[0] in mine[1] and best.order[0] in theirs[0]
        if moved and came and not mine[0] & theirs[0]:
            return True
    return _new_subject(clause, best, source)


def _around(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """The words before the first "must", "may" or "is", and those behind it."""
    match = _MODAL.search(text)
    if match is None:
        return None
    before, behind = text[: match.start()], text[match.end() :]
    return frozenset(content_terms(before)), frozenset(content_terms(behind))


def _new_subject(clause: Clause, best: Clause, source: Reading) -> bool:
    """Whether a clause begins with another thing than the clause it tells, found elsewhere."""
    if len(clause.order) < 2 or len(best.order) < 2:
        return False
    mine, theirs = clause.order[0], best.order[0]
    if mine in best.terms or theirs in clause.terms:
        return False
    if any(theirs in own or own in theirs for own in clause.order):
        return False
    others = [c for c in source.clauses if c is not best and mine in c.terms]
    # A condition and its rule may be told in one clause: then all of the other is told.
    elsewhere = bool(others) and not any(_mostly(c, clause) for c in others)
    rest = frozenset(clause.order[1:])
    held = len(rest & best.terms) / max(1, len(rest))
    covered = len(rest & best.terms) / max(1, len(best.order) - 1)
    return elsewhere and held >= _SAME and covered >= _FRAME


def _mostly(other: Clause, clause: Clause) -> bool:
    return len(other.all_terms & clause.all_terms) >= _MOST * len(other.all_terms)


def other_column(said: str, row: str) -> bool:
    """Say whether a row's values are told of another column than their own ("X2" for "X2 Pro")."""
    cells = [(fold(name), fold(value)) for name, value in cells_of(row) if name]
    if len(cells) < 3:
        return False
    text, named = fold(said), []
    for name, value in sorted(cells[1:], key=lambda cell: -len(cell[0])):
        if name and name in text:
            # "X2" inside "X2 Pro" names the latter only.
            text = text.replace(name, " ")
            named.append(value)
    if not named or all(value in fold(said) for value in named):
        # What the named column holds is told: the rest is told of the row beside it.
        return False
    held = {a.key for v in [cells[0][1], *named] for a in amounts(v)}
    words = frozenset(content_terms(" ".join([cells[0][1], *named, *(n for n, _ in cells)])))
    told_amounts = {a.key for a in amounts(text)}
    told_words = frozenset(content_terms(text))
    for name, value in cells[1:]:
        if value in named:
            continue
        if {a.key for a in amounts(value)} & told_amounts - held:
            return True
        own = frozenset(content_terms(value)) - words
        if own and not amounts(value) and own <= told_words and name not in fold(said):
            return True
    return False


def other_row(said: str, rows: Sequence[str]) -> bool:
    """Say whether a sentence names one row of a table and tells an amount of another row alone."""
    keyed = [cells_of(fold(row)) for row in rows]
    keyed = [cells for cells in keyed if len(cells) > 1 and len(cells[0][1]) > 1]
    text = fold(said)
    named = [cells for cells in keyed if _names(cells[0][1], text)]
    if len(keyed) < 2 or len(named) != 1:
        return False
    own = {a.key for _, value in named[0] for a in amounts(value)}
    others = {a.key for c in keyed if c is not named[0] for _, value in c for a in amounts(value)}
    if {a.key for a in amounts(text)} & (others - own):
        return True
    mine = {value for _, value in named[0]}
    strange = {v for c in keyed if c is not named[0] for _, v in c[1:] if len(v) > 1} - mine
    return not any(v in text for v in mine - {named[0][0][1]}) and any(v in text for v in strange)


def _names(key: str, text: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(key)}(?![a-z0-9])", text) is not None


def cells_of(row: str) -> list[tuple[str, str]]:
    """Return a row's cells as (column, value); the column is empty where the row names none."""
    cells = []
    for cell in row.strip().strip("|").split("|"):
        name, mark, value = cell.strip().partition(": ")
        if not mark:
            name, mark, value = cell.strip().partition("：")
        cells.append((name.strip(), value.strip()) if mark else ("", cell.strip()))
    return cells
