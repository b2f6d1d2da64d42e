"""What we know: documents, their versions and passages, and which of them are live."""

from corpus.documents import IngestOptions, VersionState
from corpus.live import LiveSet, LiveTable
from corpus.records import Records, Staged
from corpus.rows import VersionRecord

__all__ = [
    "IngestOptions",
    "LiveSet",
    "LiveTable",
    "Records",
    "Staged",
    "VersionRecord",
    "VersionState",
]
