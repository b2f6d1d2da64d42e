"""Pictures of documents: PNG, JPEG and TIFF, read by OCR."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import FileTooLarge, NoText
from core.ports import Progress, silent
from core.types import RawFile
from ingest.detect import JPEG, PNG, TIFF, corrupt
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.pdf.document import understand
from ingest.pdf.glyphs import PageText
from ingest.pdf.scans import OcrReport, page_of
from ingest.pdf.sizes import settle

if TYPE_CHECKING:
    from ingest.ocr.engine import Image

_MOST_PIXELS = 120_000_000
_LONGEST_SIDE = 5000
_SANE_DPI = (50.0, 1200.0)


class ImageParser:
    """Reads pictures; each frame of a TIFF is a page.

    Boxes are in points where the picture tells its resolution, and in its pixels where it does not.
    """

    media_types = (PNG, JPEG, TIFF)
    extensions = (".png", ".jpg", ".jpeg", ".tif", ".tiff")

    def parse(self, raw: RawFile, *, password: str = "", progress: Progress = silent) -> Parsed:
        """Read a picture; what came out doubtful is named in the warnings."""
        del password
        pages: list[PageText] = []
        report = OcrReport()
        for number, (image, points, total) in enumerate(_frames(raw), 1):
            pages.append(page_of(image, number, points, report))
            progress("ocr", number / total)
        if not any(page.runs for page in pages):
            raise NoText(
                f"OCR found no text in {raw.name}.", "Add a sharper or larger picture of it."
            )
        settle(pages)
        elements, cover = understand(pages)
        title = choose_title(elements, raw.name, metadata=cover)
        return Parsed(tuple(elements), title, len(pages), tuple(report.warnings()))


def _frames(raw: RawFile) -> Iterator[tuple[Image, float, int]]:
    """Yield each page as pixels, with its points per pixel, and how many there are."""
    import PIL.Image
    import PIL.ImageSequence

    try:
        source = PIL.Image.open(Path(raw.path))
    except PIL.UnidentifiedImageError as exc:
        raise corrupt(raw.name) from exc
    with closing(source):
        total = int(getattr(source, "n_frames", 1))
        for frame in PIL.ImageSequence.Iterator(source):
            if frame.width * frame.height > _MOST_PIXELS:
                raise FileTooLarge(
                    f"A page of {raw.name} has {frame.width * frame.height // 1_000_000} "
                    f"megapixels; the limit is {_MOST_PIXELS // 1_000_000}.",
                    "Save it at a lower resolution.",
                )
            yield *_pixels(frame), total


def _pixels(frame: Any) -> tuple[Image, float]:
    """Return a page upright as its file says, on white, with its points per pixel."""
    import numpy as np
    import PIL.Image
    import PIL.ImageOps

    points = _points_per_pixel(frame)
    shown = PIL.ImageOps.exif_transpose(frame)
    if shown.mode.startswith(("I", "F")):
        # Deep greys would be cut off at white.
        deep = np.asarray(shown, dtype=np.float32)
        grey = (deep * (255.0 / max(1.0, float(deep.max())))).astype(np.uint8)
        shown = PIL.Image.fromarray(grey)
    if shown.mode in ("RGBA", "LA", "PA") or "transparency" in shown.info:
        layered = shown.convert("RGBA")
        shown = PIL.Image.alpha_composite(PIL.Image.new("RGBA", shown.size, "white"), layered)
    shown = shown.convert("RGB")
    shrunk = min(1.0, _LONGEST_SIDE / max(shown.size))
    if shrunk < 1:
        shown = shown.resize((round(shown.width * shrunk), round(shown.height * shrunk)))
    return np.ascontiguousarray(np.asarray(shown, dtype=np.uint8)[:, :, ::-1]), points / shrunk


def _points_per_pixel(frame: Any) -> float:
    told = frame.info.get("dpi")
    dpi = float(told[0]) if isinstance(told, tuple) and told else 0.0
    return 72 / dpi if _SANE_DPI[0] <= dpi <= _SANE_DPI[1] else 1.0


PARSERS.register("image")(ImageParser())
