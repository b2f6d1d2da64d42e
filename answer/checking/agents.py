"""Who does it: whether a sentence names another doer of the same act than its quote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answer.checking.clauses import Reading
from core.text import content_terms

_BY_ZH = re.compile(r"由([^，,。；;由]{2,16})")
_BY_EN = re.compile(
    r"\b(\w{2,}(?:ed|en|id|ne|orn|ept|ght|ld|ade))(?: (?!by\b)\w+){0,2} by ((?:\w+ ?){1,4})"
)
_MEANS = re.compile(r"^(?:hand|phone|post|mail|e-?mail|text|sms|air|sea|rail|bus|car|\d|the end)")


def other_doer(said: Reading, source: Reading) -> str:
    """Return the clause that says of an act that another does it than the quote says."""
    theirs = [pair for clause in source.clauses for pair in _doers(clause.text)]
    for clause in said.clauses:
        for act, doer in _doers(clause.text):
            same = [(done, other) for done, other in theirs if act & done]
            # "值班兽医" and "兽医" are one: a word of either may stand with what is done.
            if same and not any(doer & (o | d) or o & (doer | act) for d, o in same):
                return clause.text
    return ""


def _doers(text: str) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """What is done and who does it, as words, for each "由 X 做", each "done by X"."""
    for match in _BY_ZH.finditer(text):
        terms = content_terms(match.group(1))
        if len(terms) > 1:
            yield frozenset(terms[1:]), frozenset(terms[:1])
    for match in _BY_EN.finditer(text):
        act, doer = content_terms(match.group(1)), content_terms(match.group(2))
        if act and doer and not _MEANS.search(match.group(2)):
            yield frozenset(act), frozenset(doer)
