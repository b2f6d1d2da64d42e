"""What the service knows of a document beside its text, as the screens see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from ui import about_shapes
from ui.about_shapes import Act, Known
from ui.client import Client, Failure
from ui.documents_shapes import Version

_ACTS = 30

T = TypeVar("T")


class AboutClient(Client):
    """The calls about what documents apply to, whom they are for, and who looks after them."""

    def known(self, version: Version, *, keeps_accounts: bool) -> Known:
        """Fetch all that is known of a document and of one version of it.

        Who keeps the accounts sees into every group; others into those that they are in.
        """
        of_version, of_document = self._paths(version)
        applies = self._json("GET", f"{of_version}/applicability")
        sections = self._json("GET", f"{of_version}/sections")
        document = self._json("GET", of_document)
        pair = self._json("GET", f"{of_document}/pair")
        people = self._json("GET", "/v1/tasks/people")
        groups = self.groups(keeps_accounts=keeps_accounts)
        return _checked(
            lambda: Known(
                applies=about_shapes.read_applies(applies),
                sections=tuple(about_shapes.read_section(s) for s in sections["sections"]),
                care=about_shapes.read_care(document),
                partner=about_shapes.read_partner(pair.get("pair")),
                people=tuple(str(name) for name in people["people"]),
                groups=groups,
            )
        )

    def acts(self, document_id: str, cursor: str = "") -> tuple[tuple[Act, ...], str]:
        """List what was done to a document, the newest first, and where older acts begin."""
        asked = urlencode({"document_id": document_id, "limit": _ACTS, "cursor": cursor})
        data = self._json("GET", f"/v1/audit?{asked}")
        return _checked(
            lambda: (
                tuple(about_shapes.read_act(item) for item in data["entries"]),
                str(data.get("cursor") or ""),
            )
        )

    def confirm_applies(self, version_id: str) -> None:
        """Confirm what was read of what a version applies to."""
        self._send("POST", f"/v1/versions/{version_id}/applicability", {"confirm": True})

    def set_applies(self, version_id: str, said: Mapping[str, str], reason: str) -> None:
        """Say what a version applies to; an empty field applies to all."""
        body = {**said, "reason": reason}
        self._send("POST", f"/v1/versions/{version_id}/applicability", body)

    def narrow(self, version_id: str, audience: str, where: Mapping[str, Any]) -> None:
        """Let a section be for fewer people than its document."""
        self._send("POST", f"/v1/versions/{version_id}/sections", {"audience": audience, **where})

    def widen(self, section_id: str, reason: str) -> None:
        """Let a section be for whom its document is for again."""
        self._send("DELETE", f"/v1/sections/{section_id}", params={"reason": reason})

    def set_care(self, document_id: str, owner: str, review_days: int) -> None:
        """Set who answers for a document, and how often somebody must look at it."""
        body = {"owner": owner, "review_days": review_days}
        self._send("PATCH", f"/v1/documents/{document_id}", body)

    def reviewed(self, document_id: str) -> None:
        """Note that somebody looked at a document and it still holds."""
        self._send("POST", f"/v1/documents/{document_id}/reviewed")

    def groups(self, *, keeps_accounts: bool) -> tuple[str, ...]:
        """List the groups that documents and sections may be for."""
        if keeps_accounts:
            users = self._json("GET", "/v1/users")
            found = _checked(lambda: {str(g) for user in users["users"] for g in user["groups"]})
            return tuple(sorted(found))
        me = self._json("GET", "/v1/me")
        return _checked(lambda: tuple(sorted(str(group) for group in me["groups"])))

    @staticmethod
    def _paths(version: Version) -> tuple[str, str]:
        return f"/v1/versions/{version.version_id}", f"/v1/documents/{version.document_id}"


def _checked(make: Callable[[], T]) -> T:
    try:
        return make()
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as exc:
        raise Failure("BAD_ANSWER") from exc
