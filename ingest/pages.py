"""A page of a stored file as a picture, with a passage marked as by a highlighter.

A file may be hostile and pdfium serves one thread at a time, so each page is drawn by a
process of its own (this module, run as a program) with limits on its time and memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import FileCorrupt, NotFound, RateLimited
from core.types import Box

if TYPE_CHECKING:
    from PIL.Image import Image

PDF = "application/pdf"
IMAGES = ("image/png", "image/jpeg", "image/tiff")
WIDTH = 1200
WIDEST = 2000
"""Pixels; beyond this a page only takes longer to send."""

_LARGEST = 6_000_000
"""Pixels of a picture: a page may be a metre long and a centimetre wide."""
_SECONDS = 20
_MEMORY = 3 << 30
_WAIT_SECONDS = 30
_CACHE_BYTES = 48 << 20
_HEAVY = 700_000
"""Bytes beyond which a picture is reduced to 256 colours: scans read as well, and load."""

_SANE_DPI = (50.0, 1200.0)

_NO_PAGE = 3
_LOCKED = 4
_PASSWORD_ERROR = 4

_MARKER = (255, 234, 110)
_PADDING = 1.5
"""Points; a box ends where the letters do, a highlighter does not."""

_turns = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn."""

    path: str
    media_type: str
    page: int
    """1-based."""
    width: int
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    """Left, top, right and bottom in points from the top left corner of the page as seen."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as PNG."""

    png: bytes
    marked_at: float | None
    """Where the highlight begins, from 0 at the top of the page to 1; None without one."""


def has_pages(media_type: str) -> bool:
    """Say whether files of a media type have pages that can be shown as they are."""
    return media_type == PDF or media_type in IMAGES


def draw_page(
    path: Path, media_type: str, name: str, page: int, boxes: Iterable[Box] = (), width: int = WIDTH
) -> Drawn:
    """Return a page as a picture with the boxes that lie on it highlighted.

    Raises:
        NotFound: the format has no fixed pages, the file not this page, or it is locked.
        FileCorrupt: the page cannot be drawn within the limits.
        RateLimited: too many pages are being drawn.
    """
    if not has_pages(media_type):
        raise NotFound(f"{name} has no fixed pages.", "Open the passage or the original.")
    sides = tuple((b.left, b.top, b.right, b.bottom) for b in boxes if b.page == page)
    order = Order(str(path), media_type, page, min(width, WIDEST), sides)
    if (drawn := _drawn.get(order)) is None:
        drawn = _made(order, name)
        _drawn.put(order, drawn)
    return drawn


class _Cache:
    """The pictures asked for last, up to so many bytes; a stored file never changes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Order, Drawn] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, order: Order) -> Drawn | None:
        with self._lock:
            if order in self._held:
                self._held.move_to_end(order)
            return self._held.get(order)

    def put(self, order: Order, drawn: Drawn) -> None:
        with self._lock:
            self._held[order] = drawn
            while sum(len(held.png) for held in self._held.values()) > self._most:
                self._held.popitem(last=False)


_drawn = _Cache(_CACHE_BYTES)


def _made(order: Order, name: str) -> Drawn:
    """Have the page drawn by another process."""
    import json

    cannot = FileCorrupt(f"Page {order.page} of {name} cannot be drawn.", "Open the original.")
    if not _turns.acquire(timeout=_WAIT_SECONDS):
        raise RateLimited("Too many pages are being drawn.", "Wait a moment, then try again.")
    try:
        done = subprocess.run(  # noqa: S603 - this program, with nothing of the caller's
            [sys.executable, "-P", "-m", __name__],
            input=json.dumps(asdict(order)).encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            # The settings may hold secrets, and a hostile file might take the process over.
            env={n: v for n, v in os.environ.items() if not n.startswith("CITEDESK_")},
        )
    except subprocess.TimeoutExpired as exc:
        raise cannot from exc
    finally:
        _turns.release()
    if done.returncode == _NO_PAGE:
        raise NotFound(f"{name} has no page {order.page}.", "Pages count from 1.")
    if done.returncode == _LOCKED:
        raise NotFound(
            f"{name} is locked with a password, so its pages cannot be shown.", "Open the original."
        )
    top, _, png = done.stdout.partition(b"\n")
    if done.returncode or not png:
        raise cannot
    return Drawn(png, float(top) if top else None)


class _NoSuchPage(Exception):
    """The file ends before this page."""


def _main() -> int:
    """Draw one page for the process that started this one."""
    import json

    _limit()
    told = json.load(sys.stdin)
    told["boxes"] = tuple(tuple(box) for box in told["boxes"])
    order = Order(**told)
    try:
        picture, scale = _pdf(order) if order.media_type == PDF else _image(order)
    except _NoSuchPage:
        return _NO_PAGE
    except PermissionError:
        return _LOCKED
    tops = [box[1] * scale / picture.height for box in order.boxes]
    top = f"{min(max(min(tops), 0.0), 1.0):.4f}" if tops else ""
    sys.stdout.buffer.write(top.encode() + b"\n" + _png(_marked(picture, order.boxes, scale)))
    return 0


def _limit() -> None:
    """Bound what a hostile file can take; where the system has no such limits, only its time."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS)):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, hard))


def _pdf(order: Order) -> tuple[Image, float]:
    """Draw a page of a PDF and return it with its pixels per point."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(order.path)
    except pypdfium2.PdfiumError as exc:
        if getattr(exc, "err_code", None) == _PASSWORD_ERROR:
            raise PermissionError from exc
        raise
    if order.page > len(document):
        raise _NoSuchPage
    page = document[order.page - 1]
    width, height = page.get_size()
    scale = _scale(width, height, order.width)
    picture: Image = page.render(scale=scale).to_pil()
    return picture.convert("RGB"), scale


def _image(order: Order) -> tuple[Image, float]:
    """Open a page of a picture file and return it with its pixels per point."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = 150_000_000
    with Image.open(order.path) as opened:
        if order.page > getattr(opened, "n_frames", 1):
            raise _NoSuchPage
        opened.seek(order.page - 1)
        per_point = pixels_per_point(opened.info.get("dpi"))
        scale = min(1.0, _scale(*opened.size, order.width))
        picture = ImageOps.exif_transpose(opened)
        if picture.mode in ("RGBA", "LA", "PA", "P"):
            picture = picture.convert("RGBA")
            paper = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(paper, picture)
        elif picture.mode.startswith(("I", "F")):
            # Sixteen bits of grey would be cut off at white rather than scaled.
            picture = picture.point(lambda value: value / 256).convert("L")
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS), per_point * scale


def pixels_per_point(dpi: object) -> float:
    """Return how many pixels of a picture a point takes, by the rule that its parser follows.

    A file that does not say its resolution, or says an absurd one, is measured in its pixels.
    """
    told = float(dpi[0]) if isinstance(dpi, tuple) and dpi else 0.0
    return told / 72 if _SANE_DPI[0] <= told <= _SANE_DPI[1] else 1.0


def _scale(width: float, height: float, wanted: int) -> float:
    """Return the scale at which a page is as wide as wanted, and not too tall."""
    if not (width > 0 and height > 0):
        raise ValueError("a page without a surface")
    return float(min(wanted / width, (_LARGEST / (width * height)) ** 0.5))


def _marked(picture: Image, boxes: Sequence[Sequence[float]], scale: float) -> Image:
    """Lay the marker over the boxes as ink on paper: what is dark under it stays dark."""
    from PIL import Image, ImageChops, ImageDraw

    if not boxes:
        return picture
    where = Image.new("L", picture.size, 0)
    pen = ImageDraw.Draw(where)
    for left, top, right, bottom in boxes:
        corners = (left - _PADDING, top - _PADDING, right + _PADDING, bottom + _PADDING)
        x0, y0, x1, y1 = (round(side * scale) for side in corners)
        if x1 >= x0 and y1 >= y0:
            pen.rectangle((x0, y0, x1, y1), fill=255)
    inked = ImageChops.multiply(picture, Image.new("RGB", picture.size, _MARKER))
    return Image.composite(inked, picture, where)


def _png(picture: Image) -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    picture.save(out, "PNG")
    if out.tell() > _HEAVY:
        out = BytesIO()
        picture.quantize(256, Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(_main())
