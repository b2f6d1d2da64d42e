"""The glossary as a CSV file: one entry a line, several terms of a cell parted by ``|``.

The columns are those of :data:`COLUMNS`, in any order; only ``zh`` or ``en`` must be there. In
``avoid`` and ``never_confuse`` each term may be followed by ``=`` and what is to be said about
it. A file is read as UTF-8, with or without a byte order mark, else as GB18030; it is written as
UTF-8 with the mark, without which spreadsheet programs take Chinese for something else.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from core.errors import DataInvalid
from corpus.glossary.checks import Placed, Problem
from corpus.glossary.entry import Entry, Named, Status

COLUMNS = (
    "zh",
    "en",
    "synonyms_zh",
    "synonyms_en",
    "abbreviations_zh",
    "abbreviations_en",
    "avoid",
    "never_confuse",
    "gloss_zh",
    "gloss_en",
    "status",
)
_STATUS = (Status.PROPOSED.value, Status.APPROVED.value)
_EQUALS = re.compile("[=＝]")
MOST_BYTES = 8 << 20
MOST_ENTRIES = 20_000


def read_sheet(content: bytes) -> tuple[list[Placed], list[Problem]]:
    """Return the entries of a file with their lines, and what is wrong with its form.

    Raises:
        DataInvalid: it is no CSV file of entries at all.
    """
    if len(content) > MOST_BYTES:
        raise DataInvalid("The glossary file is larger than 8 MB.", "Split it.")
    rows = _rows(_decoded(content))
    _, header = next(rows, (1, []))
    names = [name.strip().lower() for name in header]
    _check_header(names)
    entries: list[Placed] = []
    problems: list[Problem] = []
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(entries) >= MOST_ENTRIES:
            raise DataInvalid(f"The file has more than {MOST_ENTRIES} entries.", "Split it.")
        if len(cells) != len(names):
            said = f"{len(cells)} cells where the first line has {len(names)} columns"
            problems.append(Problem(line, said))
            continue
        row = dict(zip(names, (cell.strip() for cell in cells), strict=True))
        if (status := row.get("status") or Status.APPROVED.value) not in _STATUS:
            problems.append(Problem(line, f"status is {status[:40]!r}, not {' or '.join(_STATUS)}"))
            continue
        entries.append(Placed(_entry(row, Status(status)), line))
    if not entries and not problems:
        raise DataInvalid("The glossary file holds no entry.", "Write one entry on each line.")
    return entries, problems


def write_sheet(entries: Iterable[Entry]) -> bytes:
    """Return entries as a file, in an order that depends on them alone."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in sorted(entries, key=lambda e: (e.en.casefold() or e.zh, e.zh, e.en)):
        writer.writerow([_cell(entry, name) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _decoded(content: bytes) -> str:
    if b"\x00" not in content:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise DataInvalid(
        "The glossary file is not text in UTF-8 or GB18030.",
        "Save it as CSV (comma separated) in UTF-8.",
    )


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line on which each begins; what is quoted may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            raise DataInvalid(
                f"Line {line} of the glossary file is not CSV ({exc}).",
                "Close every quote, and double a quote inside quotes.",
            ) from exc
        yield line, cells


def _check_header(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    twice = sorted({name for name in names if names.count(name) > 1})
    hint = f"The first line names the columns: {', '.join(COLUMNS)}."
    if not {"zh", "en"} & set(names):
        raise DataInvalid("Line 1 of the glossary file names neither zh nor en.", hint)
    if unknown:
        shown = ", ".join(repr(name[:40]) for name in unknown[:5])
        raise DataInvalid(f"Line 1 of the glossary file has unknown columns: {shown}.", hint)
    if twice:
        raise DataInvalid(f"Line 1 of the glossary file names {', '.join(twice)} twice.", hint)


def _entry(row: dict[str, str], status: Status) -> Entry:
    def terms(name: str) -> tuple[str, ...]:
        return tuple(_split(row.get(name, "")))

    def named(name: str) -> tuple[Named, ...]:
        return tuple(_named(part) for part in terms(name))

    return Entry(
        zh=row.get("zh", ""),
        en=row.get("en", ""),
        synonyms_zh=terms("synonyms_zh"),
        synonyms_en=terms("synonyms_en"),
        abbreviations_zh=terms("abbreviations_zh"),
        abbreviations_en=terms("abbreviations_en"),
        avoid=named("avoid"),
        never_confuse=named("never_confuse"),
        gloss_zh=row.get("gloss_zh", ""),
        gloss_en=row.get("gloss_en", ""),
        status=status,
    )


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _named(part: str) -> Named:
    term, *why = _EQUALS.split(part, maxsplit=1)
    return Named(term.strip(), why[0].strip() if why else "")


def _cell(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    if isinstance(value, str):
        return value
    shown = [
        item if isinstance(item, str) else f"{item.term} = {item.why}" if item.why else item.term
        for item in value
    ]
    return " | ".join(shown)
