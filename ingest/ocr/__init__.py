"""Text out of pictures: scanned pages, photographs of documents, screenshots."""

from __future__ import annotations

from ingest.ocr.reader import OcrLine, OcrPage, read, read_page

__all__ = ["OcrLine", "OcrPage", "read", "read_page"]
