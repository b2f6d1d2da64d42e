"""reStructuredText, by docutils; what only Sphinx knows is read for the words it holds."""

from __future__ import annotations

from core.ports import Progress, silent
from core.types import RawFile
from ingest.doctree import Reader
from ingest.encoding import decode_text
from ingest.loose_steps import mark_steps
from ingest.notes import reads_chinese
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.structure import Outline

_LONGEST_LINE = 100_000
_SETTINGS = {
    # Neither a file beside the document nor one of the user's may change how it is read.
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    # A lone section stays a section: promoted to a title, a document and its translation could
    # get trees of different shapes.
    "doctitle_xform": False,
    "docinfo_xform": False,
    "input_encoding": "unicode",
    "line_length_limit": _LONGEST_LINE,
    "report_level": 5,
    "halt_level": 5,
    "syntax_highlight": "none",
}


class RstParser:
    """Reads reStructuredText: sections, steps, tables of every kind, notes, code."""

    media_types = ("text/x-rst",)
    extensions = (".rst", ".rest")

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (this format has none)
        progress: Progress = silent,
    ) -> Parsed:
        """Read a reStructuredText file; files it includes are named in the warnings."""
        from docutils.core import publish_doctree  # type: ignore[import-untyped]

        from ingest.sphinx import admit_unknown

        text = decode_text(raw.path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
        admit_unknown(text)
        tree = publish_doctree(text, settings_overrides=dict(_SETTINGS))
        outline = Outline()
        reader = Reader(outline, chinese=reads_chinese(text))
        reader.read(tree)
        mark_steps(outline.elements)
        progress("parse", 1.0)
        return Parsed(
            tuple(outline.elements),
            choose_title(outline.elements, raw.name),
            warnings=tuple(reader.warnings),
        )


PARSERS.register("rst")(RstParser())
