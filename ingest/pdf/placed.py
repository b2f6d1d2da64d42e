"""Lines that know where they stand, and the outline that hands this on to the elements."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.types import Box, ElementKind, Table
from ingest.structure import Line, Outline


@dataclass(slots=True)
class PlacedLine(Line):
    """A paragraph with the boxes of its lines."""

    boxes: tuple[Box, ...] = ()
    confidence: float | None = None
    """How sure the OCR was of its least certain line; None where there was none."""
    is_note: bool = False
    """Whether it is a note at the foot of its page."""
    marks: frozenset[str] = frozenset()
    """The notes that it refers to."""


class PlacedOutline(Outline):
    """Gives each element the boxes and the confidence of the lines that it was made from."""

    def __init__(self) -> None:
        super().__init__()
        self._coming: deque[Sequence[PlacedLine]] = deque()

    def expect(self, lines: Iterable[Sequence[PlacedLine]]) -> None:
        """Say which lines the next calls are about, a group for each call in its order."""
        self._coming.extend(lines)

    def heading(
        self,
        text: str,
        *,
        level: int = 0,
        size: float = 0.0,
        page: int | None = None,
        is_document: bool = False,
    ) -> None:
        """Open a heading where its lines stand."""
        super().heading(text, level=level, size=size, page=page, is_document=is_document)
        self._place(text)

    def add(
        self,
        kind: ElementKind,
        text: str,
        *,
        page: int | None = None,
        level: int = 0,
        table: Table | None = None,
    ) -> None:
        """Add body content where its lines stand."""
        super().add(kind, text, page=page, level=level, table=table)
        self._place(text)

    def _place(self, text: str) -> None:
        lines = self._coming.popleft()
        if not text:
            return
        # What joins the element before it brings its boxes along.
        last = self.elements[-1]
        boxes = tuple(box for line in lines for box in line.boxes)
        sure = [line.confidence for line in lines] + [last.confidence]
        known = [value for value in sure if value is not None]
        self.elements[-1] = replace(
            last, boxes=last.boxes + boxes, confidence=min(known, default=None)
        )


def around(boxes: Sequence[Box]) -> Box | None:
    """Return the smallest box around others of one page."""
    if not boxes:
        return None
    return Box(
        boxes[0].page,
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
