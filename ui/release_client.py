"""The service's releases as the screens see them: review, the gate, and what goes live when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ui import lifecycle_shapes, release_shapes
from ui.client import Client, Failure
from ui.lifecycle_shapes import Impact
from ui.release_shapes import Clock, Standing, Step

_GATE_SECONDS = 300.0
"""Every question that rests on a document is asked twice, which takes a while for thousands."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Release:
    """What is said of a move."""

    reason: str = ""
    force: bool = False
    expected: int | None = None
    """How often the document had been moved when it was decided."""
    starts: str | None = None
    """By the house's clock; empty for at once, None for what the version itself says."""
    ends: str | None = None


class ReleaseClient(Client):
    """The calls that decide what is live."""

    def standing(self, document_id: str) -> Standing:
        """Ask where a document stands."""
        data = self._json("GET", f"/v1/documents/{document_id}/standing")
        return _checked(lambda: release_shapes.read_standing(data))

    def clock(self) -> Clock:
        """Ask by whose clock dates are meant."""
        data = self._json("GET", "/v1/clock")
        return _checked(lambda: release_shapes.read_clock(data))

    def last_move(self, document_id: str) -> Step | None:
        """Ask what was done to a document last."""
        data = self._json("GET", f"/v1/audit?document_id={document_id}&limit=1")
        entries = data.get("entries") or ()
        return _checked(lambda: release_shapes.read_step(entries[0])) if entries else None

    def impact(self, path: str) -> Impact:
        """Ask what a move would do; :func:`impact_path` names it."""
        sent = self._send("GET", path, timeout=_GATE_SECONDS)
        return _checked(lambda: lifecycle_shapes.read_impact(sent.json()))

    def progress(self, path: str) -> tuple[int, int]:
        """Ask how many questions have been asked to find out, and of how many."""
        head, _, asked = path.partition("?")
        data = self._json("GET", f"{head}/progress" + (f"?{asked}" if asked else ""))
        return _checked(lambda: (int(data.get("done") or 0), int(data.get("total") or 0)))

    def publish(self, version_id: str, said: Release) -> None:
        """Publish a version; past a break it takes force and a reason."""
        body = {**_move(said), "valid_from": said.starts, "valid_to": said.ends}
        self._send("POST", f"/v1/versions/{version_id}/publish", body, timeout=_GATE_SECONDS)

    def roll_back(self, document_id: str, said: Release) -> str:
        """Serve again what was served before; return that version's id."""
        path = f"/v1/documents/{document_id}/rollback"
        sent = self._send("POST", path, _move(said), timeout=_GATE_SECONDS)
        return _checked(lambda: str(sent.json()["version_id"]))

    def withdraw(self, document_id: str, said: Release) -> None:
        """Stop serving a document."""
        asked = {"reason": said.reason, "force": "true" if said.force else "false"}
        if said.expected is not None:
            asked["expected"] = str(said.expected)
        path = f"/v1/documents/{document_id}"
        self._send("DELETE", path, params=asked, timeout=_GATE_SECONDS)

    def submit(self, version_id: str, note: str) -> None:
        """Hand a draft over for review."""
        self._send("POST", f"/v1/versions/{version_id}/submit", {"reason": note})

    def send_back(self, version_id: str, note: str) -> None:
        """Make a version under review a draft again."""
        self._send("POST", f"/v1/versions/{version_id}/send-back", {"reason": note})


def impact_path(step: str, version_id: str, document_id: str) -> str:
    """Return where to ask what a move would do."""
    if step == "publish":
        return f"/v1/versions/{version_id}/impact"
    move = "rollback" if step == "roll_back" else step
    return f"/v1/documents/{document_id}/impact?move={move}"


def _move(said: Release) -> dict[str, Any]:
    return {"reason": said.reason, "force": said.force, "expected": said.expected}


def _checked(make: Callable[[], T]) -> T:
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as exc:
        raise Failure("BAD_ANSWER") from exc
