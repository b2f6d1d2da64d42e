"""Tables of contents that no style marks: a heading that says so, entries that end in a page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.numbering import bare_number, label_of

_TITLE = re.compile(r"^(?:目\s*[录錄次]|(?:table of )?contents)\s*[:：]?$", re.I)
_LED = re.compile(
    r"(?P<name>\S)[ \t]*(?:\t|[.·…．_‥—-]{3,}|…+|(?:[.·] ){2,})[\s.·…]*"
    r"(?P<page>(?:[A-Z]?\d{1,3}[-–.])?\d{1,4}|[ivxlc]{1,6})\s*$"
)
_LOOSE = re.compile(r"\d\s*$|\s[ivxlc]{1,6}\s*$")
_FEWEST = 4
_MOST_BETWEEN = 3
_LONGEST = 160
_REPEATED = 0.6


def contents_places(texts: Sequence[str], headings: Sequence[bool]) -> set[int]:
    """Return which paragraphs are a table of contents, its heading among them.

    Args:
        texts: the paragraphs with their tabs; empty where something else stands.
        headings: which of them the document calls headings of its own.
    """
    last = {name: index for index, text in enumerate(texts) for name in _names(text)}
    found: set[int] = set()
    index = 0
    while index < len(texts):
        if _TITLE.match(texts[index].strip()):
            end = _titled_end(texts, headings, last, index + 1)
        else:
            end = _led_end(texts, last, index)
        found.update(range(index, end))
        index = max(end, index + 1)
    return found


def _titled_end(
    texts: Sequence[str], headings: Sequence[bool], last: dict[str, int], start: int
) -> int:
    """Return where the entries below a heading end, or 0 where there are none."""
    end, entries, between = 0, 0, 0
    for index in range(start, len(texts)):
        text = texts[index].strip()
        if not text:
            continue
        if headings[index] or len(text) > _LONGEST or between >= _MOST_BETWEEN:
            break
        if _LED.search(text) or _LOOSE.search(text) or _said_again(text, last, headings):
            end, entries, between = index + 1, entries + 1, 0
        else:
            # Long entries take two lines, and chapters may have no page of their own.
            between += 1
    return end if entries > 1 else 0


def _said_again(text: str, last: dict[str, int], headings: Sequence[bool]) -> bool:
    return any(headings[last[name]] for name in _names(text))


def _led_end(texts: Sequence[str], last: dict[str, int], start: int) -> int:
    """Return where a run of entries with leaders or tabs ends, or 0.

    Prices are set like that too: the pages of contents only rise, and the entries come again.
    """
    page, entries, end, repeated = 0, 0, 0, 0
    for index in range(start, len(texts)):
        text = texts[index].strip()
        if not text:
            continue
        led = _LED.search(text) if len(text) <= _LONGEST else None
        told = int(led["page"]) if led is not None and led["page"].isdigit() else -1
        if told < page:
            break
        page, entries, end = told, entries + 1, index + 1
        repeated += any(last[name] > index for name in _names(text))
    return end if entries >= _FEWEST and repeated >= _REPEATED * entries else 0


def _names(text: str) -> set[str]:
    """Return what an entry or heading may be known by: with its number and without."""
    text = _LED.sub(lambda led: led["name"], text.strip()) if len(text) <= _LONGEST else ""
    label = label_of(text) or bare_number(text)
    written = (text, label.rest) if label is not None else (text,)
    return {bare for part in written if (bare := re.sub(r"[\W_]+", "", part).casefold())}
