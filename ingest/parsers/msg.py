"""MSG, from its OLE streams: unstructured garbles Chinese code pages and drops list numbers."""

from __future__ import annotations

from core.ports import Progress, silent
from core.types import RawFile
from ingest.letters import assemble
from ingest.parsers.base import PARSERS, Parsed


class MsgParser:
    """Reads an Outlook message, what it answers to, and what is attached to it."""

    media_types = ("application/vnd.ms-outlook",)
    extensions = (".msg",)

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (who encrypts a message uses keys, not passwords)
        progress: Progress = silent,
    ) -> Parsed:
        """Read an Outlook message with its attachments."""
        from ingest.outlook import read_message

        return assemble(read_message(raw.path), raw, progress)


PARSERS.register("msg")(MsgParser())
