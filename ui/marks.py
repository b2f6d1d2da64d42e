"""Turning text with markers and quotes into what a screen draws; pure functions, no Streamlit."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from html import escape

_MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKER_WITH_SPACE = re.compile(r"[ \t]*\[(\d{1,3})\]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])")
_WIDE = "\u2e80"
"""From here on characters are as wide as a Chinese one."""

_SMS_DOUBLE = frozenset("^{}\\[~]|\u20ac")
_SMS_LATIN = _SMS_DOUBLE | frozenset(
    string.ascii_letters + string.digits + "@$_ !\"#%&'()*+,-./:;<=>?\n\r"
    "\u00a1\u00a3\u00a5\u00a7\u00bf\u00c4\u00c5\u00c6\u00c7\u00c9\u00d1\u00d6\u00d8\u00dc\u00df"
    "\u00e0\u00e4\u00e5\u00e6\u00e8\u00e9\u00ec\u00f1\u00f2\u00f6\u00f8\u00f9\u00fc"
)
"""The letters of the GSM alphabet; those of the first set count twice."""

Span = tuple[int, int]
Piece = str | int
"""A run of text, or the number of a citation."""


def strip_markers(answer: str, markers: Collection[int]) -> str:
    """Remove the citation markers of a draft, and nothing else in brackets."""

    def drop(match: re.Match[str]) -> str:
        return "" if int(match[1]) in markers else match[0]

    lines = _MARKER_WITH_SPACE.sub(drop, answer).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def pieces(line: str, markers: Collection[int]) -> list[Piece]:
    """Split a line into text and citation numbers; a bracket that cites nothing stays text."""
    found: list[Piece] = []
    end = 0
    for match in _MARKER.finditer(line):
        if int(match[1]) not in markers:
            continue
        if before := line[end : match.start()].rstrip(" "):
            found.append(before)
        found.append(int(match[1]))
        end = match.end()
    if rest := line[end:]:
        found.append(rest)
    return found


def merge(spans: Iterable[Span], length: int) -> list[Span]:
    """Clamp spans to a text of this length, drop empty ones, and join those that meet."""
    merged: list[Span] = []
    for start, end in sorted((max(0, s), min(length, e)) for s, e in spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def highlight(text: str, spans: Iterable[Span] = ()) -> str:
    """Escape a passage for HTML with the spans, given in characters, inside ``<mark>``."""
    out: list[str] = []
    at = 0
    for start, end in merge(spans, len(text)):
        out.append(escape(text[at:start]))
        out.append(f'<mark class="cd-quote">{escape(text[start:end])}</mark>')
        at = end
    out.append(escape(text[at:]))
    return "".join(out)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A window on a passage, with its spans moved along."""

    text: str
    spans: tuple[Span, ...]


def excerpt(text: str, spans: Iterable[Span], limit: int) -> Excerpt:
    """Cut a passage to about ``limit`` Chinese characters so that its first quote stays in view.

    Latin letters take half the room, so twice as many of them fit.
    """
    merged = merge(spans, len(text))
    if sum(char < _WIDE for char in text) > len(text) / 2:
        limit *= 2
    if len(text) <= limit:
        return Excerpt(text, tuple(merged))
    first = merged[0][0] if merged else 0
    # A little of what stands before the quote tells the reader where it is.
    start = max(0, min(first - limit // 5, len(text) - limit))
    if start:
        start = _word_start(text, start, first)
    end = start + limit
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    shift = len(before) - start
    inside = ((max(s, start), min(e, end)) for s, e in merged)
    moved = tuple((s + shift, e + shift) for s, e in inside if s < e)
    return Excerpt(f"{before}{text[start:end]}{after}", moved)


def _word_start(text: str, start: int, latest: int) -> int:
    """Move a cut that would fall inside a word behind that word, if the quote allows."""
    at = start
    while at < latest and text[at - 1] < _WIDE and text[at - 1].isalnum() and text[at].isalnum():
        at += 1
    return at


def sms_parts(text: str) -> int:
    """Count the messages that a text takes: 160 letters, or 70 characters of any other script.

    Parts of a longer text are a little shorter, since each says which one it is.
    """
    latin = all(char in _SMS_LATIN for char in text)
    units = len(text) + sum(char in _SMS_DOUBLE for char in text) if latin else _utf16(text)
    whole, part = (160, 153) if latin else (70, 67)
    return 1 if units <= whole else -(-units // part)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def plain(text: str) -> str:
    """Escape text for a Streamlit label, which reads Markdown."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
