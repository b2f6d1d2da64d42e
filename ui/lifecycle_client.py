"""The service's revisions, approved answers and notices as the screens see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from ui import lifecycle_shapes, reading, shapes
from ui.client import Client, Failure
from ui.lifecycle_shapes import Approved, Diff, Notice

_PAGE = 500
_MOST_ANSWERS = 5_000
_PASSAGES = 8

T = TypeVar("T")


class LifecycleClient(Client):
    """The calls about what a revision changes, and about the answers that people stand for."""

    def diff(self, document_id: str, before: str, after: str) -> Diff:
        """Compare two versions of a document."""
        path = f"/v1/documents/{document_id}/diff?from={before}&to={after}"
        data = self._json("GET", path)
        return _checked(lambda: lifecycle_shapes.read_diff(data))

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
        return _checked(lambda: tuple(reading.hit(item) for item in data["hits"]))

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
