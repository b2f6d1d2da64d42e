"""A page as it is shown, and the same page turned and straightened so that text runs level."""

from __future__ import annotations

import math
from dataclasses import dataclass

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How to get from a page on which text runs level to the page as it is shown, and back."""

    width: float
    height: float
    """Of the page as it is shown."""
    turn: int = 0
    """Quarter turns, clockwise, that its text was turned by."""
    skew: float = 0.0
    """Radians, clockwise, that its text leans by after that."""

    @property
    def level_size(self) -> tuple[float, float]:
        """Width and height of the levelled page."""
        return (self.height, self.width) if self.turn % 2 else (self.width, self.height)

    def scaled(self, factor: float) -> Frame:
        """Return the frame in another unit."""
        return Frame(self.width * factor, self.height * factor, self.turn, self.skew)

    def level(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the shown page lies on the levelled one."""
        if self.turn == 1:
            x, y = y, self.width - x
        elif self.turn == 2:
            x, y = self.width - x, self.height - y
        elif self.turn == 3:
            x, y = self.height - y, x
        return self._leaned(x, y, -self.skew)

    def shown(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the levelled page lies on the shown one."""
        x, y = self._leaned(x, y, self.skew)
        if self.turn == 1:
            return self.width - y, x
        if self.turn == 2:
            return self.width - x, self.height - y
        if self.turn == 3:
            return y, self.height - x
        return x, y

    def shown_box(self, left: float, top: float, right: float, bottom: float) -> Rectangle:
        """Return the upright rectangle on the shown page around one of the levelled page."""
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        points = [self.shown(x, y) for x, y in corners]
        xs = [min(max(x, 0.0), self.width) for x, _ in points]
        ys = [min(max(y, 0.0), self.height) for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)

    def _leaned(self, x: float, y: float, angle: float) -> tuple[float, float]:
        if not angle:
            return x, y
        width, height = self.level_size
        dx, dy = x - width / 2, y - height / 2
        cos, sin = math.cos(angle), math.sin(angle)
        return width / 2 + dx * cos - dy * sin, height / 2 + dx * sin + dy * cos
