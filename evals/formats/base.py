"""What a format is into which suites are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.registry import Registry
from core.types import EvalCase
from evals.records import CaseRecord


class ExportFormat(Protocol):
    """Writes cases as the files of one format."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def files(self, cases: Sequence[EvalCase], records: Mapping[str, CaseRecord]) -> dict[str, str]:
        """Return the text of each file by its name.

        Args:
            cases: those to write, in their order.
            records: of a run over them, by case; empty where none is given.
        """
        ...


FORMATS: Registry[ExportFormat] = Registry("format", "evals.formats")
