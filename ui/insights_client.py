"""The service's insights as the screens see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote, urlencode

from ui.client import Client, Failure
from ui.gaps_shapes import (
    Coverage,
    GapDetail,
    Gaps,
    Section,
    read_coverage,
    read_gap,
    read_gaps,
    read_sections,
)
from ui.insights_shapes import Accuracy, read_accuracy

T = TypeVar("T")
_PATH = "/v1/insights"


class InsightsClient(Client):
    """The calls that the screen of insights makes."""

    def accuracy(self, asked: Mapping[str, str]) -> Accuracy:
        """Fetch what became of drafts over time."""
        data = self._json("GET", f"{_PATH}/accuracy?{urlencode(asked)}")
        return _made(lambda: read_accuracy(data))

    def gaps(self, days: int, least: int) -> Gaps:
        """Fetch what keeps finding nothing."""
        data = self._json("GET", f"{_PATH}/gaps?{urlencode({'days': days, 'least': least})}")
        return _made(lambda: read_gaps(data))

    def gap(self, gap_id: str, days: int) -> GapDetail:
        """Fetch a gap with what to write."""
        data = self._json("GET", f"{_PATH}/gaps/{quote(gap_id, safe='')}?days={days}")
        return _made(lambda: read_gap(data))

    def to_task(self, gap_id: str, days: int) -> None:
        """Make a gap a task."""
        self._json("POST", f"{_PATH}/gaps/{quote(gap_id, safe='')}/task?days={days}")

    def coverage(self, days: int) -> Coverage:
        """Fetch what of the live documents cases touch."""
        data = self._json("GET", f"{_PATH}/coverage?days={days}")
        return _made(lambda: read_coverage(data))

    def sections(self, document_id: str, days: int) -> tuple[Section, ...]:
        """Fetch which sections of a document cases touch."""
        data = self._json("GET", f"{_PATH}/coverage/{quote(document_id, safe='')}?days={days}")
        return _made(lambda: read_sections(data))


def _made(make: Callable[[], T]) -> T:
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise Failure("BAD_ANSWER") from exc
