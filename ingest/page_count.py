"""How many pages a file has, found without reading them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from core.types import RawFile
from ingest.detect import PDF, PPTX, TIFF
from ingest.parsers.base import Parser

_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml")


@runtime_checkable
class CountsPages(Protocol):
    """A parser that can tell a file's length before it reads it."""

    def page_count(self, raw: RawFile, *, password: str = "") -> int | None:
        """Return the number of pages; None where it is not known."""
        ...


def count_pages(parser: Parser, raw: RawFile, media_type: str, password: str = "") -> int | None:
    """Return how many pages a file has; None where the format does not tell, or is damaged."""
    try:
        if isinstance(parser, CountsPages):
            return parser.page_count(raw, password=password)
        return _COUNTS.get(media_type, _unknown)(raw, password)
    # What is wrong with the file is for the parser to say.
    except Exception:  # noqa: BLE001
        return None


def _unknown(_raw: RawFile, _password: str) -> int | None:
    return None


def _pdf(raw: RawFile, password: str) -> int | None:
    import pypdfium2

    document = pypdfium2.PdfDocument(raw.path, password=password or None)
    try:
        return len(document)
    finally:
        document.close()


def _slides(raw: RawFile, _password: str) -> int | None:
    with zipfile.ZipFile(raw.path) as archive:
        return sum(1 for name in archive.namelist() if _SLIDE.fullmatch(name)) or None


def _frames(raw: RawFile, _password: str) -> int | None:
    from PIL import Image

    with Image.open(raw.path, formats=("TIFF",)) as picture:
        return int(getattr(picture, "n_frames", 1))


_COUNTS: dict[str, Callable[[RawFile, str], int | None]] = {
    PDF: _pdf,
    PPTX: _slides,
    TIFF: _frames,
}
