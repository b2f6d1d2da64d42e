"""One door to all parsers: choose by content, map every foreign error, never return nothing."""

from __future__ import annotations

import logging
from dataclasses import replace

from core.disk import is_full
from core.errors import (
    CiteDeskError,
    DiskFull,
    FileTooLarge,
    FileUnreadable,
    FormatUnsupported,
    NoText,
)
from core.ports import Progress, silent
from core.text import split_sentences
from core.text.addressed import addresses_model
from core.types import RawFile
from ingest.detect import corrupt, media_type_of
from ingest.page_count import count_pages
from ingest.parsers.base import PARSERS, Parsed, Parser, supported_extensions
from ingest.warnings import said

_LOG = logging.getLogger(__name__)

LARGEST_BYTES = 200 * 1024 * 1024
"""The default limit on a file's size."""
MOST_PAGES = 10_000
"""The default limit on a file's pages."""


def parse_file(
    raw: RawFile,
    *,
    password: str = "",
    max_bytes: int = LARGEST_BYTES,
    max_pages: int = MOST_PAGES,
    progress: Progress = silent,
) -> Parsed:
    """Read a file into elements; a document without text is an error, never an empty result.

    Raises:
        FileTooLarge: the file has more than ``max_bytes`` or ``max_pages``.
        DiskFull: no space is left for what reading it takes.
        FileEncrypted: it needs a password, or another one.
        FileCorrupt: the bytes are not what the format promises.
        NoText: the file is sound, but no text was found in it.
        CiteDeskError: what :func:`ingest.detect.media_type_of` raises.
    """
    # The stored copy of a file has no extension to ask, so what was found on receipt counts.
    media_type = raw.media_type or media_type_of(raw.path)
    size = raw.path.stat().st_size
    if size > max_bytes:
        raise FileTooLarge(
            f"{raw.name} has {size / 1e6:.0f} MB; the limit is {max_bytes / 1e6:.0f} MB.",
            "Split the file, or raise CITEDESK_MAX_FILE_MB.",
        )
    parser = parser_for(media_type)
    # Counted first where that is cheap, since what is refused for its length is long to read.
    _refuse_long(raw, count_pages(parser, raw, media_type, password), max_pages)
    parsed = _guarded(parser, raw, password, progress)
    _refuse_long(raw, parsed.pages, max_pages)
    if not any(element.text.strip() for element in parsed.elements):
        raise NoText(f"No text was found in {raw.name}.", "Add a version of it that holds text.")
    addressed = sum(
        addresses_model(span.text) for e in parsed.elements for span in split_sentences(e.text)
    )
    if addressed:
        told = said("model_addressed", n=addressed)
        parsed = replace(parsed, warnings=(*parsed.warnings, told))
    return parsed


def parser_for(media_type: str) -> Parser:
    """Return the parser that reads a media type.

    Raises:
        FormatUnsupported: none does.
    """
    for _, parser in PARSERS:
        if media_type in parser.media_types:
            return parser
    known = ", ".join(supported_extensions())
    raise FormatUnsupported(f"{media_type} cannot be read; what can be read: {known}.")


def _refuse_long(raw: RawFile, pages: int | None, max_pages: int) -> None:
    if pages is not None and pages > max_pages:
        raise FileTooLarge(
            f"{raw.name} has {pages} pages; the limit is {max_pages}.",
            "Split it, or raise CITEDESK_MAX_PAGES.",
        )


def _guarded(parser: Parser, raw: RawFile, password: str, progress: Progress) -> Parsed:
    try:
        return parser.parse(raw, password=password, progress=progress)
    except CiteDeskError:
        raise
    except PermissionError as exc:
        raise FileUnreadable(f"{raw.name} cannot be read.", "Check its permissions.") from exc
    # The libraries raise whatever a damaged file makes them trip over, so here, at the boundary,
    # everything they raise means the same, but for want of room.
    except Exception as exc:
        if is_full(exc):
            hint = "Make room, then repeat."
            raise DiskFull("No space is left to read the file.", hint) from exc
        _LOG.info("parsing failed: %s: %s", type(exc).__name__, exc)
        raise corrupt(raw.name) from exc
