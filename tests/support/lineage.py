"""Documents and their versions without files to parse: for tests of what is live when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.database import Database
from core.types import RawFile
from corpus import IngestOptions, LiveTable, Records
from corpus.lifecycle import Lifecycle


class House:
    """Records, lifecycle and live table over one database, with a clock that a test can set."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder = folder
        self.database = Database(url or f"sqlite:///{folder / 'a.db'}")
        self.database.upgrade()
        self.records = Records(self.database)
        self.now = datetime.now(UTC)
        self.lifecycle = Lifecycle(self.database, self.clock)
        self.live = LiveTable(self.database, self.clock)

    def clock(self) -> datetime:
        """Return the time that the test has set, or the present one if that is later."""
        self.now = max(self.now, datetime.now(UTC))
        return self.now

    def stage(self, text: str, name: str = "manual.md", **options: Any) -> str:
        """Make a text known as the next version of its document."""
        path = self.folder / name
        path.write_text(text)
        raw = RawFile(name, "text/markdown", text, path, source=name)
        return self.records.stage(raw, IngestOptions(**options)).version_id

    def ready(self, text: str, name: str = "manual.md", **options: Any) -> str:
        """Stage a text and say that it is indexed."""
        version_id = self.stage(text, name, **options)
        self.records.mark_indexed(version_id, "index")
        return version_id

    def draft(self, text: str, name: str = "manual.md", **options: Any) -> str:
        """Bring a text in as a draft."""
        version_id = self.ready(text, name, draft=True, **options)
        self.lifecycle.keep_as_draft(version_id)
        return version_id

    def published(self, text: str, name: str = "manual.md", **options: Any) -> str:
        """Bring a text in and publish it."""
        version_id = self.ready(text, name, **options)
        self.lifecycle.publish(version_id)
        return version_id

    def document(self, version_id: str) -> str:
        """Return the document of a version."""
        return self.records.version(version_id).document_id

    def serving(self) -> list[str]:
        """Return the versions that are live now."""
        return sorted(self.live.current().versions)
