"""Whether the amounts and codes of a sentence are the quote's, and told of the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answer.checking.clauses import Clause, Reading, alike, told
from core.text import content_terms, fold
from core.text.amounts import Amount, amounts, folded_amounts
from core.text.bounds import bound
from core.text.claims import codes

_MODEL = re.compile(
    r"(?<![a-z0-9])([a-z]{1,6}-?\d+[a-z]?(?:[ -]?(?:pro|max|plus|ultra|mini|lite|se"
    r"|air)(?![a-z]))*)"
)
_ANY_UNIT = ""


def foreign_amount(said: str, held: str) -> str:
    """Return an amount of a sentence that the quote does not hold, empty where it holds all."""
    theirs = amounts(held)
    keys = {amount.key for amount in theirs}
    bare = {amount.value for amount in theirs if amount.kind == _ANY_UNIT}
    kinds: dict[float, set[str]] = {}
    folded = folded_amounts(said)
    raw = {a.value: folded[a.start : a.end] for a in amounts(said)}
    for amount in theirs:
        kinds.setdefault(amount.value, set()).add(amount.kind)
    plain = _plain_values(held)
    for amount in amounts(said):
        if amount.key in keys:
            continue
        if amount.kind == _ANY_UNIT and amount.value in plain:
            continue
        if amount.kind and _written(folded, amount) in bare and _unit_elsewhere(amount, held):
            continue
        if _is_rate(raw[amount.value], held) or _is_one(amount, held):
            continue
        return raw[amount.value].strip()
    return ""


_PERIODS = (
    ("天", r"天|日|daily|day"),
    ("周", r"周|星期|weekly|week"),
    ("月", r"月|monthly|month"),
    ("年", r"年|annual|yearly|year"),
    ("小时", r"小时|钟头|hourly|hour"),
    ("分", r"分钟|minute"),
    ("晚", r"晚|night"),
)
_RATE = r"(?:每(?:隔)?|一个?|\b(?:every|each|a|an|per|one|once a|once per) )"
_ADVERBS = {
    "天": "daily",
    "周": "weekly",
    "月": "monthly",
    "年": "yearly|annually",
    "小时": "hourly",
}


def foreign_rate(said: str, held: str) -> str:
    """Return a "daily" or "每周" of a sentence where the quote tells only other periods."""
    mine, theirs = _rates(said), _rates(held)
    strange = {name: word for name, word in mine.items() if name not in theirs}
    folded = fold(held)
    for name, word in strange.items():
        forms = dict(_PERIODS)[name]
        if theirs and not re.search(forms, folded):
            return word
    return ""


def _rates(text: str) -> dict[str, str]:
    folded, found = fold(text), {}
    for name, forms in _PERIODS:
        adverb = _ADVERBS.get(name)
        pattern = rf"(?:每|\b(?:every|each|a|an|per) )(?:{forms})" + (
            rf"|\b(?:{adverb})\b" if adverb else ""
        )
        if match := re.search(pattern, folded):
            found[name] = match.group()
    return found


def _is_rate(raw: str, held: str) -> bool:
    """Whether "一天", "one day" says "each day" where the quote does."""
    if not re.match(r"(?:一|one\b)", raw.strip()):
        return False
    folded = fold(held)
    return any(
        re.search(forms, raw)
        and re.search(
            rf"{_RATE}(?:{forms})|(?:{forms})[度均]|\\b(?:daily|weekly|monthly|annual|yearly)",
            folded,
        )
        for _, forms in _PERIODS
    )


def _is_one(amount: Amount, held: str) -> bool:
    """Whether "1 time" is the "once" of the quote, which counts as a word and not as a number."""
    return amount.value == 1 and not amount.kind and bool(_ONE.search(fold(held)))


_ONE = re.compile(r"[一单][次回个人名位份件张项台只]|\b(?:once|one|single|an?)\b")


def _plain_values(held: str) -> set[float]:
    """The numbers of a text as written, whatever their units."""
    folded = folded_amounts(held)
    return {_written(folded, amount) for amount in amounts(held)}


def _written(folded: str, amount: Amount) -> float:
    digits = re.match(r"[-−]?([\d,]+(?:\.\d+)?)", folded[amount.start : amount.end])
    return float(digits.group(1).replace(",", "")) if digits else amount.value


def _unit_elsewhere(amount: Amount, held: str) -> bool:
    """Whether a column's head or a title names the unit that the number itself stands without."""
    folded = folded_amounts(held)
    unit = "1" if not amount.kind else amount.kind
    heads = re.findall(r"[(（/]\s*([^()（）|/\s]{1,8})\s*[)）]?", folded)
    return any(a.kind == unit for head in heads for a in amounts(f"1 {head}"))


def foreign_code(said: str, held: str) -> str:
    """Return a code or model of a sentence that the quote does not name."""
    missing = codes(said) - set(content_terms(held)) - _amount_terms(said)
    if missing:
        return sorted(missing)[0]
    mine, theirs = models(said), models(held)
    # "P5 Max" is another model than "P5".
    strange = [
        m for m in mine if m not in theirs and any(t.split()[0] == m.split()[0] for t in theirs)
    ]
    return strange[0] if strange else ""


def models(text: str) -> frozenset[str]:
    """Return the model names of a text with their suffixes."""
    return frozenset(re.sub(r"[ -]+", " ", m) for m in _MODEL.findall(fold(text)))


def _amount_terms(text: str) -> frozenset[str]:
    folded = folded_amounts(text)
    spans = " ".join(folded[a.start : a.end] for a in amounts(text))
    return frozenset(content_terms(spans))


def turned_limit(said: Reading, source: Reading, *, across: bool = False) -> str:
    """Return an amount that is an upper limit here and a lower one there.

    ``across`` languages no word says which of several places is meant.
    """
    theirs = list(_bounds(source))
    for clause in said.clauses:
        for amount in clause.amounts:
            mine = bound(clause.text, amount)
            same = [(kind, c) for a, kind, c in theirs if a.key == amount.key]
            if not mine or not same:
                continue
            near = [] if across else told(clause, [c for _, c in same], 0.05)
            kinds = {kind for kind, c in same if c in near} or {kind for kind, _ in same}
            if mine in kinds or not kinds - {""}:
                continue
            if not across and _beyond(amount, source):
                continue
            if clause.negated and any(c.only and not c.negated for _, c in same):
                # "Not with fewer" is what "only with more" means.
                continue
            return clause.text[amount.start : amount.end].strip()
    return ""


_AFTER = re.compile(
    r"^(?:但|其)?(?:之后|此后|其后|超出|超时|逾期|超过)|^(?:and )?(?:after that|later|otherwise)\b"
)


def _beyond(amount: Amount, source: Reading) -> bool:
    """Whether what is said beyond a limit is what the quote says of "after that"."""
    for i, other in enumerate(source.clauses):
        if any(a.key == amount.key for a in other.amounts):
            following = source.clauses[i + 1 : i + 2]
            return any(_AFTER.search(c.text) for c in following)
    return False


def wrong_value(said: Reading, source: Reading) -> str:
    """Return an amount that the clause which means the same does not hold, but another does."""
    told_here = {a.key for c in said.clauses for a in c.amounts}
    for clause in said.clauses:
        if clause.vector is None:
            continue
        for amount in clause.amounts:
            holding = [c for c in source.clauses if any(a.key == amount.key for a in c.amounts)]
            rivals = [
                c
                for c in source.clauses
                if c not in holding
                and any(a.kind == amount.kind for a in c.amounts)
                and not told_here & {a.key for a in c.amounts}
            ]
            if not holding or not rivals:
                continue
            best = max(alike(clause, c) for c in holding)
            if max(alike(clause, c) for c in rivals) > best + _MARGIN:
                return clause.text[amount.start : amount.end].strip()
    return ""


_MARGIN = 0.03


def _bounds(reading: Reading) -> Iterator[tuple[Amount, str, Clause]]:
    for clause in reading.clauses:
        for amount in clause.amounts:
            yield amount, bound(clause.text, amount), clause
