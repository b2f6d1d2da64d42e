"""Text out of pictures: scanned pages, photographs of documents, screenshots."""

from __future__ import annotations

from ingest.ocr.lines import OcrLine, OcrPage
from ingest.ocr.reader import read, read_page

__all__ = ["OcrLine", "OcrPage", "read", "read_page"]
