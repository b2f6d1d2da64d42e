"""Suites in other formats: each a module of this package that registers itself."""

from evals.formats.base import FORMATS, ExportFormat

__all__ = ["FORMATS", "ExportFormat"]
