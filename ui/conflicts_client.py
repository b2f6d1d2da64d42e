"""The service's conflicts as the screens see them."""

from __future__ import annotations

from urllib.parse import urlencode

from ui.client import Client, Failure
from ui.conflicts_shapes import Found, Listed, read_listed

_PAGE = 200
_MOST = 2_000


class ConflictsClient(Client):
    """The calls that the screen of conflicts makes."""

    def conflicts(self, state: str) -> Listed:
        """List conflicts of a state, the oldest first."""
        found: list[Found] = []
        cursor: str | None = ""
        page = Listed((), (), None)
        while cursor is not None and len(found) < _MOST:
            asked = urlencode({"state": state, "limit": _PAGE, "cursor": cursor})
            data = self._json("GET", f"/v1/conflicts?{asked}")
            try:
                page = read_listed(data)
            except (KeyError, TypeError, ValueError, AttributeError) as exc:
                raise Failure("BAD_ANSWER") from exc
            found += page.found
            cursor = page.cursor
        return Listed(tuple(found), page.proposed, None)

    def resolve(self, conflict_id: str, state: str, note: str = "") -> None:
        """Say what becomes of a conflict."""
        self._send("POST", f"/v1/conflicts/{conflict_id}/resolve", {"state": state, "note": note})

    def pair(self, document_id: str, other_id: str) -> None:
        """Link two documents as translations of each other."""
        self._send("POST", f"/v1/documents/{document_id}/pair", {"other_id": other_id})

    def unpair(self, document_id: str) -> None:
        """Turn a proposed pair down."""
        self._send("DELETE", f"/v1/documents/{document_id}/pair")
