"""Of which document a version is, as the screens ask it and say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ui.client import BAD_ANSWER, Client, Failure


@dataclass(frozen=True, slots=True)
class Likeness:
    """A document that a version may be the next version of."""

    document_id: str
    version_id: str
    title: str
    file_name: str
    number: int
    live: bool
    same_name: bool
    same_title: bool
    same_passages: int
    passages: int


@dataclass(frozen=True, slots=True)
class Identity:
    """What a version looks like, the most alike first."""

    looks_like: tuple[Likeness, ...] = ()


class IdentityClient(Client):
    """The calls about what a version is."""

    def identity(self, version_id: str) -> Identity:
        """Fetch what a version looks like."""
        data = self._json("GET", f"/v1/versions/{version_id}/identity")
        try:
            return Identity(tuple(_likeness(item) for item in data.get("looks_like") or ()))
        except (KeyError, TypeError, ValueError) as exc:
            raise Failure(BAD_ANSWER) from exc

    def join(self, version_id: str, document_id: str, reason: str, *, force: bool) -> None:
        """Make a version the next one of a document."""
        said = {"document_id": document_id, "reason": reason, "force": force}
        self._send("POST", f"/v1/versions/{version_id}/join", said)

    def alone(self, version_id: str) -> None:
        """Say that a version is a document of its own."""
        self._send("POST", f"/v1/versions/{version_id}/alone", {})


def _likeness(item: Mapping[str, Any]) -> Likeness:
    return Likeness(
        document_id=str(item["document_id"]),
        version_id=str(item["version_id"]),
        title=str(item.get("title") or item.get("file_name") or ""),
        file_name=str(item.get("file_name") or ""),
        number=int(item["number"]),
        live=bool(item.get("live")),
        same_name=bool(item.get("same_name")),
        same_title=bool(item.get("same_title")),
        same_passages=int(item["same_passages"]),
        passages=int(item["passages"]),
    )
