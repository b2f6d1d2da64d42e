"""Whether a sentence says "must" for "may", "all" for "some", or a word for its opposite."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from answer.checking.clauses import Clause, Reading, told
from core.text import fold


def changed_modal(said: Reading, source: Reading) -> str:
    """Return the clause that allows what must be done, or demands what may be done."""
    for clause in said.clauses:
        near = told(clause, source.clauses)
        if not near or clause.only or any(c.only for c in near):
            continue
        if clause.amounts and any(_CEILING.search(c.text) for c in near):
            # "May weigh 8 kg at most" is what "must not exceed 8 kg" means.
            continue
        if clause.may and not clause.must and all(c.must and not c.may for c in near):
            return clause.text
        strict = clause.must and not clause.may and not clause.negated
        if strict and all(c.may and not c.must for c in near):
            return clause.text
    return ""


_CEILING = re.compile(r"不.{0,4}(?:超过|超出|多于|高于)|最多|至多|not exceed|at most|no more than")


def widened(said: Reading, source: Reading) -> str:
    """Return the clause that says "all" or "only" where the source does not."""
    for clause in said.clauses:
        near = told(clause, source.clauses)
        sentences = {c.sentence for c in near}
        held = [c for c in source.clauses if c.sentence in sentences]
        if clause.all and held and not any(c.all for c in held):
            return clause.text
        narrow = any(c.only or c.must or c.negated or c.excepted or _limits(c) for c in held)
        if clause.only and held and not narrow:
            return clause.text
    return ""


def _limits(clause: Clause) -> bool:
    return bool(
        re.search(
            r"[限后起满凭先必专供]|最多|不超过|未经|之前|except|reserved|dedicated to|without"
            r"|before"
            r"|unless|at most|up to|once|dedicated|after|from|until",
            clause.text,
        )
    )


def opposed(said: Reading, source: Reading) -> str:
    """Return the word of a clause whose opposite is all that its source says there."""
    for clause in said.clauses:
        near = told(clause, source.clauses, 0.05)
        if _spared(clause, said, source):
            continue
        held = " ".join(c.text for c in near)
        if near and (word := opposite_word(clause.text, held) or rival_word(clause.text, held)):
            return word
    return ""


def _spared(clause: Clause, said: Reading, source: Reading) -> bool:
    """Whether "without X, not" says what the quote says as "only with X"."""
    turned = _WITHOUT.search(clause.text) and any(c.negated for c in said.clauses)
    return bool(turned) and any(c.only for c in source.clauses)


_WITHOUT = re.compile(r"\bwithout\b|\bunless\b")


def rival_word(sentence: str, quoted: str) -> str:
    """Return the colour, weekday or the like of a sentence where the quote tells only others."""
    said, held = fold(sentence), fold(quoted)
    for kind in _rivals():
        mine = [(word, found) for word in kind if (found := word.search(said))]
        strange = [found.group() for word, found in mine if word.search(held) is None]
        if strange and len(strange) == len(mine) and any(word.search(held) for word in kind):
            return strange[0]
    return ""


@lru_cache(maxsize=1)
def _rivals() -> list[list[re.Pattern[str]]]:
    return [[re.compile(word) for word in kind] for kind in _data()["rivals"]]


@lru_cache(maxsize=1)
def _data() -> Any:
    path = files("answer.checking").joinpath("opposites.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def opposite_word(sentence: str, quoted: str, *, across: bool = False) -> str:
    """Return the word of a sentence of which the quote holds only the opposite.

    ``across`` compares words of one language with the opposites in the other.
    """
    said, held = fold(sentence), fold(quoted)
    for one, other in _pairs("across" if across else "within"):
        for mine, theirs in ((one, other), (other, one)):
            if _only(mine, theirs, said) and _only(theirs, mine, held):
                found = mine.search(said)
                return found.group() if found else ""
    return ""


def _only(pattern: re.Pattern[str], opposite: re.Pattern[str], text: str) -> bool:
    """Whether a text holds the one outside of any place where it holds the other."""
    if pattern.search(text) is None:
        return False
    # "cannot" holds "can", and "未拆封" what "拆封" is: the longer match goes first.
    longer = opposite.sub(" ", text)
    return pattern.search(longer) is not None and opposite.search(pattern.sub(" ", text)) is None


@lru_cache(maxsize=2)
def _pairs(which: str) -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    data = _data()
    if which == "across":
        sides = [tuple(f"{zh}|{_english(en)}" for zh, en in pair) for pair in data["across"]]
        return [(re.compile(one), re.compile(other)) for one, other in sides]
    return [
        *((re.compile(one), re.compile(other)) for one, other in data["zh"]),
        *((re.compile(_english(a)), re.compile(_english(b))) for a, b in data["en"]),
    ]


def _english(words: str) -> str:
    """The words as patterns, the first of each in all its forms."""
    return rf"\b(?:{'|'.join(_inflected(word) for word in words.split('|'))})\b"


def _inflected(word: str) -> str:
    match = re.match(r"[a-z]{3,}", word)
    if match is None or word[match.end() :].startswith("?"):
        return word
    stem, rest = match.group(), word[match.end() :]
    if stem.endswith("e"):
        return rf"{stem[:-1]}(?:e|es|ed|ing){rest}"
    return rf"{stem}(?:s|es|ed|ing)?{rest}"
