"""Whether a sentence is made of whole pieces of its quotes, so that nothing is left to check."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.checking.roles import cells_of
from core.text import fold, split_sentences

# A point, a comma or a dash between digits is part of the number.
_SIGNS = re.compile(
    r"[\s。；：！？、“”\"'‘’「」『』()（）【】\[\]《》|!?;*_>#]+|(?<!\d)[.,，:–—-]+|[.,，:–—-]+(?!\d)"
)
_LEADING = re.compile(
    r"^\s*(?:[-*•·>]\s+|\d{1,2}[.)、．）]\s*|步骤\s*\d+\s*[:：]?|step \d+\s*[:.)]?"
    r"|(?:a|q|答|问|答案|回答)\s*[:：]\s*)+"
)
_LEAD = re.compile(
    r"^(?:(?:您好|你好|好的|亲|hello|hi)[，,!！]\s*)?(?:(?:根据|按照?)[^，,。]{0,14}"
    r"(?:资料|文件|说明书?|规定|手册|政策|要求|流程|指南|資料|文件|說明書?|規定|手冊)"
    r"|另外|此外|同时|需要说明的是|请注意|according to [^,.]{1,40}|please note(?: that)?|also"
    r"|in addition)[，,:：]\s*"
    r"|^(?:您好|你好|好的|hello|hi)[，,!！]\s*",
    re.IGNORECASE,
)
_LINKS = ("", "为", "是", " is ")
"""What joins a column and its value."""
_MARK = "\x00"


def is_verbatim(sentence: str, quotes: Sequence[str], context: Sequence[str]) -> bool:
    """Say whether a sentence is one quote, or whole quotes joined, without a word more or less.

    Titles and headings may stand before it as a label; a row may be told by some of its cells.
    """
    said = _bare(without_lead(sentence))
    wholes = [_bare(quote) for quote in quotes]
    wholes += [_bare(_LEADING.sub("", fold(quote))) for quote in quotes]
    if said in wholes or said in {_bare(s.text) for q in quotes for s in split_sentences(q)}:
        return True
    rest = said
    for piece in sorted({*wholes, *_cells(quotes)}, key=len, reverse=True):
        if len(piece) > 1 and piece in rest:
            rest = rest.replace(piece, _MARK, 1)
    if _MARK not in rest:
        return False
    labels = [_bare(text) for text in context]
    return all(not part or any(part in label for label in labels) for part in rest.split(_MARK))


def without_lead(sentence: str) -> str:
    """Return a sentence without the words that lead into it and state nothing."""
    return _LEAD.sub("", sentence, count=1) or sentence


def _cells(quotes: Sequence[str]) -> list[str]:
    """The cells of the one row that is quoted, with the names of their columns."""
    lines = [line for quote in quotes for line in quote.splitlines() if " | " in line]
    if not 1 <= len(lines) <= 2:
        return []
    cells = cells_of(lines[-1])
    if len(lines) == 2:
        names = [value for _, value in cells_of(lines[0])]
        if any(name for name, _ in [*cells, *cells_of(lines[0])]) or len(names) != len(cells):
            return []
        cells = [(name, value) for name, (_, value) in zip(names, cells, strict=True)]
    if not cells or cells[0][1] == "":
        return []
    key_name, key = cells[0]
    told = [_bare(f"{name}{link}{value}") for name, value in cells[1:] for link in _LINKS]
    return [_bare(key), _bare(key_name + key), *told]


def _bare(text: str) -> str:
    return _SIGNS.sub("", fold(text))
