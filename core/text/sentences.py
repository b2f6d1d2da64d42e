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
    est tel ext vol pp p ver rev art cf al a.m p.m u.s v""".split()
)
_LETTERED = frozenset(
    """appendix box button case class column figure grade group key level line mode model
    option panel part phase plan point port position section series size step table type version
    vitamin zone""".split()
)
"""What is told apart by a letter: "Model B." may well end a sentence."""
_OPENERS = frozenset(
    """a after all an and as at but by do each for from he her his how i if in it its no not of on
    or our she so that the their then there these they this those to we what when where which who
    why with you your""".split()
)
_NAME_BEFORE = re.compile(r"([A-Z][\w'’-]*)\s+$")
_WORD_AFTER = re.compile(r"\s+([A-Z][a-z][\w'’-]*)")
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
            not text[line : word.start()].strip()
            or text[word.start() - 2 : word.start()] == ". "
            or _is_initial(word, text, line)
        )
    return written.lower().rstrip(".") in _ABBREVIATIONS


def _is_initial(word: re.Match[str], text: str, line: int) -> bool:
    """Whether a letter stands within a name: "John W. Weeks", "the T. T. Tsui Gallery"."""
    before = _NAME_BEFORE.search(text, line, word.start())
    # Beyond the full stop, another initial or a name.
    after = text[word.end() + 1 : word.end() + 1 + _NEAR]
    if before is None or before.group(1).lower() in _LETTERED:
        return False
    if re.match(r"\s+[A-Z]\.\s", after):
        return True
    name = _WORD_AFTER.match(after)
    return name is not None and name.group(1).lower() not in _OPENERS


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
