"""Pages and pictures that hold text only to look at: rendered, read, and put with the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.ports import Progress
from core.types import Box
from ingest.clean import is_cjk
from ingest.ocr import OcrLine, OcrPage, read_page
from ingest.ocr.engine import ENGINE
from ingest.ocr.frame import Frame, Rectangle
from ingest.pdf.glyphs import PageText, Run
from ingest.pdf.pictures import Picture, area, shared_area
from ingest.pdf.rules import Rule
from ingest.pdf.sizes import settle

if TYPE_CHECKING:
    from ingest.ocr.engine import Image

_SCALE = 200 / 72
_LARGEST_SIDE = 3500
_PREVIEW_SIDE = 700
_FEWEST_CHARACTERS = 8
_FEW_CHARACTERS = 120
_UNMAPPED_SHARE = 0.2
_MOST_OF_PAGE = 0.5
_WRITTEN_OVER = 0.06
"""Part of a picture under text of the layer from which on the layer is taken to say it all."""
_SAID = 0.4
_BLANK = 16
_POOR = 0.9
_SMALLEST_TYPE = 5.0
"""In points; smaller writing in a picture beside text is left out."""
_LEAST_SURE_BESIDE = 0.75


@dataclass(slots=True)
class OcrReport:
    """Which pages were read by OCR, and how well."""

    read: list[int] = field(default_factory=list)
    poor: dict[int, float] = field(default_factory=dict)
    """The confidence of the pages on which it was low."""

    def add(self, page: int, lines: Sequence[OcrLine]) -> None:
        """Note what was read on a page; no lines are no reading."""
        if not lines:
            return
        self.read.append(page)
        characters = sum(len(line.text) for line in lines)
        sure = sum(line.confidence * len(line.text) for line in lines) / characters
        if sure < _POOR:
            self.poor[page] = sure

    def warnings(self) -> Iterator[str]:
        """Say which pages came from pictures, and which of them came out poorly, worst first."""
        if self.read:
            yield f"Pages read by OCR: {listed(self.read)}."
        if self.poor:
            worst = sorted(self.poor, key=lambda page: self.poor[page])
            named = [f"{page} ({self.poor[page]:.2f})" for page in worst]
            yield f"Pages read with low confidence: {listed(named)}."


def listed(numbers: Sequence[int | str]) -> str:
    """Return page numbers as people write them; of many, the first."""
    shown = ", ".join(str(number) for number in numbers[:10])
    return f"{shown} and {len(numbers) - 10} more" if len(numbers) > 10 else shown


def read_scans(document: Any, pages: Sequence[PageText], progress: Progress) -> OcrReport:
    """Add to the pages what only pictures say."""
    report = OcrReport()
    wanted = [page for page in pages if _is_scan(page) or page.places]
    for index, page in enumerate(wanted):
        source = document[page.number - 1]
        try:
            read = _read_page if _is_scan(page) else _read_pictures
            report.add(page.number, read(source, page))
        finally:
            source.close()
        progress("ocr", (index + 1) / len(wanted))
    settle(pages)
    return report


def page_of(image: Image, number: int, scale: float, report: OcrReport) -> PageText:
    """Return a picture as a page of which each pixel measures ``scale`` points."""
    found = read_page(image)
    report.add(number, found.lines)
    page = PageText(number, found.frame.scaled(scale), _runs(found, scale, []), [])
    page.pictures = _standing(found, scale, number)
    page.rules = _rules(found, scale)
    return page


def _is_scan(page: PageText) -> bool:
    """Say whether the page has to be read as a whole: it holds no text, or no usable text."""
    if page.characters < _FEWEST_CHARACTERS or _is_unnamed(page):
        return True
    whole = page.frame.width * page.frame.height
    # A stamp or a footer over a scan.
    pictured = bool(page.places) and area(page.places[0]) > _MOST_OF_PAGE * whole
    return pictured and page.characters < _FEW_CHARACTERS


def _is_unnamed(page: PageText) -> bool:
    return page.unmapped > _UNMAPPED_SHARE * (page.characters + 1)


def _read_page(source: Any, page: PageText) -> Sequence[OcrLine]:
    """Read a page as a whole, and return what was read."""
    if _is_blank(_render(source, page.frame, _PREVIEW_SIDE)[0]):
        return ()
    image, scale = _render(source, page.frame)
    found = read_page(image)
    if not found.lines:
        return ()
    turned = bool(found.frame.turn or found.frame.skew)
    # What the layer of a turned scan says is in the picture too.
    page.runs = _runs(found, 1 / scale, [] if turned or _is_unnamed(page) else page.runs)
    page.pictures = _standing(found, 1 / scale, page.number)
    page.rules = _rules(found, 1 / scale) if turned or not page.rules else page.rules
    page.unmapped = 0
    page.frame = replace(page.frame, turn=found.frame.turn, skew=found.frame.skew)
    return found.lines


def _runs(found: OcrPage, scale: float, layer: Sequence[Run]) -> list[Run]:
    """Return the runs of a text layer, and the lines of the picture that do not repeat them."""
    said = [(run.x0, run.top, run.x1, run.bottom) for run in layer]
    runs = list(layer)
    for line in found.lines:
        left, top, right, bottom = line.box
        box = (left * scale, top * scale, right * scale, bottom * scale)
        if not _is_margin(line) and _covered(box, said) < _SAID:
            runs.append(_run(line, scale))
    return runs


def _is_margin(line: OcrLine) -> bool:
    """Say whether a line runs up the page: a stamp, and no row of it. Chinese may be set so."""
    return line.standing and 2 * sum(is_cjk(c) for c in line.text) < len(line.text)


def _standing(found: OcrPage, scale: float, number: int) -> list[Picture]:
    """Return the lines that run up or down a page, each as a picture beside its text."""
    noted = []
    for line in filter(_is_margin, found.lines):
        left, top, right, bottom = (side * scale for side in line.box)
        box = Box(number, left, top, right, bottom)
        noted.append(Picture((left, top, right, bottom), (line.text,), (box,), line.confidence))
    return noted


def _rules(found: OcrPage, scale: float) -> list[Rule]:
    return [Rule(*(side * scale for side in rule)) for rule in found.rules]


def _read_pictures(source: Any, page: PageText) -> Sequence[OcrLine]:
    """Read the pictures beside the text, and return what was read."""
    said = [(run.x0, run.top, run.x1, run.bottom) for run in page.runs]
    lines: list[OcrLine] = []
    for place in page.places:
        if _covered(place, said) > _WRITTEN_OVER:
            continue
        preview, _ = _render(source, page.frame, _PREVIEW_SIDE, place)
        if _is_blank(preview) or not ENGINE.has_text(preview):
            continue
        image, scale = _render(source, page.frame, part=place)
        found = [
            line
            for line in read_page(image).lines
            if _is_legible(line, scale) and _covered(_moved(line.box, place, scale), said) < _SAID
        ]
        if found:
            boxes = [_moved(line.box, place, scale) for line in found]
            page.pictures.append(
                Picture(
                    place,
                    tuple(line.text for line in found),
                    tuple(Box(page.number, *box) for box in boxes),
                    min(line.confidence for line in found),
                )
            )
            said += boxes
            lines += found
    return lines


def _is_legible(line: OcrLine, scale: float) -> bool:
    """Say whether a line is there to be read: the menus of a screenshot made small are not."""
    return line.size / scale >= _SMALLEST_TYPE and line.confidence >= _LEAST_SURE_BESIDE


def _render(
    source: Any, frame: Frame, longest: int = _LARGEST_SIDE, part: Rectangle | None = None
) -> tuple[Image, float]:
    """Return a page, or a part of it, as a picture, and its pixels per point."""
    import numpy as np

    left, top, right, bottom = part or (0.0, 0.0, frame.width, frame.height)
    scale = min(_SCALE, longest / max(right - left, bottom - top, 1.0))
    crop = (left, frame.height - bottom, frame.width - right, top)
    bitmap = source.render(scale=scale, crop=crop, may_draw_forms=False, rev_byteorder=False)
    try:
        return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3]), scale
    finally:
        bitmap.close()


def _is_blank(image: Image) -> bool:
    return int(image.max()) - int(image.min()) < _BLANK


def _covered(box: Rectangle, by: Sequence[Rectangle]) -> float:
    """Return the part of a box that lies under others."""
    return sum(shared_area(box, other) for other in by) / max(area(box), 1e-6)


def _moved(box: Rectangle, place: Rectangle, scale: float) -> Rectangle:
    """Return where a box of a picture stands on the page."""
    left, top = place[0], place[1]
    return (
        left + box[0] / scale, top + box[1] / scale, left + box[2] / scale, top + box[3] / scale
    )  # fmt: skip


def _run(line: OcrLine, scale: float) -> Run:
    x0, x1 = line.x0 * scale, line.x1 * scale
    # A letter takes about half the width of a Chinese character.
    widths = [1.0 if is_cjk(character) else 0.5 for character in line.text]
    edges, x = [], x0
    for width in widths:
        edges.append(x)
        x += (x1 - x0) * width / sum(widths)
    size = max(1.0, line.size * scale)
    return Run(
        line.text, x0, x1, line.base * scale, size, bold=line.bold, edges=edges,
        confidence=line.confidence,
    )  # fmt: skip
