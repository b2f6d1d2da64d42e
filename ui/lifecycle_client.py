"""The service's revisions, release gate, approved answers and notices as the screens see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from ui import lifecycle_shapes, shapes
from ui.client import Client, Failure
from ui.lifecycle_shapes import Approved, Diff, Impact, Notice

_PAGE = 500
_MOST_ANSWERS = 5_000
_GATE_SECONDS = 300.0
"""Every question that rests on a document is asked twice, which takes a while for thousands."""
_PASSAGES = 8

T = TypeVar("T")


class LifecycleClient(Client):
    """The calls about what a release changes, and about the answers that people stand for."""

    def diff(self, document_id: str, before: str, after: str) -> Diff:
        """Compare two versions of a document."""
        path = f"/v1/documents/{document_id}/diff?from={before}&to={after}"
        data = self._json("GET", path)
        return _checked(lambda: lifecycle_shapes.read_diff(data))

    def impact(self, version_id: str) -> Impact:
        """Ask what publishing a version would do."""
        return self._impact(f"/v1/versions/{version_id}/impact")

    def withdrawal(self, document_id: str) -> Impact:
        """Ask what withdrawing a document would do."""
        return self._impact(f"/v1/documents/{document_id}/impact")

    def _impact(self, path: str) -> Impact:
        sent = self._send("GET", path, timeout=_GATE_SECONDS)
        return _checked(lambda: lifecycle_shapes.read_impact(sent.json()))

    def publish(self, version_id: str, *, reason: str = "", force: bool = False) -> None:
        """Publish a version; past a break it takes force and a reason."""
        body = {"reason": reason, "force": force}
        self._send("POST", f"/v1/versions/{version_id}/publish", body, timeout=_GATE_SECONDS)

    def withdraw(self, document_id: str, *, reason: str, force: bool = False) -> None:
        """Stop serving a document; where answers rest on it, that takes force."""
        asked = {"reason": reason, "force": "true" if force else "false"}
        path = f"/v1/documents/{document_id}"
        self._send("DELETE", path, params=asked, timeout=_GATE_SECONDS)

    def answers(self) -> list[Approved]:
        """List all approved answers, the newest first."""
        found: list[Approved] = []
        cursor: str | None = ""
        while cursor is not None and len(found) < _MOST_ANSWERS:
            data = self._json("GET", f"/v1/answers?limit={_PAGE}&cursor={cursor}")
            found += _checked(partial(_answers, data))
            cursor = data.get("cursor")
        return found[::-1]

    def approve(
        self, question: str, answer: str, chunk_ids: Sequence[str], replaces: str = ""
    ) -> None:
        """Approve an answer that rests on these passages; it may replace another."""
        body: dict[str, Any] = {
            "question": question,
            "answer": answer,
            "chunk_ids": list(chunk_ids),
            "replaces": replaces or None,
        }
        self._send("POST", "/v1/answers", body)

    def approve_draft(self, draft_id: str, question: str, answer: str) -> None:
        """Approve what a draft says; an empty answer is the draft's own."""
        body = {"draft_id": draft_id, "question": question, "answer": answer}
        self._send("POST", "/v1/answers", body)

    def confirm(self, answer_id: str) -> None:
        """Let a stale answer stand."""
        self._send("POST", f"/v1/answers/{answer_id}/confirm")

    def retire(self, answer_id: str, why: str) -> None:
        """Serve an answer no more."""
        self._send("POST", f"/v1/answers/{answer_id}/retire", {"why": why})

    def search(self, query: str) -> tuple[shapes.Hit, ...]:
        """Find passages."""
        data = self._json("POST", "/v1/search", {"query": query, "top": _PASSAGES})
        return _checked(lambda: tuple(shapes.hit(item) for item in data["hits"]))

    def notices(self) -> list[Notice]:
        """List what this person has not seen yet, the newest first."""
        data = self._json("GET", "/v1/notices")
        return _checked(
            lambda: [lifecycle_shapes.read_notice(item) for item in data.get("notices") or ()]
        )

    def seen(self, notice_id: str) -> None:
        """Note that a notice was seen."""
        self._send("POST", f"/v1/notices/{notice_id}/seen")


def _answers(data: Any) -> list[Approved]:
    return [lifecycle_shapes.read_approved(item) for item in data.get("answers") or ()]


def _checked(make: Callable[[], T]) -> T:
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise Failure("BAD_ANSWER") from exc
