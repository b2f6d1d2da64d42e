"""What a parser is, and the door through which each one registers itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.ports import Progress, silent
from core.registry import Registry
from core.types import Element, ElementKind, RawFile
from ingest.clean import clean_line

_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as it was understood: its elements in reading order."""

    elements: tuple[Element, ...]
    title: str
    pages: int | None = None
    """Number of pages; None where the format has none before layout."""
    warnings: tuple[str, ...] = ()
    """What did not come out well, for whoever publishes the document."""


class Parser(Protocol):
    """Reads one kind of file."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types it reads."""
        ...

    @property
    def extensions(self) -> tuple[str, ...]:
        """The file extensions these media types have, with their dots."""
        ...

    def parse(self, raw: RawFile, *, password: str = "", progress: Progress = silent) -> Parsed:
        """Read a file; errors of the libraries underneath may pass, the caller maps them."""
        ...


PARSERS: Registry[Parser] = Registry("parser", "ingest.parsers")


def supported_extensions() -> list[str]:
    """Return the extensions of every format that can be read, sorted."""
    return sorted({extension for _, parser in PARSERS for extension in parser.extensions})


def choose_title(elements: list[Element], name: str, *, metadata: str = "") -> str:
    """Return a document's title: from its metadata, its only highest heading, or its file name."""
    told = clean_line(metadata)
    if told and not _looks_generated(told):
        return told[:_LONGEST_TITLE]
    titles = [e for e in elements if e.kind is ElementKind.TITLE and not e.headings]
    if titles and (len(titles) == 1 or elements[0] is titles[0]) and not _is_numbered(titles[0]):
        return titles[0].text[:_LONGEST_TITLE]
    return clean_line(Path(name).stem.replace("_", " "))[:_LONGEST_TITLE] or "Untitled"


def _is_numbered(element: Element) -> bool:
    from ingest.numbering import label_of

    return label_of(element.text) is not None


def _looks_generated(title: str) -> bool:
    """Say whether a metadata title was put there by a program rather than a person."""
    lowered = title.lower()
    if lowered in {
        "untitled",
        "无标题",
        "未命名",
        "document",
        "文档",
        "新建文档",
        "title",
        "(anonymous)",
    }:
        return True
    if lowered.startswith(("microsoft word", "microsoft powerpoint", "新建 ", "untitled", "(")):
        return True
    suffixes = (".doc", ".docx", ".pdf", ".md", ".html", ".indd", ".fm", ".tex", ".dvi", ".wps")
    return lowered.endswith(suffixes) or len(title) < 2 or "\ufffd" in title
