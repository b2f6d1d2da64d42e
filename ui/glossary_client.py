"""The service's glossary as the screens see it."""

from __future__ import annotations

import re
from typing import Any

from ui.client import Client, Failure
from ui.glossary_shapes import Entry, read_entry
from ui.shapes import Term

_PAGE = 500
_MOST_ENTRIES = 20_000
_HAN = re.compile(r"[\u3400-\u9fff]")


class GlossaryClient(Client):
    """The calls that the glossary's screen makes."""

    def entries(self) -> list[Entry]:
        """List all entries: proposals first, then by term."""
        found: list[Entry] = []
        cursor: str | None = ""
        while cursor is not None and len(found) < _MOST_ENTRIES:
            data = self._json("GET", f"/v1/glossary?limit={_PAGE}&cursor={cursor}")
            try:
                found += [read_entry(item) for item in data["entries"]]
                cursor = data.get("cursor")
            except (KeyError, TypeError, AttributeError) as exc:
                raise Failure("BAD_ANSWER") from exc
        return sorted(found, key=lambda e: (e.status != "proposed", (e.zh or e.en).casefold()))

    def put(self, fields: dict[str, Any]) -> None:
        """Add an entry, or change the one whose id is given."""
        self._send("POST", "/v1/glossary", fields)

    def approve(self, entry_id: str) -> None:
        """Take a proposal into use."""
        self._send("POST", f"/v1/glossary/{entry_id}/approve")

    def remove(self, entry_id: str) -> None:
        """Take an entry out, or turn a proposal down."""
        self._send("DELETE", f"/v1/glossary/{entry_id}")

    def load(self, name: str, content: bytes, *, replace: bool) -> dict[str, int]:
        """Bring a file in; return how many entries were added, changed, unchanged, removed."""
        sent = self._send(
            "POST",
            "/v1/glossary/import",
            data={"replace": "true" if replace else "false"},
            files={"file": (name, content)},
        )
        return {str(what): int(count) for what, count in sent.json().items()}

    def export(self) -> bytes:
        """Fetch the glossary as a file."""
        return self._send("GET", "/v1/glossary/export").content

    def propose(self) -> int:
        """Have the service look for candidates; return how many it found."""
        return len(self._json("POST", "/v1/glossary/propose").get("proposed") or ())

    def check(self, text: str, draft_id: str) -> tuple[Term, ...]:
        """Hold a reply that somebody wrote to the glossary."""
        body = {"text": text, "draft_id": draft_id}
        found = self._json("POST", "/v1/glossary/check", body).get("terms") or ()
        return tuple(Term(str(t["used"]), str(t["should_be"]), str(t["why"])) for t in found)


def by_language(name: str, terms: list[str]) -> dict[str, list[str]]:
    """Sort terms into those of each language."""
    found: dict[str, list[str]] = {f"{name}_zh": [], f"{name}_en": []}
    for term in terms:
        found[f"{name}_{'zh' if _HAN.search(term) else 'en'}"].append(term)
    return found
