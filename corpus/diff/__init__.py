"""What changed between two versions of a document, passage by passage."""

from corpus.diff.changes import Alert, CellChange, Change, ChangeKind, Diff, Unit, WordChange
from corpus.diff.compare import compare

__all__ = [
    "Alert",
    "CellChange",
    "Change",
    "ChangeKind",
    "Diff",
    "Unit",
    "WordChange",
    "compare",
]
