"""DOC, PPT, XLS, RTF and OpenDocument: LibreOffice converts them, the present parsers read them."""

from __future__ import annotations

from dataclasses import replace

from core.ports import Progress, silent
from core.types import RawFile
from ingest.libreoffice import TARGETS, converted, find_soffice, refuse_locked
from ingest.parsers.base import PARSERS, Parsed

_EXTENSIONS = (
    ".doc", ".dot", ".ppt", ".pps", ".pot", ".xls", ".xlt", ".rtf", ".odt", ".odp", ".ods",
)  # fmt: skip


class LegacyParser:
    """Reads what the present Office formats replaced, where LibreOffice is installed."""

    media_types = tuple(TARGETS)

    @property
    def extensions(self) -> tuple[str, ...]:
        """The extensions it reads; none where LibreOffice is absent, so that none is promised."""
        return _EXTENSIONS if find_soffice() else ()

    def parse(self, raw: RawFile, *, password: str = "", progress: Progress = silent) -> Parsed:
        """Read an old file by way of its present format; macros are not run on the way."""
        from ingest.detect import media_type_of
        from ingest.parse import parser_for

        media_type = raw.media_type or media_type_of(raw.path)
        refuse_locked(raw.path, raw.name, media_type)
        with converted(raw.path, raw.name, media_type) as path:
            progress("parse", 0.5)
            target = TARGETS[media_type][2]
            present = replace(raw, media_type=target, path=path)
            return parser_for(target).parse(present, password=password, progress=progress)


PARSERS.register("legacy")(LegacyParser())
