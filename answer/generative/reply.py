"""Reading what a model wrote: sentences and the passages that each of them names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from answer.extractive.phrase import closed
from answer.extractive.units import spoken
from answer.generative.model import CUT
from core.text import content_terms, split_sentences

_MARKERS = re.compile(
    r"(?:\s*[\[［【]\s*(?:passage|资料|段落)?\s*\^?\d{1,2}(?:\s*[,，、;]\s*\d{1,2})*\s*[\]］】])+",
    re.IGNORECASE,
)
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_NO_EVIDENCE = re.compile(r"\bno[_\s-]?evidence\b", re.IGNORECASE)
_PAGE = re.compile(r"^\s*(?:<!doctype|<html|<\?xml|<head|<body|\{\s*\")", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*\*|__|`+|^#{1,6}\s+")
LINK = re.compile(r"(?:https?://|www\.)[^\s)\]）】]+|\]\(|<[a-z/!]", re.IGNORECASE)
"""What carries a reader, or data, elsewhere."""
_SETTLED = re.compile(rf"\n|(?:{_MARKERS.pattern})(?=[^\s\[［【.。,，;；、!！?？])", re.IGNORECASE)
_FINISHED = re.compile(r"[。！？!?\n\]】］]|\.(?=\s|\Z)")
_LEFT_OVER = "。.，,；;：:、!！?？)）"
_MOST_SENTENCES = 30
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence the model wrote, without its markers."""

    text: str
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote, read."""

    sentences: tuple[Said, ...] = ()
    declined: bool = False
    """It said that the passages do not answer."""


def without_thoughts(text: str) -> str:
    """Return a reply without what the model thought aloud."""
    return _THOUGHT.sub("", text)


def read_reply(text: str) -> Reply:
    """Return the sentences of a reply; what is no prose has none."""
    text = without_thoughts(text)
    if _PAGE.match(text):
        return Reply()
    said: list[Said] = []
    declined = False
    for line in text.splitlines():
        if line.strip().startswith("```"):
            continue
        if _NO_EVIDENCE.search(line):
            declined = True
            continue
        said += _read_line(_EMPHASIS.sub("", line.strip()))
    unique = {sentence.text: sentence for sentence in reversed(said)}
    return Reply(tuple(unique.values())[::-1][:_MOST_SENTENCES], declined)


def settled(text: str) -> int:
    """Return up to where nothing that is still to come can change what a reply says."""
    return max((found.end() for found in _SETTLED.finditer(text)), default=0)


def finished(text: str) -> str:
    """Return a reply without a last sentence that was cut short."""
    if not text.endswith(CUT):
        return text
    text = text.removesuffix(CUT)
    return text[: max((found.end() for found in _FINISHED.finditer(text)), default=0)]


def _read_line(line: str) -> list[Said]:
    """Sentences of one line; a marker belongs to all text before it, back to the last marker."""
    said: list[Said] = []
    start = 0
    for match in _MARKERS.finditer(line):
        markers = tuple(dict.fromkeys(int(n) for n in re.findall(r"\d+", match.group())))
        said += _sentences(line[start : match.start()], markers)
        start = match.end()
    return said + _sentences(line[start:], ())


def _sentences(text: str, markers: tuple[int, ...]) -> list[Said]:
    text = spoken(text.strip().lstrip(_LEFT_OVER))
    if LINK.search(text):
        # An address holds points and question marks: cut there, its rest would look harmless.
        return [Said(closed(text[:_LONGEST]), markers)]
    return [
        Said(closed(span.text[:_LONGEST]), markers)
        for span in split_sentences(text)
        if content_terms(span.text)
    ]
