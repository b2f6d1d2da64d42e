"""Files parsed in this process, and what is asked of the result."""

from __future__ import annotations

from pathlib import Path

from core.types import Element, RawFile
from ingest.parse import parse_file
from ingest.parsers.base import Parsed


def read(path: Path) -> Parsed:
    """Parse a file as it comes, its name and content alone."""
    return parse_file(RawFile(path.name, "", "", path))


def saved(folder: Path, name: str, data: str | bytes) -> Parsed:
    """Write a file and parse it."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path)


def must_have_come_in(parsed: Parsed) -> None:
    """Hold a sound document to what each must be: titled, and with text that is no mere blanks."""
    assert sum(len(element.text) for element in parsed.elements) >= 10
    assert parsed.title
    assert all(element.text == element.text.strip("\n") for element in parsed.elements)


def texts(parsed: Parsed) -> list[str]:
    """Return the text of each element."""
    return [element.text for element in parsed.elements]


def under(parsed: Parsed, heading: str) -> list[Element]:
    """Return the elements under a heading."""
    return [e for e in parsed.elements if heading in e.headings]


def only_table(parsed: Parsed) -> list[list[str]]:
    """Return the rows of the one table there is."""
    (table,) = [e.table for e in parsed.elements if e.table is not None]
    return [list(row) for row in table.rows]
