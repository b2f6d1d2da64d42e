"""Whether a sentence says "must" for "may", "all" for "some", or a word for its opposite."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

import yaml

from answer.checking.clauses import Clause, Reading, told
from core.text import fold


def changed_modal(said: Reading, source: Reading) -> str:
    """Return the clause that allows what must be done, or demands what may be done."""
    for clause in said.clauses:
        near = told(clause, source.clauses)
        if not near or clause.only or any(c.only for c in near):
            continue
        if clause.may and not clause.must and all(c.must and not c.may for c in near):
            return clause.text
        strict = clause.must and not clause.may and not clause.negated
        if strict and all(c.may and not c.must for c in near):
            return clause.text
    return ""


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
            r"限|最多|不超过|先|必|专|except|reserved|dedicated to|供|without|未经|before|之前|先"
            r"|unless|at most|up to|once|dedicated",
            clause.text,
        )
    )


def opposed(said: Reading, source: Reading) -> str:
    """Return the word of a clause whose opposite is all that its source says there."""
    for clause in said.clauses:
        near = told(clause, source.clauses, 0.05)
        if near and (word := opposite_word(clause.text, " ".join(c.text for c in near))):
            return word
    return ""


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
    path = files("answer.checking").joinpath("opposites.yaml")
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
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
