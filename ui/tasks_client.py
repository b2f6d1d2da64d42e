"""The service's tasks as the screens see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ui import reading, shapes
from ui.client import Client, Failure
from ui.tasks_shapes import Task, read_task

PAGE = 40


@dataclass(frozen=True, slots=True)
class Page:
    """Some tasks, and where the next ones begin if there are more."""

    tasks: tuple[Task, ...]
    cursor: str


class TasksClient(Client):
    """The calls that the tasks' screen makes."""

    def tasks(
        self, view: str, me: str, *, kind: str = "", is_open: bool = True, pages: int = 1
    ) -> Page:
        """List tasks, those due first at the head: mine, unassigned, raised by me, or all."""
        asked: list[tuple[str, str]] = [("limit", str(PAGE))]
        asked += [("state", "open")] if is_open else [("state", "resolved"), ("state", "dismissed")]
        asked += [("kind", kind)] if kind else []
        narrowed = {"mine": ("owner", me), "unassigned": ("unassigned", "true")}
        narrowed["raised"] = ("raised", "true")
        asked += [narrowed[view]] if view in narrowed else []
        found: list[Task] = []
        cursor = ""
        for _ in range(pages):
            data = self._json("GET", f"/v1/tasks?{urlencode([*asked, ('cursor', cursor)])}")
            try:
                found += [read_task(item) for item in data["tasks"]]
                cursor = str(data.get("cursor") or "")
            except (KeyError, TypeError, ValueError, AttributeError) as exc:
                raise Failure("BAD_ANSWER") from exc
            if not cursor:
                break
        return Page(tuple(found), cursor)

    def people(self) -> list[str]:
        """List who can take a task."""
        return [str(name) for name in self._json("GET", "/v1/tasks/people").get("people") or ()]

    def assign(self, task_id: str, owner: str) -> None:
        """Give a task to somebody, or with no name back."""
        self._send("POST", f"/v1/tasks/{task_id}/assign", {"owner": owner})

    def resolve(self, task_id: str, note: str, fix: str) -> None:
        """Close a task as done."""
        self._send("POST", f"/v1/tasks/{task_id}/resolve", {"note": note, "fix": fix})

    def dismiss(self, task_id: str, note: str) -> None:
        """Close a task as nothing to be done."""
        self._send("POST", f"/v1/tasks/{task_id}/dismiss", {"note": note})

    def stored_draft(self, draft_id: str) -> shapes.Draft:
        """Fetch a draft as it was shown."""
        data: Any = self._json("GET", f"/v1/drafts/{draft_id}")
        try:
            return reading.draft(data["draft"])
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise Failure("BAD_ANSWER") from exc
