"""PDF by pdfium, our own layout and OCR; unstructured flattens tables and needs torchvision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import FileEncrypted, NoText
from core.ports import Progress, silent
from core.types import RawFile
from ingest.clean import clean_line
from ingest.detect import corrupt
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.pdf.document import understand
from ingest.pdf.glyphs import PageText, read_page
from ingest.pdf.scans import OcrReport, listed, read_scans
from ingest.warnings import said

_PASSWORD_ERROR = 4
_UNMAPPED_SHARE = 0.2


class PdfParser:
    """Reads PDF files: text where they hold it, and what their pictures say where they do not."""

    media_types = ("application/pdf",)
    extensions = (".pdf",)

    def page_count(self, raw: RawFile, *, password: str = "") -> int | None:
        """Return how many pages a file has without reading them; None where it is locked."""
        return page_count(Path(raw.path), password)

    def parse(self, raw: RawFile, *, password: str = "", progress: Progress = silent) -> Parsed:
        """Read a PDF; pages read by OCR and pages without text are named in the warnings."""
        with _opened(raw, password) as document:
            told = clean_line(document.get_metadata_value("Title"))
            pages, damaged = _pages(document, progress)
            count = len(document)
            if not pages and damaged:
                raise corrupt(raw.name, "none of its pages can be read")
            report = read_scans(document, pages, progress)
        empty = [page.number for page in pages if not (page.characters or page.pictures)]
        if len(empty) == len(pages):
            raise NoText(
                f"No page of {raw.name} holds text, and OCR found none in its pictures.",
                "Add a version with text, or a sharper scan.",
            )
        elements, cover = understand(pages)
        progress("parse", 1.0)
        return Parsed(
            tuple(elements),
            choose_title(
                elements, raw.name, metadata=cover or (told if _fits(told, pages) else "")
            ),
            count,
            tuple(_warnings(pages, empty, damaged, report)),
        )


def page_count(path: Path, password: str = "") -> int | None:
    """Return how many pages a PDF has without reading them; None where it cannot be opened."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path, password=password or None)
    except (pypdfium2.PdfiumError, OSError):
        return None
    try:
        return len(document)
    finally:
        document.close()


@contextmanager
def _opened(raw: RawFile, password: str) -> Iterator[Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(Path(raw.path), password=password or None)
    except pypdfium2.PdfiumError as exc:
        if getattr(exc, "err_code", None) == _PASSWORD_ERROR or "password" in str(exc).lower():
            wrong = "Check the password." if password else "Give the password with the file."
            raise FileEncrypted(f"{raw.name} is locked with a password.", wrong) from exc
        raise corrupt(raw.name) from exc
    try:
        yield document
    finally:
        document.close()


def _pages(document: Any, progress: Progress) -> tuple[list[PageText], list[int]]:
    import pypdfium2

    pages: list[PageText] = []
    damaged: list[int] = []
    for index in range(len(document)):
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            damaged.append(index + 1)
            continue
        try:
            pages.append(read_page(page, index + 1))
        finally:
            page.close()
        progress("parse", index / len(document))
    return pages, damaged


def _fits(title: str, pages: list[PageText]) -> bool:
    """A title in the metadata counts when the first pages say it too: templates leave old ones."""
    if not title:
        return False
    said = "".join(run.text for page in pages[:3] for run in page.runs)
    return "".join(title.split()).lower() in "".join(said.split()).lower()


def _warnings(
    pages: list[PageText], empty: list[int], damaged: list[int], report: OcrReport
) -> Iterator[str]:
    if damaged:
        yield f"Pages that cannot be read: {listed(damaged)}."
    if empty:
        yield f"Pages without text: {listed(empty)}."
    if unseen := sum(page.unseen for page in pages):
        yield said("text_unseen", n=unseen)
    yield from report.warnings()
    backwards = [page.number for page in pages if any(run.rtl for run in page.runs)]
    if backwards:
        yield f"Pages written from right to left, whose order may be wrong: {listed(backwards)}."
    unmapped = [p.number for p in pages if p.unmapped > _UNMAPPED_SHARE * (p.characters + 1)]
    if unmapped:
        yield f"Pages whose characters the file does not name: {listed(unmapped)}."


PARSERS.register("pdf")(PdfParser())
