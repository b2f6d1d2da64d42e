"""Lines of a Word document that belong together: broken sentences, broken titles, captions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.types import ElementKind, Table
from ingest.clean import join_lines
from ingest.numbering import Scheme
from ingest.pictures import PictureLine
from ingest.shape import is_caption
from ingest.tables import table_text

_SIZE_STEP = 1.06
_LONG = 60
_MOST_ALIKE = 3
_COVER_LINES = 8
_COVER_SIZE = 1.25
_SENIOR = (Scheme.PART, Scheme.CHAPTER, Scheme.APPENDIX, Scheme.SECTION)
_OPEN_END = re.compile(r"[a-z,;\d)–-]\s*$")
_GOES_ON = re.compile(r"[a-z]{2,}[ ,.;)]")


@dataclass(slots=True)
class WordLine(PictureLine):
    """A paragraph of a Word document, with what its neighbours have to be compared by."""

    apart: bool = False
    """Whether it is set apart from body text, be it shaped like a heading or not."""
    centred: bool = False
    gap: bool = False
    """Whether an empty paragraph stands before it."""


def cover_title(lines: Sequence[WordLine]) -> WordLine | None:
    """Return the title on the cover: early, centred, and larger than all that follows."""
    set_apart = [line for line in lines if line.apart and line.role is None]
    most = max((line.size for line in set_apart), default=0.0)
    largest = [line for line in set_apart if line.size * _SIZE_STEP > most]
    first = next((line for line in lines[:_COVER_LINES] if line in largest), None)
    if first is None or not (first.strong and first.centred) or most < _COVER_SIZE:
        return None
    return first if all(_bare(line.text) == _bare(first.text) for line in largest) else None


def settled(lines: Sequence[WordLine]) -> list[WordLine]:
    """Join what the author broke apart; a title page that a heading repeats goes."""
    return _captioned(_dividers_dropped(_titles_joined(_sentences_joined(lines))))


def _sentences_joined(lines: Sequence[WordLine]) -> list[WordLine]:
    """Join paragraphs that were broken in the middle of a sentence, at the end of a page."""
    found: list[WordLine] = []
    for line in lines:
        before = found[-1] if found else None
        # Chinese has no small letters: whether a paragraph goes on cannot be told from its look.
        if (
            before is not None
            and _is_plain(before)
            and _is_plain(line)
            and line.number is None
            and len(before.text) > _LONG
            and _OPEN_END.search(before.text)
            and _GOES_ON.match(line.text)
        ):
            found[-1] = replace(before, text=join_lines(before.text, line.text), number=None)
        else:
            found.append(line)
    return found


def _is_plain(line: WordLine) -> bool:
    return line.role is None and line.table is None and not line.strong


def _titles_joined(lines: Sequence[WordLine]) -> list[WordLine]:
    """Join titles that were set in several lines; a block of names and dates has one title."""
    found: list[WordLine] = []
    for block in _alike(lines):
        first = block[0]
        larger = first.size > _SIZE_STEP and first.centred
        if len(block) > 1 and larger and len(block) <= _MOST_ALIKE + 1:
            found.append(_joined(block))
            continue
        found.append(first)
        for line in block[1:]:
            plain = len(block) >= _MOST_ALIKE
            found.append(replace(line, strong=False, role=ElementKind.TEXT) if plain else line)
    return found


def _alike(lines: Sequence[WordLine]) -> list[list[WordLine]]:
    """Group titles that follow each other in one look; everything else stands alone."""
    groups: list[list[WordLine]] = []
    for line in lines:
        before = groups[-1][-1] if groups else None
        if before is not None and _goes_on(groups[-1][0], before, line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _goes_on(first: WordLine, before: WordLine, line: WordLine) -> bool:
    if not (before.apart and line.apart) or line.role is not None or before.role is not None:
        return False
    if before.centred != line.centred or not 1 / _SIZE_STEP < before.size / line.size < _SIZE_STEP:
        return False
    if _is_bare_number(before):
        return line.number is None
    if line.gap or (line.number is not None and not _is_bare_number(line)):
        return False
    return first.number is None or _is_bare_number(first) or line.centred


def _is_bare_number(line: WordLine) -> bool:
    """Say whether a line is but the number of what follows, as on the first page of a chapter."""
    return line.number is not None and line.number.scheme in _SENIOR and not line.number.rest


def _joined(block: Sequence[WordLine]) -> WordLine:
    text = block[0].text
    for line in block[1:]:
        text = join_lines(text, line.text)
    return replace(block[0], text=text, number=None, strong=True)


def _dividers_dropped(lines: Sequence[WordLine]) -> list[WordLine]:
    """Drop titles on a page of their own that come again as the heading below it."""
    dropped: set[int] = set()
    for index, line in enumerate(lines):
        if line.role is ElementKind.TITLE:
            heading, said = _bare(line.text), ""
            for place in range(index - 1, max(-1, index - 1 - _MOST_ALIKE), -1):
                if lines[place].role is not None or not lines[place].apart:
                    break
                said = _bare(lines[place].text) + said
                if said and heading.endswith(said):
                    dropped.update(range(place, index))
    return [line for index, line in enumerate(lines) if index not in dropped]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _captioned(lines: Sequence[WordLine]) -> list[WordLine]:
    """Give tables the captions that stand above them."""
    found: list[WordLine] = []
    for line in lines:
        before = found[-1] if found else None
        named = None if before is None else _named(line.table, before)
        if named is None:
            found.append(line)
        else:
            found[-1] = replace(line, text=table_text(named), table=named)
    return found


def _named(table: Table | None, before: WordLine) -> Table | None:
    if table is None or table.caption or before.table is not None or not is_caption(before.text):
        return None
    return Table(table.rows, table.header_rows, before.text)
