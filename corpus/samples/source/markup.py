"""The small markup the sample documents are written in: front matter, blocks, editions."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3."""

    level: int
    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Callout:
    """A warning or note that stands in a box of its own."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """An unnumbered list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One step of a procedure, with the warnings that belong to it."""

    text: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Steps:
    """A numbered list."""

    items: tuple[Step, ...]


@dataclass(frozen=True)
class Table:
    """A table whose first row is its header."""

    rows: tuple[tuple[str, ...], ...]


Block = Heading | Text | Callout | Bullets | Steps | Table


@dataclass(frozen=True)
class Document:
    """One edition of one document, ready to render."""

    file: str
    edition: str
    date: dt.date
    meta: dict[str, Any]
    blocks: tuple[Block, ...]

    def field(self, name: str) -> str:
        """Return a front matter field as text, with `{edition}` filled in; "" when absent."""
        return str(self.meta.get(name, "")).replace("{edition}", self.edition)


_DIRECTIVE = re.compile(r"<!-- (?:only (?P<edition>\S+)|end) -->")
_STEP = re.compile(r"\d+\. (?P<text>.+)")


def load(path: Path) -> list[Document]:
    """Read a source file and return one document for each edition it builds."""
    _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    meta = tomllib.loads(front)
    return [
        Document(
            file=build["file"],
            edition=build["edition"],
            date=dt.date.fromisoformat(build["date"]),
            meta=meta,
            blocks=parse(body, build["edition"]),
        )
        for build in meta["build"]
    ]


def parse(body: str, edition: str) -> tuple[Block, ...]:
    """Split the body into blocks, keeping only the lines that belong to this edition."""
    blocks: list[Block] = []
    lines = _lines_of(body, edition)
    while lines:
        if not lines[0].strip():
            lines.pop(0)
        else:
            blocks.append(_take_block(lines))
    return tuple(blocks)


def _lines_of(body: str, edition: str) -> list[str]:
    """Return the lines of this edition, without the directives."""
    kept: list[str] = []
    only = ""
    for line in body.splitlines():
        directive = _DIRECTIVE.fullmatch(line.strip())
        if directive:
            only = directive["edition"] or ""
        elif only in ("", edition):
            kept.append(line)
    return kept


def _take_block(lines: list[str]) -> Block:
    """Remove the first block from the lines and return it."""
    first = lines[0]
    if first.startswith("#"):
        marks, text = lines.pop(0).split(" ", 1)
        return Heading(len(marks), text)
    if first.startswith("> "):
        return Callout(lines.pop(0).removeprefix("> "))
    if first.startswith("|"):
        return _take_table(lines)
    if first.startswith("- "):
        return Bullets(tuple(_take_while(lines, "- ")))
    if _STEP.fullmatch(first):
        return _take_steps(lines)
    return Text(lines.pop(0).strip())


def _take_while(lines: list[str], prefix: str) -> list[str]:
    taken: list[str] = []
    while lines and lines[0].startswith(prefix):
        taken.append(lines.pop(0).removeprefix(prefix).strip())
    return taken


def _take_table(lines: list[str]) -> Table:
    rows = [
        tuple(cell.strip() for cell in row.strip(" |").split("|"))
        for row in _take_while(lines, "|")
    ]
    if any(len(row) != len(rows[0]) for row in rows):
        raise ValueError(f"ragged table: {rows[0]}")
    return Table((rows[0], *rows[2:]))


def _take_steps(lines: list[str]) -> Steps:
    steps: list[Step] = []
    while lines and (match := _STEP.fullmatch(lines[0])):
        lines.pop(0)
        steps.append(Step(match["text"], tuple(_take_while(lines, "   > "))))
    return Steps(tuple(steps))


def split_bold(text: str) -> list[tuple[str, bool]]:
    """Split `a **b** c` into runs, each with whether it is bold."""
    parts = text.split("**")
    return [(part, index % 2 == 1) for index, part in enumerate(parts) if part]
