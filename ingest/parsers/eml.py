"""EML, by the standard library: unstructured drops list numbers and merged cells of the body."""

from __future__ import annotations

from core.ports import Progress, silent
from core.types import RawFile
from ingest.letters import assemble
from ingest.parsers.base import PARSERS, Parsed


class EmlParser:
    """Reads an Internet message, what it answers to, and what is attached to it."""

    media_types = ("message/rfc822",)
    extensions = (".eml",)

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (who encrypts a message uses keys, not passwords)
        progress: Progress = silent,
    ) -> Parsed:
        """Read an Internet message with its attachments."""
        from ingest.eml import read_message

        return assemble(read_message(raw.path.read_bytes()), raw, progress)


PARSERS.register("eml")(EmlParser())
