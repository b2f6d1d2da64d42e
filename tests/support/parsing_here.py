"""Parsing without processes of its own, for tests that are about something else."""

from __future__ import annotations

from ingest.parse import parse_file


class ParserHere:
    """Parses in this process, which is to be ended as a whole."""

    parse = staticmethod(parse_file)

    def warm(self) -> None:
        """Nothing is to be started."""

    def close(self) -> None:
        """Nothing was started."""
