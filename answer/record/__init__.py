"""The record of a conversation in four steps: identity, kind, details, need."""

from answer.record.asking import Missing, missing_of, progress_of
from answer.record.fields import FIELDS, PERSONAL, STEPS, Field, Found
from answer.record.reader import RecordReader

__all__ = [
    "FIELDS",
    "PERSONAL",
    "STEPS",
    "Field",
    "Found",
    "Missing",
    "RecordReader",
    "missing_of",
    "progress_of",
]
