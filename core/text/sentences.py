"""Where sentences end, in Chinese and English, with offsets into the original."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOSERS = "\"'”’」』）)】》]"
_HARD_END = re.compile(rf"[。！？!?…]+[{re.escape(_CLOSERS)}]*|\n+")
_PERIOD = re.compile(rf"\.[{re.escape(_CLOSERS)}]*(?=\s|$|[\u3400-\u9fff])")
_CLAUSE_END = re.compile(r"[；;，,、：:]\s*|\s+")
_ABBREVIATIONS = frozenset(
    """e.g i.e etc vs no fig figs sec ch approx max min mr mrs ms dr prof inc ltd co st jr sr dept
    est tel ext vol pp p ver rev art cf al a.m p.m u.s""".split()
)
_NEAR = 200
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.]*|\d+)$")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text: ``text == whole[start:end]``."""

    start: int
    end: int
    text: str


def split_sentences(text: str) -> list[Span]:
    """Split a text into its sentences; a line break always ends one, white space is trimmed.

    A full stop ends a sentence unless it belongs to an abbreviation, an initial, a number or
    the number of a list item ("3. Press the button" is one sentence).
    """
    return _spans(text, sorted(_hard_ends(text) | _period_ends(text)))


def split_clauses(text: str) -> list[Span]:
    """Split a text at commas, semicolons, colons and white space, for sentences too long."""
    return _spans(text, [match.end() for match in _CLAUSE_END.finditer(text)])


def _hard_ends(text: str) -> set[int]:
    return {match.end() for match in _HARD_END.finditer(text)}


def _period_ends(text: str) -> set[int]:
    ends = set()
    for match in _PERIOD.finditer(text):
        # A look at what is near: a line may be as long as a book.
        near = max(0, match.start() - _NEAR)
        line = max(near, text.rfind("\n", near, match.start()) + 1)
        before = _LAST_WORD.search(text, line, match.start())
        if before and _is_abbreviation(before, text, line):
            continue
        following = text[match.end() : match.end() + _NEAR].lstrip()
        if following and following[0].islower():
            continue
        ends.add(match.end())
    return ends


def _is_abbreviation(word: re.Match[str], text: str, line: int) -> bool:
    written = word.group(1)
    if written.isdigit():
        # The number of a list item, not one that ends a sentence.
        return not text[line : word.start()].strip()
    if len(written) == 1 and written.isupper():
        # An initial or the letter of a list item; "plan B." ends a sentence.
        return (
            not text[line : word.start()].strip() or text[word.start() - 2 : word.start()] == ". "
        )
    return written.lower().rstrip(".") in _ABBREVIATIONS


def _spans(text: str, ends: list[int]) -> list[Span]:
    spans = []
    start = 0
    for end in [*ends, len(text)]:
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            left = start + len(piece) - len(piece.lstrip())
            spans.append(Span(left, left + len(stripped), stripped))
        start = end
    return spans
