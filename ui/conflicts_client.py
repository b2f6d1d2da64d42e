"""The service's conflicts as the screens see them."""

from __future__ import annotations

from urllib.parse import urlencode

from ui.client import Client, Failure
from ui.conflicts_shapes import Found, Listed, Scan, read_listed

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
        return Listed(tuple(found), page.proposed, None, page.unchecked)

    def scan(self) -> Scan:
        """Have everything compared anew."""
        return Scan(str(self._json("POST", "/v1/conflicts/scan").get("job_id") or ""))

    def follow(self, scan: Scan) -> None:
        """Ask how far that is, and note it."""
        data = self._json("GET", f"/v1/jobs/{scan.job_id}")
        scan.state = str(data.get("state") or scan.state)
        scan.progress = float(data.get("progress") or 0.0)
        scan.new = int((data.get("result") or {}).get("new") or 0)
        scan.code = str((data.get("error") or {}).get("code") or "")

    def withdraw(self, document_id: str, reason: str) -> None:
        """Stop serving a document."""
        self._send("DELETE", f"/v1/documents/{document_id}?{urlencode({'reason': reason})}")

    def resolve(self, conflict_id: str, state: str, note: str = "") -> None:
        """Say what becomes of a conflict."""
        self._send("POST", f"/v1/conflicts/{conflict_id}/resolve", {"state": state, "note": note})

    def pair(self, document_id: str, other_id: str) -> None:
        """Link two documents as translations of each other."""
        self._send("POST", f"/v1/documents/{document_id}/pair", {"other_id": other_id})

    def unpair(self, document_id: str) -> None:
        """Turn a proposed pair down."""
        self._send("DELETE", f"/v1/documents/{document_id}/pair")
