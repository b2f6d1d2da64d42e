"""The glossary as the API and the command line speak of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import DataInvalid, FileUnreadable, OptionInvalid, PathNotFound
from core.serial import from_json, to_json
from core.types import INTERNAL, PUBLIC
from corpus.glossary import Entry, Status
from corpus.glossary.sheet import MOST_BYTES, write_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from service.desk import Desk

Json = dict[str, Any]
_PAGE = 500


class GlossaryWork(Protocol):
    """What can be done with the glossary; answers are JSON."""

    def list(self, status: str = "", after: str = "", limit: int = _PAGE) -> Json:
        """Return entries in order of their ids, and where the next page begins."""
        ...

    def put(self, fields: Mapping[str, Any]) -> Json:
        """Add an entry, or change the one whose id is given."""
        ...

    def approve(self, entry_id: str) -> Json:
        """Take a proposal into use."""
        ...

    def remove(self, entry_id: str) -> Json:
        """Take an entry out."""
        ...

    def load(self, content: bytes, *, replace: bool = False) -> Json:
        """Bring a CSV file in, whole or not at all."""
        ...

    def propose(self) -> Json:
        """Look for terms that the glossary lacks."""
        ...


class GlossaryDesk:
    """The glossary of an opened house, on somebody's behalf."""

    def __init__(self, desk: Desk, by: str) -> None:
        self._desk = desk
        self._glossary = desk.glossary
        self._by = by

    def list(self, status: str = "", after: str = "", limit: int = _PAGE) -> Json:
        """Return entries in order of their ids, and where the next page begins."""
        if status and status not in [*Status]:
            raise OptionInvalid(
                f"There is no status {status[:40]!r}.", f"Choose one of: {', '.join(Status)}."
            )
        found = [
            entry
            for entry in self._glossary.entries(Status(status) if status else None)
            if entry.id > after
        ]
        page = found[:limit]
        return {
            "entries": to_json(page),
            "total": len(found),
            "epoch": self._glossary.current().epoch,
            "cursor": page[-1].id if len(found) > limit else None,
        }

    def put(self, fields: Mapping[str, Any]) -> Json:
        """Add an entry, or change the one whose id is given."""
        return _shown(self._glossary.put(from_json(Entry, fields), self._by))

    def approve(self, entry_id: str) -> Json:
        """Take a proposal into use."""
        return _shown(self._glossary.approve(entry_id, self._by))

    def remove(self, entry_id: str) -> Json:
        """Take an entry out."""
        self._glossary.remove(entry_id, self._by)
        return {"id": entry_id, "state": "removed"}

    def load(self, content: bytes, *, replace: bool = False) -> Json:
        """Bring a CSV file in, whole or not at all."""
        return dict(to_json(self._glossary.load(content, self._by, only=replace)))

    def propose(self) -> Json:
        """Look for terms that the glossary lacks in what is live and in what was asked in vain."""
        from answer.gaps import asked_in_vain
        from corpus.glossary.proposals import proposals

        # The glossary is read by all who work here, so it is not made from a group's passages.
        documents = [
            [c for c in self._desk.records.version_chunks(v) if c.audience in (PUBLIC, INTERNAL)]
            for v in sorted(self._desk.live.current().versions)
        ]
        found = proposals(documents, asked_in_vain(self._desk.database))
        return {"proposed": to_json(self._glossary.propose(found, self._by))}

    def check(self, text: str, draft_id: str = "") -> Json:
        """Return what is to be said of the terms of a reply that somebody wrote.

        Raises:
            NotFound: there is no such draft.
        """
        from answer.terms import TermCheck

        question, quotes = "", []
        if draft_id:
            body = self._desk.drafts.get(draft_id).body
            question = str(body.get("question") or "")
            quotes = [str(citation["quote"]) for citation in body.get("citations") or ()]
        hints = TermCheck(self._glossary).hints(text, question, quotes)
        return {"terms": [dict(hint) for hint in hints]}


class RemoteGlossary:
    """The glossary of the running service."""

    def __init__(self, call: Callable[..., Json]) -> None:
        self._call = call

    def list(self, status: str = "", after: str = "", limit: int = _PAGE) -> Json:
        """Return entries in order of their ids, and where the next page begins."""
        asked = {"status": status, "cursor": after, "limit": limit}
        return self._call("GET", "/v1/glossary", params=asked)

    def put(self, fields: Mapping[str, Any]) -> Json:
        """Add an entry, or change the one whose id is given."""
        return self._call("POST", "/v1/glossary", json=dict(fields))

    def approve(self, entry_id: str) -> Json:
        """Take a proposal into use."""
        return self._call("POST", f"/v1/glossary/{entry_id}/approve")

    def remove(self, entry_id: str) -> Json:
        """Take an entry out."""
        return self._call("DELETE", f"/v1/glossary/{entry_id}")

    def load(self, content: bytes, *, replace: bool = False) -> Json:
        """Bring a CSV file in, whole or not at all."""
        files = {"file": ("glossary.csv", content)}
        fields = {"replace": str(replace).lower()}
        return self._call("POST", "/v1/glossary/import", data=fields, files=files)

    def propose(self) -> Json:
        """Look for terms that the glossary lacks."""
        return self._call("POST", "/v1/glossary/propose", timeout=None)


def all_entries(work: GlossaryWork, status: str = "") -> list[Json]:
    """Return every entry of a status, page by page."""
    found: list[Json] = []
    cursor: str | None = ""
    while cursor is not None:
        page = work.list(status, cursor)
        found.extend(page["entries"])
        cursor = page["cursor"]
    return found


def as_file(work: GlossaryWork) -> bytes:
    """Return the whole glossary as a CSV file."""
    return write_sheet(from_json(Entry, entry) for entry in all_entries(work))


def file_content(path: Path) -> bytes:
    """Read a file that is to be brought in.

    Raises:
        PathNotFound, FileUnreadable
        DataInvalid: it is far larger than any glossary.
    """
    if not path.is_file():
        raise PathNotFound(f"There is no file {path.name}.", "Check the path.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataInvalid("The glossary file is larger than 8 MB.", "Split it.")
        return path.read_bytes()
    except OSError as exc:
        raise FileUnreadable(
            f"{path.name} cannot be read.", "Check its permissions, then try again."
        ) from exc


def _shown(entry: Entry) -> Json:
    return dict(to_json(entry))
